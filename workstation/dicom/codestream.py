"""A compressed frame's own header is held against the film's before any decoder takes memory for it.

Reads the few bytes in which JPEG, JPEG-LS (SOF) and JPEG 2000 (SIZ) say how large they are; decodes nothing.
"""

from __future__ import annotations

import struct

from workstation.dicom.fragments import beginning, fragments
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.source import Source

_RATIO_LIMIT = 4000  # an all-black film packs about 1000 to 1; nothing honest passes this
_SMALL_PIXELS = 4_000_000
_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_SEARCH = 65536


def check_codestream(source: Source, instance: Instance) -> None:
    """Refuse a film whose first frame claims another size, is cut off, or unpacks to absurdly much.

    Raises
    ------
    FilmRefused
        truncated, lying_header, bomb.
    """
    places = fragments(source)
    packed, pixels = sum(length for _, length in places), instance.rows * instance.columns
    if pixels > _SMALL_PIXELS and packed * _RATIO_LIMIT < pixels * instance.bits_allocated // 8:
        raise refusal("bomb")
    size = frame_size(beginning(source, places[0], _SEARCH))
    if size is not None and size != (instance.rows, instance.columns):
        raise refusal("lying_header")


def frame_size(data: bytes) -> tuple[int, int] | None:
    """(rows, columns) that a JPEG, JPEG-LS or JPEG 2000 codestream says it has; None where it says nothing."""
    if data[:4] == b"\xff\x4f\xff\x51" and len(data) >= 24:
        width, height, left, top = struct.unpack_from(">4I", data, 8)
        return height - top, width - left
    return _jpeg_size(data) if data[:2] == b"\xff\xd8" else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _SOF:
            rows, columns = struct.unpack_from(">HH", data, at + 5)
            return rows, columns
        at += 1 if marker == 0xFF else 2 + struct.unpack_from(">H", data, at + 2)[0]
    return None
