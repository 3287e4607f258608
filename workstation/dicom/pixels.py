"""A film's file becomes its stored values: a grey array as stored, or RGB for a colour picture.

The one place that reads pixel bytes. Memory is taken only after the header was held against the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workstation.dicom.decoders import decode
from workstation.dicom.planes import OverlayPlane, overlay_planes
from workstation.dicom.reader import instance_of
from workstation.dicom.records import Instance
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.shutter import Shutter, shutter_of
from workstation.dicom.soundness import GREYS, NATIVE, native_frame_bytes
from workstation.dicom.source import Source, open_source
from workstation.errors import FilmRefused


def read_stored_values(path: str | Path, frame: int = 0) -> np.ndarray:
    """One frame's stored values.

    Returns
    -------
    np.ndarray
        (rows, columns) uint8, int8, uint16, int16, uint32 or int32 in native byte order, C-contiguous, bits beyond
        Bits Stored removed (PS3.5 8.1.1); or (rows, columns, 3) uint8 RGB for a colour film.

    Raises
    ------
    FilmRefused
        As `read_instance`, and no_such_frame, bomb, decode_failed, lying_header, memory.
    """
    return read_film(path, frame)[1]


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame of a file: its record (with the grey scale of this frame), its stored values, what lies over it."""

    instance: Instance
    values: np.ndarray
    planes: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None


def read_film(path: str | Path, frame: int = 0) -> tuple[Instance, np.ndarray]:
    """Header and stored values with one look at the file."""
    found = read_frame(path, frame)
    return found.instance, found.values


def read_frame(path: str | Path, frame: int = 0) -> Frame:
    """Everything of one frame with one look at the file; raises as `read_stored_values`."""
    source = open_source(path)
    instance = instance_of(source, frame)
    if not 0 <= frame < instance.number_of_frames:
        raise refusal("no_such_frame")
    with foreign_parser("decode_failed"):
        cells = _cells(source, instance, frame)
    grey = _is_grey(instance)
    values = _stored_bits(cells, instance) if grey else cells
    planes = overlay_planes(source.dataset, instance, frame, cells if grey else None, source.little_endian)
    return Frame(instance, values, planes, _shutter(source, instance))


def _shutter(source: Source, instance: Instance) -> Shutter | None:
    """A shutter that cannot be read costs the shutter, not the film."""
    try:
        with foreign_parser("malformed"):
            return shutter_of(source.dataset, instance.rows, instance.columns)
    except FilmRefused:
        return None


def _is_grey(instance: Instance) -> bool:
    return instance.samples_per_pixel == 1 and instance.photometric_interpretation in GREYS


def _cells(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """The pixel cells with all the bits they have; or RGB."""
    grey = _is_grey(instance)
    words_of_bytes = instance.bits_allocated == 8 and not source.little_endian  # may be swapped in pairs
    if not grey or source.transfer_syntax_uid not in NATIVE or words_of_bytes:
        values = decode(source, instance, frame)
    else:
        values = _native(source, instance, frame)
    shape = (instance.rows, instance.columns) if grey else (instance.rows, instance.columns, 3)
    if values.shape != shape:
        raise refusal("lying_header")
    return values


def _native(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """Straight from the disk into the array: one copy, no more."""
    assert source.pixel_start is not None
    order = "<" if source.little_endian else ">"
    kind = "i" if instance.pixel_representation else "u"
    dtype = np.dtype(f"{order}{kind}{instance.bits_allocated // 8}")
    offset = source.pixel_start + frame * native_frame_bytes(instance)
    count = instance.rows * instance.columns
    if source.inflated is not None:
        values = np.frombuffer(source.inflated, dtype, count, offset).copy()
    else:
        values = np.fromfile(source.path, dtype, count, offset=offset)
    if not dtype.isnative:
        values = values.byteswap(inplace=True).view(dtype.newbyteorder("="))
    return values.reshape(instance.rows, instance.columns)


def _stored_bits(values: np.ndarray, instance: Instance) -> np.ndarray:
    """Only the bits that are the film's: shifted down from High Bit, junk above removed, sign extended."""
    width = values.dtype.itemsize * 8
    stored, high = instance.bits_stored, instance.high_bit
    above = width - 1 - high
    below = high + 1 - stored
    if values.dtype.kind == "i":
        if above + below == 0:
            return values
        return np.right_shift(np.left_shift(values, above), above + below)
    if below:
        values = np.right_shift(values, below)
    if above and int(values.max()) >> stored:
        values = np.bitwise_and(values, values.dtype.type((1 << stored) - 1))
    return values
