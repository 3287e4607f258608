"""Only what is visible is sampled, at its right place, and every zoom agrees with the film's own pixels."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.imaging.geometry import ViewTransform
from workstation.imaging.screen import Light, Sampler

FILM = np.arange(60 * 50, dtype=np.uint16).reshape(60, 50) * 20


@pytest.mark.parametrize(("left", "top"), [(0, 0), (-7, -13), (11, 5), (-30, 20)])
def test_one_to_one_is_the_film_itself(left, top):
    seen = Sampler(FILM).view(ViewTransform(1.0, left, top), 40, 30)
    rows, columns = seen.pixels.shape
    assert (seen.x, seen.y) == (max(0, left), max(0, top))
    assert (seen.pixels == FILM[seen.y - top :, seen.x - left :][:rows, :columns]).all()
    assert (seen.x + columns, seen.y + rows) == (min(40, left + 50), min(30, top + 60))


def test_shrinking_averages_areas():
    seen = Sampler(FILM).view(ViewTransform(0.5, 0, 0), 100, 100)
    mean = FILM.reshape(30, 2, 25, 2).mean(axis=(1, 3))
    assert seen.pixels.shape == (30, 25)
    assert np.abs(seen.pixels - mean).max() <= 0.5


@pytest.mark.parametrize("zoom", [2.0, 3.7])
def test_enlarging_is_linear_between_pixel_centres(zoom):
    transform = ViewTransform(zoom, -31, -57)
    seen = Sampler(FILM).view(transform, 40, 30)
    y, x = np.mgrid[0 : seen.pixels.shape[0], 0 : seen.pixels.shape[1]]
    row, column = (y + 0.5 + 57) / zoom - 0.5, (x + 0.5 + 31) / zoom - 0.5
    expected = (np.clip(row, 0, 59) * 50 + np.clip(column, 0, 49)) * 20
    assert np.abs(seen.pixels - expected).max() <= 20  # of 1000 a row


def test_a_film_out_of_sight_is_nothing():
    assert Sampler(FILM).view(ViewTransform(1.0, 500, 0), 40, 30) is None


def test_zooming_back_and_forth_gives_the_same():
    sampler = Sampler(FILM)
    first = sampler.view(ViewTransform(0.4, 0, 0), 40, 40).pixels.copy()
    sampler.view(ViewTransform(1.0, 0, 0), 40, 40)
    sampler.view(ViewTransform(5.0, 0, 0), 40, 40)
    assert (sampler.view(ViewTransform(0.4, 0, 0), 40, 40).pixels == first).all()


def test_light_is_the_table_in_all_three_colours():
    table = np.random.default_rng(1).integers(0, 256, 65536, dtype=np.uint8)
    light = Light().of_grey(FILM[3:40, 2:31], table)
    assert (light[:, :, :3] == table[FILM[3:40, 2:31]][:, :, None]).all()


def test_colour_light_is_blue_green_red():
    colours = np.random.default_rng(1).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    light = Light()
    assert (light.of_colour(colours, False)[:, :, :3] == colours[:, :, ::-1]).all()
    assert (light.of_colour(colours, True)[:, :, :3] == 255 - colours[:, :, ::-1]).all()


def test_a_new_zoom_is_quick_first_and_exact_when_settled():
    noise = np.random.default_rng(2).integers(0, 4096, (600, 500), dtype=np.uint16)
    sampler, transform = Sampler(noise), ViewTransform(0.4, 0, 0)
    quick = sampler.view(transform, 400, 400).pixels.copy()
    assert not sampler.settled
    before = sampler.generation
    sampler.settle(0.4, sampler.fine(0.4))
    fine = sampler.view(transform, 400, 400).pixels
    assert sampler.settled and sampler.generation > before
    # the witness: means over exact areas, by repeating each pixel twice and averaging blocks of five
    areas = noise.repeat(2, 0).repeat(2, 1).reshape(240, 5, 200, 5).mean(axis=(1, 3))
    assert np.abs(fine - areas).max() <= 1
    assert np.abs(quick.astype(float) - areas).mean() < 400


def test_fine_pixels_of_another_zoom_are_not_taken():
    sampler = Sampler(FILM)
    fine = sampler.fine(0.5)
    seen = sampler.view(ViewTransform(0.4, 0, 0), 100, 100).pixels.copy()
    sampler.settle(0.5, fine)
    assert (sampler.view(ViewTransform(0.4, 0, 0), 100, 100).pixels == seen).all()
    sampler.view(ViewTransform(1.0, 0, 0), 100, 100)
    assert sampler.settled
