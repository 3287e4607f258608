"""Pixels are (row, column), the screen is (x, y): one record between, there and back without loss."""

from __future__ import annotations

import pytest

from workstation.imaging.geometry import LEAST_SHOWN, ZOOM_LIMITS, ViewTransform


def test_fit_shows_the_whole_film_in_the_middle():
    view = ViewTransform.fit(2000, 1000, 800, 600)
    assert view.zoom == 0.3
    assert view.to_screen(0, 0) == (250, 0) and view.to_screen(2000, 1000) == (550, 600)


def test_there_and_back_is_the_same_place():
    view = ViewTransform(0.37, -120.5, 33.25)
    row, col = view.to_film(*view.to_screen(123.25, 456.5))
    assert (row, col) == pytest.approx((123.25, 456.5))


def test_the_pixel_under_the_cursor_covers_its_own_square():
    view = ViewTransform(2, 10, 20)
    assert view.pixel_at(10, 20, 5, 5) == (0, 0) and view.pixel_at(11.9, 21.9, 5, 5) == (0, 0)
    assert view.pixel_at(12, 20, 5, 5) == (0, 1)
    assert view.pixel_at(9.9, 20, 5, 5) is None and view.pixel_at(20, 20, 5, 5) is None


def test_zooming_keeps_the_place_under_the_cursor():
    view = ViewTransform.fit(2000, 1500, 900, 700)
    before = view.to_film(300, 200)
    assert view.zoomed(3.3, 300, 200).to_film(300, 200) == pytest.approx(before)


def test_zoom_has_limits_and_keeps_the_place_at_them():
    view = ViewTransform(1, 5, 7)
    near, far = view.zoomed(1e9, 50, 60), view.zoomed(1e-9, 50, 60)
    assert (near.zoom, far.zoom) == (ZOOM_LIMITS[1], ZOOM_LIMITS[0])
    assert near.to_film(50, 60) == pytest.approx(view.to_film(50, 60))


@pytest.mark.parametrize("step", [(5000, 0), (-5000, 0), (0, 5000), (0, -5000)])
def test_panning_never_loses_the_film(step: tuple[float, float]):
    view = ViewTransform(0.5).panned(*step).held(1000, 1000, 400, 300)
    row0, col0, row1, col1 = view.visible(1000, 1000, 400, 300)
    assert (row1 - row0) * 0.5 >= LEAST_SHOWN - 1 and (col1 - col0) * 0.5 >= LEAST_SHOWN - 1


def test_the_visible_part_is_what_the_view_touches():
    assert ViewTransform(2, -10, -20).visible(100, 100, 50, 40) == (10, 5, 30, 30)
    assert ViewTransform(1, 500, 500).visible(100, 100, 50, 40) == (0, 0, 0, 0)
