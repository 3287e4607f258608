"""What SQLite and the operating system complain about -> one sentence and one remedy.

A damaged store is copied aside before anybody touches it. Knows nothing of studies or reports.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workstation.errors import StoreError
from workstation.paths import Home

_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "afpfs", "webdav", "fuse.davfs"}


@contextmanager
def told(home: Home) -> Iterator[None]:
    """Turn sqlite3's and the system's errors inside the block into `StoreError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a mistake of ours, not of the disk
    except sqlite3.DatabaseError as error:
        raise explain(error, home) from error
    except OSError as error:
        raise explain_os(error, home) from error
    except UnicodeEncodeError:  # from None: it quotes the text
        raise StoreError("A name or text holds bytes that are no text.", "Type it again.", "bad_text") from None


def explain(error: sqlite3.DatabaseError, home: Home) -> StoreError:
    """The `StoreError` for what SQLite said; a damaged store is quarantined first."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return damaged(home)
    if name.startswith("SQLITE_FULL"):
        return full(home)
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return read_only(home)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            "The store is in use by another program and did not become free.",
            "Close other windows of this program on the same home folder, then try again.",
            "locked",
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return read_only(home) if home.root.exists() else explain_os(FileNotFoundError(errno.ENOENT, ""), home)
    if name.startswith("SQLITE_IOERR"):
        return full(home) if _free_bytes(home) < 1 << 20 else _disk_error(home)
    return StoreError(
        f"The store refused ({name or 'unknown reason'}).", "Run doctor and log verify, then try again.", "store"
    )


def explain_os(error: OSError, home: Home) -> StoreError:
    """The `StoreError` for what the operating system said about the home folder."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return full(home)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return read_only(home)
    return StoreError(
        f"The home folder {home.root} cannot be used ({error.strerror or type(error).__name__}).",
        "Check that the folder exists and that its disk is connected, or choose another with --home.",
        "home",
    )


def full(home: Home) -> StoreError:
    return StoreError(
        f"The disk that holds {home.root} is full; nothing more can be saved.",
        "Free some space on it, then try again; what was saved before is safe.",
        "full",
    )


def read_only(home: Home) -> StoreError:
    return StoreError(
        f"The store in {home.root} cannot be written, only read.",
        "Change the folder's permissions, or choose another folder with --home.",
        "read_only",
    )


def damaged(home: Home) -> StoreError:
    """Quarantine the store, then tell where the copy lies."""
    copy = quarantine(home)
    kept = f"an untouched copy was kept as {copy}" if copy else "no copy of it could be made"
    return StoreError(
        f"The store in {home.root} is damaged; {kept}.",
        "Restore store.sqlite from a backup, or go on with another folder by --home.",
        "corrupt",
    )


def quarantine(home: Home) -> Path | None:
    """Copy the damaged database with its journal aside; the same damage is copied once. None if that failed."""
    try:
        with open(home.database, "rb") as file:
            mark = hashlib.file_digest(file, "sha256").hexdigest()[:8]
        copy = home.root / f"store.damaged-{mark}.sqlite"
        for suffix in ("", "-wal"):
            source, target = Path(f"{home.database}{suffix}"), Path(f"{copy}{suffix}")
            if source.exists() and not target.exists():
                shutil.copy2(source, target)
        return copy
    except OSError:
        return None


def refuse_network(home: Home, mounts: str = "/proc/mounts") -> None:
    """SQLite's WAL needs shared memory, which network file systems lack: raise rather than lose reports."""
    if _file_system(home.root, mounts) in _NETWORK or str(home.root).startswith("\\\\"):
        raise StoreError(
            f"The home folder {home.root} lies on a network file system, where a store can be damaged by two writers.",
            "Choose a folder on a local disk with --home.",
            "network_file_system",
        )


def _file_system(folder: Path, mounts: str) -> str:
    """The type of the file system that holds ``folder``; empty where the system does not say."""
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    best, kind = -1, ""
    for _, point, found, *_ in (line.split() for line in lines if len(line.split()) > 3):
        point = point.replace("\\040", " ")
        if folder.resolve().is_relative_to(point) and len(point) > best:
            best, kind = len(point), found
    return kind


def _free_bytes(home: Home) -> int:
    try:
        return shutil.disk_usage(home.root).free
    except OSError:
        return 0


def _disk_error(home: Home) -> StoreError:
    return StoreError(
        f"The disk that holds {home.root} reports an error.", "Check the disk, then open the program again.", "disk"
    )
