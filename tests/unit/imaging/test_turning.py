"""Turns and mirrors: numpy is the witness of what is shown; every point goes there and back again."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.imaging.geometry import OnScreen, Orientation, ViewTransform
from workstation.imaging.screen import Sampler

ALL = [Orientation(quarters, mirrored) for quarters in range(4) for mirrored in (False, True)]
FILM = np.random.default_rng(4).integers(0, 4096, (40, 30)).astype(np.uint16)


def witness(pixels: np.ndarray, orientation: Orientation) -> np.ndarray:
    turned = np.rot90(pixels, -orientation.quarter_turns)
    return turned[:, ::-1] if orientation.mirrored else turned


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("pixels", [FILM, FILM > 2000, FILM.astype(np.float32), np.dstack([FILM.astype(np.uint8)] * 3)])
def test_arrays_of_every_kind_turn_as_in_numpy(orientation, pixels):
    turned = orientation.of(pixels)
    assert turned.dtype == pixels.dtype and np.array_equal(turned, witness(pixels, orientation))
    assert turned.shape[:2] == orientation.size(*pixels.shape[:2])


@pytest.mark.parametrize("orientation", ALL)
def test_each_pixel_is_found_where_it_is_shown_and_back(orientation):
    turned = witness(FILM, orientation)
    for row, column in np.ndindex(FILM.shape):
        shown = orientation.to_shown(row + 0.5, column + 0.5, *FILM.shape)
        assert turned[int(shown[0]), int(shown[1])] == FILM[row, column]
        assert orientation.to_stored(*shown, *FILM.shape) == (row + 0.5, column + 0.5)


@pytest.mark.parametrize("orientation", ALL)
def test_a_further_turn_is_what_the_eye_sees_turned_further(orientation):
    seen = witness(FILM, orientation)
    assert np.array_equal(witness(FILM, orientation.turned(1)), np.rot90(seen, -1))
    assert np.array_equal(witness(FILM, orientation.turned(-1)), np.rot90(seen, 1))
    assert np.array_equal(witness(FILM, orientation.flipped_across()), seen[:, ::-1])
    assert np.array_equal(witness(FILM, orientation.flipped_down()), seen[::-1])


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize(("zoom", "left", "top"), [(1.0, -7, 5), (0.5, 3, -4), (3.0, -31, -50), (1.0, 30, 2)])
def test_what_the_sampler_shows_turned_is_what_it_shows_of_a_turned_film(orientation, zoom, left, top):
    """At whole zooms and halves the two ways agree to the last level."""
    transform = ViewTransform(zoom, left, top)
    ours = Sampler(FILM).view(transform, 50, 35, orientation)
    other = Sampler(np.ascontiguousarray(witness(FILM, orientation))).view(transform, 50, 35)
    assert ours is not None and other is not None
    assert (ours.x, ours.y) == (other.x, other.y)
    assert np.abs(ours.pixels.astype(int) - other.pixels).max() <= 1


@pytest.mark.parametrize("orientation", ALL)
def test_screen_and_film_are_each_others_inverse(orientation):
    on = OnScreen(ViewTransform(2.5, -13, 40), orientation, *FILM.shape, 1.25)
    for point in ((0.0, 0.0), (12.25, 29.5), (40.0, 30.0)):
        assert on.to_film(*on.to_screen(*point)) == pytest.approx(point)
        assert on.from_logical(*on.to_logical(*point)) == pytest.approx(point)


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("zoom", [0.4, 1.0, 2.0])
def test_a_patch_is_the_same_film_as_the_view(orientation, zoom):
    """The magnifier's way to the pixels and the view's lead to the same place."""
    smooth = (np.add.outer(np.arange(400), np.arange(300)) * 5).astype(np.uint16)
    sampler, transform = Sampler(smooth), ViewTransform(zoom, -20, -30)
    sampler.view(transform, 80, 60, orientation)
    sampler.settle(zoom, sampler.fine(min(zoom, 1.0)))
    kept, patch = (ask(transform, 80, 60, orientation) for ask in (sampler.view, sampler.patch))
    assert (kept.x, kept.y, kept.pixels.shape) == (patch.x, patch.y, patch.pixels.shape)
    assert np.abs(kept.pixels.astype(int) - patch.pixels).max() <= 5 * 2 / zoom
