"""The entry among the desktop's programs: well formed, for films, made and taken away again."""

from __future__ import annotations

import configparser
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installer import desktop, words
from installer.environment import ROOT
from installer.tell import Trouble

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file associations are made on Linux only")


@linux
def test_it_is_written_and_taken_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert words.act(["desktop"]) == 0
    place = tmp_path / "applications" / desktop.NAME
    parsed = configparser.RawConfigParser()
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(place, encoding="utf-8")
    found = parsed["Desktop Entry"]
    command = shlex.split(found["Exec"])
    assert command[1:] == [str(ROOT / "main.py"), "open", "%F"]
    assert {"application/dicom", "image/bmp", "application/zip"} <= set(found["MimeType"].split(";"))
    assert words.act(["desktop", "remove"]) == 0 and not place.exists()


@linux
def test_the_desktops_own_validator_accepts_it(tmp_path: Path) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("desktop-file-validate is absent")
    (tmp_path / desktop.NAME).write_text(desktop.entry(), encoding="utf-8")
    done = subprocess.run(["desktop-file-validate", str(tmp_path / desktop.NAME)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_odd_paths_are_quoted_as_the_standard_asks() -> None:
    """Desktop Entry Specification, "The Exec key": within quotes \\", `, $ and \\ are escaped, and % is doubled."""
    assert desktop._quoted('/a b/"c"/$d/100%') == '"/a b/\\\\"c\\\\"/\\\\$d/100%%"'


def test_elsewhere_it_says_that_it_was_never_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(Trouble, match="never tried"):
        desktop.act([])


def test_other_words_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert words.act(["desktop", "please"]) == 2 and "desktop" in capsys.readouterr().err
