"""Markings leave as DICOM that foreign judges accept, and come back to the same films with the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydicom
import pytest

from tests.conftest import shared_folder
from tests.synthetic import chest, dicom_file
from tests.unit.export.witness import dumped, errors_of
from workstation.dicom.presentation_state import read_presentation_state
from workstation.dicom.structured_report import read_structured_report
from workstation.errors import ExportError
from workstation.export.graphics import annotations_of, tracking_uid
from workstation.imaging.annotation import Annotation, Calibration, Kind, Markings
from workstation.imaging.film import describe
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow import companions, worklist
from workstation.workflow.intake import take_in
from workstation.workflow.markings_out import Saved, save_markings
from workstation.workflow.reading import Reader

READER = Reader("rd", "Dr. Anna Reader", "radiologist")


@pytest.fixture
def store(home: Home) -> Any:
    with Store.open(home) as opened:
        yield opened


def drawings(uid: str) -> tuple[Annotation, ...]:
    shapes = (
        (Kind.LENGTH, ((100.0, 100.0), (100.0, 200.0)), ""),
        (Kind.COBB, ((10.0, 10.0), (10.0, 60.0), (80.0, 10.0), (100.0, 60.0)), ""),
        (Kind.CARDIOTHORACIC_RATIO, ((200.0, 120.0), (200.0, 220.0), (210.0, 60.0), (210.0, 260.0)), "rotated"),
        (Kind.ELLIPSE, ((50.0, 50.0), (90.0, 150.0)), ""),
        (Kind.FREEHAND, ((5.0, 5.0), (5.0, 45.0), (45.0, 45.0), (45.0, 5.0), (5.0, 5.0)), ""),
        (Kind.TEXT, ((30.0, 30.0),), "look here"),
    )
    return tuple(
        Annotation(f"id{at}", kind, points, uid, 0, text, made_at="2026-01-02T00:00:00+00:00")
        for at, (kind, points, text) in enumerate(shapes)
    )


def taken(store: Store, path: str) -> str:
    return take_in(store, store.home, [path]).files[0].study_instance_uid


def save(store: Store, study: str, folder: Path, markings: Markings) -> Saved:
    folder.mkdir(exist_ok=True)
    return save_markings(store, study, folder, markings, {}, READER)


def films() -> list[str]:
    """A synthetic film with spacing; the real one without name, birth date or sex; a lossless JPEG."""
    folder = shared_folder()
    real = ("cxr-simpleitk/cxr.dcm", "dwv/gdcm-CR-MONO1-10-chest.dcm") if folder else ()
    return ["synthetic", *(str(folder / "dicom" / name) for name in real if folder)]


@pytest.mark.parametrize("path", films(), ids=lambda path: Path(path).name)
def test_state_report_and_key_selection_are_accepted_by_foreign_judges(store: Store, tmp_path: Path, path: str) -> None:
    if path == "synthetic":
        path = str(dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380), PatientName="Canary^Anna"))
    study = taken(store, path)
    (film,) = worklist.films(store, study)
    saved = save(
        store, study, tmp_path / "out", Markings(drawings(film.sop_instance_uid), (), (film.sop_instance_uid,))
    )
    state, report, keys = saved.files
    assert [file.stem.split("-")[-2] for file in saved.files] == ["gsps", "sr", "ko"]
    for file in saved.files:
        assert errors_of(file) <= errors_of(Path(path)), file
        dataset = pydicom.dcmread(file)
        assert dataset.StudyInstanceUID == study
        assert str(dataset.PatientID) == film.patient_id
        assert "Canary" not in file.name
    assert "Cardiothoracic ratio" in dumped(report) and "Reader" in dumped(report)
    assert "Of Interest" in dumped(keys)
    back = annotations_of(read_presentation_state(state).drawn_on(film.sop_instance_uid), film.sop_instance_uid)
    assert sorted(back, key=lambda one: one.id) == list(drawings(film.sop_instance_uid))


def test_the_numbers_come_back_with_units_scale_and_film(store: Store, tmp_path: Path) -> None:
    path = dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380), ImagerPixelSpacing=[0.2, 0.2])
    uid = describe(path).sop_instance_uid
    study = taken(store, str(path))
    saved = save(store, study, tmp_path / "out", Markings(drawings(uid)))
    report = read_structured_report(saved.files[1])
    numbers = {each.name: each for each in report.numbers}
    assert numbers["Length"].value == pytest.approx(20.0) and numbers["Length"].unit == "mm"
    assert numbers["Cobb angle"].value == pytest.approx(21.8, abs=0.1) and numbers["Cobb angle"].unit == "deg"
    assert numbers["Cardiothoracic ratio"].value == pytest.approx(0.5)
    assert numbers["Inner transverse width of the thorax"].value == pytest.approx(40.0)
    assert {each.unit for each in report.numbers} >= {"mm", "mm2", "deg", "1"}
    assert all([one.sop_instance_uid for one in each.references] == [uid] for each in report.numbers if each.references)
    assert numbers["Length"].references and numbers["Length"].tracking_uid == tracking_uid(drawings(uid)[0])
    said = dumped(saved.files[1])
    assert "at detector" in said and "rotated" in said  # how the scale is known, and what weakens the ratio


def test_a_film_without_scale_is_measured_in_pixels(store: Store, tmp_path: Path) -> None:
    tags = {"ImagerPixelSpacing": None, "PixelSpacing": None}
    path = dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380), **tags)
    uid = describe(path).sop_instance_uid
    study = taken(store, str(path))
    number = read_structured_report(save(store, study, tmp_path / "a", Markings(drawings(uid)[:1])).files[1]).numbers[0]
    assert (number.value, number.unit) == (100.0, "{pixels}")
    by_hand = Markings(drawings(uid)[:1], (Calibration(uid, ((0.0, 0.0), (0.0, 50.0)), 25.0),))
    number = read_structured_report(save(store, study, tmp_path / "b", by_hand).files[1]).numbers[0]
    assert (number.value, number.unit) == (pytest.approx(50.0), "mm")


def test_what_left_is_logged_by_fingerprint_and_taken_in_again_shown_on_its_film(store: Store, tmp_path: Path) -> None:
    path = dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380), PatientName="Canary^Anna")
    study = taken(store, str(path))
    (film,) = worklist.films(store, study)
    marked = Markings(drawings(film.sop_instance_uid), (), (film.sop_instance_uid,))
    save(store, study, tmp_path / "out", marked)
    events = list(log.events(store, kind="picture_exported"))
    assert [event.payload["format"] for event in events] == ["gsps", "sr", "ko"]
    assert all(len(event.payload["sha256"]) == 64 for event in events)
    assert "Canary" not in repr(events)
    assert {file.status for file in take_in(store, store.home, [str(tmp_path / "out")]).files} == {"taken"}
    (state,) = companions.presentation_states(store, study).states
    assert state.concerns(film.sop_instance_uid)
    assert {report.selects_key_images for report in companions.reports(store, study)} == {True, False}


def test_proposals_stay_and_an_empty_study_says_so(store: Store, tmp_path: Path) -> None:
    path = dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380))
    study = taken(store, str(path))
    with pytest.raises(ExportError) as refused:
        save(store, study, tmp_path / "out", Markings())
    assert refused.value.code == "no_markings"
    uid = describe(path).sop_instance_uid
    proposed = Annotation("p", Kind.LENGTH, ((1.0, 1.0), (9.0, 9.0)), uid, source="proposed")
    saved = save(store, study, tmp_path / "out", Markings((proposed, drawings(uid)[0])))
    assert saved.told == ("1 proposed drawings stay here until you accept them.",)
    state = read_presentation_state(saved.files[0])
    assert [one.id for one in annotations_of(state.drawn_on(uid), uid)] == ["id0"]


def test_a_corrected_patient_stands_in_what_leaves(store: Store, tmp_path: Path) -> None:
    from workstation.workflow.identity import correct

    path = dicom_file(tmp_path / "film.dcm", chest(1, rows=400, columns=380), PatientName="Wrong^Name", PatientID="W-1")
    study = taken(store, str(path))
    fields = {"patient_name": "Right Name", "patient_id": "R-1", "patient_birth_date": "19600101", "patient_sex": "F"}
    correct(store, study, fields, "mixed up at the console", READER)
    (film,) = worklist.films(store, study)
    saved = save(store, study, tmp_path / "out", Markings(drawings(film.sop_instance_uid)))
    for file in saved.files:
        dataset = pydicom.dcmread(file)
        assert (str(dataset.PatientName), dataset.PatientID, dataset.PatientSex) == ("Right Name", "R-1", "F")
        assert b"Wrong" not in file.read_bytes()
