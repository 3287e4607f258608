"""A wrong import taken back and a wrong patient corrected, by keys alone, to what stands in the store afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.unit.readings import READER
from workstation.storage import log
from workstation.storage.store import Store
from workstation.ui.viewer import facts
from workstation.ui.worklist_rows import spoken
from workstation.workflow import worklist
from workstation.workflow.reading import Reading
from workstation.workflow.working import Working

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 20_000


def press(qtbot, place, key: Qt.Key, modifier: Qt.KeyboardModifier = CTRL_SHIFT) -> None:
    qtbot.waitUntil(lambda: QApplication.activeWindow() is place.window, timeout=WAIT_MS)
    qtbot.keyClick(QApplication.focusWidget() or place.window, key, modifier)


def type_into(qtbot, words: str) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), words)


def enter(qtbot) -> None:
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)


def stored(place) -> list[worklist.StudyRow]:
    with Store.open(place.home) as store:
        return worklist.worklist(store)


def test_the_last_import_is_taken_back_by_keys(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    press(qtbot, place, Qt.Key.Key_Z)
    panel = place.furniture.mending.take_back_panel
    assert panel.isVisible() and panel.reason.hasFocus()
    assert "2 films" in panel.said.text() and "Canary Anna" in panel.said.text()
    enter(qtbot)
    assert panel.isVisible() and "reason" in panel.refusal.text() and len(stored(place)) == 2
    type_into(qtbot, "another ward's disc")
    enter(qtbot)
    assert stored(place) == [] and not panel.isVisible()
    assert place.window.worklist.rows.total == 0 and place.furniture.desk.study == ""
    assert "2 films taken back" in place.window.status.notice.words
    events = list(log.events(place.store, kind="import_taken_back"))
    assert len(events) == 2 and not any("ward" in str(event.payload) for event in events)


def test_a_reported_study_is_named_and_stays(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    reading = Reading(place.store, "2.25.102", READER)
    reading.save(Working({"Findings": "The lungs are clear.", "Impression": "Clear lungs."}))
    reading.sign(overrides={one.check: "test" for one in reading.objections()})
    press(qtbot, place, Qt.Key.Key_Z)
    said = place.furniture.mending.take_back_panel.said.text()
    assert "Reported on, so it stays" in said and "Canary Bert" in said.split("stays:")[1]
    type_into(qtbot, "wrong disc")
    enter(qtbot)
    assert [row.study_instance_uid for row in stored(place)] == ["2.25.102"]


def test_escape_leaves_everything_and_gives_the_keyboard_back(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    type_into(qtbot, "Clear")
    press(qtbot, place, Qt.Key.Key_Z)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert edit.hasFocus() and edit.toPlainText() == "Clear" and len(stored(place)) == 2
    assert not place.furniture.mending.take_back_panel.isVisible()


def test_an_import_that_is_none_is_said(open_window, qtbot):
    place = open_window()
    press(qtbot, place, Qt.Key.Key_Z)
    assert "no import" in place.window.status.notice.words


def correct_by_keys(qtbot, place) -> None:
    """Name and ID over the old ones, the birth date as people write it, sex by its letter, a reason."""
    press(qtbot, place, Qt.Key.Key_E)
    type_into(qtbot, "Right Ada")
    for words in ("R-1", "1950-01-02"):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        type_into(qtbot, words)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    type_into(qtbot, "M")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    type_into(qtbot, "films were swapped")
    enter(qtbot)


def test_a_patient_is_corrected_by_keys_and_shown_everywhere(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    study = place.furniture.desk.study
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    type_into(qtbot, "Clear lungs")
    correct_by_keys(qtbot, place)
    row = next(row for row in stored(place) if row.study_instance_uid == study)
    assert (row.patient_name, row.patient_id, row.patient_birth_date, row.patient_sex) == (
        "Right Ada",
        "R-1",
        "19500102",
        "M",
    )
    shown = place.window.worklist.rows.row(study)
    assert shown.patient_name == "Right Ada" and shown.corrected_at
    assert place.furniture.desk.study == study and edit.toPlainText() == "Clear lungs"
    assert "Right Ada" in place.furniture.report.sign_row.patient.name.text()
    pane = place.furniture.film
    qtbot.waitUntil(lambda: pane.view.film is not None, timeout=WAIT_MS)
    assert any("Right Ada" in line for line in facts.patient_lines(pane.view.film.instance))
    assert pane.view.film.instance.patient_corrected
    place.window.worklist.view.viewport().grab()
    assert "patient corrected" in spoken(shown)
    event = next(log.events(place.store, kind="patient_corrected"))
    assert "Right" not in str(event.payload) and "swapped" not in str(event.payload)


def test_what_no_patient_can_be_is_refused_in_the_panel(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    press(qtbot, place, Qt.Key.Key_E)
    panel = place.furniture.mending.correct_panel
    panel.fields["patient_birth_date"].setFocus()
    panel.fields["patient_birth_date"].selectAll()
    type_into(qtbot, "1950-13-40")
    panel.reason.setFocus()
    type_into(qtbot, "because")
    enter(qtbot)
    assert panel.isVisible() and "no date" in panel.refusal.text()
    assert {row.patient_id for row in stored(place)} == {"CANARY-1", "CANARY-2"}


def test_a_signed_report_is_told_to_keep_the_former_patient(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    reading = Reading(place.store, place.furniture.desk.study, READER)
    reading.save(Working({"Findings": "The lungs are clear.", "Impression": "Clear lungs."}))
    reading.sign(overrides={one.check: "test" for one in reading.objections()})
    press(qtbot, place, Qt.Key.Key_E)
    assert "withdraw it" in place.furniture.mending.correct_panel.said.text()
    type_into(qtbot, "Right Ada")
    place.furniture.mending.correct_panel.reason.setFocus()
    type_into(qtbot, "films were swapped")
    enter(qtbot)
    assert "signed report still names" in place.window.status.notice.words
    assert "Canary" in reading.versions[-1].text and "Right" not in reading.versions[-1].text


@pytest.mark.parametrize("act", ["study.take_back", "study.correct"])
def test_both_stand_in_the_menu(open_window, two_chests, act):
    place = open_window(two_chests)
    menu = next(one.menu() for one in place.window.menuBar().actions() if one.text() == "&Study")
    assert act in [one.objectName() for one in menu.actions()]
