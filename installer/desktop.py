"""The program among the desktop's programs (Linux): films open with it by double click or "Open with".

Writes one .desktop file for this user (freedesktop.org's Desktop Entry) and takes it away again. It offers itself for
films and pictures and takes no type away from another program. Windows and macOS: not tried, so refused.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from installer.environment import PYTHON, ROOT
from installer.tell import Trouble

NAME = "cxr-workstation.desktop"
TYPES = ("application/dicom", "image/png", "image/jpeg", "image/tiff", "image/bmp", "application/zip")


def act(words: list[str]) -> int:
    """``desktop`` makes the entry, ``desktop remove`` takes it away; raises `Trouble` elsewhere than on Linux."""
    if not sys.platform.startswith("linux"):
        raise Trouble(
            "File associations are made on Linux only; on this system they were never tried.",
            "Choose this program by hand: Open with, then main.py open.",
        )
    place = folder() / NAME
    if words == ["remove"]:
        place.unlink(missing_ok=True)
        print(f"Removed {place}.")
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(entry(), encoding="utf-8")
        print(f"Written {place}. DICOM films, pictures and ZIP archives now offer this program under Open with.")
    _tell_desktop(place.parent)
    return 0


def folder() -> Path:
    """Where this user's entries lie."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "applications"


def entry() -> str:
    """The Desktop Entry; the paths in it are this checkout's."""
    program = " ".join(_quoted(str(part)) for part in (PYTHON, ROOT / "main.py"))
    lines = (
        "[Desktop Entry]",
        "Type=Application",
        "Version=1.0",
        "Name=CXR-LLaVA reporting workstation",
        "Comment=Read and report chest radiographs (research, not for clinical use)",
        f"Exec={program} open %F",
        "Terminal=false",
        "Categories=Science;MedicalSoftware;",
        f"MimeType={';'.join(TYPES)};",
    )
    return "\n".join(lines) + "\n"


def _quoted(path: str) -> str:
    """One argument of Exec: quoted, its special signs escaped twice (once for the string, once for the quotes)."""
    escaped = "".join("\\" + sign if sign in '"`$\\' else sign for sign in path)
    return '"' + escaped.replace("\\", "\\\\").replace("%", "%%") + '"'


def _tell_desktop(place: Path) -> None:
    """Most desktops look by themselves; this makes them look now."""
    if shutil.which("update-desktop-database") and place.is_dir():
        subprocess.run(["update-desktop-database", str(place)], check=False, capture_output=True)
