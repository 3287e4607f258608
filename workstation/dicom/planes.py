"""Overlay groups 60xx of a header become `OverlayPlane` records (PS3.3 C.9.2), whatever is wrong with them.

A plane is either bits of its own or, as older files have it, a bit of each pixel that the film itself does not use.
Knows no screen; a plane that cannot be meant is left out, one that is cut off keeps the rows it has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydicom import Dataset
from pydicom.tag import Tag

from workstation.dicom.records import Instance
from workstation.dicom.refusals import foreign_parser
from workstation.dicom.text import encodings, integer, numbers, raw, text
from workstation.errors import FilmRefused

_GROUPS = range(0x6000, 0x6020, 2)
_LARGEST = 16_000_000  # bits; or four times the film
_ROWS, _COLUMNS, _FRAMES, _DESCRIPTION = 0x0010, 0x0011, 0x0015, 0x0022
_TYPE, _ORIGIN, _FIRST_FRAME, _ALLOCATED = 0x0040, 0x0050, 0x0051, 0x0100
_POSITION, _LABEL, _DATA = 0x0102, 0x1500, 0x3000


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One plane over one frame.

    ``top`` and ``left`` place its first pixel on the film, counted from 0; they may be negative, and it may reach
    beyond the film. ``bits`` are packed row by row, the lowest bit first.
    """

    group: int
    rows: int
    columns: int
    top: int
    left: int
    region: bool  # a region of interest (R), else graphics (G)
    label: str
    description: str
    bits: bytes

    @property
    def name(self) -> str:
        """What it calls itself, else its group."""
        return self.label or self.description or f"Overlay {self.group:04X}"

    def mask(self) -> np.ndarray:
        """bool (rows, columns)."""
        packed = np.frombuffer(self.bits, np.uint8)
        bits = np.unpackbits(packed, count=self.rows * self.columns, bitorder="little")
        return bits.reshape(self.rows, self.columns).view(bool)

    def over(self, rows: int, columns: int) -> np.ndarray:
        """bool (rows, columns): what of it lies on a film of that size."""
        film = np.zeros((rows, columns), bool)
        top, left = max(0, self.top), max(0, self.left)
        bottom, right = min(rows, self.top + self.rows), min(columns, self.left + self.columns)
        if top < bottom and left < right:
            seen = slice(top - self.top, bottom - self.top), slice(left - self.left, right - self.left)
            film[top:bottom, left:right] = self.mask()[seen]
        return film


def overlay_planes(
    dataset: Dataset, instance: Instance, frame: int, cells: np.ndarray | None, little_endian: bool
) -> tuple[OverlayPlane, ...]:
    """The planes over one frame, in order of their groups; those without a single bit set are left out.

    Parameters
    ----------
    cells : the frame's pixel cells with all their bits, (rows, columns) integers; None where only the film's own
        bits are at hand, and no plane can be found in the others.
    """
    planes = []
    for group in _GROUPS:
        if any(_tag(group, element) in dataset for element in (_ROWS, _DATA, _POSITION)):
            plane = _plane_or_none(dataset, group, instance, frame, cells, little_endian)
            if plane is not None and any(plane.bits):
                planes.append(plane)
    return tuple(planes)


def _plane_or_none(
    dataset: Dataset, group: int, instance: Instance, frame: int, cells: np.ndarray | None, little_endian: bool
) -> OverlayPlane | None:
    """A plane that cannot be read costs the plane, not the film."""
    try:
        with foreign_parser("malformed"):
            return _plane(dataset, group, instance, frame, cells, little_endian)
    except FilmRefused:
        return None


def _plane(
    dataset: Dataset, group: int, instance: Instance, frame: int, cells: np.ndarray | None, little_endian: bool
) -> OverlayPlane | None:
    rows, columns = (integer(dataset, _tag(group, element)) or 0 for element in (_ROWS, _COLUMNS))
    if not (0 < rows <= 0xFFFF and 0 < columns <= 0xFFFF) or rows * columns > max(
        _LARGEST, 4 * instance.rows * instance.columns
    ):
        return None
    at = _frame_of(dataset, group, frame)
    own = _tag(group, _DATA) in dataset
    bits = None if at is None else _own(dataset, group, rows * columns, at, little_endian) if own else None
    if bits is None and not own and cells is not None and (rows, columns) == cells.shape:
        bits = _embedded(dataset, group, instance, cells)
    if bits is None:
        return None
    charset = encodings(dataset)
    top, left = _origin(dataset, group)
    return OverlayPlane(
        group,
        rows,
        columns,
        top,
        left,
        text(dataset, _tag(group, _TYPE), []).upper() == "R",
        text(dataset, _tag(group, _LABEL), charset),
        text(dataset, _tag(group, _DESCRIPTION), charset),
        bits,
    )


def _frame_of(dataset: Dataset, group: int, frame: int) -> int | None:
    """Which of the plane's own frames lies over ``frame``; None where none does (C.9.2.1.4)."""
    frames = integer(dataset, _tag(group, _FRAMES))
    first = integer(dataset, _tag(group, _FIRST_FRAME))
    if frames is None and first is None:
        return 0  # one plane over every frame
    at = frame - ((first or 1) - 1)
    return at if 0 <= at < max(frames or 1, 1) else None


def _own(dataset: Dataset, group: int, count: int, frame: int, little_endian: bool) -> bytes | None:
    """The frame's bits; frames follow each other without a gap, not even to the next byte."""
    data = raw(dataset, _tag(group, _DATA))
    if not isinstance(data, bytes) or not data:
        return None
    if not little_endian and dataset[_tag(group, _DATA)].VR == "OW":
        even = len(data) - len(data) % 2
        data = np.frombuffer(data[:even], ">u2").astype("<u2").tobytes()
    start = frame * count
    bits = np.unpackbits(np.frombuffer(data, np.uint8)[start // 8 : (start + count + 7) // 8], bitorder="little")
    bits = bits[start % 8 : start % 8 + count]
    return np.packbits(np.pad(bits, (0, count - bits.size)), bitorder="little").tobytes() if bits.size else None


def _embedded(dataset: Dataset, group: int, instance: Instance, cells: np.ndarray) -> bytes | None:
    """The plane in a bit of the cells; a bit that belongs to the film is none."""
    position = integer(dataset, _tag(group, _POSITION))
    lowest = instance.high_bit + 1 - instance.bits_stored
    if position is None or not 0 <= position < instance.bits_allocated or lowest <= position <= instance.high_bit:
        return None
    bits = np.right_shift(cells, position).astype(np.uint8) & 1
    return np.packbits(bits, bitorder="little").tobytes()


def _origin(dataset: Dataset, group: int) -> tuple[int, int]:
    """(top, left) from 0; written as unsigned by some, so that -25 stands as 65511 (C.9.2.1.1)."""
    pair = numbers(dataset, _tag(group, _ORIGIN))
    if len(pair) != 2:
        return 0, 0
    top, left = (int(each) - 0x10000 if each > 0x7FFF else int(each) for each in pair)
    return top - 1, left - 1


def _tag(group: int, element: int) -> str:
    """As pydicom and our readers take it."""
    return Tag(group, element)  # type: ignore[return-value]
