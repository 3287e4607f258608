"""An error nobody foresaw becomes two lines and a file without a patient in it; a closed pipe becomes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import main as door
from tests.unit.command.run import ROOT
from workstation.paths import Home


def test_the_last_resort(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object) -> int:
        raise ValueError("CANARY^PATIENT 19510203")

    monkeypatch.setattr("workstation.command.worklist.run", fail)
    assert door.main(["worklist", "--json", "--home", str(home.root)]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "internal"
    assert len(said.err.splitlines()) == 2 and "Traceback" not in said.err
    kept = next(home.logs.glob("crash-*.txt")).read_text()
    assert "ValueError" in kept and "test_crash.py" in kept and "in fail" in kept
    assert "CANARY" not in kept + said.err + said.out


def test_a_key_that_stops_is_told_to_programs_too(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("workstation.command.worklist.run", stop)
    assert door.main(["worklist", "--json", "--home", str(home.root)]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["code"] == "stopped" and len(said.err.splitlines()) == 2


def test_a_reader_of_the_output_that_leaves_is_no_error(home: Home, tmp_path: Path) -> None:
    from tests.unit.readings import take
    from workstation.storage import log
    from workstation.storage.store import Store

    with Store.open(home) as store:
        take(store, home, tmp_path)
        with store.transaction():
            for number in range(3000):
                log.append(store, "viewer", {"number": number, "x": "y" * 100})
    command = [sys.executable, str(ROOT / "main.py"), "log", "export", "--home", str(home.root)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait()


def test_main_imports_nothing_heavy_before_it_knows_the_word() -> None:
    script = "import sys, main; from workstation import command; print(sorted(m for m in sys.modules if m.split('.')[0]"
    script += " in ('PySide6', 'torch', 'numpy', 'pydicom', 'sqlite_utils', 'cv2')))"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert found.stdout.strip() == "[]"
