"""A file that is locked for as long as its process works: what is left behind unlocked belongs to nobody.

The operating system takes the lock off a process that dies, however it dies. Knows no models.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import IO


class Lock:
    """Held from `take` until `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[bytes] | None = None

    def take(self) -> bool:
        """Whether it is ours now; False while another process (or another part of this one) holds it."""
        stream = self._path.open("ab")
        if not _locked(stream):
            stream.close()
            return False
        self._stream = stream
        return True

    def release(self) -> None:
        """Give it back; its file goes."""
        if self._stream is None:
            return
        if sys.platform == "win32":  # an open file cannot be removed there
            self._stream.close()
        with suppress(OSError):
            self._path.unlink()
        self._stream.close()
        self._stream = None


if sys.platform == "win32":

    def _locked(stream: IO[bytes]) -> bool:
        import msvcrt

        try:
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(stream: IO[bytes]) -> bool:
        import fcntl

        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
