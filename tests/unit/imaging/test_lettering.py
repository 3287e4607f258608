"""Letters stand on the screen where they stand on the film, at every zoom and turn, and no line is lost."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.dicom.planes import OverlayPlane
from workstation.imaging.geometry import OnScreen, Orientation, ViewTransform
from workstation.imaging.lettering import Lettering

ROWS, COLUMNS = 300, 400
AS_STORED = Orientation()
TURNS = [Orientation(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]


def lettering(mask: np.ndarray, top: int = 0, left: int = 0) -> Lettering:
    bits = np.packbits(mask, bitorder="little").tobytes()
    plane = OverlayPlane(0x6000, *mask.shape, top, left, False, "", "", bits)
    return Lettering((plane,), ROWS, COLUMNS)


def stand(zoom: float, orientation: Orientation = AS_STORED, left: float = 20.0, top: float = 30.0) -> OnScreen:
    return OnScreen(ViewTransform(zoom, left, top), orientation, ROWS, COLUMNS)


def bright(made: Lettering, on: OnScreen) -> np.ndarray:
    """(x, y) of every screen pixel that is at least half letter."""
    x, y, light = made.image(on, 2000, 2000)
    down, across = np.nonzero(light[:, :, 0] > 127)
    return np.stack([across + x, down + y], axis=1)


@pytest.mark.parametrize("orientation", TURNS, ids=str)
@pytest.mark.parametrize("zoom", [0.3, 0.5, 0.77, 1.0, 1.9, 3.0])
def test_a_spot_stands_where_its_pixel_stands(zoom: float, orientation: Orientation):
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[200:208, 90:98] = True
    mask[10:18, 350:358] = True
    on = stand(zoom, orientation)
    found = bright(lettering(mask), on)
    for row, col in ((204, 94), (14, 354)):
        centre = np.array(on.to_screen(row, col))
        near = found[np.abs(found + 0.5 - centre).max(axis=1) <= 4 * zoom + 2]
        assert near.size and np.abs(near.mean(axis=0) + 0.5 - centre).max() <= 1.5


@pytest.mark.parametrize("zoom", [0.07, 0.13, 0.26, 0.3, 0.49, 0.51, 0.8, 0.99])
def test_no_line_is_lost_however_small_the_film_is(zoom: float):
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[:, 10::80] = True
    _, _, light = lettering(mask).image(stand(zoom), 1000, 1000)
    middle = light[light.shape[0] // 2, :, 0].astype(int)
    lit = np.flatnonzero(np.diff(np.concatenate(([0], (middle > 100).astype(int), [0]))) == 1)
    assert lit.size == 5


def test_at_whole_zooms_letters_are_the_film_s_own_pixels():
    mask = np.random.default_rng(5).random((40, 50)) < 0.4
    x, y, light = lettering(mask, 100, 120).image(stand(2.0), 2000, 2000)
    row, col = (round(each) for each in stand(2.0).to_screen(100, 120))
    seen = light[col - y : col - y + 80, row - x : row - x + 100, 0]
    assert np.array_equal(seen == 255, np.kron(mask, np.ones((2, 2), bool)))


def test_every_letter_has_a_dark_edge():
    mask = np.zeros((ROWS, COLUMNS), bool)
    mask[100, 100] = True
    _, _, light = lettering(mask).image(stand(1.0), 1000, 1000)
    letter = np.argwhere(light[:, :, 0] == 255)
    assert len(letter) == 1
    (row, col) = letter[0]
    around = [light[row + down, col + right] for down, right in ((0, 1), (0, -1), (1, 0), (-1, 0))]
    assert all(pixel[0] == 0 and pixel[3] > 150 for pixel in around)


def test_beside_the_view_nothing_is_made():
    mask = np.ones((10, 10), bool)
    assert lettering(mask).image(stand(1.0, left=-500.0), 300, 300) is None
    assert lettering(mask, 400, 500).empty


def test_only_what_the_view_shows_is_made():
    made = lettering(np.ones((ROWS, COLUMNS), bool))
    _, _, light = made.image(stand(20.0, left=-3000.0, top=-2000.0), 640, 480)
    assert light.shape[0] < 480 + 300 and light.shape[1] < 640 + 300
