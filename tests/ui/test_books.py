"""The log from the window: exported where the reader says, and a changed row is told in red words."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys

import pytest
from PySide6.QtWidgets import QFileDialog

from workstation.ui import books, crash, menus

WAIT_MS = 20_000


def trigger(place, act: str) -> None:
    menus.live_acts(place.window)[act].trigger()


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_the_log_is_exported_from_the_menu(open_window, two_chests, tmp_path, monkeypatch, qtbot, suffix):
    place = open_window(two_chests)
    target = tmp_path / f"log.{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kw: (str(target), ""))
    trigger(place, "file.export_log")
    qtbot.waitUntil(lambda: "exported" in place.window.status.notice.words, timeout=WAIT_MS)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file)) if suffix == "csv" else [json.loads(line) for line in file]
    assert [row["kind"] for row in rows][:2] == ["imported", "imported"]
    assert "study_opened" in {row["kind"] for row in rows}


def test_an_export_that_cannot_be_written_is_a_line(open_window, two_chests, tmp_path, monkeypatch, qtbot):
    place = open_window(two_chests)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a, **_k: (str(tmp_path / "no" / "log.csv"), ""))
    trigger(place, "file.export_log")
    qtbot.waitUntil(lambda: bool(place.window.status.notice.words), timeout=WAIT_MS)
    assert "exported" not in place.window.status.notice.words


def test_a_row_changed_by_somebody_else_is_told_in_the_status_line(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    place.furniture.desk.leave()
    with sqlite3.connect(place.home.database) as other:
        names = [row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            other.execute(f'DROP TRIGGER "{name}"')
        other.execute("UPDATE event SET payload = '{}' WHERE row = 2")
    other.close()
    trigger(place, "file.verify_log")
    qtbot.waitUntil(lambda: place.window.status.fact("log") == "LOG NOT INTACT: row 2 is changed", timeout=WAIT_MS)


def test_an_unforeseen_error_is_one_line_and_a_file_without_its_message(home, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    said = []
    crash.install(home.logs, lambda message, remedy: said.append((message, remedy)))
    try:
        raise ValueError("CANARY^PATIENT in a message")
    except ValueError:
        sys.excepthook(*sys.exc_info())
    written = (home.logs / "window.log").read_text()
    assert "ValueError" in written and "test_books.py" in written
    assert "CANARY" not in written + str(said)
    assert len(said) == 1 and "ValueError" in said[0][0]


def test_the_words_for_a_whole_log_name_the_minute(home):
    from workstation.storage.store import Store
    from workstation.storage.verify import verify

    with Store.open(home) as store:
        words, role, tip = books.words(verify(store))
    assert words.startswith("log verified ") and role == "secondary" and "events" in tip
