"""Shrinking averages, by halves where a reader waits, and keeps sizes and values where nothing is to be done."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.synthetic import chest
from workstation.imaging.resample import resize, shrink

VALUES = np.random.default_rng(0).integers(0, 16384, (800, 600)).astype(np.uint16)


@pytest.mark.parametrize(("rows", "columns"), [(400, 300), (200, 150), (100, 75), (799, 599)])
def test_halving_first_is_the_mean_by_area_at_even_ratios(rows: int, columns: int):
    straight = cv2.resize(VALUES.astype(np.float64), (columns, rows), interpolation=cv2.INTER_AREA)
    assert np.abs(shrink(VALUES, rows, columns) - straight).max() <= 2


@pytest.mark.parametrize("rows", [333, 250, 187])
def test_halving_first_is_close_to_the_mean_by_area_at_odd_ratios(rows: int):
    film = chest(seed=2, rows=800, columns=800)
    straight = cv2.resize(film.astype(np.float64), (rows, rows), interpolation=cv2.INTER_AREA)
    difference = np.abs(shrink(film, rows, rows) - straight)
    assert difference.mean() < 4095 / 255 and np.percentile(difference, 99) < 8 * 4095 / 255


def test_the_long_side_gets_the_size_asked_for():
    assert resize(VALUES, 80).shape == (80, 60) and resize(VALUES.T, 80).shape == (60, 80)
    assert resize(VALUES, 1600).shape == (1600, 1200)
    assert resize(VALUES, 800) is VALUES


def test_a_very_long_film_keeps_at_least_one_pixel():
    assert resize(np.zeros((5000, 2), np.uint8), 10).shape == (10, 1)
