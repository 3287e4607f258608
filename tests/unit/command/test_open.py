"""``open PATH...``: refused before a window appears, or the window with these films."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.synthetic import chest, dicom_file
from workstation.workflow.worklist import worklist


def test_a_path_that_is_not_there_is_two_lines_and_no_window(tmp_path):
    command = [sys.executable, "main.py", "open", str(tmp_path / "CANARY.dcm"), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert json.loads(done.stdout)["error"]["code"] == "not_found"
    assert "CANARY" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_films_of_the_command_line_are_taken_in_and_opened(tmp_path, home):
    from workstation.storage import log
    from workstation.storage.store import Store

    film = dicom_file(tmp_path / "film.dcm", chest(1, rows=200, columns=200), StudyInstanceUID="2.25.4711")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "main.py", "open", str(Path(film)), "--home", str(home.root)]
    window = subprocess.Popen(command, cwd=ROOT, env=environment)
    kinds: list[str] = []
    end = time.monotonic() + 60
    while "first_paint" not in kinds and time.monotonic() < end:
        time.sleep(0.2)
        if home.database.exists():
            with Store.open(home) as store:
                kinds = [event.kind for event in log.events(store)]
                rows = [row.study_instance_uid for row in worklist(store)]
    window.terminate()
    assert window.wait(timeout=20) == 0
    assert rows == ["2.25.4711"] and "first_paint" in kinds
