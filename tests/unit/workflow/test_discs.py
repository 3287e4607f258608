"""Discs: the DICOMDIR says which films are taken, whatever case the disc is mounted in; what is missing is told."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom.fileset import FileSet

from tests.unit.readings import film_file
from workstation.dicom.media import listed
from workstation.errors import FilmRefused
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.intake import take_in
from workstation.workflow.worklist import worklist


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A disc of two films as pydicom writes it, with a viewer, a preview and a film that its directory omits."""
    root = tmp_path / "disc"
    listing = FileSet()
    for name in ("one", "two"):
        tags = {"StudyID": name, "SeriesNumber": 1, "InstanceNumber": 1, "StudyDate": "20250101", "StudyTime": "1200"}
        listing.add(film_file(tmp_path, name, **tags))
    listing.write(root)
    (root / "VIEWER.EXE").write_bytes(b"MZ" + bytes(100))
    (root / "PREVIEW.JPG").write_bytes(b"\xff\xd8\xff" + bytes(100))
    shutil.copy(film_file(tmp_path, "three"), root / "LATER")
    return root


def codes(store: Store, home: Home, path: Path) -> list[str]:
    return sorted(one.code or one.status for one in take_in(store, home, [str(path)]).files)


def test_the_folder_of_a_disc_gives_what_its_directory_lists(store: Store, home: Home, disc: Path) -> None:
    assert codes(store, home, disc) == ["not_listed", "taken", "taken"]
    assert len(worklist(store)) == 2


def test_the_directory_file_itself_may_be_named(store: Store, home: Home, disc: Path) -> None:
    assert codes(store, home, disc / "DICOMDIR") == ["taken", "taken"]


def test_a_disc_below_the_folder_is_found(store: Store, home: Home, disc: Path) -> None:
    film_file(disc.parent / "beside", "four")
    shutil.move(disc, disc.parent / "beside" / "cd")
    assert codes(store, home, disc.parent / "beside") == ["not_listed", "taken", "taken", "taken"]


def test_a_disc_mounted_in_small_letters_is_read(store: Store, home: Home, disc: Path) -> None:
    for path in sorted(disc.rglob("*"), key=lambda path: -len(path.parts)):
        path.rename(path.with_name(path.name.lower()))
    assert codes(store, home, disc / "dicomdir") == ["taken", "taken"]


def test_a_film_that_is_missing_from_the_disc_is_told(store: Store, home: Home, disc: Path) -> None:
    disc.joinpath(*listed(disc / "DICOMDIR")[0]).unlink()
    assert codes(store, home, disc / "DICOMDIR") == ["missing_on_disc", "taken"]


def test_a_packed_disc_is_a_disc(store: Store, home: Home, disc: Path, tmp_path: Path) -> None:
    disc.joinpath(*listed(disc / "DICOMDIR")[1]).unlink()
    with zipfile.ZipFile(tmp_path / "cd.zip", "w") as packed:
        for path in sorted(disc.rglob("*")):
            packed.write(path, f"CD 1/{path.relative_to(disc)}")
    assert codes(store, home, tmp_path / "cd.zip") == ["taken", "zip_missing"]


def test_a_directory_without_its_films_is_said_to_be_empty(store: Store, home: Home, disc: Path) -> None:
    (disc.parent / "alone").mkdir()
    shutil.copy(disc / "DICOMDIR", disc.parent / "alone" / "DICOMDIR")
    assert codes(store, home, disc.parent / "alone" / "DICOMDIR") == ["disc_empty"]


def test_a_directory_never_leads_out_of_its_disc(disc: Path) -> None:
    data = (disc / "DICOMDIR").read_bytes()
    name = "\\".join(listed(disc / "DICOMDIR")[0]).encode()
    (disc / "DICOMDIR").write_bytes(data.replace(name, b"..\\..\\PASSWD".ljust(len(name))))
    assert len(listed(disc / "DICOMDIR")) == 1


def test_directories_of_other_makers_are_read(shared: Path) -> None:
    assert listed(shared / "dicom" / "dwv" / "DICOMDIR")[0] == ("IMAGES", "IM0")
    assert len(listed(shared / "dicom" / "dwv" / "DICOMDIR")) == 44
    names = {
        "".join(parts) for parts in listed(shared / "dicom" / "orthanc" / "Encodings" / "DavidClunie" / "DICOMDIR")
    }
    assert {"SCSARAB", "SCSH31", "SCSX2"} <= names
    with pytest.raises(FilmRefused, match="no picture"):
        listed(shared / "dicom" / "cornerstone" / "CTImage.dcm")


def test_a_real_disc_of_many_languages_comes_in(store: Store, home: Home, shared: Path) -> None:
    intake = take_in(store, home, [str(shared / "dicom" / "orthanc" / "Encodings" / "DavidClunie")])
    assert intake.count("taken") == 11 and intake.count("refused") == 0
