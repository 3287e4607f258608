"""Where the elements of a DICOM file lie: a walk of our own through the top level, for damaging and for witnessing.

Knows explicit and implicit little endian and explicit big endian; what it cannot follow it leaves alone.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

LONG = {b"OB", b"OW", b"OF", b"OD", b"OL", b"OV", b"SQ", b"UC", b"UN", b"UR", b"UT", b"SV", b"UV"}
UNDEFINED = 0xFFFFFFFF
PIXELS = (0x7FE0, 0x0010)
IMPLICIT, BIG = b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.2"


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the top level: its tag, where its tag, length and value begin, how long it says it is."""

    tag: tuple[int, int]
    at: int
    length_at: int
    length_bytes: int
    value_at: int
    length: int


def body(data: bytes) -> tuple[int, bytes]:
    """Where the dataset begins behind the meta header, and its transfer syntax ("" without a meta header)."""
    if data[128:132] != b"DICM":
        return 0, b""
    at, syntax = 132, b""
    while data[at : at + 2] == b"\x02\x00":
        long = data[at + 4 : at + 6] in LONG
        value = at + (12 if long else 8)
        length = int.from_bytes(data[at + 8 : at + 12] if long else data[at + 6 : at + 8], "little")
        if data[at : at + 4] == b"\x02\x00\x10\x00":
            syntax = data[value : value + length].rstrip(b"\0 ")
        at = value + length
    return at, syntax


def elements(data: bytes) -> list[Element]:
    """The elements of the dataset up to and with the pixels, as far as the walk gets."""
    at, syntax = body(data)
    big, implicit = syntax == BIG, syntax == IMPLICIT or (not syntax and not data[4:6].isalpha())
    found: list[Element] = []
    while at + 8 <= len(data):
        element = _element(data, at, big, implicit)
        if element is None:
            break
        found.append(element)
        if element.tag >= PIXELS:
            break
        at = element.value_at + element.length
        if element.length == UNDEFINED:
            at = _behind(data, element.value_at, big)
            if at < 0:
                break
    return found


def _element(data: bytes, at: int, big: bool, implicit: bool) -> Element | None:
    order = ">" if big else "<"
    group, number = struct.unpack_from(order + "HH", data, at)
    if implicit:
        return Element((group, number), at, at + 4, 4, at + 8, struct.unpack_from(order + "I", data, at + 4)[0])
    vr = data[at + 4 : at + 6]
    if not vr.isalpha() or at + 12 > len(data):
        return None
    if vr in LONG:
        return Element((group, number), at, at + 8, 4, at + 12, struct.unpack_from(order + "I", data, at + 8)[0])
    return Element((group, number), at, at + 6, 2, at + 8, struct.unpack_from(order + "H", data, at + 6)[0])


def _behind(data: bytes, at: int, big: bool) -> int:
    """Behind a sequence of undefined length; nested ones are counted by their delimiters only."""
    end = data.find(b"\xff\xfe\xe0\xdd" if big else b"\xfe\xff\xdd\xe0", at)
    return end + 8 if end >= 0 else -1
