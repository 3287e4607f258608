"""A file somewhere -> a copy in the home's inbox, named by its content, whole or not there at all.

Knows bytes only: no headers, no database.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import BinaryIO

from workstation.paths import Home
from workstation.storage.failure import told

_BLOCK = 1 << 20
UNPACKING = "unpacking-"  # begins the name of a folder of the cache that holds one film of an archive
_ABANDONED_S = 3600.0  # no copy of one film takes an hour


def take(home: Home, path: str | Path) -> Path:
    """Copy ``path`` into the inbox (.part, flush, fsync, rename); the same content has the same place.

    Raises `StoreError` when the disk refuses; the half copy is removed.
    """
    source = Path(path)
    part = home.inbox / f"{uuid.uuid4().hex}.part"
    with told(home):
        try:
            digest = _copy(source, part)
            place = home.inbox / digest[:2] / f"{digest}{_suffix(source)}"
            if place.exists() and place.stat().st_size == part.stat().st_size:
                return place
            place.parent.mkdir(exist_ok=True)
            os.replace(part, place)
            _sync_folder(place.parent)
            return place
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


def sweep(home: Home) -> None:
    """Remove what a killed import left half done: it holds a patient's film that no worklist knows."""
    with contextlib.suppress(OSError):
        for left in (*home.inbox.glob("*.part"), *home.cache.glob(f"{UNPACKING}*")):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_S:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()


def content_sha256(place: Path) -> str:
    """The SHA-256 that `take` named the file by."""
    return place.stem


def _suffix(path: Path) -> str:
    """A plain ending only: file names may hold bytes that are no text."""
    ending = path.suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() else ""


def sha256_of_file(home: Home, path: str | Path) -> str:
    """The SHA-256 of a file that stays where it is."""
    with told(home), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, part: Path) -> str:
    digest = hashlib.sha256()
    with open(source, "rb") as reading, open(part, "wb") as writing:
        while block := reading.read(_BLOCK):
            digest.update(block)
            writing.write(block)
        _sync(writing)
    return digest.hexdigest()


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """The rename itself on the disk; Windows has no handle for a folder and needs none."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
