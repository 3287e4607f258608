"""Modality and VOI LUT items of a header become `LookupTable` records (PS3.3 C.11.1, C.11.2).

Descriptors lie in practice: a table that declares 16 bits and never passes 988 would turn a film white or
black, so a table is scaled by the range that its data really use.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydicom import Dataset

from workstation.dicom.records import LookupTable
from workstation.dicom.text import encodings, raw, text

_ENTRIES_LIMIT = 65536


def lookup_tables(dataset: Dataset, keyword: str, *, signed_input: bool, little_endian: bool) -> list[LookupTable]:
    """The readable items of a LUT sequence, in order; a broken item is left out.

    Parameters
    ----------
    keyword : ModalityLUTSequence or VOILUTSequence.
    signed_input : whether the values that the table answers may be negative (first value mapped is then SS).
    """
    if keyword not in dataset:
        return []
    items = dataset[keyword].value or []
    tables = (_table(item, signed_input, little_endian, encodings(dataset)) for item in items)
    return [table for table in tables if table is not None]


def _table(item: Dataset, signed_input: bool, little_endian: bool, charset: list[str]) -> LookupTable | None:
    descriptor = words(raw(item, "LUTDescriptor"), little_endian)
    data = raw(item, "LUTData")
    if descriptor is None or descriptor.size < 3 or data is None:
        return None
    entries = int(descriptor[0]) or _ENTRIES_LIMIT
    values = _entries(data, entries, little_endian)
    if values.size == 0:
        return None
    first = int(descriptor[1])
    signed = signed_input and first > 0x7FFF
    declared = int(descriptor[2])
    bits = _depth(declared, max(int(values.max()).bit_length(), 1))
    return LookupTable(
        first_mapped=first - 0x10000 if signed else first,
        bits=bits,
        data=tuple(values.tolist()),
        explanation=text(item, "LUTExplanation", charset),
        depth_corrected=bits != declared,
    )


def _depth(declared: int, used: int) -> int:
    """The declared depth where it can be true, else the depth that the data use.

    Many devices declare the 16 bits that an entry is stored in. A table of at most 15 bits may honestly stop short
    of full light, but not at a quarter of it.
    """
    honest = used <= declared <= 15 and used > declared - 2
    return declared if honest else used


def words(value: Any, little_endian: bool) -> np.ndarray | None:
    """16-bit words, from raw bytes or from values already converted."""
    if isinstance(value, bytes):
        return np.frombuffer(value[: len(value) // 2 * 2], "<u2" if little_endian else ">u2").astype(np.int64)
    if value is None:
        return None
    return np.atleast_1d(np.asarray(value, dtype=np.int64)) & 0xFFFF


def _entries(value: Any, entries: int, little_endian: bool) -> np.ndarray:
    """Table entries; 8-bit tables may be packed two to a word (PS3.3 C.11.1.1.1)."""
    if isinstance(value, bytes) and len(value) < entries * 2 and len(value) >= entries:
        return np.frombuffer(value, np.uint8)[:entries].astype(np.int64)
    found = words(value, little_endian)
    assert found is not None
    return found[:entries]
