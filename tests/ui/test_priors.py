"""Priors in the whole window, by real keys: found, hung with their signed words, logged, never what is reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.synthetic import chest, dicom_file
from workstation.storage import log
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import Working

SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 20_000
PERSON = {"PatientName": "Canary^Anna", "PatientID": "CANARY-1", "PatientBirthDate": "19580314", "PatientSex": "F"}


@pytest.fixture
def films(tmp_path: Path) -> Path:
    """Two studies of one person, and one of the same name and birth date under another ID."""
    folder = tmp_path / "films"
    for n, (date, tags) in enumerate((("20260105", {}), ("20250805", {}), ("20230301", {"PatientID": "CANARY-OLD"}))):
        dicom_file(
            folder / f"{n}.dcm",
            chest(n, rows=300, columns=280),
            **{**PERSON, **tags},
            StudyInstanceUID=f"2.25.50{n}",
            SOPInstanceUID=f"2.25.60{n}",
            **{f"{kind}Date": date for kind in ("Study", "Acquisition", "Content")},
            StudyTime="101500",
        )
    return folder


@pytest.fixture
def place(open_window, films, qtbot):
    """The newest study open in a wide window, the older one signed."""
    place = open_window(films, size=(1700, 950))
    prior = Reading(place.store, "2.25.501", Reader("drb", "Dr B. Reader", "Attending"))
    prior.save(
        Working({**prior.working.sections, "Findings": "Small effusion on the left.", "Impression": "Effusion."})
    )
    prior.sign(overrides={one.check: "test" for one in prior.objections()})
    place.furniture.desk.open("2.25.502")
    place.furniture.desk.open("2.25.500")
    qtbot.waitUntil(lambda: place.furniture.film.stage.of_study.prepared is not None, timeout=WAIT_MS)
    return place


def hung(place, qtbot):
    stage = place.furniture.film.stage
    qtbot.waitUntil(lambda: stage.prior is not None and stage.prior.prepared is not None, timeout=WAIT_MS)
    return stage.prior


def test_the_newest_prior_hangs_at_once_with_its_signed_words_and_shift_p_puts_both_away(place, qtbot):
    film, desk = place.furniture.film, place.furniture.priors
    prior = hung(place, qtbot)
    assert prior.instance.study_instance_uid == "2.25.501" and prior.isVisible()
    assert "PRIOR 2025-08-05, 5 months earlier" in desk.page.head.text()
    assert "FINDINGS: Small effusion on the left." in desk.page.text.toPlainText() and desk.page.isVisible()
    film.view.setFocus()
    qtbot.keyClick(film.view, Qt.Key.Key_P, SHIFT)
    assert not prior.isVisible() and not desk.page.isVisible()
    qtbot.keyClick(film.view, Qt.Key.Key_P, SHIFT)
    assert prior.isVisible() and desk.page.isVisible()


def test_what_is_drafted_asked_and_signed_stays_the_open_studys(place, qtbot):
    film = place.furniture.film
    prior = hung(place, qtbot)
    qtbot.mouseClick(prior.view, Qt.MouseButton.LeftButton)
    assert film.view is prior.view
    assert film.instance.study_instance_uid == "2.25.500" == place.furniture.desk.study
    findings = place.furniture.report.body.edits["Findings"]
    findings.setFocus()
    qtbot.keyClicks(findings, "Unchanged.")
    place.furniture.report.autosave.flush()
    kept = Reading(place.store, "2.25.501", Reader("", "", "")).versions
    assert kept[-1].sections["Findings"] == "Small effusion on the left."


def test_a_possible_prior_is_offered_in_words_opened_by_a_press_and_logged(place, qtbot):
    kit, desk = place.furniture.priors.kit, place.furniture.priors
    assert [one.study for one in kit.possible] == ["2.25.502"] and kit.hung.study == "2.25.501"
    assert "1 possible prior, identity not proven, not hung: Canary Anna, ID CANARY-OLD" in kit.line.possible.text()
    qtbot.mouseClick(kit.line.open_possible, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: place.furniture.film.stage.prior.prepared is not None, timeout=WAIT_MS)
    assert place.furniture.film.stage.prior.instance.study_instance_uid == "2.25.502"
    assert "NOT PROVEN" in place.furniture.film.stage.prior.band.words
    assert "identity not proven" in desk.page.head.text() and not desk.page.text.isVisible()
    place.furniture.attention.watch(None)
    told = [act for event in log.events(place.store) if event.kind == "viewer" for act in event.payload["actions"]]
    opened = [act for act in told if act["act"] == "prior" and act.get("proven") is False]
    assert opened and opened[-1]["by_hand"] and "canary" not in json.dumps(told).lower()


def test_page_down_on_the_film_opens_the_next_study_and_takes_the_prior_with_it(place, qtbot):
    film, desk = place.furniture.film, place.furniture.desk
    hung(place, qtbot)
    film.stage.of_study.view.setFocus()
    qtbot.waitUntil(film.stage.of_study.view.hasFocus, timeout=WAIT_MS)
    before = desk.study
    qtbot.keyClick(film.view, Qt.Key.Key_PageUp)
    if desk.study == before:
        qtbot.keyClick(film.view, Qt.Key.Key_PageDown)
    assert desk.study != before
    kit = place.furniture.priors.kit
    assert kit.hung is None or kit.hung.study != "2.25.501" or desk.study != "2.25.501"


def test_side_by_side_the_prior_and_the_strip_are_part_of_a_layout(place, qtbot):
    film, layouts, kit = place.furniture.film, place.window.layouts, place.furniture.priors.kit
    hung(place, qtbot)
    layouts.save_as("Compare")
    film.view.setFocus()
    qtbot.keyClick(film.view, Qt.Key.Key_P, SHIFT)
    qtbot.keyClick(film.view, Qt.Key.Key_5, Qt.KeyboardModifier.ControlModifier)
    layouts.save_as("Alone")
    layouts.choose("Compare")
    assert kit.hung is not None and film.stage.prior.isVisible()
    layouts.choose("Alone")
    assert kit.hung is None and kit.wish is False
    place.window.close()


def test_the_frontal_film_hangs_left_and_the_lateral_right_whichever_came_first(open_window, tmp_path, qtbot):
    folder = tmp_path / "pair"
    for n, view in enumerate(("LATERAL", "PA")):
        pixels = chest(n, view=view, rows=300, columns=280)
        position = "LL" if view == "LATERAL" else view
        tags = {"StudyInstanceUID": "2.25.700", "SOPInstanceUID": f"2.25.71{n}", "InstanceNumber": str(n + 1)}
        dicom_file(folder / f"{n}.dcm", pixels, ViewPosition=position, **PERSON, **tags)
    place = open_window(folder, size=(1700, 950))
    stage = place.furniture.film.stage
    qtbot.waitUntil(lambda: all(slot.prepared is not None for slot in stage.slots[:2]), timeout=WAIT_MS)
    left, right = sorted(stage.slots[:2], key=lambda slot: slot.x())
    assert left.isVisible() and right.isVisible()
    assert (left.instance.view_position, right.instance.view_position) == ("PA", "LL")
