"""The next studies are ready before they are asked for, and getting them ready moves nothing under the hands."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from tests.synthetic import chest, dicom_file
from tests.unit.readings import READER, draft
from workstation.workflow import worklist
from workstation.workflow.reading import Reading

WAIT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def list_of_five(tmp_path: Path) -> Path:
    for n in range(1, 6):
        dicom_file(
            tmp_path / "films" / f"{n}.dcm",
            chest(n, rows=300, columns=280),
            PatientID=f"P-{n}",
            StudyInstanceUID=f"2.25.{n}",
            SOPInstanceUID=f"2.25.9{n}",
            AcquisitionTime=f"08{n}000",
            StudyTime=f"08{n}000",
        )
    return tmp_path / "films"


def film_of(place, n: int):
    return worklist.films(place.store, f"2.25.{n}")[0]


def is_ready(place, n: int) -> bool:
    prepared = place.furniture.film.loader.ready(film_of(place, n))
    return prepared is not None and bool(prepared.counts)


def press_next(qtbot, place) -> None:
    qtbot.waitUntil(lambda: QApplication.activeWindow() is place.window, timeout=WAIT_MS)
    qtbot.keyClick(QApplication.focusWidget() or place.window, Qt.Key.Key_PageDown, CTRL)


def test_three_studies_ahead_are_decoded_sampled_and_counted(open_window, qtbot, list_of_five):
    place = open_window(list_of_five)
    assert place.furniture.desk.study == "2.25.1"
    qtbot.waitUntil(lambda: all(is_ready(place, n) for n in (2, 3, 4)), timeout=WAIT_MS)
    assert place.furniture.film.loader.ready(film_of(place, 5)) is None
    pane = place.furniture.film
    prepared = pane.loader.ready(film_of(place, 2))
    before = prepared.sampler.zoom
    press_next(qtbot, place)
    assert pane.view.film is prepared.film  # there at once: nothing was waited for
    qtbot.wait(50)
    assert prepared.sampler.zoom == before and prepared.sampler.settled  # sampled for just this view, finely
    qtbot.waitUntil(lambda: is_ready(place, 5), timeout=WAIT_MS)


def test_getting_the_next_film_ready_moves_nothing(open_window, qtbot, list_of_five):
    place = open_window(list_of_five / "1.dcm")
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    qtbot.keyClicks(edit, "Clear lungs")
    cursor = edit.textCursor()
    cursor.setPosition(5)
    edit.setTextCursor(cursor)
    before = place.window.worklist.view.verticalScrollBar().value()
    place.furniture.arrivals.take([str(list_of_five)])
    qtbot.waitUntil(lambda: place.window.worklist.rows.total == 5, timeout=WAIT_MS)
    place.furniture.desk._prepare_next("2.25.1")
    qtbot.waitUntil(lambda: all(is_ready(place, n) for n in (2, 3, 4)), timeout=WAIT_MS)
    assert edit.hasFocus() and edit.textCursor().position() == 5 and edit.toPlainText() == "Clear lungs"
    assert place.furniture.desk.study == "2.25.1"
    assert place.window.worklist.view.verticalScrollBar().value() == before


def test_the_memory_for_films_bounds_what_is_read_ahead(open_window, qtbot, settle, list_of_five):
    place = open_window(list_of_five / "1.dcm")
    loader = place.furniture.film.loader
    loader.budget_bytes = 3 * 300 * 280 * 2
    place.furniture.arrivals.take([str(list_of_five)])
    qtbot.waitUntil(lambda: place.window.worklist.rows.total == 5, timeout=WAIT_MS)
    for _ in range(4):
        press_next(qtbot, place)
        qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
        qtbot.wait(100)
        assert loader.held_bytes() <= loader.budget_bytes


def test_a_draft_made_before_opening_says_so_with_its_time(open_window, qtbot, list_of_five):
    place = open_window(list_of_five)
    Reading(place.store, "2.25.2", READER).add_draft(draft())
    press_next(qtbot, place)
    assert place.furniture.desk.study == "2.25.2"
    head = place.furniture.report.draft_head
    qtbot.waitUntil(lambda: "before you opened the study" in head.made.text(), timeout=WAIT_MS)
    assert "Made 20" in head.made.text()


def test_a_draft_made_while_the_study_is_open_does_not_say_so(open_window, qtbot, list_of_five):
    place = open_window(list_of_five)
    reading = place.furniture.desk.reading
    made = draft()
    reading.add_draft(made)
    place.furniture.report.draft_done(made)
    assert "before you opened" not in place.furniture.report.draft_head.made.text()
    assert reading.draft_before_opening == ""


def test_next_studies_are_asked_to_be_drafted_first(open_window, qtbot, settle, list_of_five):
    place = open_window(list_of_five)
    drafts = place.furniture.drafts
    drafts.backlog.when = "on arrival"
    drafts.backlog.working = None
    drafts._closed = True  # no worker: only the order is looked at
    drafts.backlog.arrived(f"2.25.{n}" for n in (5, 4, 3, 2))
    place.furniture.desk._prepare_next("2.25.1")
    waiting = [wish.study_instance_uid for wish in drafts.backlog._waiting]
    drafts._closed = False
    assert waiting == ["2.25.2", "2.25.3", "2.25.4", "2.25.5"]
