"""ZIP archives: their films come in and are told as ``a.zip!name``; what may not be opened is refused plainly."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.unit.readings import film_file
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow import zipped
from workstation.workflow.intake import FileOutcome, take_in
from workstation.workflow.worklist import films, worklist


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two films, a picture and clutter in one archive."""
    place = tmp_path / "post" / "a.zip"
    place.parent.mkdir()
    picture = io.BytesIO()
    Image.fromarray(np.full((40, 40), 9, np.uint8)).save(picture, "PNG")
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("disc/one", film_file(tmp_path, "one").read_bytes())
        packed.writestr("disc/deep/two.dcm", film_file(tmp_path, "two").read_bytes())
        packed.writestr("case 7.png", picture.getvalue())
        packed.writestr("readme.txt", "hello")
        packed.writestr("viewer.bin", bytes(10_000))
    return place


def told(outcomes: tuple[FileOutcome, ...], place: Path) -> dict[str, str]:
    """Member name -> status, or the code of its refusal."""
    start = f"{place}!"
    assert all(one.path.startswith(start) for one in outcomes)
    return {one.path.removeprefix(start): one.code or one.status for one in outcomes}


def test_films_of_an_archive_come_in_and_are_told_by_member(store: Store, home: Home, archive: Path) -> None:
    outcomes = take_in(store, home, [str(archive)]).files
    assert told(outcomes, archive) == {
        "disc/one": "taken",
        "disc/deep/two.dcm": "taken",
        "case 7.png": "taken",
        "readme.txt": "not_a_film",
        "viewer.bin": "not_a_film",
    }
    assert len(worklist(store)) == 3 and [row.description for row in worklist(store, "case")] == ["Picture case 7.png"]
    assert list(home.cache.iterdir()) == []
    kept = Path(films(store, outcomes[1].study_instance_uid)[0].path)
    assert kept.read_bytes() == (archive.parent.parent / "two.dcm").read_bytes()


def test_the_same_archive_again_is_already_there(store: Store, home: Home, archive: Path) -> None:
    take_in(store, home, [str(archive)])
    again = take_in(store, home, [str(archive)])
    assert (again.count("taken"), again.count("already")) == (0, 3)


def test_no_name_in_an_archive_reaches_the_disk(store: Store, home: Home, tmp_path: Path) -> None:
    place = tmp_path / "in" / "evil.zip"
    place.parent.mkdir()
    film = film_file(tmp_path, "one").read_bytes()
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("../../escaped.dcm", film)
        packed.writestr("/absolute.dcm", film)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(home.root)}
    assert [one.status for one in take_in(store, home, [str(place)]).files] == ["taken", "already"]
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(home.root)} == before
    assert not Path("/absolute.dcm").exists()


def flagged(data: bytes, offset_local: int, offset_central: int, value: int) -> bytes:
    """The archive with one 16-bit field of its first local and central header replaced."""
    patched = bytearray(data)
    central = data.index(b"PK\1\2")
    struct.pack_into("<H", patched, offset_local, value)
    struct.pack_into("<H", patched, central + offset_central, value)
    return bytes(patched)


@pytest.mark.parametrize(("local", "central", "value", "code"), [(6, 8, 1, "zip_encrypted"), (8, 10, 9, "zip_method")])
def test_locked_and_strangely_packed_members_are_refused_plainly(
    store: Store, home: Home, tmp_path: Path, local: int, central: int, value: int, code: str
) -> None:
    place = tmp_path / "locked.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("one.dcm", film_file(tmp_path, "one").read_bytes())
    place.write_bytes(flagged(place.read_bytes(), local, central, value))
    outcome = take_in(store, home, [str(place)]).files[0]
    assert (outcome.status, outcome.code) == ("refused", code)
    assert outcome.reason.endswith(".") and outcome.remedy.endswith(".")


def test_an_archive_in_an_archive_is_not_opened(store: Store, home: Home, tmp_path: Path, archive: Path) -> None:
    place = tmp_path / "outer.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.write(archive, "inner.zip")
    assert told(take_in(store, home, [str(place)]).files, place) == {"inner.zip": "zip_nested"}


def test_an_archive_lying_in_a_folder_is_told_and_not_opened(store: Store, home: Home, archive: Path) -> None:
    outcome = take_in(store, home, [str(archive.parent)]).files[0]
    assert (outcome.code, outcome.path) == ("archive", str(archive))


def test_a_member_too_large_to_be_a_film_is_not_unpacked(
    store: Store, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "bomb.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("zeros.dcm", bytes(128) + b"DICM" + bytes(3_000_000))
    monkeypatch.setattr(zipped, "MEMBER_LIMIT", 1_000_000)
    assert told(take_in(store, home, [str(place)]).files, place) == {"zeros.dcm": "zip_bomb"}


def test_members_that_share_their_bytes_are_a_bomb(store: Store, home: Home, tmp_path: Path) -> None:
    """Fifield's: many directory entries point at one kernel, so their packed sizes exceed the archive."""
    place = tmp_path / "overlap.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.dcm", np.random.default_rng(1).bytes(50_000))
    data = place.read_bytes()
    start, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    entry, tail = data[start:end], bytearray(data[end:])
    many = b"".join(entry.replace(b"a.dcm", f"{n:05}".encode()) for n in range(50))
    struct.pack_into("<HHI", tail, 8, 50, 50, len(many))
    place.write_bytes(data[:start] + many + bytes(tail))
    outcomes = take_in(store, home, [str(place)]).files
    assert [(one.path, one.code) for one in outcomes] == [(str(place), "zip_bomb")]


def test_a_damaged_archive_is_one_refusal_and_a_damaged_member_another(
    store: Store, home: Home, tmp_path: Path, archive: Path
) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(archive.read_bytes()[:-100])
    outcome = take_in(store, home, [str(cut)]).files[0]
    assert (outcome.path, outcome.code) == (str(cut), "zip_damaged")
    data = bytearray(archive.read_bytes())
    data[300] ^= 0xFF  # in the packed bytes of the first member
    (tmp_path / "bad.zip").write_bytes(data)
    found = told(take_in(store, home, [str(tmp_path / "bad.zip")]).files, tmp_path / "bad.zip")
    assert found["disc/one"] in ("zip_member_damaged", "not_a_film")
    assert found["disc/deep/two.dcm"] == "taken"
