"""A section takes standard input, and knows drafted words from typed ones through every kind of edit."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from tests.ui.report.hands import FINDINGS, SENTENCES, compose, paste, press, write
from workstation.reporting.marks import DRAFTED, EDITED
from workstation.ui.report import ink
from workstation.ui.report.manuscript import restore, sentence_marks, working_of
from workstation.ui.report.section import SectionEdit

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def edit(qtbot) -> SectionEdit:
    made = SectionEdit("Findings")
    made.resize(380, 60)
    qtbot.addWidget(made)
    made.show()
    put(made, FINDINGS)
    return made


def put(edit: SectionEdit, text: str) -> None:
    marks = sentence_marks("Findings", text)
    edit.write(text, marks, [(mark.start, mark.end) for mark in marks])


def states(edit: SectionEdit) -> list[str]:
    return [mark.state for mark in ink.all_marks(edit.document())]


def origins(edit: SectionEdit) -> list[tuple[str, str]]:
    """Pieces of the text with their origin, as the store will hold them."""
    working = working_of([edit], {}, ("Findings", 0))
    text = working.sections["Findings"]
    return [(text[span.start : span.end], span.origin) for span in working.spans.get("Findings", ())]


def test_a_draft_stands_byte_for_byte_with_each_sentence_in_a_line_of_its_own(edit):
    assert edit.text() == FINDINGS
    assert edit.document().blockCount() == len(SENTENCES)
    assert states(edit) == [DRAFTED] * len(SENTENCES)
    assert origins(edit) == [(FINDINGS, "draft")]


TEXTS = ("One. Two.\nThree.", "A  B.\n\nC. D", "", "No stop", "心臓は正常。 肺野は清。 😀 ok. End.")


@pytest.mark.parametrize("text", TEXTS)
def test_any_draft_is_written_and_read_back_unchanged(edit, text):
    put(edit, text)
    assert edit.text() == text


def test_typing_inside_a_drafted_sentence_takes_its_tint_and_only_the_typed_word_is_typed(edit):
    edit.place_caret(len("The heart is "))
    write(edit, "not ")
    assert states(edit) == [EDITED, DRAFTED, DRAFTED, DRAFTED]
    assert origins(edit)[:3] == [
        ("The heart is ", "draft"),
        ("not ", "typed"),
        (FINDINGS[len("The heart is ") :], "draft"),
    ]


def test_typing_before_the_first_drafted_character_is_typed(edit):
    edit.place_caret(0)
    write(edit, "Note: ")
    assert origins(edit) == [("Note: ", "typed"), (FINDINGS, "draft")]
    assert states(edit)[0] == DRAFTED


def test_undo_brings_back_words_and_tint_and_redo_the_edit(edit):
    edit.place_caret(len("The heart is "))
    write(edit, "not ")
    changed = edit.text()
    while edit.document().isUndoAvailable():
        press(edit, Qt.Key.Key_Z, CTRL)
    assert (edit.text(), states(edit)) == (FINDINGS, [DRAFTED] * 4)
    while edit.document().isRedoAvailable():
        press(edit, Qt.Key.Key_Z, CTRL, Qt.KeyboardModifier.ShiftModifier)
    assert edit.text() == changed
    assert ("not ", "typed") in origins(edit)


def test_consecutive_keys_are_one_step_of_undo(edit):
    edit.place_caret(5)
    write(edit, "abcdef")
    press(edit, Qt.Key.Key_Z, CTRL)
    assert edit.text() == FINDINGS


def test_typing_over_a_selection_across_sentences_is_typed_and_one_undo_away(edit):
    edit.place_caret(60, anchor=5)
    write(edit, "x")
    assert origins(edit)[1] == ("x", "typed")
    press(edit, Qt.Key.Key_Z, CTRL)
    assert (edit.text(), states(edit)) == (FINDINGS, [DRAFTED] * 4)


def test_return_begins_a_new_line_in_the_text_not_a_space(edit):
    edit.place_caret(len(SENTENCES[0]) + 1 + len("There"))
    press(edit, Qt.Key.Key_Return)
    assert edit.text() == FINDINGS.replace("There is", "There\n is")
    press(edit, Qt.Key.Key_Z, CTRL)
    assert edit.text() == FINDINGS


def test_pasted_words_are_plain_and_typed_and_keep_their_lines(edit):
    edit.place_caret(3)
    paste(edit, "one\ntwo. three")
    assert edit.text() == FINDINGS[:3] + "one\ntwo. three" + FINDINGS[3:]
    assert ("one\ntwo. three", "typed") in origins(edit)
    press(edit, Qt.Key.Key_Z, CTRL)
    assert (edit.text(), states(edit)) == (FINDINGS, [DRAFTED] * 4)


def test_words_from_an_input_method_are_typed_and_composing_touches_the_section(edit):
    put(edit, "")
    assert edit.is_untouched()
    compose(edit, preedit="ㅍ")
    assert not edit.is_untouched()
    compose(edit, commit="폐렴 없음. ")
    assert edit.text() == "폐렴 없음. "
    assert origins(edit) == [("폐렴 없음. ", "typed")]


def test_committed_words_inside_a_drafted_sentence_are_typed(edit):
    edit.place_caret(4)
    compose(edit, commit="big ")
    assert edit.text().startswith("The big heart")
    assert ("big ", "typed") in origins(edit)


def test_right_to_left_text_runs_from_the_right(edit):
    put(edit, "")
    compose(edit, commit="القلب طبيعي الحجم.")
    block = edit.document().firstBlock()
    assert block.textDirection() == Qt.LayoutDirection.RightToLeft
    edit.moveCursor(QTextCursor.MoveOperation.Start)
    at_start = edit.cursorRect().x()
    edit.moveCursor(QTextCursor.MoveOperation.End)
    assert edit.cursorRect().x() < at_start


def test_positions_in_the_store_count_characters_beyond_the_basic_plane_once(edit):
    put(edit, "Fine 😀😀 heart. Clear lungs.")
    edit.moveCursor(QTextCursor.MoveOperation.End)
    write(edit, " Yes.")
    working = working_of([edit], {}, ("Findings", 0))
    marks = [working.sections["Findings"][mark.start : mark.end] for mark in working.marks]
    assert marks == ["Fine 😀😀 heart.", "Clear lungs."]
    restore(edit, working)
    assert working_of([edit], {}, ("Findings", 0)) == working


def test_the_section_grows_with_its_text_and_never_scrolls_inside(edit):
    small = edit.height()
    edit.moveCursor(QTextCursor.MoveOperation.End)
    for _ in range(12):
        press(edit, Qt.Key.Key_Return)
    assert edit.height() > small + 10 * edit.fontMetrics().height()
    assert edit.verticalScrollBar().maximum() == 0


def test_control_keys_type_nothing(edit):
    edit.place_caret(0)
    QTest.keyClick(edit, Qt.Key.Key_G, CTRL)
    assert edit.text() == FINDINGS


def test_a_file_that_is_dropped_or_pasted_never_becomes_words(edit):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/films/DOE_JANE.dcm")])
    data.setText("file:///films/DOE_JANE.dcm")
    assert not edit.canInsertFromMimeData(data)
    edit.insertFromMimeData(data)
    assert edit.text() == FINDINGS
