"""Pixels become a PNG, JPEG or TIFF file, whole or not at all: what a picture's ending asks for. Knows no film."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np

from workstation.errors import ExportError
from workstation.imaging.encode import encoded, write_whole

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
    name = format_of(path)
    if pixels.dtype == np.uint16 and name not in DEEP:
        raise ExportError("JPEG cannot hold 16 bits a pixel.", "Save as PNG or TIFF, or as shown.", "deep")
    ending = Path(path).suffix.lower()
    data = encoded(ending, pixels, _OPTIONS[ENDINGS[ending]])
    write_whole(path, data)
    return hashlib.sha256(data).hexdigest()
