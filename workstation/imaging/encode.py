"""Pixels become a PNG file, whole or not at all. Knows nothing of films."""

from __future__ import annotations

import os
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
    target = Path(path)
    if not target.name or (target.exists() and not target.is_file()):  # a device would be lost by the rename
        raise ExportError("The picture needs a file to be written to.", "Name a file, not a folder.", "no_file")
    ordered = pixels if pixels.ndim == 2 else pixels[:, :, ::-1]
    written, data = cv2.imencode(".png", ordered, [cv2.IMWRITE_PNG_COMPRESSION, 3])
    part = target.with_name(target.name + f".{os.getpid()}.part")
    try:
        if not written:
            raise OSError("the picture cannot be encoded")
        part.write_bytes(data.tobytes())
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ExportError(
            "The picture could not be written to the disk.",
            "Check that the folder exists, may be written to and has space left.",
            "not_written",
        ) from error
