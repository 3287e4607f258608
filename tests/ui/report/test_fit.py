"""The column on small screens, with long names and long reports; empty states; contrast of what is painted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.report.hands import drafted, give, write
from workstation.ui import style
from workstation.workflow.checks import Objection

LONG = "Wolfeschlegelsteinhausenbergerdorff^Maximilian Hieronymus Theodor"


@pytest.fixture
def small(pane):
    """The column as it stands at 1366 x 768."""
    pane.setStyleSheet(style.stylesheet())
    pane.resize(360, 690)
    return pane


@pytest.mark.parametrize("name", [LONG, "김^철수", "محمد^علي"])
def test_names_and_numbers_are_shown_whole_on_a_laptop(small, new_reading, name, qtbot):
    numbers = {"PatientID": "ISSUER-0000000129384", "AccessionNumber": "ACC-2026-11-2300001"}
    small.show_reading(new_reading(PatientName=name, SpecificCharacterSet="ISO_IR 192", **numbers))
    qtbot.wait(20)
    assert small.width() == 360
    for label in (small.sign_row.patient.name, small.sign_row.patient.numbers):
        assert label.heightForWidth(label.width()) <= label.height()
    assert small.sign_row.button.geometry().right() <= small.width()
    assert "ACC-2026-11-2300001" in small.sign_row.patient.numbers.text()


def test_findings_and_sign_are_in_sight_on_a_laptop_with_a_draft(small, new_reading, qtbot):
    reading = new_reading(ViewPosition="AP")
    small.show_reading(reading)
    give(small, reading)
    qtbot.wait(20)
    assert small.body.viewport().height() > 330
    button = small.sign_row.button.mapTo(small, QPoint(0, small.sign_row.button.height()))
    assert button.y() <= small.height()
    top = small.body.edits["Findings"].mapTo(small.body.viewport(), QPoint(0, 0)).y()
    assert 0 < top < small.body.viewport().height() - 100


def test_no_section_is_ever_wider_than_the_column(small, new_reading, qtbot):
    reading = new_reading()
    small.show_reading(reading)
    write(small.body.edits["Findings"], "W" * 200)
    write(small.body.edits["Impression"], "own")
    give(small, reading, drafted("X" * 200 + ". Second sentence.", "Y" * 200))
    qtbot.wait(20)
    assert small.body.widget().width() <= small.body.viewport().width()
    assert small.body.horizontalScrollBar().maximum() == 0


def test_nothing_that_is_told_makes_the_window_taller_than_a_laptop(small, new_reading, qtbot):
    reading = new_reading(PatientName="", PatientID="")
    small.show_reading(reading)
    give(small, reading, replace(drafted(), warnings=tuple(f"Reservation number {n} of them." for n in range(12))))
    small.draft_head.reservations.toggle()
    checks = [Objection(f"check{n}", "A rather long sentence about what is amiss. " * 2, "Mend it.") for n in range(6)]
    small.sign_row.object_to(checks)
    small.sign_row.who.ask(reading.reader)
    qtbot.wait(20)
    assert small.minimumSizeHint().height() <= 560  # the window's splitter asks for no more
    assert small.sign_row.objections.height() < 200


def test_the_last_check_is_in_sight_when_its_reason_is_asked_for(small, new_reading, qtbot):
    small.show_reading(new_reading())
    small.sign_row.object_to([Objection(f"check{n}", "Amiss. " * 20, "Mend it.") for n in range(4)])
    for line in small.sign_row.lines[:-1]:
        line.reason.setText("because")
    qtbot.wait(20)
    small.sign_row.to_first_gap()
    qtbot.wait(20)
    last = small.sign_row.lines[-1].reason
    view = small.sign_row.objections.viewport()
    assert 0 <= last.mapTo(view, QPoint(0, 0)).y() <= view.height() - last.height() // 2


def test_a_text_that_outgrows_the_column_is_not_wrapped_anew_by_a_scroll_bar(small, new_reading, qtbot):
    small.show_reading(new_reading())
    edit = small.body.edits["Findings"]
    before = edit.width()
    assert not small.body.verticalScrollBar().isEnabled()  # its room is kept, and nothing is painted in it
    edit.setFocus()
    for _ in range(60):
        QTest.keyClick(edit, Qt.Key.Key_Return)
    qtbot.wait(20)
    assert edit.width() == before
    assert small.body.verticalScrollBar().isEnabled()


def test_lines_and_tubes_have_a_field_on_bedside_films_only(pane, new_reading):
    pane.show_reading(new_reading(ViewPosition="AP"))
    assert pane.body.edits["Lines and tubes"].isVisible()
    pane.show_reading(new_reading(ViewPosition="PA"))
    assert not pane.body.edits["Lines and tubes"].isVisible()
    pane.show_reading(new_reading(ViewPosition="PA", StudyDescription="Thorax bedside"))
    assert pane.body.edits["Lines and tubes"].isVisible()


def test_the_caret_stays_in_sight_in_a_report_of_sixty_lines(small, new_reading, qtbot):
    small.show_reading(new_reading())
    edit = small.body.edits["Findings"]
    edit.setFocus()
    for line in range(60):
        QTest.keyClicks(edit, f"Line {line}.")
        QTest.keyClick(edit, Qt.Key.Key_Return)
    y = edit.viewport().mapTo(small.body.viewport(), edit.cursorRect().bottomLeft()).y()
    assert 0 <= y <= small.body.viewport().height()
    assert small.body.verticalScrollBar().value() > 300


def test_without_a_study_the_column_says_what_to_do(pane):
    pane.show_reading(None)
    assert pane.pages.currentWidget() is pane.empty_page
    assert not pane.sign_row.isVisible()
    QTest.keyClick(pane, Qt.Key.Key_F9)
    QTest.keyClick(pane, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        (style.TEXT, style.DRAFT_TINT),
        (style.SECONDARY, style.GROUND),
        (style.GREEN, style.GROUND),
        (style.RED, style.GROUND),
        (style.AMBER, style.GROUND),
        (style.SECONDARY, style.DRAFT_TINT),
    ],
)
def test_every_pair_of_colours_can_be_read(words, ground):
    assert style.contrast(words, ground) >= 4.5
