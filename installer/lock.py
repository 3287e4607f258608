"""One set-up at a time in this folder: a lock which the system releases when its holders end, however they end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

WAIT_S = 1.0
# Handed on to pip and apt-get: if we are killed and they live on for a moment, the next set-up waits for them too.
inherited: list[int] = []


@contextlib.contextmanager
def alone(file: Path, wait: bool = True) -> Iterator[bool]:
    """Hold the lock on `file` inside the block; without `wait` it may be False at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w") as held:
        taken = _take(held)
        if not taken and wait:
            print("Another set-up of this folder is still at work; waiting for it.", flush=True)
        while wait and not taken:
            time.sleep(WAIT_S)
            taken = _take(held)
        inherited.append(held.fileno())
        try:
            yield taken
        finally:
            inherited.remove(held.fileno())


def _take(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
