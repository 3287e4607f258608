"""The checks of ``doctor``: each looks at one thing and answers with what it found and a remedy.

Nothing here may fail because something is missing: that is what it is there to tell. Torch is asked in a process of
its own. Nothing is created but the home's folders.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from workstation.command import engines
from workstation.command.check import Check
from workstation.errors import WorkstationError
from workstation.paths import PROGRAM, Home

OLDEST_PYTHON = (3, 11)
LITTLE_BYTES, HARDLY_ANY_BYTES = 2 << 30, 200 << 20
_PROBE_S = 180
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
_REINSTALL = "Run: python3 installer/bootstrap.py run"
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)


class Checkup:
    """All checks of one home; what several of them need is looked up once."""

    def __init__(self, home: Home) -> None:
        self.home = home

    def all(self) -> list[Check]:
        looks: tuple[Callable[[], Check], ...] = (
            self.python,
            self.packages,
            self.torch,
            self.cuda,
            self.llama_cpp,
            self.backend,
            self.memory,
            self.decoding,
            self.libraries,
            self.fonts,
            self.home_writable,
            self.disk,
            self.settings,
            self.log,
            self.models,
        )
        return [_safely(look) for look in looks]

    @cached_property
    def machine(self) -> dict[str, Any]:
        """`vlm.probe`'s answer; a probe that crashed says so."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", "workstation.vlm.probe"],
                cwd=PROGRAM,
                capture_output=True,
                text=True,
                timeout=_PROBE_S,
                check=False,
            )
            found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        except (OSError, ValueError, IndexError, subprocess.SubprocessError) as error:
            why = f"the probe ended with {type(error).__name__}"
            return {name: {"version": None, "why": why} for name in ("torch", "llama_cpp")}
        return found

    @cached_property
    def decoders(self) -> dict[str, str | None]:
        """Transfer syntax UID -> decoder, None where it cannot be read."""
        try:
            from workstation.dicom.offered import offered

            return {uid: name or None for uid, name in offered().items()}
        except Exception:  # `decoding` tells it
            return {}

    @property
    def free_bytes(self) -> int | None:
        folder = next((f for f in (self.home.root, *self.home.root.parents) if f.exists()), None)
        try:
            return shutil.disk_usage(folder).free if folder else None
        except OSError:
            return None

    def python(self) -> Check:
        found = f"{platform.python_version()} ({sys.executable})"
        if sys.version_info < OLDEST_PYTHON:
            return Check("python", "fail", found, "Install Python 3.11 or newer.")
        return Check("python", "ok", found)

    def packages(self) -> Check:
        wanted = pins()
        there = {name: _version(name) for name in wanted}
        missing = [name for name, version in there.items() if version is None]
        other = [
            f"{name} {there[name]}, tested with {version}"
            for name, version in wanted.items()
            if there[name] and _base(there[name]) != version
        ]
        if missing:
            return Check("packages", "fail", f"missing: {', '.join(missing)}", _REINSTALL)
        if other:
            return Check("packages", "warn", "; ".join(other), _REINSTALL)
        return Check("packages", "ok", f"{len(wanted)} at their pinned versions")

    def torch(self) -> Check:
        torch = self.machine["torch"]
        if torch["version"] is None:
            return Check("torch", "fail", f"cannot be imported: {torch['why']}", _REINSTALL)
        return Check("torch", "ok", f"{torch['version']}, imported in {torch['seconds']:.1f} s")

    def cuda(self) -> Check:
        from workstation.catalog.room import nvidia

        torch = self.machine["torch"]
        if torch.get("gpu"):
            return Check("cuda", "ok", f"{torch['gpu']}, {torch['gpu_free_bytes'] / 2**30:.1f} GiB free")
        if name := nvidia():
            why = "this torch was built without CUDA" if not torch.get("cuda_build") else "torch cannot use it"
            return Check(
                "cuda", "warn", f"{name} is there, but {why}", "Update the driver, then run the installer again."
            )
        return Check("cuda", "ok", "no GPU; drafts are made on the processor")

    def llama_cpp(self) -> Check:
        return engines.llama_cpp(self.machine)

    def backend(self) -> Check:
        from workstation.settings import load_settings

        return engines.backend(self.machine, str(load_settings(self.home)["backend"]))

    def memory(self) -> Check:
        return engines.memory(self.machine)

    def decoding(self) -> Check:
        if not self.decoders:
            return Check("decoders", "fail", "pydicom cannot be asked", _REINSTALL)
        missing = [uid for uid, name in self.decoders.items() if name is None]
        if missing:
            return Check("decoders", "warn", f"no decoder for: {', '.join(missing)}", _REINSTALL)
        return Check("decoders", "ok", f"{len(self.decoders)} transfer syntaxes can be read")

    def libraries(self) -> Check:
        try:
            from installer.system import missing_libraries
        except ImportError:
            return Check("libraries", "ok", "not checked: the installer is not here")
        missing = missing_libraries()
        if not os.environ.get("DISPLAY"):  # without an X screen the X packages are not needed
            missing = [package for package in missing if "x" not in package or package.startswith("libxkbcommon0")]
        if missing:
            line = f"apt-get install {' '.join(missing)}"
            return Check("libraries", "warn", f"the window lacks {', '.join(missing)}", f"Run as root: {line}")
        return Check("libraries", "ok", "all that the window needs")

    def fonts(self) -> Check:
        folders = [Path(folder).expanduser() for folder in _FONT_FOLDERS]
        found = any(next(folder.rglob("*.[tToO][tT][fFcC]"), None) for folder in folders if folder.is_dir())
        if not found:
            return Check("fonts", "warn", "no font found", "Install one (Debian: apt-get install fonts-dejavu-core).")
        return Check("fonts", "ok", "there are fonts")

    def home_writable(self) -> Check:
        try:
            self.home.create()
            with tempfile.NamedTemporaryFile(dir=self.home.root, prefix=".doctor-") as file:
                file.write(b"x")
                file.flush()
        except WorkstationError as error:
            return Check("home", "fail", error.message, error.remedy)
        except OSError as error:
            remedy = "Change its permissions, free the disk, or choose another folder with --home."
            return Check("home", "fail", f"{self.home.root} cannot be written ({error.strerror})", remedy)
        return Check("home", "ok", str(self.home.root))

    def disk(self) -> Check:
        free = self.free_bytes
        if free is None:
            return Check("disk", "warn", "the free space is not known", "Check the disk that holds the home folder.")
        status = "fail" if free < HARDLY_ANY_BYTES else "warn" if free < LITTLE_BYTES else "ok"
        remedy = "" if status == "ok" else "Free the disk: films and reports are kept there."
        return Check("disk", status, f"{free / 1e9:.1f} GB free", remedy)

    def settings(self) -> Check:
        from workstation.settings import load_settings

        problems = load_settings(self.home).problems
        if problems:
            return Check("settings", "warn", " ".join(problems), "Correct or delete settings.toml in the home folder.")
        return Check("settings", "ok", "as written" if self.home.settings_file.exists() else "defaults")

    def log(self) -> Check:
        if not self.home.database.exists():
            return Check("log", "ok", "no store yet")
        from workstation.storage.store import Store
        from workstation.storage.verify import verify

        with Store.open(self.home) as store:
            found = verify(store)
        if found.ok:
            return Check("log", "ok", f"{found.events} events, unbroken")
        remedy = "Keep a copy of the home folder and call whoever answers for the system; log verify says more."
        return Check("log", "fail", "the chain is broken", remedy)

    def models(self) -> Check:
        from workstation.catalog import installed as catalog

        results = [catalog.verify(model, home=self.home) for model in catalog.installed(self.home)]
        bad = [result.id for result in results if not result.ok]
        bad += [broken.name for broken in catalog.broken(self.home)]
        if bad:
            return Check("models", "fail", f"damaged: {', '.join(bad)}", "Install them again; models verify says more.")
        if not results:
            return Check("models", "warn", "none installed: no drafts", "Reinstall the program, or import a model.")
        return Check("models", "ok", f"verified: {', '.join(result.id for result in results)}")


def pins() -> dict[str, str]:
    """Package -> version that the installer pins; llama.cpp has a check of its own."""
    found: dict[str, str] = {}
    for name in ("torch.txt", "program.txt"):
        try:
            found |= dict(_PIN.findall((PROGRAM / "installer" / name).read_text(encoding="utf-8")))
        except OSError:
            continue
    return found


def _safely(look: Callable[[], Check]) -> Check:
    """A check that breaks is a finding, not the end of the examination."""
    name = look.__name__.removesuffix("_writable")
    try:
        return look()
    except WorkstationError as error:
        return Check(name, "fail", error.message, error.remedy)
    except Exception as error:  # whatever is broken here is what doctor is asked about
        return Check(name, "fail", f"could not be checked ({type(error).__name__})", _REINSTALL)


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _base(version: str | None) -> str:
    """Without the build's mark: 2.13.0+cpu is 2.13.0."""
    return (version or "").split("+")[0]
