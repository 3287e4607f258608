"""Signing by real keys: who, whose, what speaks against it; and the minute after."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.report.hands import FINDINGS, SENTENCES, give, press, set_setting, write
from tests.unit.readings import TestClock
from workstation.reporting.decision import Decision, Grade
from workstation.reporting.report import RESEARCH_MARK
from workstation.settings import load_settings
from workstation.storage import log
from workstation.ui import actions
from workstation.workflow.reading import Reader, Reading

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reading(pane, new_reading):
    """A drafted study on the screen."""
    made = new_reading(PatientName="Doe^Jane", PatientID="ID-77", AccessionNumber="ACC-9")
    pane.show_reading(made)
    give(pane, made)
    return made


def sign(pane):
    press(pane, Qt.Key.Key_F9)


def test_name_id_and_accession_stand_beside_the_button(pane, reading):
    row = pane.sign_row
    assert row.patient.name.text() == "Doe Jane"
    assert "ID-77" in row.patient.numbers.text() and "ACC-9" in row.patient.numbers.text()
    assert row.patient.geometry().top() <= row.button.geometry().bottom()
    assert row.patient.geometry().right() <= row.button.geometry().left()


def test_one_key_signs_an_unchanged_draft_as_accepted(pane, reading, qtbot):
    with qtbot.waitSignal(pane.signed) as told:
        sign(pane)
    version = reading.versions[-1]
    assert told.args == [reading.study_instance_uid]
    assert version.decision is Decision.ACCEPT
    assert version.sections["Findings"] == FINDINGS
    assert version.text.startswith(RESEARCH_MARK)
    assert pane.signed_view.text.toPlainText() == version.text
    assert pane.signed_view.text.isReadOnly()


def test_the_decision_is_told_in_words_before_and_signed_as_told(pane, reading, qtbot):
    pane.body.go_to(pane.body.edits["Findings"], 3)
    press(pane.focusWidget(), Qt.Key.Key_3, ALT)
    qtbot.waitUntil(lambda: pane.judge.decision.text().startswith("Edit: 4 kept, 1 removed, WER"))
    sign(pane)
    version = reading.versions[-1]
    assert (version.decision, version.difference["removed"]) == (Decision.EDIT, 1)


def test_a_rejected_sentence_leaves_no_gap_in_the_signed_text(pane, reading):
    pane.body.go_to(pane.body.edits["Findings"], len(SENTENCES[0]) + 3)
    press(pane.focusWidget(), Qt.Key.Key_3, ALT)
    sign(pane)
    assert reading.versions[-1].sections["Findings"] == " ".join((SENTENCES[0], *SENTENCES[2:]))


def test_words_written_anew_are_a_rejection(pane, reading, qtbot):
    for name, text in (("Findings", "Tumour in the left upper lobe."), ("Impression", "Mass.")):
        edit = pane.body.edits[name]
        edit.setFocus()
        press(edit, Qt.Key.Key_A, CTRL)
        QTest.keyClicks(edit, text)
    sign(pane)
    assert reading.versions[-1].decision is Decision.REJECT
    assert RESEARCH_MARK not in reading.versions[-1].text


def test_a_grade_is_one_key_and_the_same_key_takes_it_back(pane, reading):
    press(pane, Qt.Key.Key_B, ALT)
    assert pane.judge.buttons[Grade.B].isChecked()
    press(pane, Qt.Key.Key_B, ALT)
    assert pane.judge.grade is None
    press(pane, Qt.Key.Key_C, ALT)
    sign(pane)
    assert reading.versions[-1].grade is Grade.C


def test_grades_are_not_asked_for_when_the_setting_says_so(pane, new_reading, home):
    set_setting(home, "ask_grade", False)
    made = new_reading()
    pane.show_reading(made)
    give(pane, made)
    assert not pane.judge.buttons[Grade.A].isVisible()
    press(pane, Qt.Key.Key_A, ALT)
    assert pane.judge.grade is None


def test_a_report_without_an_impression_asks_for_a_reason_and_signs_with_it(pane, new_reading, store):
    made = new_reading()
    pane.show_reading(made)
    write(pane.body.edits["Findings"], "Clear lungs.")
    sign(pane)
    assert made.versions == []
    line = pane.sign_row.lines[0]
    assert line.objection.check == "empty_impression"
    assert line.reason.hasFocus()
    QTest.keyClicks(line.reason, "impression by phone")
    press(line.reason, Qt.Key.Key_Return)
    assert dict(made.versions[-1].overrides) == {"empty_impression": "impression by phone"}
    assert [event.payload for event in log.events(store, None, "override")] == [{"check": "empty_impression"}]


def test_an_empty_report_cannot_be_signed_at_all(pane, new_reading):
    made = new_reading()
    pane.show_reading(made)
    sign(pane)
    sign(pane)
    assert made.versions == []
    assert pane.sign_row.lines[0].reason.isHidden()
    assert "no findings and no impression" in pane.sign_row.lines[0].objection.message


def test_who_signs_is_asked_once_on_the_spot_and_kept(pane, new_reading, home, qtbot):
    made = new_reading(reader=Reader("", "", ""))
    pane.show_reading(made)
    write(pane.body.edits["Findings"], "Clear.")
    write(pane.body.edits["Impression"], "Normal.")
    sign(pane)
    who = pane.sign_row.who
    assert who.name.hasFocus()
    QTest.keyClicks(who.name, "Dr Ada One")
    with qtbot.waitSignal(pane.reader_named):
        press(who.name, Qt.Key.Key_Return)
    assert made.versions[-1].signature.name == "Dr Ada One"
    assert (load_settings(home)["reader_name"], load_settings(home)["reader_id"]) == ("Dr Ada One", "DAO")


def test_a_minute_counts_down_in_the_button_and_the_key_calls_back_the_text(pane, reading, qtbot):
    clock = reading.clock = TestClock()
    pane.body.go_to(pane.body.edits["Findings"], 3)
    press(pane.focusWidget(), Qt.Key.Key_1, ALT)
    before = pane.body.working()
    sign(pane)
    assert pane.recall_bar.button.text().startswith("Call back (60 s)")
    clock.seconds += 8
    pane.recall_bar.refresh()
    assert "(52 s)" in pane.recall_bar.button.text()
    with qtbot.waitSignal(pane.recalled):
        press(pane, Qt.Key.Key_F9, CTRL)
    assert reading.versions == []
    assert pane.body.working().sections == before.sections
    assert pane.body.working().marks == before.marks
    assert not pane.recall_bar.isVisible()


def test_the_minute_goes_on_beside_the_next_study_and_then_ends(pane, reading, new_reading):
    clock = reading.clock = TestClock()
    sign(pane)
    pane.show_reading(new_reading())
    assert pane.recall_bar.isVisible() and "Doe Jane" in pane.recall_bar.patient.text()
    clock.seconds += 61
    pane.recall_bar.refresh()
    assert not pane.recall_bar.isVisible()


def test_an_export_within_the_minute_ends_it_and_the_button_says_so_before(pane, reading, tmp_path):
    sign(pane)
    assert "ends recall" in pane.signed_view.export_button.text()
    path = tmp_path / "out.txt"
    pane.sign_desk.choose_path = lambda _proposed, _kinds: str(path)
    pane.sign_desk.export("report.export_text")
    assert path.read_text(encoding="utf-8") == reading.versions[-1].text
    assert not pane.recall_bar.isVisible()
    assert str(path) in pane.signed_view.told.text()
    assert "ends recall" not in pane.signed_view.export_button.text()
    assert reading.seconds_to_recall() == 0


@pytest.mark.parametrize(("kind", "says"), [("sr", b"DICM"), ("fhir", b"DiagnosticReport"), ("hl7", b"ORU^R01")])
def test_other_systems_formats_are_chosen_from_the_export_menu(pane, reading, tmp_path, kind, says):
    sign(pane)
    path = tmp_path / f"out.{kind}"
    pane.sign_desk.choose_path = lambda _proposed, _kinds: str(path)
    wanted = actions.label(f"report.export_{kind}")
    next(item for item in pane.signed_view.export_menu.actions() if item.text() == wanted).trigger()
    assert says in path.read_bytes() and RESEARCH_MARK.encode() in path.read_bytes()
    assert [each["format"] for each in reading.exports] == [kind]


def test_copying_puts_the_signed_text_on_the_clipboard(pane, reading):
    sign(pane)
    press(pane, Qt.Key.Key_C, CTRL, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.clipboard().text() == reading.versions[-1].text


def test_a_pdf_is_written_and_its_place_told(pane, reading, tmp_path):
    sign(pane)
    path = tmp_path / "out"
    pane.sign_desk.choose_path = lambda _proposed, _kinds: str(path)
    press(pane, Qt.Key.Key_P, CTRL, Qt.KeyboardModifier.ShiftModifier)
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert "out.pdf" in pane.signed_view.told.text()


def test_an_export_that_fails_is_told_in_red_where_it_happened(pane, reading, tmp_path):
    sign(pane)
    pane.sign_desk.choose_path = lambda _proposed, _kinds: str(tmp_path / "nowhere" / "out.txt")
    pane.sign_desk.export("report.export_text")
    assert pane.signed_view.told.property("role") == "wrong"
    assert reading.seconds_to_recall() > 0


def test_an_addendum_is_typed_signed_and_shown(pane, reading):
    sign(pane)
    QTest.mouseClick(pane.signed_view.addend_button, Qt.MouseButton.LeftButton)
    assert pane.signed_view.addendum.hasFocus()
    QTest.keyClicks(pane.signed_view.addendum, "Discussed by phone.")
    QTest.mouseClick(pane.signed_view.sign_addendum, Qt.MouseButton.LeftButton)
    assert reading.status.value == "amended"
    assert "Discussed by phone." in pane.signed_view.text.toPlainText()
    assert pane.head.version.text() == "version 2"


def test_a_withdrawal_needs_its_reason(pane, reading):
    sign(pane)
    QTest.mouseClick(pane.signed_view.withdraw_button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(pane.signed_view.confirm_withdrawal, Qt.MouseButton.LeftButton)
    assert reading.status.value == "final"
    assert pane.signed_view.told.property("role") == "wrong"
    QTest.keyClicks(pane.signed_view.reason, "wrong patient")
    QTest.mouseClick(pane.signed_view.confirm_withdrawal, Qt.MouseButton.LeftButton)
    assert reading.status.value == "withdrawn"
    assert "ENTERED IN ERROR" in pane.signed_view.text.toPlainText()
    assert not pane.signed_view.addend_button.isVisible()


def test_a_signed_study_opens_read_only(pane, reading, store):
    sign(pane)
    pane.show_reading(None)
    pane.show_reading(Reading(store, reading.study_instance_uid, reading.reader))
    assert pane.pages.currentWidget() is pane.signed_view
    sign(pane)
    assert len(reading.versions) == 1


def test_a_report_signed_elsewhere_meanwhile_is_told_and_nothing_is_overwritten(pane, reading, store, qtbot):
    other = Reading(store, reading.study_instance_uid, Reader("dr2", "Dr Two", "Radiologist"))
    pane.autosave.flush()
    other.sign()
    with qtbot.waitSignal(pane.autosave.failed, timeout=3000):
        write(pane.body.edits["Indication"], "late")
    assert "signed" in pane.head.trouble.text()
    assert len(reading.versions) == 1


def test_after_signing_from_the_report_the_caret_is_in_the_next_report_and_space_types(pane, reading, new_reading):
    following = new_reading()
    pane.signed.connect(lambda _study: pane.show_reading(following))
    pane.body.edits["Impression"].setFocus()
    sign(pane)
    assert pane.reading is following
    assert pane.body.edits["Findings"].hasFocus()
    press(pane.focusWidget(), Qt.Key.Key_Space)
    assert following.versions == []
    assert pane.body.edits["Findings"].text() == " "


def test_after_signing_from_elsewhere_the_focus_stays_there(pane, reading, new_reading, qtbot):
    following = new_reading()
    pane.signed.connect(lambda _study: pane.show_reading(following))
    pane.setFocus()
    sign(pane)
    assert not pane.body.edits["Findings"].hasFocus()
    assert pane.sign_row.button.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_an_unsigned_report_does_not_leave_and_says_why(pane, reading):
    QApplication.clipboard().clear()
    press(pane, Qt.Key.Key_C, CTRL, Qt.KeyboardModifier.ShiftModifier)
    assert QApplication.clipboard().text() == ""
    assert "Sign it first" in pane.sign_row.told.text()


def test_a_report_without_a_name_is_called_back_by_words_too(pane, new_reading):
    made = new_reading(PatientName="", PatientID="")
    pane.show_reading(made)
    give(pane, made)
    sign(pane)
    assert pane.recall_bar.patient.text() == "Signed: name not stated, ID not stated"


def test_asking_twice_for_an_addendum_keeps_the_words_typed_so_far(pane, reading):
    sign(pane)
    pane.signed_view.open_addendum()
    QTest.keyClicks(pane.signed_view.addendum, "Film repeated.")
    pane.signed_view.addend_button.click()
    assert pane.signed_view.addendum.toPlainText() == "Film repeated."


def test_a_signed_addendum_leaves_the_keyboard_in_the_report_and_tells_the_worklist(pane, reading, qtbot):
    sign(pane)
    pane.signed_view.open_addendum()
    QTest.keyClicks(pane.signed_view.addendum, "Seen with the lateral.")
    pane.signed_view.sign_addendum.setFocus()
    with qtbot.waitSignal(pane.status_changed) as told:
        QTest.keyClick(pane.signed_view.sign_addendum, Qt.Key.Key_Space)
    assert told.args == [reading.study_instance_uid]
    assert pane.signed_view.text.hasFocus()
    assert reading.status.value == "amended"
