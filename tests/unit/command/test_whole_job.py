"""The whole main job by the commands alone, on a real CR full of traps and on a film of NIH: imported, rendered,
drafted, edited, signed, exported, found in the log."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import pytest

from tests.unit.command.run import main
from workstation.paths import Home

FILMS = ("cxr-simpleitk/cxr.dcm", "nih/sample.dcm", "../data/nih/images/00000001_000.jpg")


@pytest.mark.slow
@pytest.mark.parametrize("film", FILMS)
def test_a_real_film_becomes_a_signed_report(shared: Path, home: Home, tmp_path: Path, film: str) -> None:
    path, at = shared / "dicom" / film, ("--home", str(home.root), "--json")
    taken = main("import", path, *at)
    assert taken.code == 0, taken.err
    uid = taken.json["files"][0]["study_instance_uid"]
    assert main("render", uid, "--out", tmp_path / "film.png", "--size", "512", *at).code == 0
    picture = cv2.imread(str(tmp_path / "film.png"), cv2.IMREAD_UNCHANGED)
    assert picture is not None and max(picture.shape) == 512
    drafted = main("draft", uid, "--greedy", "--anyway", *at)
    assert drafted.code == 0, drafted.err
    draft = drafted.json
    assert draft["findings"].strip() and draft["impression"].strip()
    assert main("worklist", *at).json["studies"][0]["status"] == "draft ready"
    text = tmp_path / "report.txt"
    added = "The bones are not assessed here."
    text.write_text(f"FINDINGS:\n{draft['findings']} {added}\nIMPRESSION:\n{draft['impression']}\n", encoding="utf-8")
    main("report", "write", uid, "--text", text, *at)
    assert main("report", "sign", uid, "--reader", "ab", "--decision", "accept", *at).code == 1
    report = main("report", "sign", uid, "--reader", "ab", "--decision", "edit", "--grade", "B", *at).json
    assert (report["status"], report["decision"], report["diff"]["added"]) == ("final", "edit", 1)
    assert report["draft"]["text"] == draft["text"] and report["draft"]["model"] == draft["model"]
    assert report["text"].startswith("RESEARCH, NOT FOR CLINICAL USE") and added in report["text"]
    exported = main("report", "export", uid, "--text", tmp_path / "r.txt", "--pdf", tmp_path / "r.pdf", *at)
    assert exported.code == 0 and (tmp_path / "r.txt").read_text("utf-8") == report["text"]
    assert main("log", "export", "--csv", tmp_path / "log.csv", *at).code == 0
    with open(tmp_path / "log.csv", newline="", encoding="utf-8") as file:
        kinds = [row["kind"] for row in csv.DictReader(file)]
    assert kinds == [
        "imported", "draft_requested", "draft_made", "text_written", "draft_revealed", "decision", "signed",
        "exported", "exported",
    ]  # fmt: skip
    assert main("log", "verify", *at).json["ok"]
