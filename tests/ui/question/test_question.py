"""Questions on the film by real keys and a real worker: answered beside the report, never in it, logged as asked."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from workstation.storage import log
from workstation.ui.question.answer import COPIED_MARK
from workstation.ui.question.pane import NOT_PART

WAIT_MS = 300_000
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
EFFUSION, REPLY = "Is there an effusion?", "Yes. There is a left pleural effusion."


def press(place, key, *modifiers) -> None:
    pressed = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        pressed |= modifier
    QTest.keyClick(place.window, key, pressed)


def ask(place, qtbot, question: str) -> None:
    """By the keyboard: into the field, the words, Enter; until it is answered or refused."""
    pane = place.furniture.question
    if pane.isHidden() or not pane.isVisible():
        press(place, Qt.Key.Key_4, CTRL)
    pane.field.setFocus()
    qtbot.keyClicks(pane.field, question)
    qtbot.keyClick(pane.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not place.furniture.questions.busy, timeout=WAIT_MS)


def kinds(place) -> list[str]:
    return [event.kind for event in log.events(place.store)]


def test_the_pane_comes_with_one_key_takes_the_keyboard_and_gives_it_back(asking, qtbot):
    place = asking()
    columns, pane = place.window.columns, place.furniture.question
    report_before = columns.by_name["report"].width()
    assert columns.is_hidden("question")
    press(place, Qt.Key.Key_4, CTRL)
    assert pane.isVisible() and pane.field.hasFocus()
    assert pane.lasting.text() == NOT_PART and pane.lasting.isVisible()
    assert abs(columns.by_name["report"].width() - report_before) <= 4, "its room comes from the film alone"
    press(place, Qt.Key.Key_4, CTRL)
    assert columns.is_hidden("question") and columns.focused() == "report"


def test_an_answer_comes_with_its_model_seed_and_film_and_never_enters_the_report(asking, qtbot):
    place = asking()
    body = place.furniture.report.body
    before = {name: edit.toPlainText() for name, edit in body.edits.items()}
    ask(place, qtbot, EFFUSION)
    (view,) = place.furniture.question.turns
    assert (view.question.text(), view.answer.toPlainText()) == (EFFUSION, REPLY)
    assert "toy F32 on CPU" in view.foot.text() and "seed " in view.foot.text() and view.foot.text().startswith("PA")
    assert {name: edit.toPlainText() for name, edit in body.edits.items()} == before
    assert place.furniture.question.field.toPlainText() == ""


def test_what_was_said_before_is_told_to_the_model_again(asking, qtbot):
    place = asking()
    ask(place, qtbot, EFFUSION)
    ask(place, qtbot, "Is there edema?")
    turns = place.furniture.question.turns
    assert [view.answer.toPlainText() for view in turns] == [REPLY, "Possible edema."]
    assert turns[1].turn.answer.turns_used == 1


def test_a_differential_comes_by_its_key_and_the_keyboard_stays_in_the_report(asking, qtbot):
    place = asking()
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    qtbot.keyClicks(edit, "My own")
    press(place, Qt.Key.Key_D, CTRL, SHIFT)
    assert edit.hasFocus()
    qtbot.keyClicks(edit, " words")
    qtbot.waitUntil(lambda: not place.furniture.questions.busy, timeout=WAIT_MS)
    (view,) = place.furniture.question.turns
    assert view.question.text() == "Differential diagnosis"
    assert "heart failure" in view.answer.toPlainText()
    assert edit.hasFocus() and edit.toPlainText() == "My own words"


def test_what_is_copied_says_where_it_comes_from(asking, qtbot):
    place = asking()
    ask(place, qtbot, EFFUSION)
    answer = place.furniture.question.turns[0].answer
    answer.setFocus()
    qtbot.keyClick(answer, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(answer, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == f"{REPLY} {COPIED_MARK}"


def test_each_study_has_its_own_talk_and_keeps_it(asking, qtbot):
    place = asking()
    desk, pane = place.furniture.desk, place.furniture.question
    first = desk.study
    ask(place, qtbot, EFFUSION)
    pane.field.setFocus()
    qtbot.keyClicks(pane.field, "half a quest")
    press(place, Qt.Key.Key_PageDown, CTRL)
    assert desk.study != first
    assert pane.turns == [] and pane.field.toPlainText() == ""
    press(place, Qt.Key.Key_PageUp, CTRL)
    assert desk.study == first
    assert [view.answer.toPlainText() for view in pane.turns] == [REPLY]
    assert pane.field.toPlainText() == "half a quest"


def test_an_answer_that_comes_late_goes_to_its_own_study(asking, qtbot):
    place = asking()
    desk, pane, first = place.furniture.desk, place.furniture.question, place.furniture.desk.study
    press(place, Qt.Key.Key_4, CTRL)
    qtbot.keyClicks(pane.field, EFFUSION)
    qtbot.keyClick(pane.field, Qt.Key.Key_Return)
    press(place, Qt.Key.Key_PageDown, CTRL)
    qtbot.waitUntil(lambda: not place.furniture.questions.busy, timeout=WAIT_MS)
    assert desk.study != first and pane.turns == []
    answered = next(event for event in log.events(place.store) if event.kind == "question_answered")
    opened = next(event for event in log.events(place.store) if event.kind == "study_opened")
    assert answered.study == opened.study
    press(place, Qt.Key.Key_PageUp, CTRL)
    assert [view.answer.toPlainText() for view in pane.turns] == [REPLY]


def test_another_film_of_the_study_is_another_talk_for_the_model(asking, qtbot):
    place = asking()
    ask(place, qtbot, EFFUSION)
    place.furniture.film.step(1)
    assert "AP" in place.furniture.question.film.text()
    ask(place, qtbot, "Is there edema?")
    last = place.furniture.question.turns[-1].turn.answer
    assert (last.text, last.turns_used) == ("No.", 0)
    assert last.sop_instance_uids == ("2.25.402",)


def test_the_log_knows_that_was_asked_and_no_word_of_it(asking, qtbot):
    place = asking()
    ask(place, qtbot, EFFUSION)
    told = {event.kind: event for event in log.events(place.store)}
    asked, answered = told["question_asked"].payload, told["question_answered"].payload
    assert (asked["task"], asked["turn"], asked["characters"]) == ("question", 1, len(EFFUSION))
    assert answered["model"] == "toy" and answered["characters"] == len(REPLY) and len(answered["text_sha256"]) == 64
    everything = json.dumps([event.payload for event in log.events(place.store)])
    assert EFFUSION not in everything and REPLY not in everything
    assert told["question_asked"].document is None


def test_stop_ends_the_answer_and_says_so(asking, qtbot, home):
    place = asking()
    pane = place.furniture.question
    press(place, Qt.Key.Key_4, CTRL)
    qtbot.keyClicks(pane.field, EFFUSION)
    qtbot.keyClick(pane.field, Qt.Key.Key_Return)
    assert pane.stop_button.isVisible() and not pane.ask_button.isEnabled()
    press(place, Qt.Key.Key_X, CTRL, SHIFT)
    qtbot.waitUntil(lambda: not place.furniture.questions.busy, timeout=WAIT_MS)
    assert pane.turns[0].notice.message.text() == "Stopped."
    assert not pane.stop_button.isVisible() and pane.ask_button.isEnabled()
    assert "question_failed" in kinds(place)


def test_a_model_without_the_task_is_told_plainly_and_nothing_can_be_asked(asking, qtbot):
    place = asking(tasks=("report", "differential"))
    pane = place.furniture.question
    press(place, Qt.Key.Key_4, CTRL)
    assert "not trained for free questions" in pane.model.text()
    assert not pane.ask_button.isEnabled() and not pane.field.isEnabled() and pane.differential_button.isEnabled()


def test_a_hidden_draft_is_not_betrayed_by_an_answer(asking, qtbot):
    place = asking(reveal="after impression")
    ask(place, qtbot, EFFUSION)
    pane = place.furniture.question
    assert pane.turns == [] and "own impression first" in pane.told.text()
    assert pane.field.toPlainText() == EFFUSION, "the question is kept"
    impression = place.furniture.report.body.edits["Impression"]
    impression.setFocus()
    qtbot.keyClicks(impression, "Effusion, left.")
    pane.field.clear()
    ask(place, qtbot, EFFUSION)
    assert pane.turns[0].answer.toPlainText() == REPLY


@pytest.mark.parametrize("typed", ["", "   "])
def test_an_empty_question_is_none(asking, qtbot, typed):
    place = asking()
    ask(place, qtbot, typed)
    assert place.furniture.question.turns == [] and "question_asked" not in kinds(place)
