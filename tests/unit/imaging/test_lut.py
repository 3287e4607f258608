"""The functions of PS3.3 C.11, against numbers worked out by hand and pydicom's own functions."""

from __future__ import annotations

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels import apply_voi_lut, apply_windowing
from pydicom.sequence import Sequence

from workstation.dicom.records import Instance, LookupTable, VoiLutFunction, Window
from workstation.imaging.lut import eight_bits, look_up, modality_table, padding_indices, voi_fraction, window_fraction

LINEAR, EXACT, SIGMOID = VoiLutFunction.LINEAR, VoiLutFunction.LINEAR_EXACT, VoiLutFunction.SIGMOID


def instance(**fields) -> Instance:
    return Instance("", "dicom", "1", "", "", "1", "1", **fields)


def shown(values: list[float], window: Window) -> list[float]:
    return window_fraction(np.array(values, dtype=float), window).tolist()


def test_linear_at_its_corners():
    # C.11.2.1.2.1 with c = 2048, w = 4096, the standard's own example: 0 is black, 4095 white.
    assert shown([-1, 0, 4095, 4096], Window(2048, 4096)) == [0, 0, 1, 1]
    assert shown([2047.5], Window(2048, 4096)) == [0.5]
    # c = 0, w = 100: black up to -50, white above 49.
    assert shown([-50, -0.5, 49, 49.1], Window(0, 100)) == [0, 0.5, 1, 1]


def test_linear_of_width_one_is_a_step_at_the_center():
    assert shown([99, 99.4, 100, 101], Window(100, 1)) == [0, 0, 1, 1]


def test_linear_exact_at_its_corners():
    assert shown([-1, 0, 2048, 4096], Window(2048, 4096, EXACT)) == [0, 0, 0.5, 1]
    assert shown([0.25], Window(0, 1, EXACT)) == [0.75]


def test_sigmoid_at_points_worked_by_hand():
    got = shown([0, 100, -100], Window(0, 400, SIGMOID))
    assert got == pytest.approx([0.5, 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))])
    assert shown([1e9, -1e9], Window(0, 1, SIGMOID)) == [1, 0]


@pytest.mark.parametrize("function", list(VoiLutFunction))
@pytest.mark.parametrize(("center", "width"), [(512, 1024), (300.5, 77.25), (0, 2), (900, 1.5)])
def test_windows_agree_with_pydicom(function: VoiLutFunction, center: float, width: float):
    dataset = Dataset()
    dataset.WindowCenter, dataset.WindowWidth, dataset.VOILUTFunction = center, width, function.value
    dataset.PhotometricInterpretation, dataset.BitsStored, dataset.PixelRepresentation = "MONOCHROME2", 16, 0
    values = np.arange(2000, dtype=np.uint16)
    theirs = apply_windowing(values, dataset) / 65535
    assert window_fraction(values.astype(float), Window(center, width, function)) == pytest.approx(theirs, abs=1e-9)


def test_eight_bits_are_cut_not_rounded():
    assert eight_bits(np.array([0.0, 0.5, 0.9999, 1.0])).tolist() == [0, 127, 254, 255]


def test_a_table_answers_beyond_its_ends_with_its_ends():
    table = LookupTable(10, 8, (5, 6, 7))
    assert look_up(table, np.array([-3, 10, 11, 12, 500])).tolist() == [5, 5, 6, 7, 7]
    assert look_up(table, np.array([10.9, 10.9999999999])).tolist() == [5, 6]


def test_a_voi_lut_agrees_with_pydicom():
    data = (np.linspace(0, 1, 300) ** 2 * 4095).astype(np.uint16)
    item, dataset = Dataset(), Dataset()
    item.add_new("LUTDescriptor", "US", [300, 50, 12])
    item.add_new("LUTData", "US", data.tolist())
    dataset.VOILUTSequence = Sequence([item])
    values = np.arange(600, dtype=np.uint16)
    ours = voi_fraction(values.astype(float), LookupTable(50, 12, tuple(data.tolist())))
    assert np.array_equal(np.round(ours * 255), apply_voi_lut(values, dataset) >> 4)


def test_rescale_moves_stored_values_to_modality_values():
    table = modality_table(instance(rescale_slope=2.0, rescale_intercept=-100.0), offset=10)
    assert (table[10], table[11], table[0]) == (-100, -98, -120)


def test_a_modality_lut_outweighs_rescale():
    lut = LookupTable(0, 10, tuple(range(1023, -1, -1)))
    table = modality_table(instance(modality_lut=lut, rescale_slope=5.0), offset=0)
    assert (table[0], table[1023], table[5000]) == (1023, 0, 0)


def test_padding_is_a_value_or_a_range_in_either_order():
    assert padding_indices(instance(), 0) is None
    one = padding_indices(instance(pixel_padding_value=-2000), 0x8000)
    assert one is not None and np.flatnonzero(one).tolist() == [0x8000 - 2000]
    many = padding_indices(instance(pixel_padding_value=20, pixel_padding_range_limit=18), 0)
    assert many is not None and np.flatnonzero(many).tolist() == [18, 19, 20]
