"""``import`` of an archive by CONTRACT: one JSON object, each member told as ``archive.zip!name``."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.unit.command.run import main
from tests.unit.readings import film_file
from workstation.paths import Home


def test_members_of_an_archive_are_told_by_their_path(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "a.zip"
    with zipfile.ZipFile(place, "w") as packed:
        packed.write(film_file(tmp_path, "one"), "disc/one.dcm")
        packed.writestr("disc/bad.dcm", b"no film")
    ran = main("import", place, "--home", home.root, "--json")
    assert ran.code == 1 and ran.json["schema"] == 1
    assert (ran.json["taken"], ran.json["already"], ran.json["refused"]) == (1, 0, 1)
    told = {file["path"]: file for file in ran.json["files"]}
    assert set(told) == {f"{place}!disc/one.dcm", f"{place}!disc/bad.dcm"}
    taken, refused = told[f"{place}!disc/one.dcm"], told[f"{place}!disc/bad.dcm"]
    assert taken["status"] == "taken" and taken["sop_instance_uid"] and taken["reason"] is None
    assert refused["status"] == "refused" and refused["reason"].endswith(".") and refused["study_instance_uid"] is None


def test_a_broken_archive_is_one_refusal_in_two_sentences(home: Home, tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(b"PK\3\4" + bytes(50))
    ran = main("import", tmp_path / "cut.zip", "--home", home.root)
    assert ran.code == 1 and len(ran.err.strip().splitlines()) == 2 and "archive" in ran.err
