"""Pixels become a PNG, JPEG or TIFF file, whole or not at all: what a picture's ending asks for. Knows no film."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import cv2
import numpy as np

from workstation.errors import ExportError

JPEG_QUALITY = 95
ENDINGS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
_OPTIONS = {"PNG": [cv2.IMWRITE_PNG_COMPRESSION, 3], "JPEG": [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY], "TIFF": []}
DEEP = ("PNG", "TIFF")  # what can hold 16 bits


def format_of(path: str | Path) -> str:
    """PNG, JPEG or TIFF; raises `ExportError` (unknown_format)."""
    found = ENDINGS.get(Path(path).suffix.lower())
    if found is None:
        raise ExportError(
            "A picture is saved as PNG, JPEG or TIFF.", "End its name in .png, .jpg or .tif.", "unknown_format"
        )
    return found


def write_picture(path: str | Path, pixels: np.ndarray) -> str:
    """Write (rows, columns) uint8 or uint16, or (rows, columns, 3) uint8 RGB; returns the SHA-256 of the file.

    Raises
    ------
    ExportError
        unknown_format, no_file, not_written, or deep for 16 bits in a JPEG.
    """
    target, name = Path(path), format_of(path)
    if not target.name or (target.exists() and not target.is_file()):  # a device would be lost by the rename
        raise ExportError("The picture needs a file to be written to.", "Name a file, not a folder.", "no_file")
    if pixels.dtype == np.uint16 and name not in DEEP:
        raise ExportError("JPEG cannot hold 16 bits a pixel.", "Save as PNG or TIFF, or as shown.", "deep")
    data = _encoded(target.suffix.lower(), pixels)
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
    return hashlib.sha256(data).hexdigest()


def _encoded(ending: str, pixels: np.ndarray) -> bytes:
    ordered = np.ascontiguousarray(pixels if pixels.ndim == 2 else pixels[:, :, ::-1])
    written, data = cv2.imencode(ending, ordered, _OPTIONS[ENDINGS[ending]])
    if not written:
        raise ExportError("The picture could not be encoded.", "Choose another format.", "not_written")
    return bytes(data.tobytes())
