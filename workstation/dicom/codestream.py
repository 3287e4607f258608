"""A compressed frame's own header is held against the film's before any decoder takes memory for it.

Reads the few bytes in which JPEG, JPEG-LS (SOF) and JPEG 2000 (SIZ) say how large they are, and walks over the
markers of JPEG, because decoders paint grey what a wrong one cuts off. Decodes nothing.
"""

from __future__ import annotations

import struct

import numpy as np

from workstation.dicom.fragments import beginning, fragments
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.source import Source

_RATIO_LIMIT = 4000  # an all-black film packs about 1000 to 1; nothing honest passes this
_SMALL_PIXELS = 4_000_000
_SOF = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}
_SEARCH = 65536
_SCAN, _END = 0xDA, 0xD9
_BETWEEN_SCANS = frozenset({0xC4, _END, _SCAN, 0xDB, 0xDC, 0xDD, 0xFE, 0xFF, *range(0xE0, 0xF0)})  # tables, comments
_ANY_SEGMENT = _BETWEEN_SCANS | frozenset(range(0xC0, 0xFF)) - frozenset(range(0xD0, 0xD9))
_FIRST_RESTART = 0xD0
_PADDING = 16


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


def check_scans(data: bytes) -> None:
    """Refuse a JPEG (not JPEG-LS) whose coded values are interrupted by what cannot stand among them (T.81 B.1.1).

    Between a start of scan and the next marker segment or the end there are only stuffed bytes and restart markers;
    an early end of image is followed by more than padding.

    Raises
    ------
    FilmRefused
        decode_failed.
    """
    at = _next_scan(data, 2, _ANY_SEGMENT)
    while at >= 0:
        start = at + 2 + _segment(data, at)
        at, restarts = _coded(data, start)
        _check_restarts(data, start, restarts)
        if at < 0:
            return  # it just ends: the decoder knows whether all of it is there
        if data[at + 1] == _END:
            rest = data[at + 2 :]
            if len(rest) > _PADDING and rest.strip(b"\0\xff"):
                raise refusal("decode_failed")
            return
        at = _next_scan(data, at, _BETWEEN_SCANS)


def _coded(data: bytes, start: int) -> tuple[int, list[int]]:
    """Where the coded values end with a marker (-1: with the data), and the numbers of the restarts among them.

    Through numpy: a regular expression takes half as long as the decoder itself.
    """
    values = np.frombuffer(data, np.uint8)[start:]
    places = np.flatnonzero(values[:-1] == 0xFF)
    following = values[places + 1]
    restarts = (following & 0xF8) == _FIRST_RESTART
    ends = np.flatnonzero((following != 0) & (following != 0xFF) & ~restarts)
    until = int(ends[0]) if ends.size else len(places)
    numbers = following[:until][restarts[:until]] - _FIRST_RESTART
    return start + int(places[until]) if ends.size else -1, numbers.tolist()


def _check_restarts(data: bytes, start: int, restarts: list[int]) -> None:
    """Restart markers count 0 to 7 and from 0 again (T.81 E.1.4), and stand only where an interval was defined."""
    if restarts and (b"\xff\xdd\x00\x04" not in data[:start] or restarts != [n % 8 for n in range(len(restarts))]):
        raise refusal("decode_failed")


def _next_scan(data: bytes, at: int, allowed: frozenset[int]) -> int:
    """Over whole marker segments to the next start of scan; -1 at the end of image or of the data."""
    while at + 2 <= len(data):
        marker = data[at + 1]
        if data[at] != 0xFF or marker not in allowed:
            raise refusal("decode_failed")
        if marker in (_SCAN, _END):
            return at if marker == _SCAN else -1
        at += 1 if marker == 0xFF else 2 + _segment(data, at)
    return -1


def _segment(data: bytes, at: int) -> int:
    """Length of the marker segment at ``at``, without its marker."""
    return struct.unpack_from(">H", data, at + 2)[0] if at + 4 <= len(data) else 2


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
