"""``label`` by CONTRACT: one text or many rows, in their order, nothing dropped, and what is wrong with them told."""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tracemalloc
from pathlib import Path

import pytest

from tests.unit.command.run import main
from workstation.command import label
from workstation.reporting.presence import FINDINGS, Presence

TEXT = "FINDINGS: Small left pleural effusion. No pneumothorax."


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def test_a_text_file_is_one_report(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    ran = main("label", tmp_path / "report.txt", "--json")
    assert (ran.code, ran.err, ran.json["schema"]) == (0, "", 1)
    (report,) = ran.json["reports"]
    assert set(report) == {"id", "findings", "evidence"}
    assert set(report["findings"]) == set(FINDINGS)
    assert set(report["findings"].values()) <= {presence.value for presence in Presence}
    assert report["findings"]["pleural effusion"] == "present" and report["findings"]["pneumothorax"] == "absent"
    words = {name: [TEXT[start:end] for start, end in spans] for name, spans in report["evidence"].items()}
    assert words == {"pleural effusion": ["pleural effusion"], "pneumothorax": ["pneumothorax"]}


@pytest.mark.parametrize("words", [["label"], ["label", "-"]])
def test_stdin_is_one_report(words: list[str]) -> None:
    assert main(*words, "--json", stdin=TEXT).json["reports"][0]["findings"]["pleural effusion"] == "present"


def test_people_read_lines(tmp_path: Path) -> None:
    ran = main("label", "-", stdin=TEXT)
    assert ran.code == 0
    assert "present    pleural effusion" in ran.out and "absent     pneumothorax" in ran.out
    assert "{" not in ran.out


def test_rows_come_out_in_their_order_with_columns_anywhere(tmp_path: Path) -> None:
    rows = [["source", "Text ", "ID"], ["x", "Mild\nedema, seen.", "é2"], ["y", "No edema.", "1"]]
    ran = main("label", write(tmp_path / "many.CSV", rows), "--json")
    assert [(report["id"], report["findings"]["edema"]) for report in ran.json["reports"]] == [
        ("é2", "present"),
        ("1", "absent"),
    ]


def test_a_file_from_a_spreadsheet_may_begin_with_a_mark(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfid,text\r\na,No edema.\r\n")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfNo edema.\r\n")
    for name in ("a.csv", "a.txt"):
        ran = main("label", tmp_path / name, "--json")
        assert ran.json["reports"][0]["evidence"]["edema"] == [[3, 8]], ran.err


def test_rows_with_faults_are_labelled_and_told(tmp_path: Path) -> None:
    body = b"id,text\na,Edema.\nb,\na,No edema.\n,Edema.\nshort\nl,Edema\xe9.\nn,Ede\0ma. Pneumonia.\n"
    body += b"w,Heart enlarged, no edema.\n"
    (tmp_path / "many.csv").write_bytes(body)
    ran = main("label", tmp_path / "many.csv", "--json")
    assert ran.code == 1
    told = [(report["id"], report.get("problems", [])) for report in ran.json["reports"]]
    assert told == [
        ("a", []),
        ("b", ["without text"]),
        ("a", ["with an id of an earlier row"]),
        ("", ["without id"]),
        ("short", ["without text"]),
        ("l", ["not in UTF-8"]),
        ("n", ["with NUL bytes"]),
        ("w", ["with more cells than the header"]),
    ]
    assert ran.json["reports"][2]["findings"]["edema"] == "absent"
    assert ran.json["error"]["code"] == "problem_rows"
    assert len(ran.err.strip().splitlines()) == 2 and "2 without text" in ran.err


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("none.txt", None, "not_found"),
        ("none.csv", None, "not_found"),
        ("empty.txt", b" \n", "empty_report"),
        ("latin.txt", b"Erg\xfc\xdfe", "not_utf8"),
        ("nul.txt", b"No\0edema", "not_text"),
        ("empty.csv", b"", "missing_columns"),
        ("other.csv", b"image,text\na,b\n", "missing_columns"),
        ("head.csv", b"id,text\n", "empty_file"),
        ("wide.csv", "id,text\na,b\n".encode("utf-16"), "not_utf8"),
        (".", None, "unreadable"),
    ],
)
def test_what_cannot_be_labelled_is_refused_in_two_lines(
    tmp_path: Path, name: str, body: bytes | None, code: str
) -> None:
    if body is not None:
        (tmp_path / name).write_bytes(body)
    ran = main("label", tmp_path / name, "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, code)
    assert len(ran.err.strip().splitlines()) == 2 and "Traceback" not in ran.err


def test_a_quotation_mark_without_its_partner_keeps_the_rows_before(tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text('id,text\na,Edema.\nb,"' + "x" * (17 * 2**20), encoding="utf-8")
    ran = main("label", tmp_path / "open.csv", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "broken_csv")
    assert [report["id"] for report in ran.json["reports"]] == ["a"]


def test_many_rows_take_no_more_memory_than_few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head, text = ["id", "text"], f"No edema.{' ' * 4000}"
    few = str(write(tmp_path / "few.csv", [head, ["0", text]]))
    many = str(write(tmp_path / "many.csv", [head, *([str(number), text] for number in range(3000))]))
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        monkeypatch.setattr(sys, "stdout", nowhere)
        label.run(argparse.Namespace(file=few, json=True))  # fills what is kept between reports
        tracemalloc.start()
        code = label.run(argparse.Namespace(file=many, json=True))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert code == 0
    assert peak < 4 * 2**20
