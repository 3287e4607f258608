"""Films come in from files and folders; what cannot is refused with a reason and the batch goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.readings import film_file, take
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow.intake import take_in
from workstation.workflow.worklist import films, frontal, study, worklist


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


def test_a_folder_of_films_and_clutter_is_taken_film_by_film(store: Store, home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "disc" / "deep"
    film_file(folder, "one")
    film_file(folder.parent, "two")
    (folder / "notes.txt").write_text("not a film")
    (folder / "empty.dcm").write_bytes(b"")
    (folder / "cut.dcm").write_bytes(film_file(tmp_path, "whole").read_bytes()[:700])
    (folder.parent / "DICOMDIR").write_bytes(b"\0" * 128 + b"DICM")
    intake = take_in(store, home, [str(tmp_path / "disc"), str(tmp_path / "nowhere.dcm")])
    by_name = {Path(file.path).name: file for file in intake.files}
    assert {name for name, file in by_name.items() if file.status == "taken"} == {"one.dcm", "two.dcm"}
    assert len(by_name) == 7
    for file in intake.files:
        if file.status == "refused":
            assert file.reason.endswith(".") and file.remedy.endswith(".") and file.code
    assert by_name["nowhere.dcm"].code == "not_found"
    assert len(worklist(store)) == 2


def test_a_pipe_among_the_films_is_not_waited_for(store: Store, home: Home, tmp_path: Path) -> None:
    film_file(tmp_path / "films", "b")
    os.mkfifo(tmp_path / "films" / "a.dcm")
    assert [file.status for file in take_in(store, home, [str(tmp_path / "films")]).files] == ["refused", "taken"]


def test_two_programs_may_take_the_same_films_at_once(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "films"
    for number in range(12):
        film_file(folder, f"film{number}")

    def intake(_: int) -> list[str]:
        with Store.open(home) as own:
            return [file.status for file in take_in(own, home, [str(folder)]).files]

    with ThreadPoolExecutor(4) as several:
        statuses = [status for found in several.map(intake, range(4)) for status in found]
    assert (statuses.count("taken"), statuses.count("already")) == (12, 36)


def test_an_empty_name_is_not_the_folder_we_stand_in(store: Store, home: Home) -> None:
    assert [file.status for file in take_in(store, home, [""]).files] == ["refused"]


def test_the_same_film_twice_is_already_there(store: Store, home: Home, tmp_path: Path) -> None:
    path = str(film_file(tmp_path))
    first, second = take_in(store, home, [path, path]).files
    assert (first.status, second.status) == ("taken", "already")
    assert second.study_instance_uid == first.study_instance_uid
    assert len(list(home.inbox.rglob("*.dcm"))) == 1


def test_another_film_under_the_same_uid_is_not_taken_over(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path, "first", SOPInstanceUID="1.2.3.4")
    outcome = take_in(store, home, [str(film_file(tmp_path, "second", SOPInstanceUID="1.2.3.4"))]).files[0]
    assert outcome.status == "already" and "different file" in outcome.warnings[0]


def test_the_inbox_holds_the_bytes_and_no_half_files(store: Store, home: Home, tmp_path: Path) -> None:
    path = film_file(tmp_path)
    uid = take_in(store, home, [str(path)]).files[0].study_instance_uid
    kept = Path(films(store, uid)[0].path)
    assert kept.is_relative_to(home.inbox) and kept.read_bytes() == path.read_bytes()
    path.unlink()
    assert kept.is_file() and not list(home.inbox.rglob("*.part"))


def test_pa_and_lateral_are_one_study_frontal_first(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path, "lateral", ViewPosition="LL", StudyInstanceUID="1.2.3")
    take(store, home, tmp_path, "pa", StudyInstanceUID="1.2.3")
    row = study(store, "1.2.3")
    assert (row.views, row.instances) == (("PA", "LL"), 2)
    assert [film.view_position for film in films(store, "1.2.3")] == ["PA", "LL"]
    first = frontal(store, "1.2.3")
    assert first is not None and first.view_position == "PA"


def test_a_study_of_laterals_has_no_frontal_film(store: Store, home: Home, tmp_path: Path) -> None:
    assert frontal(store, take(store, home, tmp_path, ViewPosition="LL")) is None


def test_a_film_that_names_another_patient_is_not_added_to_the_study(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path, "first", StudyInstanceUID="1.2.3", PatientID="A")
    outcome = take_in(store, home, [str(film_file(tmp_path, "b", StudyInstanceUID="1.2.3", PatientID="B"))]).files[0]
    assert (outcome.status, outcome.code) == ("refused", "other_patient")
    assert study(store, "1.2.3").instances == 1


def test_a_later_film_fills_what_the_first_left_empty(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path, "a", StudyInstanceUID="1.2.3", AccessionNumber=None, AcquisitionDate="20250102")
    take(store, home, tmp_path, "b", StudyInstanceUID="1.2.3", AccessionNumber="X-1", AcquisitionDate="20250101")
    row = study(store, "1.2.3")
    assert row.accession_number == "X-1" and row.acquired.startswith("20250101")
    assert len(worklist(store, "x-1")) == 1


def test_pictures_are_told_apart_by_their_files_names(store: Store, home: Home, tmp_path: Path) -> None:
    Image.fromarray(np.full((40, 40), 7, np.uint8)).save(tmp_path / "case 17.png")
    take_in(store, home, [str(tmp_path / "case 17.png")])
    assert [row.description for row in worklist(store, "case")] == ["Picture case 17.png"]


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_a_png_gets_a_study_of_its_pixels(store: Store, home: Home, tmp_path: Path, depth: type) -> None:
    pixels: np.ndarray = np.random.default_rng(1).integers(0, np.iinfo(depth).max, (40, 40)).astype(depth)
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(tmp_path / name)
    first, second = take_in(store, home, [str(tmp_path / "a.png"), str(tmp_path / "b.png")]).files
    assert (first.status, second.status) == ("taken", "already")
    assert first.study_instance_uid == second.study_instance_uid and first.study_instance_uid.startswith("2.25.")


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
def test_a_file_name_that_is_no_text_is_no_obstacle(store: Store, home: Home, tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/\xff\xfe.d\xffm"
    os.rename(film_file(tmp_path), odd)
    intake = take_in(store, home, [os.fsdecode(odd)])
    assert intake.count("taken") == 1
    assert Path(films(store, intake.files[0].study_instance_uid)[0].path).is_file()


def test_progress_is_told_and_stop_is_asked(store: Store, home: Home, tmp_path: Path) -> None:
    for number in range(4):
        film_file(tmp_path / "many", f"f{number}")
    told: list[tuple[int, int]] = []
    intake = take_in(
        store, home, [str(tmp_path / "many")], lambda done, of: told.append((done, of)), lambda: len(told) == 2
    )
    assert told == [(1, 4), (2, 4)] and intake.count("taken") == 2


def test_names_of_every_script_are_kept(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path, "j", PatientName="山田^太郎", PatientID="漢-1")
    row = worklist(store, "山田")[0]
    assert "山田" in row.patient_name and row.patient_id == "漢-1"


def test_an_import_is_logged_without_names(store: Store, home: Home, tmp_path: Path) -> None:
    take(store, home, tmp_path)
    event = next(log.events(store, kind="imported"))
    assert event.payload["view"] == "PA" and event.study == worklist(store)[0].study_key


def test_real_films_come_in(store: Store, home: Home, shared: Path) -> None:
    intake = take_in(store, home, [str(shared / "dicom" / "cxr-simpleitk" / "cxr.dcm")])
    assert intake.count("taken") == 1
    assert worklist(store)[0].modality == "CR"
