"""What the machine itself must have: room on the disk, shared libraries, tools, a compiler, a screen.

Missing packages are installed with apt-get where that is allowed; elsewhere the one line to type is told.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from installer.tell import Trouble

GIB = 1 << 30
# Debian package: the shared library that shows whether it is there. The first six for any Qt, the others for X.
LIBRARIES: Mapping[str, str] = {
    "libgl1": "libGL.so.1",
    "libegl1": "libEGL.so.1",
    "libxkbcommon0": "libxkbcommon.so.0",
    "libfontconfig1": "libfontconfig.so.1",
    "libdbus-1-3": "libdbus-1.so.3",
    "libglib2.0-0": "libglib-2.0.so.0",
    "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4",
    "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
    "libxcb-xkb1": "libxcb-xkb.so.1",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0",
    "libxcb-render-util0": "libxcb-render-util.so.0",
    "libxcb-image0": "libxcb-image.so.0",
}
# Debian package: a program of it. Foreign witnesses of the tests; without them those tests are skipped, visibly.
TEST_TOOLS: Mapping[str, str] = {
    "dcmtk": "dcmj2pnm",
    "libgdcm-tools": "gdcmconv",
    "dicom3tools": "dciodvfy",
    "xvfb": "Xvfb",
    "xdotool": "xdotool",
    "poppler-utils": "pdftotext",
    "g++": "g++",
}


def need_room(folder: Path, gib: float) -> None:
    """Refuse before anything is written when the disk has less than `gib` free."""
    free = shutil.disk_usage(folder).free / GIB
    if free < gib:
        raise Trouble(
            f"The disk of {folder} has {free:.1f} GB free, but the set-up needs about {gib:g} GB.",
            "Free some space or move the program to a larger disk, then run the same command again.",
        )


def missing_libraries() -> list[str]:
    """Debian packages whose shared library cannot be loaded; empty except on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for package, library in LIBRARIES.items() if not _loads(library)]


def missing_tools() -> list[str]:
    """Debian packages of `TEST_TOOLS` that are not there; empty except on Linux."""
    if not sys.platform.startswith("linux"):
        return []
    return [package for package, program in TEST_TOOLS.items() if shutil.which(program) is None]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def may_install() -> bool:
    """Whether apt-get exists and we may call it."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def line_to_type(packages: list[str]) -> str:
    return f"sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def apt_commands(packages: list[str]) -> list[list[str]]:
    """Fetch the lists, then install; what was installed already is left alone."""
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    return [["apt-get", "update", "-q"], install]


def compiler() -> str | None:
    """A C++ compiler on the path, or none."""
    if sys.platform == "win32":
        finder = Path(os.environ.get("PROGRAMFILES(X86)", "")) / "Microsoft Visual Studio/Installer/vswhere.exe"
        return shutil.which("cl") or (str(finder) if finder.exists() else None)
    return next(filter(None, map(shutil.which, ("c++", "g++", "clang++"))), None)


def compiler_remedy() -> str:
    if sys.platform == "darwin":
        return "Type: xcode-select --install"
    if sys.platform == "win32":
        return "Install the Visual Studio Build Tools with the C++ workload."
    return f"Type: {line_to_type(['g++'])}"


def need_screen() -> None:
    """Qt ends the process without a word to the reader when there is no display: say it first."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise Trouble(
            "Everything is installed, but there is no screen to open the window on (DISPLAY is not set).",
            "Run the same command from a desktop session; the commands of main.py work without a screen.",
        )


def need_venv_module() -> None:
    """Debian keeps ensurepip in a package of its own."""
    probe = "import venv, ensurepip"
    if subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False).returncode:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        raise Trouble("This Python has no venv module.", f"Type: {line_to_type([package])}")


def cpu() -> str:
    """The processor with what it can do: a program compiled for it may not run on another."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    told = {line.split(":")[0].strip(): line for line in reversed(lines) if ":" in line}
    here = [told[name] for name in ("model name", "flags", "Features", "CPU part") if name in told]
    if sys.platform == "darwin":
        asked = subprocess.run(
            ["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False
        )
        here.append(asked.stdout.strip())
    import platform

    return "\n".join([*here, platform.machine(), os.environ.get("PROCESSOR_IDENTIFIER", "")])
