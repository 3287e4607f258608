"""A file's bytes -> damaged bytes and the name of what was done: by chance, but the same for the same seed.

Half of the damage knows where the elements and the pixels lie; the other half does not care.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable

from tests.fuzz.anatomy import PIXELS, UNDEFINED, Element, body, elements

DEFLATED = b"1.2.840.10008.1.2.1.99"
SYNTAXES = tuple(
    b"1.2.840.10008.1.2" + tail
    for tail in (
        b"",
        b".1",
        b".1.99",
        b".2",
        b".5",
        b".4.50",
        b".4.51",
        b".4.57",
        b".4.70",
        b".4.80",
        b".4.81",
        b".4.90",
    )
)
LENGTHS = (0, 1, 2, 7, 0x7FFF, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, UNDEFINED)
NUMBERS = (0, 1, 2, 3, 7, 8, 12, 15, 16, 17, 31, 32, 64, 255, 256, 4096, 0x7FFF, 0x8000, 0xFFFF)
WORDS = (
    b"",
    b"0",
    b"-1",
    b"1e308",
    b"nan",
    b"inf",
    b"-1e-300",
    b"1\\2\\3\\4",
    b"\\\\",
    b"2147483648",
    b"\xff\xfe",
    b"RGB",
)
PICTURE = tuple((0x0028, number) for number in (2, 4, 6, 8, 0x10, 0x11, 0x100, 0x101, 0x102, 0x103, 0x120, 0x1050,
                                                0x1051, 0x1052, 0x1053, 0x1056, 0x3000, 0x3010))  # fmt: skip
MARKERS = (b"\xff\xd8", b"\xff\xd9", b"\xff\xda", b"\xff\xc0", b"\xff\xc3", b"\xff\xc4", b"\xff\xd0", b"\xff\x4f",
           b"\xff\x93", b"\xff\x90", b"\xfe\xff\x00\xe0", b"\xfe\xff\xdd\xe0", b"\xff\xff", b"\x00\x00")  # fmt: skip
DEEPEST = 4000

Damage = Callable[[random.Random, bytearray, list[Element]], None]


def damaged(rng: random.Random, data: bytes) -> tuple[bytes, str]:
    """Damaged bytes and what was done to them; a deflated dataset is sometimes damaged inside."""
    at, syntax = body(data)
    if syntax == DEFLATED and rng.random() < 0.7:
        plain = data[:at].replace(DEFLATED, b"1.2.840.10008.1.2.1\0\0\0") + zlib.decompress(data[at:], -zlib.MAX_WBITS)
        inside, name = damaged(rng, plain)
        packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
        return data[:at] + packer.compress(inside[at:]) + packer.flush(), f"deflated {name}"
    result, parts = bytearray(data), elements(data)
    names = []
    for _ in range(1 if rng.random() < 0.75 else rng.randint(2, 4)):
        damage = rng.choice(ALL)
        damage(rng, result, parts)
        names.append(damage.__name__.replace("_", " ").strip())
    return bytes(result), " + ".join(names)


def _bits_flipped(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    for _ in range(rng.choice((1, 1, 2, 8, 40))):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _header_bytes_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    end = min(len(data), parts[-1].value_at if parts else 2000)
    for _ in range(rng.randint(1, 10)):
        if end:
            data[rng.randrange(end)] = rng.randrange(256)


def _cut_off(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    del data[rng.randrange(len(data) + 1) :]


def _cut_off_in_the_pixels(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    start = min(_pixels_at(parts, data), len(data))
    del data[start + rng.randrange(max(1, len(data) - start)) :]


def _piece_lost(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    at = rng.randrange(len(data) + 1)
    del data[at : at + rng.choice((1, 2, 3, 16, 700, 40_000))]


def _piece_added(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    at = rng.randrange(len(data) + 1)
    data[at:at] = rng.randbytes(rng.choice((1, 2, 3, 16, 700)))


def _piece_repeated(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    at, size = rng.randrange(len(data) + 1), rng.choice((8, 64, 5000))
    data[at:at] = data[at : at + size]


def _length_lies(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    if parts:
        each = rng.choice(parts)
        honest = each.length if each.length != UNDEFINED else 100
        length = rng.choice((*LENGTHS, honest + 1, honest + 2, max(0, honest - 1), max(0, honest - 2)))
        data[each.length_at : each.length_at + each.length_bytes] = _packed(length, each.length_bytes)


def _tag_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    if parts:
        each, other = rng.choice(parts), rng.choice((*PICTURE, PIXELS, (0x0008, 0x0018), (0xFFFE, 0xE000), (0, 0)))
        data[each.at : each.at + 4] = struct.pack("<HH", *other)


def _tags_swapped(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    if len(parts) > 1:
        one, two = rng.sample(parts, 2)
        data[one.at : one.at + 4], data[two.at : two.at + 4] = data[two.at : two.at + 4], data[one.at : one.at + 4]


def _kind_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    if parts:
        at = rng.choice(parts).at
        data[at + 4 : at + 6] = rng.choice(
            (b"US", b"SS", b"DS", b"IS", b"SQ", b"UN", b"OW", b"LO", b"AT", b"ZZ", b"FD")
        )


def _number_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    for each in _picture(rng, parts):
        if each.length == 2:
            data[each.value_at : each.value_at + 2] = _packed(rng.choice(NUMBERS), 2)
        elif 0 < each.length < 200:
            data[each.value_at : each.value_at + each.length] = rng.choice(WORDS)[: each.length].ljust(each.length)


def _element_dropped(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    for each in _picture(rng, parts):
        if each.length != UNDEFINED:
            del data[each.at : each.value_at + each.length]


def _element_doubled(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    for each in _picture(rng, parts):
        if each.length < 5000:
            copy = bytearray(data[each.at : each.value_at + each.length])
            if each.length == 2:
                copy[-2:] = _packed(rng.choice(NUMBERS), 2)
            data[each.at : each.at] = copy


def _nested(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    """Sequences in sequences, before the pixels."""
    depth = rng.choice((3, 50, 900, DEEPEST))
    one = b"\x32\x00\x64\x10SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    end = b"\xfe\xff\x0d\xe0\x00\x00\x00\x00\xfe\xff\xdd\xe0\x00\x00\x00\x00" if rng.random() < 0.7 else b""
    at = _pixels_tag_at(parts, data)
    data[at:at] = one * depth + end * depth


def _syntax_lies(rng: random.Random, data: bytearray, _parts: list[Element]) -> None:
    at, syntax = body(bytes(data))
    where = bytes(data[:at]).find(syntax) if syntax else -1
    if where >= 0:
        room = len(syntax) + len(syntax) % 2
        data[where : where + room] = rng.choice(SYNTAXES)[:room].ljust(room, b"\0")


def _codestream_bytes_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    start = min(_pixels_at(parts, data), max(0, len(data) - 2))
    for _ in range(rng.choice((1, 1, 3, 30))):
        at = rng.randrange(start, len(data)) if len(data) > start else 0
        data[at : at + 1] = bytes([rng.randrange(256)])


def _codestream_head_changed(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    start = min(_pixels_at(parts, data), max(0, len(data) - 2))
    for _ in range(rng.randint(1, 4)):
        at = min(len(data) - 1, start + rng.randrange(400))
        if at >= 0:
            data[at] = rng.choice((0, 1, 0xFF, 0x7F, rng.randrange(256)))


def _marker_planted(rng: random.Random, data: bytearray, parts: list[Element]) -> None:
    start = min(_pixels_at(parts, data), len(data))
    at = rng.randrange(start, len(data) + 1)
    data[at : at + 2] = rng.choice(MARKERS)


def _picture(rng: random.Random, parts: list[Element]) -> list[Element]:
    """Mostly an element that describes the picture, sometimes any other; last first, so that places hold."""
    about = [each for each in parts if each.tag in PICTURE]
    among = about if about and rng.random() < 0.8 else parts
    return sorted(rng.sample(among, min(len(among), rng.choice((1, 1, 2)))), key=lambda each: -each.at)


def _pixels_at(parts: list[Element], data: bytearray) -> int:
    return parts[-1].value_at if parts and parts[-1].tag == PIXELS else len(data) // 3


def _pixels_tag_at(parts: list[Element], data: bytearray) -> int:
    return parts[-1].at if parts else len(data)


def _packed(number: int, size: int) -> bytes:
    return (number & ((1 << 8 * size) - 1)).to_bytes(size, "little")


ALL: tuple[Damage, ...] = (
    _bits_flipped, _header_bytes_changed, _cut_off, _cut_off_in_the_pixels, _piece_lost, _piece_added, _piece_repeated,
    _length_lies, _length_lies, _tag_changed, _tags_swapped, _kind_changed, _number_changed, _number_changed,
    _element_dropped, _element_doubled, _nested, _syntax_lies, _codestream_bytes_changed, _codestream_head_changed,
    _marker_planted,
)  # fmt: skip
