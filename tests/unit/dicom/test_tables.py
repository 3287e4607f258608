"""Look-up tables come out of their sequences as they are meant, whatever their descriptors claim."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from workstation.dicom.records import LookupTable
from workstation.dicom.tables import lookup_tables


def read(descriptor: list[int], data: object, vr: str = "US", signed: bool = False) -> list[LookupTable]:
    item, dataset = Dataset(), Dataset()
    item.add_new("LUTDescriptor", "US", descriptor)
    item.add_new("LUTData", vr, data)
    dataset.VOILUTSequence = Sequence([item])
    return lookup_tables(dataset, "VOILUTSequence", signed_input=signed, little_endian=True)


def test_entries_and_first_value_are_read():
    (table,) = read([4, 10, 12], [0, 1000, 3000, 4095])
    assert (table.first_mapped, table.bits, table.data) == (10, 12, (0, 1000, 3000, 4095))
    assert not table.depth_corrected


def test_a_negative_first_value_is_read_where_values_may_be_negative():
    assert read([2, 0xFF9C, 8], [0, 255], signed=True)[0].first_mapped == -100
    assert read([2, 0xFF9C, 8], [0, 255], signed=False)[0].first_mapped == 0xFF9C


def test_zero_entries_mean_65536():
    assert len(read([0, 0, 16], list(range(65536)))[0].data) == 65536


def test_eight_bit_entries_may_be_packed_two_to_a_word():
    packed = np.arange(200, dtype=np.uint8).tobytes()
    assert read([200, 0, 8], packed, "OW")[0].data == tuple(range(200))
    words = np.arange(200, dtype="<u2").tobytes()
    assert read([200, 0, 8], words, "OW")[0].data == tuple(range(200))


@pytest.mark.parametrize(
    ("declared", "highest", "bits"),
    [(16, 988, 10), (16, 32766, 15), (16, 65535, 16), (12, 4095, 12), (12, 2500, 12), (12, 1800, 12), (12, 255, 8),
     (8, 4095, 12), (0, 255, 8), (99, 1000, 10)],
)  # fmt: skip
def test_depths_that_cannot_be_true_are_replaced_by_the_datas_own(declared: int, highest: int, bits: int):
    (table,) = read([3, 0, declared], [0, 5, highest])
    assert table.bits == bits and table.depth_corrected == (bits != declared)


def test_broken_tables_are_left_out():
    assert read([4, 10], [1, 2, 3]) == []
    assert read([4, 10, 12], b"", "OW") == []
    assert lookup_tables(Dataset(), "VOILUTSequence", signed_input=False, little_endian=True) == []


def test_the_lying_tables_of_real_films_are_noticed(shared):
    from workstation.dicom.reader import read_instance

    found = read_instance(shared / "dicom" / "cxr-simpleitk" / "cxr.dcm")
    assert found.modality_lut is not None and found.modality_lut.depth_corrected and found.modality_lut.bits == 10
    assert any("depth" in each for each in found.warnings)
