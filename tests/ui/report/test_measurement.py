"""A measurement comes into the report from the film: where it stands, what it is known as, what it leaves alone."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.report.hands import FINDINGS, SENTENCES, give, press, write
from workstation.reporting.decision import Decision
from workstation.storage import log
from workstation.workflow.working import MEASURED

RATIO = "Cardiothoracic ratio 0.54 (PA projection)."


def findings(pane):
    return pane.body.edits["Findings"]


def measured_words(working) -> list[str]:
    text = working.sections["Findings"]
    return [text[span.start : span.end] for span in working.spans["Findings"] if span.origin == MEASURED]


def test_a_measurement_in_an_empty_report_is_saved_with_its_origin(pane, new_reading, qtbot):
    reading = new_reading()
    pane.show_reading(reading)
    assert pane.insert_measurement(RATIO)
    pane.autosave.flush()
    assert reading.working.sections["Findings"] == RATIO
    assert measured_words(reading.working) == [RATIO]
    assert reading.status.value == "in progress"


def test_it_goes_to_the_caret_between_two_sentences_and_the_caret_goes_on_behind_it(pane, new_reading):
    pane.show_reading(new_reading())
    write(findings(pane), "Heart large. Lungs clear.")
    for _ in range(len(" Lungs clear.")):
        press(findings(pane), Qt.Key.Key_Left)
    pane.insert_measurement(RATIO)
    QTest.keyClicks(findings(pane), " Aorta wide.")
    assert findings(pane).text() == f"Heart large. {RATIO} Aorta wide. Lungs clear."
    assert findings(pane).hasFocus()


def test_it_never_breaks_a_sentence_that_is_being_typed(pane, new_reading):
    pane.show_reading(new_reading())
    write(findings(pane), "The heart is enl")
    pane.insert_measurement(RATIO)
    assert findings(pane).text() == f"The heart is enl\n{RATIO}"
    assert findings(pane).textCursor().position() == len("The heart is enl")


def test_under_a_draft_it_stands_behind_the_last_sentence_and_the_draft_stays_drafted(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.insert_measurement(RATIO)
    pane.autosave.flush()
    working = reading.working
    assert working.sections["Findings"] == f"{FINDINGS} {RATIO}"
    assert measured_words(working) == [RATIO]
    assert [mark.words for mark in working.marks if mark.section == "Findings"] == list(SENTENCES)
    assert {mark.state for mark in working.marks} == {"drafted"}
    assert reading.derived_decision() is Decision.EDIT


def test_a_measurement_reopened_is_still_a_measurement(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.insert_measurement(RATIO)
    pane.show_reading(None)
    pane.show_reading(reading)
    assert measured_words(pane.body.working()) == [RATIO]
    write(findings(pane), "x")
    assert measured_words(pane.body.working()) == [RATIO]


def test_one_step_of_undo_takes_it_out(pane, new_reading):
    pane.show_reading(new_reading())
    write(findings(pane), "Heart large.")
    pane.insert_measurement(RATIO)
    press(findings(pane), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert findings(pane).text() == "Heart large."


def test_focus_caret_and_selection_in_another_section_stay(pane, new_reading):
    pane.show_reading(new_reading())
    impression = pane.body.edits["Impression"]
    write(impression, "Enlarged heart.")
    impression.selectAll()
    pane.insert_measurement(RATIO)
    assert impression.hasFocus() and impression.textCursor().selectedText() == "Enlarged heart."
    assert findings(pane).text() == RATIO


def test_a_signed_report_takes_no_measurement(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    write(findings(pane), "Heart large.")
    write(pane.body.edits["Impression"], "Large heart.")
    pane.autosave.flush()
    reading.sign()
    pane.show_reading(reading)
    assert not pane.insert_measurement(RATIO)


def test_the_log_tells_that_it_was_put_in_and_not_typed(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    pane.insert_measurement(RATIO)
    pane.show_reading(None)
    events = list(log.events(reading.store, reading.study_key))
    told = next(event for event in events if event.kind == "measurement_inserted")
    assert told.payload["section"] == "Findings" and told.payload["characters"] == len(RATIO)
    assert not any(event.kind in ("first_key", "text_edited") for event in events)


def test_a_measurement_that_was_corrected_takes_the_place_of_the_former_one(pane, new_reading):
    pane.show_reading(new_reading())
    write(findings(pane), "Heart large.")
    pane.insert_measurement(RATIO)
    QTest.keyClicks(findings(pane), " Aorta wide.")
    pane.insert_measurement(RATIO.replace("0.54", "0.51"), former=RATIO)
    assert findings(pane).text() == f"Heart large. {RATIO.replace('0.54', '0.51')} Aorta wide."
    assert measured_words(pane.body.working()) == [RATIO.replace("0.54", "0.51")]


def test_the_same_measurement_is_not_put_in_twice(pane, new_reading):
    pane.show_reading(new_reading())
    pane.insert_measurement(RATIO)
    pane.insert_measurement(RATIO, former=RATIO)
    assert findings(pane).text() == RATIO


def test_a_measurement_that_the_reader_rewrote_is_left_alone(pane, new_reading):
    pane.show_reading(new_reading())
    pane.insert_measurement(RATIO)
    findings(pane).setFocus()
    press(findings(pane), Qt.Key.Key_End)
    press(findings(pane), Qt.Key.Key_Backspace)
    pane.insert_measurement("Length 3 mm.", former=RATIO)
    assert findings(pane).text() == f"{RATIO[:-1]}\nLength 3 mm."
