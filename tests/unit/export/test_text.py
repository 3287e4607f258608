"""Files are whole or not there; tables are what csv and json read back."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workstation.errors import ExportError
from workstation.export.tables import write_csv, write_jsonl
from workstation.export.text import whole_file, write_text

ROWS: list[dict[str, Any]] = [
    {"a": 1, "b": 'say "hi", line\nbreak', "c": {"z": [1, 2], "y": None}},
    {"a": None, "b": "漢字 אבג", "c": []},
]


def test_text_is_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    write_text(tmp_path / "t.txt", "Ä\n漢\r\n")
    assert (tmp_path / "t.txt").read_bytes() == b"\xc3\x84\n\xe6\xbc\xa2\r\n"


def test_a_device_or_folder_is_refused_and_stays(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", ".", "/"):
        with pytest.raises(ExportError) as refused:
            write_text(place, "text")
        assert refused.value.code == "no_file"
    assert not (tmp_path / "pipe").is_file()


def _fail(path: Path) -> None:
    with whole_file(path) as part:
        part.write_text("half")
        raise OSError(28, "No space left on device")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("old")
    with pytest.raises(ExportError) as refused:
        _fail(tmp_path / "t.txt")
    assert refused.value.code == "export_failed"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("t.txt", "old")]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "disk").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path / "disk")]
    try:
        refused = subprocess.run(mount, capture_output=True).returncode
    except OSError:
        refused = 1
    if refused:
        pytest.skip("this test needs the right to mount a small file system")
    yield tmp_path / "disk"
    subprocess.run(["umount", "-l", str(tmp_path / "disk")], check=True)


def test_a_full_disk_leaves_nothing_half(small_disk: Path) -> None:
    with pytest.raises(ExportError):
        write_text(small_disk / "t.txt", "x" * 200_000)
    with pytest.raises(ExportError):
        write_csv(small_disk / "t.csv", ["a"], ({"a": "x" * 1000} for _ in range(200)))
    assert list(small_disk.iterdir()) == []


def test_a_pdf_on_a_full_disk_leaves_nothing_half(small_disk: Path) -> None:
    from workstation.export.page import Page, write_pdf

    (small_disk / "filler").write_bytes(b"x" * 60_000)
    with pytest.raises(ExportError):
        write_pdf(small_disk / "r.pdf", Page("FINDINGS:\n" + "words " * 9000, "Name", "", "ab" * 32))
    assert [path.name for path in small_disk.iterdir()] == ["filler"]


def test_csv_is_read_back_by_csv(tmp_path: Path) -> None:
    assert write_csv(tmp_path / "t.csv", ["a", "b", "c"], ROWS) == 2
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        first, second = csv.DictReader(file)
    assert first["b"] == ROWS[0]["b"] and json.loads(first["c"]) == ROWS[0]["c"]
    assert (second["a"], second["b"]) == ("", "漢字 אבג")


def test_json_lines_are_read_back_by_json(tmp_path: Path) -> None:
    assert write_jsonl(tmp_path / "t.jsonl", ROWS) == 2
    assert [json.loads(line) for line in (tmp_path / "t.jsonl").read_text("utf-8").splitlines()] == ROWS


def test_a_formula_in_a_cell_is_not_a_formula_for_a_spreadsheet(tmp_path: Path) -> None:
    write_csv(tmp_path / "t.csv", ["a"], [{"a": "=1+1"}, {"a": -5}])
    assert (tmp_path / "t.csv").read_text().split() == ["a", "'=1+1", "-5"]


def test_a_long_table_is_written_in_flat_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    write_csv(tmp_path / "t.csv", ["a", "b"], ({"a": n, "b": "x" * 300} for n in range(50_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
