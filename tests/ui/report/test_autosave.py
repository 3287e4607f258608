"""Every keystroke reaches the store within a second, without typing ever waiting for it."""

from __future__ import annotations

import sqlite3
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.report.hands import give, press, write
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow.reading import Reading


def test_words_are_in_the_store_within_a_second_of_the_key(pane, new_reading, qtbot, home):
    reading = new_reading()
    pane.show_reading(reading)
    write(pane.body.edits["Findings"], "Clear lungs.")
    with qtbot.waitSignal(pane.autosave.saved, timeout=1000):
        pass
    with Store.open(home) as other:
        kept = Reading(other, reading.study_instance_uid, reading.reader).working
    assert kept.sections["Findings"] == "Clear lungs."
    assert "autosaved 1 s ago" in pane.head.state.text()
    assert "in progress" in pane.head.state.text()


def test_typing_goes_on_while_the_store_is_locked_and_is_saved_afterwards(pane, new_reading, qtbot, home):
    reading = new_reading()
    pane.show_reading(reading)
    edit = pane.body.edits["Findings"]
    write(edit, "a")
    with qtbot.waitSignal(pane.autosave.saved, timeout=3000):
        pass
    blocker = sqlite3.connect(home.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    slowest = 0.0
    for letter in "while the store is locked":
        begun = time.perf_counter()
        QTest.keyClicks(edit, letter)
        QApplication.processEvents()
        slowest = max(slowest, time.perf_counter() - begun)
        qtbot.wait(40)
    blocker.execute("ROLLBACK")
    blocker.close()
    assert slowest < 1.0  # the store's own wait is five seconds
    qtbot.waitUntil(lambda: reading.working.sections["Findings"] == edit.text(), timeout=8000)


def test_a_store_that_refuses_is_told_in_red_and_tried_again_while_the_text_stays(pane, new_reading, qtbot, store):
    reading = new_reading()
    pane.show_reading(reading)
    store.execute("CREATE TRIGGER refuse BEFORE INSERT ON working BEGIN SELECT RAISE(ABORT, 'no'); END")
    edit = pane.body.edits["Findings"]
    with qtbot.waitSignal(pane.autosave.failed, timeout=3000):
        write(edit, "Not lost.")
    assert "Not saved" in pane.head.trouble.text()
    assert pane.head.trouble.property("role") == "wrong"
    assert edit.text() == "Not lost."
    store.execute("DROP TRIGGER refuse")
    with qtbot.waitSignal(pane.autosave.saved, timeout=6000):
        pass
    assert pane.head.trouble.isHidden()
    assert reading.working.sections["Findings"] == "Not lost."


def test_leaving_the_study_saves_the_last_key(pane, new_reading):
    first, second = new_reading(), new_reading()
    pane.show_reading(first)
    write(pane.body.edits["Impression"], "Last word")
    pane.show_reading(second)
    assert first.working.sections["Impression"] == "Last word"
    assert pane.body.edits["Impression"].text() == ""


def test_the_caret_comes_back_where_it_was_without_taking_the_focus(pane, new_reading):
    reading = new_reading()
    pane.show_reading(reading)
    write(pane.body.edits["Indication"], "Cough and fever")
    pane.body.edits["Indication"].place_caret(5)
    pane.autosave.touch()
    pane.show_reading(None)
    pane.setFocus()
    pane.show_reading(reading)
    assert pane.body.active == "Indication"
    assert pane.body.edits["Indication"].textCursor().position() == 5
    assert not pane.body.edits["Indication"].hasFocus()


def test_the_comparison_names_the_prior_and_is_nobodys_typing(pane, new_reading):
    same = {"PatientID": "P1", "PatientBirthDate": "19600101", "PatientSex": "M"}
    prior = {"StudyDate": "20250302", "AcquisitionDate": "20250302", "ContentDate": "20250302"}
    new_reading(**same, **prior)
    later = new_reading(**same, StudyDate="20261101", AcquisitionDate="20261101")
    pane.show_reading(later)
    assert "2025-03-02" in pane.body.edits["Comparison"].text()
    assert "None" not in pane.body.edits["Comparison"].text()
    assert "Comparison" not in pane.body.working().spans
    write(pane.body.edits["Comparison"], "Also CT. ")
    assert pane.body.working().spans["Comparison"][0].origin == "typed"


def test_the_first_key_of_an_opening_is_logged_once_with_its_own_moment(pane, new_reading, store):
    reading = new_reading()
    pane.show_reading(reading)
    before = time.monotonic_ns()
    write(pane.body.edits["Findings"], "abc")
    after = time.monotonic_ns()
    pane.autosave.flush()
    keys = list(log.events(store, None, "first_key"))
    assert len(keys) == 1
    assert before <= keys[0].monotonic_ns <= after


def test_what_the_program_puts_in_is_no_first_key(pane, new_reading, store):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.autosave.flush()
    assert list(log.events(store, None, "first_key")) == []
    assert reading.status.value == "draft ready"
    press(pane.body.edits["Findings"], Qt.Key.Key_X)
    pane.autosave.flush()
    assert reading.status.value == "in progress"


def test_typing_is_logged_in_numbers_and_the_last_key_in_its_moment(pane, new_reading, store):
    reading = new_reading()
    pane.show_reading(reading)
    write(pane.body.edits["Findings"], "Clear.")
    press(pane.body.edits["Findings"], Qt.Key.Key_Backspace)
    write(pane.body.edits["Impression"], "Normal.")
    pressed = time.monotonic_ns()
    press(pane, Qt.Key.Key_F9)
    edited = [event.payload for event in log.events(store, None, "text_edited")]
    assert edited == [
        {"sections": {"Findings": {"inserted": 6, "deleted": 1}, "Impression": {"inserted": 7, "deleted": 0}}}
    ]
    last = list(log.events(store, None, "last_key"))
    assert len(last) == 1 and last[0].monotonic_ns <= pressed
    assert reading.versions


def test_a_text_that_the_store_refused_comes_back_with_its_study(pane, new_reading, qtbot, store):
    first, second = new_reading(), new_reading()
    pane.show_reading(first)
    write(pane.body.edits["Findings"], "Saved. ")
    pane.autosave.flush()
    store.execute("CREATE TRIGGER refuse BEFORE INSERT ON working BEGIN SELECT RAISE(ABORT, 'no'); END")
    write(pane.body.edits["Findings"], "Not yet.")
    pane.show_reading(second)
    assert pane.body.edits["Findings"].text() == ""
    assert "not saved yet" in pane.head.trouble.text()
    store.execute("DROP TRIGGER refuse")
    pane.show_reading(first)
    assert pane.body.edits["Findings"].text() == "Saved. Not yet."
    qtbot.waitUntil(lambda: first.working.sections["Findings"] == "Saved. Not yet.", timeout=3000)
