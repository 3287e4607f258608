"""What others read out of the same damaged bytes: pydicom, and for uncompressed films a reading of our own header walk.

Both know nothing of the workstation. A witness that cannot read a file says nothing.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Literal

import numpy as np

from tests.fuzz.anatomy import BIG, PIXELS, body, elements

NATIVE = (b"", b"1.2.840.10008.1.2", b"1.2.840.10008.1.2.1", BIG)
ROWS, COLUMNS, FRAMES = (0x28, 0x10), (0x28, 0x11), (0x28, 8)
ALLOCATED, STORED, HIGH, SIGNED, SAMPLES = (0x28, 0x100), (0x28, 0x101), (0x28, 0x102), (0x28, 0x103), (0x28, 2)


def by_pydicom(path: Path) -> np.ndarray | None:
    """The first frame's stored values as pydicom reads them, its own decoders in its own order."""
    import pydicom
    from pydicom.pixels import pixel_array

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = pydicom.dcmread(path, force=True)
            if dataset.HighBit != dataset.BitsStored - 1 or dataset.PixelRepresentation not in (0, 1):
                return None  # pydicom passes over High Bit (PS3.5 8.1.1)
            values = pixel_array(dataset, index=0, raw=int(dataset.SamplesPerPixel) == 1)
            return stored(values, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit)
        except Exception:  # whatever it throws, it has not read the film
            return None


def by_walking(path: Path) -> np.ndarray | None:
    """The first frame of an uncompressed grey film, read as its header describes it (PS3.5 8)."""
    data = path.read_bytes()
    syntax = body(data)[1]
    if syntax not in NATIVE:
        return None
    order: Literal["big", "little"] = "big" if syntax == BIG else "little"
    numbers, pixels = {}, None
    for each in elements(data):
        if each.tag == PIXELS:
            pixels = each
        elif each.length == 2 and (each.length_bytes == 4 or data[each.at + 4 : each.at + 6] == b"US"):
            numbers[each.tag] = int.from_bytes(data[each.value_at : each.value_at + 2], order)
    tags = [each.tag for each in elements(data)]
    if any(tags.count(tag) > 1 for tag in (ROWS, COLUMNS, ALLOCATED, STORED, HIGH, SIGNED, SAMPLES)):
        return None  # a header that says it twice describes nothing
    if pixels is None or any(tag not in numbers for tag in (ROWS, COLUMNS, ALLOCATED, STORED, HIGH, SIGNED)):
        return None
    if numbers.get(SAMPLES, 1) != 1 or numbers[SIGNED] not in (0, 1) or numbers[ALLOCATED] not in (8, 16, 32):
        return None
    count = numbers[ROWS] * numbers[COLUMNS]
    kind = np.dtype(f"{'>' if order == 'big' else '<'}{'i' if numbers[SIGNED] else 'u'}{numbers[ALLOCATED] // 8}")
    if not count or min(pixels.length, len(data) - pixels.value_at) < count * kind.itemsize:
        return None
    values = np.frombuffer(data, kind, count, pixels.value_at).reshape(numbers[ROWS], numbers[COLUMNS])
    return stored(values, numbers[ALLOCATED], numbers[STORED], numbers[HIGH])


def stored(values: np.ndarray, allocated: int, bits: int, high: int) -> np.ndarray:
    """int64: the bits that are the film's. Depths that contradict themselves are read whole, high bit on top."""
    if not 0 < bits <= allocated:
        bits, high = allocated, allocated - 1
    if not bits - 1 <= high < allocated:
        high = bits - 1
    wide = values.astype(np.int64) >> (high + 1 - bits)
    cut = wide & ((1 << bits) - 1)
    return np.where(cut >> (bits - 1), cut - (1 << bits), cut) if values.dtype.kind == "i" else cut
