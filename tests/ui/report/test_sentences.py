"""Keep, Edit, Reject under the sentence with the caret, by real keys; and what survives a killed window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.report.hands import FINDINGS, IMPRESSION, SENTENCES, drafted, give, press, write
from workstation.reporting.marks import DRAFTED, EDITED, KEPT, REJECTED
from workstation.storage import log
from workstation.ui.report import ink
from workstation.ui.report.pane import ReportPane
from workstation.workflow.reading import Reading

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def edits(pane, new_reading):
    """A report full of drafted sentences, the caret in the first."""
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading, drafted(contradicts=SENTENCES[2]))
    pane.body.go_to(pane.body.edits["Findings"], 3)
    return pane.body.edits


def states(edit) -> list[str]:
    return [mark.state for mark in ink.all_marks(edit.document())]


def test_the_acts_are_offered_under_the_sentence_with_the_caret_and_nowhere_else(pane, edits):
    strip = pane.sentences.strip
    assert strip.isVisible()
    assert strip.buttons["report.keep"].text() == "Keep Alt+1"
    below_first = strip.mapTo(pane, strip.rect().topLeft()).y()
    pane.body.go_to(edits["Findings"], len(SENTENCES[0]) + 5)
    assert strip.mapTo(pane, strip.rect().topLeft()).y() > below_first
    pane.body.go_to(edits["Indication"], 0)
    assert not strip.isVisible()
    pane.body.go_to(edits["Impression"], 0)
    assert strip.parentWidget() is edits["Impression"].viewport()


def test_showing_the_acts_moves_no_line(pane, edits, qtbot):
    height = edits["Findings"].height()
    for place in range(0, len(FINDINGS), 17):
        pane.body.go_to(edits["Findings"], place)
        assert edits["Findings"].height() == height


def test_keep_turns_the_tint_into_a_green_bar_and_goes_on_to_the_next(pane, edits):
    press(edits["Findings"], Qt.Key.Key_1, ALT)
    press(edits["Findings"], Qt.Key.Key_1, ALT)
    assert states(edits["Findings"]) == [KEPT, KEPT, DRAFTED, DRAFTED]
    assert edits["Findings"].textCursor().position() == FINDINGS.index(SENTENCES[2])
    assert edits["Findings"].text() == FINDINGS
    press(edits["Findings"], Qt.Key.Key_Z, CTRL)
    assert states(edits["Findings"]) == [KEPT, DRAFTED, DRAFTED, DRAFTED]


def test_five_keys_keep_a_whole_report_and_end_in_the_impression(pane, edits):
    for _ in range(5):
        press(pane.focusWidget(), Qt.Key.Key_1, ALT)
    assert states(edits["Findings"]) + states(edits["Impression"]) == [KEPT] * 5
    assert edits["Impression"].hasFocus()


def test_edit_selects_the_sentence_and_typing_replaces_it(pane, edits):
    press(edits["Findings"], Qt.Key.Key_2, ALT)
    assert edits["Findings"].textCursor().selectedText() == SENTENCES[0]
    QTest.keyClicks(edits["Findings"], "Large heart.")
    assert edits["Findings"].text() == FINDINGS.replace(SENTENCES[0], "Large heart.")
    assert pane.body.working().spans["Findings"][0].origin == "typed"


def test_a_changed_sentence_loses_its_tint_and_can_have_the_models_words_back(pane, edits):
    edits["Findings"].place_caret(4)
    write(edits["Findings"], "big ")
    assert states(edits["Findings"])[0] == EDITED
    assert pane.sentences.strip.buttons["report.keep"].text() == "Restore Alt+1"
    press(edits["Findings"], Qt.Key.Key_1, ALT)
    assert (states(edits["Findings"])[0], edits["Findings"].text()) == (KEPT, FINDINGS)


def test_reject_takes_the_words_out_and_leaves_them_struck_above_the_replacement(pane, edits):
    press(edits["Findings"], Qt.Key.Key_3, ALT)
    assert SENTENCES[0] not in edits["Findings"].text()
    assert ink.struck_words(edits["Findings"].document().firstBlock()) == SENTENCES[0]
    QTest.keyClicks(edits["Findings"], "Heart enlarged.")
    assert edits["Findings"].text() == FINDINGS.replace(SENTENCES[0], "Heart enlarged.")
    assert states(edits["Findings"]) == [REJECTED, DRAFTED, DRAFTED, DRAFTED]


def test_a_rejected_sentence_is_restored_beside_its_replacement(pane, edits):
    press(edits["Findings"], Qt.Key.Key_3, ALT)
    QTest.keyClicks(edits["Findings"], "Mine.")
    press(edits["Findings"], Qt.Key.Key_1, ALT)
    assert edits["Findings"].text() == FINDINGS.replace(SENTENCES[0], f"{SENTENCES[0]} Mine.")
    assert states(edits["Findings"])[0] == KEPT


def test_reject_is_one_step_of_undo(pane, edits):
    press(edits["Findings"], Qt.Key.Key_3, ALT)
    press(edits["Findings"], Qt.Key.Key_Z, CTRL)
    assert (edits["Findings"].text(), states(edits["Findings"])) == (FINDINGS, [DRAFTED] * 4)


def test_alt_down_and_up_walk_through_the_sentences_that_wait(pane, edits):
    press(edits["Findings"], Qt.Key.Key_Down, ALT)
    assert edits["Findings"].textCursor().position() == FINDINGS.index(SENTENCES[1])
    press(edits["Findings"], Qt.Key.Key_Up, ALT)
    press(edits["Findings"], Qt.Key.Key_Up, ALT)
    assert edits["Impression"].hasFocus()


def test_a_sentence_that_the_finding_head_speaks_against_says_so_when_it_has_the_caret(pane, edits):
    assert pane.sentences.strip.warning.isHidden()
    pane.body.go_to(edits["Findings"], FINDINGS.index(SENTENCES[2]) + 2)
    assert "pneumothorax" in pane.sentences.strip.warning.text()


def test_the_buttons_of_the_strip_act_and_take_no_focus(pane, edits):
    strip = pane.sentences.strip
    QTest.mouseClick(strip.buttons["report.reject"], Qt.MouseButton.LeftButton)
    assert states(edits["Findings"])[0] == REJECTED
    assert edits["Findings"].hasFocus()


def test_marks_and_origins_come_back_after_the_window_was_killed(pane, new_reading, qtbot, store):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.body.go_to(pane.body.edits["Findings"], 3)
    press(pane.focusWidget(), Qt.Key.Key_1, ALT)
    press(pane.focusWidget(), Qt.Key.Key_3, ALT)
    QTest.keyClicks(pane.focusWidget(), "Left effusion.")
    with qtbot.waitSignal(pane.autosave.saved, timeout=3000):
        pass
    before = pane.body.working()
    other = ReportPane()
    qtbot.addWidget(other)
    other.show_reading(Reading(store, reading.study_instance_uid, reading.reader))
    assert other.body.working() == before
    assert [mark.state for mark in before.marks] == [KEPT, REJECTED, DRAFTED, DRAFTED, DRAFTED]
    other.shut_down()


def test_each_act_is_logged_with_its_sentence(pane, edits, store):
    press(edits["Findings"], Qt.Key.Key_1, ALT)
    press(edits["Findings"], Qt.Key.Key_3, ALT)
    pane.autosave.flush()
    acts = [event.payload for event in log.events(store, None, "sentence")]
    assert [(act["act"], act["section"], act["sentence"]) for act in acts] == [
        ("keep", "Findings", 0),
        ("reject", "Findings", 1),
    ]


def test_a_caret_outside_drafted_text_is_led_to_the_first_waiting_sentence(pane, edits):
    pane.body.go_to(edits["Indication"], 0)
    press(edits["Indication"], Qt.Key.Key_1, ALT)
    assert edits["Findings"].textCursor().position() == 0
    assert states(edits["Findings"]) == [DRAFTED] * 4


def test_tab_hops_through_the_sections_and_round(pane, edits):
    order = []
    pane.body.go_to(edits["Indication"], 0)
    for _ in range(6):
        order.append(pane.body.active)
        press(pane.focusWidget(), Qt.Key.Key_Tab)
    assert order == ["Indication", "Comparison", "Technique", "Findings", "Impression", "Indication"]
    press(pane.focusWidget(), Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    press(pane.focusWidget(), Qt.Key.Key_Tab, CTRL)
    assert pane.body.active == "Comparison"
    assert "\t" not in "".join(pane.body.working().sections.values())


def test_impression_is_offered_nothing_when_it_was_drafted(pane, edits):
    assert edits["Impression"].text() == IMPRESSION
    assert pane.body.offers["Impression"].isHidden()


def test_coming_from_elsewhere_the_first_step_goes_to_the_first_sentence(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.setFocus()
    press(pane, Qt.Key.Key_Down, ALT)
    assert pane.body.edits["Findings"].hasFocus()
    assert pane.body.edits["Findings"].textCursor().position() == 0


def test_a_rejected_first_sentence_stands_whole_above_the_first_line(pane, edits, qtbot):
    edit = edits["Findings"]
    height = edit.height()
    press(edit, Qt.Key.Key_3, ALT)
    assert edit._struck.isVisible() and edit._struck.words == SENTENCES[0]
    assert edit._struck.geometry().bottom() <= edit.viewport().geometry().top()
    assert edit.height() == height + ink.STRUCK_ROOM
    press(edit, Qt.Key.Key_Z, CTRL)
    assert not edit._struck.isVisible()
    assert edit.height() == height


def test_a_rejected_later_sentence_has_its_room_in_the_text(pane, edits):
    edit = edits["Findings"]
    pane.body.go_to(edit, len(SENTENCES[0]) + 3)
    press(edit, Qt.Key.Key_3, ALT)
    layout = edit.document().documentLayout()
    first, struck = (layout.blockBoundingRect(edit.document().findBlockByNumber(n)) for n in (0, 1))
    assert struck.top() - first.bottom() >= ink.GAP + ink.STRUCK_ROOM


def test_the_acts_of_the_last_sentence_are_whole_too(pane, edits):
    edit = edits["Findings"]
    pane.body.go_to(edit, len(FINDINGS) - 2)
    strip = pane.sentences.strip
    assert strip.parentWidget() is edit.viewport()
    assert strip.geometry().bottom() <= edit.viewport().height()
