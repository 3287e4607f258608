"""One file -> the same bytes elsewhere, hashed and looked at on the way, on the disk before it is called done.

Reading and writing go on while the last piece is hashed: a large model is read once. Knows no models.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO

CHUNK = 4 << 20
Watch = Callable[[int, memoryview], None]  # offset in the file, the bytes there; raises when they must not pass
Hear = Callable[[int], None]  # bytes done since the last call; raises to stop


def copy(source: Path, target: Path | None, hear: Hear, watch: Watch | None = None) -> tuple[str, int]:
    """SHA-256 and size of ``source``, which is written to ``target`` (None = only hashed)."""
    digest = hashlib.sha256()
    size = 0
    buffers = [bytearray(CHUNK), bytearray(CHUNK)]
    with source.open("rb", buffering=0) as reader, ThreadPoolExecutor(1) as beside, _writer(target) as writer:
        hashing = beside.submit(digest.update, b"")
        while count := reader.readinto(buffers[0]):
            piece = memoryview(buffers[0])[:count]
            hashing.result()
            hashing = beside.submit(digest.update, piece)
            if writer is not None:
                _write(writer, piece)
            if watch is not None:
                watch(size, piece)
            size += count
            hear(count)
            buffers.reverse()  # the piece that is still being hashed is not read over
        hashing.result()
        if writer is not None:
            os.fsync(writer.fileno())
    return digest.hexdigest(), size


def _write(writer: IO[bytes], piece: memoryview) -> None:
    while piece:
        piece = piece[writer.write(piece) :]


def _writer(target: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if target is None else target.open("xb", buffering=0)


def settle(folder: Path) -> None:
    """The folder's own entries on the disk, where the system lets folders be flushed."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
