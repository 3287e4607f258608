"""A film's file becomes its stored values: a grey array as stored, or RGB for a colour picture.

The one place that reads pixel bytes. Memory is taken only after the header was held against the file.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from workstation.dicom.decoders import decode
from workstation.dicom.reader import instance_of
from workstation.dicom.records import Instance
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.soundness import GREYS, NATIVE, native_frame_bytes
from workstation.dicom.source import Source, open_source


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


def read_film(path: str | Path, frame: int = 0) -> tuple[Instance, np.ndarray]:
    """Header and stored values with one look at the file."""
    source = open_source(path)
    instance = instance_of(source)
    if not 0 <= frame < instance.number_of_frames:
        raise refusal("no_such_frame")
    with foreign_parser("decode_failed"):
        return instance, _values(source, instance, frame)


def _values(source: Source, instance: Instance, frame: int) -> np.ndarray:
    grey = instance.samples_per_pixel == 1 and instance.photometric_interpretation in GREYS
    words_of_bytes = instance.bits_allocated == 8 and not source.little_endian  # may be swapped in pairs
    if not grey or source.transfer_syntax_uid not in NATIVE or words_of_bytes:
        values = decode(source, instance, frame)
    else:
        values = _native(source, instance, frame)
    shape = (instance.rows, instance.columns) if grey else (instance.rows, instance.columns, 3)
    if values.shape != shape:
        raise refusal("lying_header")
    return _stored_bits(values, instance) if grey else values


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
