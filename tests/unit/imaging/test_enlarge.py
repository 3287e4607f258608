"""A part of a film drawn larger is the same picture as the whole film drawn larger, in each interpolation."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from workstation.imaging.enlarge import INTERPOLATIONS, enlarged

FILM = np.random.default_rng(11).integers(0, 4096, (90, 70)).astype(np.uint16)
COLOUR = np.random.default_rng(12).integers(0, 256, (60, 50, 3)).astype(np.uint8)


def whole(pixels: np.ndarray, zoom: int) -> tuple[int, int, int, int]:
    return 0, 0, pixels.shape[0] * zoom, pixels.shape[1] * zoom


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
def test_the_middle_of_each_enlarged_pixel_is_the_pixel(interpolation):
    """True of every interpolating kernel; a shift by half a pixel would break it."""
    drawn = enlarged(FILM, 3, whole(FILM, 3), interpolation)
    assert drawn.shape == (270, 210)
    assert np.array_equal(drawn[1::3, 1::3], FILM)


def test_nearest_repeats_each_pixel():
    assert np.array_equal(enlarged(FILM, 4, whole(FILM, 4), "nearest"), np.kron(FILM, np.ones((4, 4), np.uint16)))
    drawn = enlarged(COLOUR, 2, whole(COLOUR, 2), "nearest")
    assert np.array_equal(drawn, COLOUR.repeat(2, axis=0).repeat(2, axis=1))


def test_linear_lies_on_the_line_between_two_pixels():
    pair = np.tile(np.array([[1000, 2000]], np.uint16), (4, 1))
    drawn = enlarged(pair, 4, whole(pair, 4))[8]
    assert drawn.tolist() == [1000, 1000, 1125, 1375, 1625, 1875, 2000, 2000]


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("zoom", [1.0001, 1.2, 1.73205, 2.5, 7.77])
def test_a_part_is_cut_out_of_the_whole_film_drawn_larger(interpolation, zoom):
    smooth = cv2.GaussianBlur(FILM, (0, 0), 3)
    rows, columns = round(90 * zoom), round(70 * zoom)
    full = cv2.resize(smooth, None, fx=zoom, fy=zoom, interpolation=INTERPOLATIONS[interpolation]).astype(int)
    part = rows // 2, columns // 3, rows, columns
    found = enlarged(smooth, zoom, part, interpolation).astype(int)
    assert found.shape == (part[2] - part[0], part[3] - part[1])
    steepest = max(np.abs(np.diff(smooth.astype(int), axis=axis)).max() for axis in (0, 1))
    difference = np.abs(found[:-1, :-1] - full[part[0] : part[2], part[1] : part[3]][: found.shape[0] - 1, :-1])
    if interpolation == "nearest":  # OpenCV's nearest takes the pixel's corner, ours its middle
        assert difference.max() <= 2 * steepest
    else:
        assert difference.max() <= 0.1 * steepest + 1


def test_cubic_and_lanczos_are_sharper_than_linear():
    edge = np.zeros((20, 40), np.uint16)
    edge[:, 20:] = 4000
    steep = {name: np.diff(enlarged(edge, 5, whole(edge, 5), name)[50].astype(int)).max() for name in INTERPOLATIONS}
    assert steep["linear"] < steep["cubic"] <= steep["nearest"] and steep["linear"] < steep["Lanczos"]
