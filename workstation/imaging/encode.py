"""Pixels become a picture file, whole or not at all. Knows nothing of films."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from workstation.errors import ExportError


def write_png(path: str | Path, pixels: np.ndarray) -> None:
    """Write (rows, columns) uint8 or uint16, or (rows, columns, 3) uint8 RGB, replacing what was there.

    Raises
    ------
    ExportError
        When the folder or the disk refuses, or ``path`` is no file; nothing half-written is left.
    """
    write_whole(path, encoded(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 3]))


def encoded(ending: str, pixels: np.ndarray, options: Sequence[int]) -> bytes:
    """The bytes of a picture file; raises `ExportError` where OpenCV cannot make them."""
    ordered = np.ascontiguousarray(pixels if pixels.ndim == 2 else pixels[:, :, ::-1])
    written, data = cv2.imencode(ending, ordered, list(options))
    if not written:
        raise ExportError("The picture could not be encoded.", "Choose another format.", "not_written")
    return bytes(data.tobytes())


def write_whole(path: str | Path, data: bytes) -> None:
    """Put ``data`` at ``path``, replacing what was there; raises `ExportError` as `write_png` does."""
    target = Path(path)
    if not target.name or (target.exists() and not target.is_file()):  # a device would be lost by the rename
        raise ExportError("The picture needs a file to be written to.", "Name a file, not a folder.", "no_file")
    part = target.with_name(target.name + f".{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExportError(
            "The picture could not be written to the disk.",
            "Check that the folder exists, may be written to and has space left.",
            "not_written",
        ) from error
