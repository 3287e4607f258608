"""Windows in the hand: small steps stay small, typed ones are lawful, LUTs become the line next to them."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.dicom.records import Instance, LookupTable, VoiLutFunction, Window
from workstation.imaging.adjust import (
    CURVE_POINTS,
    HISTOGRAM_BINS,
    between_ends,
    bounded,
    curve,
    dragged,
    ends_of,
    histogram,
    value_range,
    window_of,
)
from workstation.imaging.film import film_of
from workstation.imaging.window import Presentation, display_table

PIXELS = np.linspace(0, 4095, 300 * 200).astype(np.uint16).reshape(300, 200)


def film(pixels=PIXELS, **fields):
    instance = Instance("f", "dicom", "1", "", "", "1", "1", rows=pixels.shape[0], columns=pixels.shape[1], **fields)
    return film_of(instance, pixels)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_a_lut_that_is_a_line_becomes_that_line(photometric):
    data = tuple(int(np.clip((n - 1000) / 2000, 0, 1) * 4095) for n in range(4096))
    shown = film(voi_luts=(LookupTable(0, 12, data),), photometric_interpretation=photometric)
    window = window_of(shown, Presentation(voi_lut=0))
    assert window.center == pytest.approx(2000, abs=5)
    assert window.width == pytest.approx(2000, abs=10)
    lut = display_table(shown, Presentation(voi_lut=0)).astype(int)
    line = display_table(shown, Presentation(window)).astype(int)
    assert np.abs(lut - line)[:4096].max() <= 3


def test_a_lut_that_never_gets_bright_still_becomes_a_window():
    shown = film(voi_luts=(LookupTable(0, 12, (0,) * 4096),))
    window = window_of(shown, Presentation(voi_lut=0))
    assert window.width >= 1
    assert np.isfinite(window.center)


def test_steps_are_relative_to_the_window():
    narrow, wide = (dragged(film(), Window(2000, width), 30, 30) for width in (100, 3000))
    assert narrow.width / 100 == pytest.approx(wide.width / 3000)
    assert (narrow.center - 2000) / narrow.width == pytest.approx((wide.center - 2000) / wide.width)


def test_no_drag_leaves_the_film_for_good():
    window = Window(2000, 1000)
    for _ in range(100):
        window = dragged(film(), window, -900, 900)
    assert 0 <= window.center <= 4095
    assert window.width >= 2
    for _ in range(100):
        window = dragged(film(), window, 900, -900)
    assert 0 <= window.center <= 4095
    assert window.width <= 4 * 4095


def test_a_window_far_outside_can_be_dragged_back():
    window = dragged(film(), Window(90_000, 1000), 0, -30)
    assert window.center == pytest.approx(90_000 - 100)


def test_fractional_values_get_windows_narrower_than_one():
    shown = film(rescale_slope=0.001, rescale_intercept=0.0)
    start = Window(2.0, 3.0)
    step = dragged(shown, start, 0, 0)
    assert (step.center, step.width, step.function) == (1.5, 2.0, VoiLutFunction.LINEAR_EXACT)
    same = display_table(shown, Presentation(start)), display_table(shown, Presentation(step))
    assert (same[0] == same[1]).all()
    for _ in range(20):
        step = dragged(shown, step, -200, 0)
    assert 0 < step.width < 1


def test_typed_widths_are_as_small_as_the_function_allows():
    assert bounded(film(), Window(5, -3)).width == 1
    assert bounded(film(), Window(5, 0.25, VoiLutFunction.LINEAR_EXACT)).width == 0.25
    assert bounded(film(), Window(5, 0, VoiLutFunction.SIGMOID)).width > 0


def test_the_histogram_counts_the_films_own_range():
    counts = histogram(film())
    assert len(counts) == HISTOGRAM_BINS
    assert counts.sum() == PIXELS.size
    assert counts.max() <= 1.2 * counts.mean()
    eight = np.arange(100, dtype=np.uint8).reshape(10, 10)
    assert histogram(film(eight)).tolist() == [1] * 100


def test_the_curve_runs_from_dark_to_light():
    shown = film()
    levels = list(curve(shown, display_table(shown, Presentation(Window(2048, 4096)))))
    assert len(levels) == CURVE_POINTS
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[-1] >= 254


def test_the_range_is_in_modality_values():
    assert value_range(film(rescale_slope=2.0, rescale_intercept=-1000.0)) == (-1000.0, 7190.0)


@pytest.mark.parametrize("slope", [1.0, -2.0])
def test_the_ends_of_a_window_lie_along_the_films_own_range_and_back(slope):
    shown = film(rescale_slope=slope, rescale_intercept=100.0)
    window = Window(100 + slope * 1000, 800)
    low, high = ends_of(shown, window)
    assert sorted((low, high)) == pytest.approx(sorted((1000 + side * 400 / slope) / 4095 for side in (-1, 1)))
    assert between_ends(shown, window, low, high) == window
    assert between_ends(shown, window, low, low).width > 0


def test_behind_a_modality_lut_or_on_a_flat_film_a_window_has_no_ends_to_drag():
    assert ends_of(film(modality_lut=LookupTable(0, 12, tuple(range(4096)))), Window(100, 50)) is None
    assert ends_of(film(np.full((20, 20), 7, np.uint16)), Window(100, 50)) is None
