"""A draft comes as a guest: nothing of its coming moves caret, selection, scroll, focus, or breaks undo."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit

from tests.ui.report.hands import FINDINGS, IMPRESSION, SENTENCES, compose, drafted, give, press, stream, write
from workstation.drafting.messages import FailedEvent, StateEvent

MANY = " ".join(f"Word{n}{'.' if n % 8 == 7 else ''}" for n in range(200))
CTRL = Qt.KeyboardModifier.ControlModifier


def shown(pane, reading):
    """A study on the screen, the worker at its draft."""
    pane.show_reading(reading)
    pane.draft_state(StateEvent("r", "encoding"))
    return pane.body.edits


def screen_y(edit) -> int:
    return edit.viewport().mapTo(edit.window(), QPoint(0, edit.cursorRect().top())).y()


def test_words_are_seen_as_they_come_in_untouched_sections(pane, new_reading, qtbot):
    edits = shown(pane, new_reading())
    stream(pane, FINDINGS[:40])
    qtbot.waitUntil(lambda: edits["Findings"].ghost_text == FINDINGS[:40].strip())
    stream(pane, IMPRESSION, "impression")
    qtbot.waitUntil(lambda: edits["Impression"].ghost_text == IMPRESSION)
    assert edits["Findings"].text() == ""


def test_the_finished_draft_replaces_what_was_streamed(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    stream(pane, "The heart is huge. Something the rules took out.")
    qtbot.waitUntil(lambda: bool(edits["Findings"].ghost_text))
    give(pane, reading)
    assert (edits["Findings"].text(), edits["Findings"].ghost_text) == (FINDINGS, "")
    assert edits["Impression"].text() == IMPRESSION


def test_a_caret_in_typed_text_stays_while_two_hundred_words_come(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    indication = edits["Indication"]
    write(indication, "Cough for three days")
    indication.place_caret(5)
    stream(pane, MANY)
    qtbot.wait(80)
    give(pane, reading, drafted(MANY))
    assert indication.textCursor().position() == 5
    assert indication.hasFocus()


def test_the_line_with_the_caret_keeps_its_place_on_the_screen_while_text_grows_above(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    impression = edits["Impression"]
    pane.body.go_to(impression, 0)
    write(impression, "Own words")
    qtbot.wait(20)
    before = screen_y(impression)
    for n in range(10):
        stream(pane, MANY[n * 130 : (n + 1) * 130])
        qtbot.wait(40)
        assert screen_y(impression) == before
    give(pane, reading, drafted(MANY))
    qtbot.wait(20)
    assert screen_y(impression) == before
    assert edits["Findings"].height() > 400


def test_a_selection_that_is_held_stays_selected(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    impression = edits["Impression"]
    write(impression, "Held by the reader")
    impression.place_caret(11, anchor=5)
    stream(pane, MANY)
    stream(pane, MANY, "impression")
    qtbot.wait(80)
    give(pane, reading, drafted(MANY, MANY))
    assert impression.textCursor().selectedText() == "by the"
    assert impression.text() == "Held by the reader"


def test_the_scroll_position_stays_where_the_reader_put_it(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    write(edits["Findings"], "line")
    for _ in range(50):
        press(edits["Findings"], Qt.Key.Key_Return)
    edits["Findings"].clearFocus()
    bar = pane.body.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 300)
    bar.setValue(211)
    seen = edits["Findings"].mapTo(pane, QPoint(0, 0)).y()
    stream(pane, MANY)
    stream(pane, MANY, "impression")
    qtbot.wait(80)
    assert bar.value() == 211
    give(pane, reading, drafted(MANY, MANY))
    qtbot.wait(20)
    assert edits["Findings"].mapTo(pane, QPoint(0, 0)).y() == seen


def test_the_focus_stays_in_another_widget(pane, new_reading, qtbot):
    reading = new_reading()
    other = QLineEdit(pane)
    other.show()
    shown(pane, reading)
    other.setFocus()
    stream(pane, MANY)
    qtbot.wait(80)
    give(pane, reading, drafted(MANY))
    assert other.hasFocus()


def test_undo_of_typed_words_is_not_broken_by_a_draft_that_comes_between(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    impression = edits["Impression"]
    write(impression, "Mine")
    stream(pane, MANY)
    stream(pane, MANY, "impression")
    qtbot.wait(80)
    give(pane, reading)
    press(impression, Qt.Key.Key_Z, CTRL)
    assert impression.text() == ""
    press(impression, Qt.Key.Key_Z, CTRL, Qt.KeyboardModifier.ShiftModifier)
    assert impression.text() == "Mine"


def test_a_caret_in_the_very_section_that_fills_stays_at_its_place(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    edits["Findings"].setFocus()
    stream(pane, MANY)
    qtbot.wait(80)
    give(pane, reading)
    assert edits["Findings"].textCursor().position() == 0
    assert edits["Findings"].hasFocus()


def test_the_readers_words_are_never_overwritten_the_draft_is_offered_below(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    write(edits["Findings"], "Clear lungs.")
    stream(pane, FINDINGS)
    offer = pane.body.offers["Findings"]
    qtbot.waitUntil(lambda: offer.text == FINDINGS)
    assert offer.insert_button.isHidden()
    give(pane, reading)
    assert (edits["Findings"].text(), offer.text) == ("Clear lungs.", FINDINGS)
    press(edits["Findings"], Qt.Key.Key_I, Qt.KeyboardModifier.AltModifier)
    assert edits["Findings"].text() == "Clear lungs.\n" + FINDINGS
    assert offer.isHidden()
    press(edits["Findings"], Qt.Key.Key_Z, CTRL)
    assert edits["Findings"].text() == "Clear lungs."


def test_beginning_to_write_while_words_come_moves_them_below(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    stream(pane, FINDINGS[:60])
    qtbot.waitUntil(lambda: bool(edits["Findings"].ghost_text))
    write(edits["Findings"], "I")
    assert edits["Findings"].ghost_text == ""
    assert pane.body.offers["Findings"].text == FINDINGS[:60].strip()
    assert edits["Findings"].text() == "I"


def test_composing_with_an_input_method_counts_as_writing(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    edits["Impression"].setFocus()
    compose(edits["Impression"], preedit="ㅍ")
    give(pane, reading)
    compose(edits["Impression"], commit="폐")
    assert edits["Impression"].text() == "폐"
    assert pane.body.offers["Impression"].text == IMPRESSION


def test_what_was_streamed_of_a_failed_draft_leaves_no_word_behind(pane, new_reading, qtbot):
    edits = shown(pane, new_reading())
    stream(pane, FINDINGS)
    qtbot.waitUntil(lambda: bool(edits["Findings"].ghost_text))
    pane.draft_failed(FailedEvent("r", "worker_died", "The worker stopped.", "Ask for a new draft."))
    assert (edits["Findings"].text(), edits["Findings"].ghost_text) == ("", "")
    assert "The worker stopped." in pane.draft_head.notice.message.text()


def test_a_second_draft_takes_the_place_of_an_untouched_first_and_is_offered_to_a_touched_one(pane, new_reading):
    reading = new_reading()
    edits = shown(pane, reading)
    give(pane, reading)
    pane.sentences.go(1)
    press(edits["Findings"], Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    give(pane, reading, drafted("Another draft.", "Another impression."))
    assert edits["Findings"].text() == FINDINGS
    assert pane.body.offers["Findings"].text == "Another draft."
    assert edits["Impression"].text() == "Another impression."


def test_a_study_opened_while_its_words_are_half_written_waits_for_the_whole(pane, new_reading, qtbot):
    reading = new_reading()
    reading.draft_requested()
    pane.show_reading(reading)
    stream(pane, "of the sentence is missing.")
    qtbot.wait(60)
    assert pane.body.edits["Findings"].ghost_text == ""
    give(pane, reading)
    assert pane.body.edits["Findings"].text() == FINDINGS


def test_each_landed_sentence_is_marked_drafted(pane, new_reading):
    reading = new_reading()
    shown(pane, reading)
    give(pane, reading)
    marks = pane.body.working().marks
    assert [mark.words for mark in marks] == [*SENTENCES, IMPRESSION]
    assert {mark.state for mark in marks} == {"drafted"}


def test_a_report_that_nobody_is_in_stays_at_its_top(pane, new_reading, qtbot):
    reading = new_reading()
    shown(pane, reading)
    pane.setFocus()
    stream(pane, MANY)
    qtbot.wait(80)
    give(pane, reading, drafted(MANY))
    qtbot.wait(20)
    assert pane.body.verticalScrollBar().value() == 0


def test_room_that_held_the_caret_still_goes_when_the_reader_scrolls_away(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    pane.body.go_to(edits["Impression"], 0)
    write(edits["Impression"], "Own words")
    give(pane, reading, drafted(" ".join(MANY.split(" ")[:60])))
    bar = pane.body.verticalScrollBar()
    with_room = bar.maximum()
    bar.setValue(0)
    qtbot.waitUntil(lambda: bar.maximum() < with_room)


def test_a_redone_draft_is_seen_as_it_comes_and_the_old_one_stands_until_it_is_complete(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    give(pane, reading)
    pane.body.go_to(edits["Findings"], 2)
    assert pane.sentences.strip.isVisible()
    pane.draft_state(StateEvent("r2", "encoding"))
    assert pane.draft_head.stop_button.isVisible()
    stream(pane, "Another draft.")
    qtbot.waitUntil(lambda: edits["Findings"].ghost_text == "Another draft.")
    assert not pane.sentences.strip.isVisible()
    assert edits["Findings"].text() == FINDINGS
    pane.draft_failed(FailedEvent("r2", "stopped", "Stopped.", "Redo."))
    assert (edits["Findings"].text(), edits["Findings"].ghost_text) == (FINDINGS, "")
    assert "test-model" in pane.draft_head.model.text()


def test_a_redone_draft_that_stands_in_the_report_already_is_not_offered_again(pane, new_reading):
    reading = new_reading()
    edits = shown(pane, reading)
    give(pane, reading)
    edits["Findings"].moveCursor(QTextCursor.MoveOperation.End)
    write(edits["Findings"], " My own words.")
    give(pane, reading)
    assert pane.body.offers["Findings"].isHidden()
    give(pane, reading, drafted("The heart is normal in size. Something else is seen."))
    assert pane.body.offers["Findings"].isVisible()


def test_the_first_words_that_are_saved_tell_the_worklist_once(pane, new_reading, qtbot):
    reading = new_reading()
    edits = shown(pane, reading)
    told = []
    pane.status_changed.connect(told.append)
    for words in ("One.", " Two."):
        write(edits["Findings"], words)
        pane.autosave.flush()
        qtbot.wait(20)
    assert told == [reading.study_instance_uid]
