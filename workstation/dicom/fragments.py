"""Encapsulated pixel data on the disk becomes the places of its fragments (PS3.5 A.4); nothing is unpacked."""

from __future__ import annotations

import io
import struct

from workstation.dicom.refusals import refusal
from workstation.dicom.source import Source

_ITEM = b"\xfe\xff\x00\xe0"
_MOST = 100_000


def fragments(source: Source) -> list[tuple[int, int]]:
    """(offset in the file, length) of every fragment after the Basic Offset Table.

    Raises
    ------
    FilmRefused
        truncated when a fragment ends beyond the file, or the file ends before the first; lying_header when what
        stands there are no fragments.
    """
    assert source.pixel_start is not None
    places: list[tuple[int, int]] = []
    with _opened(source) as file:
        at = source.pixel_start
        while len(places) <= _MOST:
            file.seek(at)
            header = file.read(8)
            if len(header) < 8 or header[:4] != _ITEM:
                break
            length = struct.unpack_from("<I", header, 4)[0]
            if at + 8 + length > source.size:
                raise refusal("truncated")
            places.append((at + 8, length))
            at += 8 + length
    if len(places) < 2:
        raise refusal("truncated" if len(header) < 8 else "lying_header")
    return places[1:]


def beginning(source: Source, place: tuple[int, int], most: int) -> bytes:
    """The first bytes of a fragment, at most ``most``."""
    with _opened(source) as file:
        file.seek(place[0])
        return file.read(min(place[1], most))


def _opened(source: Source) -> io.BufferedIOBase:
    return io.BytesIO(source.inflated) if source.inflated is not None else open(source.path, "rb")
