"""Foreign judges of what we write: dicom3tools' validator and DCMTK's reader of reports."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def errors_of(path: Path) -> set[str]:
    """The validator's Error lines; the test is skipped where dicom3tools is absent."""
    if not shutil.which("dciodvfy"):
        pytest.skip("dicom3tools is absent")
    done = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    return {line.partition(" in the file")[0] for line in lines if line.startswith("Error")}


def checked(path: Path) -> str:
    """What DCMTK's checker of presentation states says of one."""
    if not shutil.which("dcmpschk"):
        pytest.skip("DCMTK is absent")
    done = subprocess.run(["dcmpschk", str(path)], capture_output=True, check=False)
    return (done.stdout + done.stderr).decode("utf-8", "replace")


def dumped(path: Path) -> str:
    """DCMTK's text of a structured report, which it refuses to write for a bad one."""
    if not shutil.which("dsrdump"):
        pytest.skip("DCMTK is absent")
    done = subprocess.run(["dsrdump", str(path)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode("utf-8", "replace")
