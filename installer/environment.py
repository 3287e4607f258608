"""The virtual environment at the project's root: made, adopted or remade, filled by pip, and stamped step by step.

A stamp is written only after its step has ended well, so whatever was interrupted is done again, and only that.
"""

from __future__ import annotations

import collections
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from installer import lock
from installer.tell import Trouble

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "installer"
VENV = ROOT / ".venv"
STAMPS = VENV / "set-up"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
TICK_S = 0.5
TELLING_LINES = 6
NO_NETWORK = re.compile(
    r"NameResolution|name resolution|ConnectionError|NewConnectionError|ConnectTimeout|ReadTimeout|Read timed out"
    r"|Network is unreachable|getaddrinfo failed|ProxyError|No route to host|Connection refused"
    r"|Temporary failure|Name or service not known"
)
NO_SPACE = re.compile(r"No space left on device|not enough space|Errno 28|disk is full", re.IGNORECASE)
NO_BUILD = re.compile(r"No matching distribution found for (\S+)")


def user_cache() -> Path:
    """Where this user keeps what can be made again; the environment itself where that cannot be written."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "cxr-workstation"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    return ROOT / ".venv-cache"


def key_of(*files: Path, also: str = "") -> str:
    """A fingerprint of requirement files: a changed pin is a step to be done again."""
    seen = hashlib.sha256(also.encode())
    for file in files:
        seen.update(file.read_bytes())
    return seen.hexdigest()


def stamped(step: str, key: str) -> bool:
    try:
        return (STAMPS / step).read_text() == key
    except OSError:
        return False


def stamp(step: str, key: str) -> None:
    """Say that `step` has ended well: all or nothing, by rename."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    part = STAMPS / f"{step}.part"
    part.write_text(key)
    part.replace(STAMPS / step)


def works() -> bool:
    """Whether the environment's Python runs, is new enough, is this folder's own and has pip."""
    probe = (
        "import sys, os, importlib.util as u; new = sys.version_info >= (3, 11);"
        "sys.exit(not (new and u.find_spec('pip') and os.path.samefile(sys.prefix, sys.argv[1])))"
    )
    try:
        return not subprocess.run(
            [str(PYTHON), "-c", probe, str(VENV)], capture_output=True, check=False, timeout=60
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


def make(tick: Callable[[str], None]) -> None:
    """Adopt a working environment; remake a half-made one."""
    if works():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    call([sys.executable, "-m", "venv", str(VENV)], tick, "The virtual environment could not be made.")


def heal() -> list[str]:
    """Take away what an interrupted pip left half done, lest pip believe it installed; returns the names."""
    healed = []
    for folder in VENV.glob("Lib/site-packages" if sys.platform == "win32" else "lib/python3*/site-packages"):
        for info in folder.glob("*.dist-info"):
            if not (info / "INSTALLER").exists() or not (info / "RECORD").exists():
                healed.append(info.name)
                shutil.rmtree(info)
        for rest in folder.glob("~*"):
            healed.append(rest.name)
            shutil.rmtree(rest) if rest.is_dir() else rest.unlink()
    return healed


def pip(
    arguments: Sequence[str], tick: Callable[[str], None], failed: str, more: Mapping[str, str] | None = None
) -> None:
    """Run the environment's pip with the pinned set; `failed` is the sentence told when it ends badly."""
    command = [str(PYTHON), "-m", "pip", *arguments, "--constraint", str(HERE / "constraints.txt")]
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    call([*command, *options], tick, failed, more)


def call(
    command: Sequence[str], tick: Callable[[str], None], failed: str, more: Mapping[str, str] | None = None
) -> None:
    """Run `command` with its output kept back; `tick` is called with what it is doing.

    Raises
    ------
    Trouble, with the cause and the last telling lines when it ends badly.
    """
    kept: collections.deque[str] = collections.deque(maxlen=400)
    surroundings = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    surroundings |= {"PYTHONNOUSERSITE": "1", "DEBIAN_FRONTEND": "noninteractive", **(more or {})}
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        errors="replace", env=surroundings, cwd=ROOT,
        pass_fds=() if sys.platform == "win32" else tuple(lock.inherited),
    ) as process:  # fmt: skip
        reader = threading.Thread(target=_keep, args=(process, kept), daemon=True)
        reader.start()
        try:
            while process.poll() is None:
                reader.join(TICK_S)
                tick(_doing(kept))
        except BaseException:
            process.terminate()
            raise
        reader.join()
    if process.returncode:
        raise trouble("\n".join(kept), failed)


def _keep(process: subprocess.Popen[str], kept: collections.deque[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        kept.append(line.rstrip())


def _doing(kept: collections.deque[str]) -> str:
    """The last thing pip or apt said about a package, in a few words."""
    for line in reversed(list(kept)[-30:]):
        if found := re.match(
            r"\s*(?:Downloading|Collecting|Building wheel for|Unpacking|Setting up)\s+(\S+)(.*\))?", line
        ):
            return found.group(0).strip()[:60]
        if line.startswith("Installing collected packages"):
            return "unpacking"
    return ""


def trouble(output: str, failed: str) -> Trouble:
    """What went wrong, as far as the output tells."""
    if NO_SPACE.search(output):
        return Trouble(
            f"{failed} The disk is full.", "Free about 3 GB, then run the same command again; it goes on from here."
        )
    if NO_NETWORK.search(output):
        remedy = "Check the connection (and the proxy), then run the same command again; it goes on from here."
        return Trouble(f"{failed} The package server cannot be reached.", remedy)
    if found := NO_BUILD.search(output):
        version = ".".join(map(str, sys.version_info[:2]))
        remedy = "Use Python 3.11, 3.12 or 3.13 on a 64-bit system, then run the same command again."
        return Trouble(f"{failed} There is no build of {found.group(1)} for this Python {version}.", remedy)
    lines = [line for line in output.splitlines() if re.search(r"error|fail|denied", line, re.IGNORECASE)]
    told = (lines or output.splitlines())[-TELLING_LINES:]
    return Trouble(
        "\n  ".join([failed, *(line.strip()[:200] for line in told)]), "Mend that, then run the same command again."
    )
