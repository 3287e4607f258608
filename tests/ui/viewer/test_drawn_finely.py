"""How pixels are drawn larger, and what the corner says of the picture's quality."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import pixels_of, ramp, turn_wheel
from workstation.imaging.window import render
from workstation.settings import Settings

SHIFT = Qt.KeyboardModifier.ShiftModifier
ESCAPE, STAR, PLUS = Qt.Key.Key_Escape, Qt.Key.Key_Asterisk, Qt.Key.Key_Plus
NAMES = ("nearest", "linear", "cubic", "Lanczos")


def corner(view) -> str:
    """All that stands at the bottom left."""
    view.grab()
    lines = view.legend._blocks["bottom left"]._last[0]
    return " | ".join(line.text for line in lines)


def thrice(view) -> None:
    """Three screen pixels a film pixel, about the middle."""
    view._place.size(3.0)


@pytest.mark.parametrize("presses", range(4))
def test_shift_z_goes_through_the_interpolations(reading, film_file, presses):
    """Whatever lies between, the middle of each enlarged pixel is the film's own."""
    view = reading(film_file(ramp(120, 100))).view
    for _ in range(presses):
        QTest.keyClick(view, Qt.Key.Key_Z, SHIFT)
    assert view.picture.interpolation == NAMES[(1 + presses) % 4]
    thrice(view)
    shown = pixels_of(view)[int(view.transform.top) :, int(view.transform.left) :, 0][:360, :300]
    assert np.array_equal(shown[1::3, 1::3], render(view.film, view.presentation))


def test_nearest_shows_each_pixel_as_a_square(reading, film_file, pane):
    pane.apply_settings(Settings({"corner_text": "none", "interpolation": "nearest"}))
    view = reading(film_file(ramp(120, 100))).view
    thrice(view)
    shown = pixels_of(view)[int(view.transform.top) :, int(view.transform.left) :, 0][:360, :300]
    assert np.array_equal(shown, np.kron(render(view.film, view.presentation), np.ones((3, 3), np.uint8)))


def test_each_interpolation_is_another_picture_and_is_told(reading, film_file):
    pane = reading(film_file(ramp(120, 100)))
    told, seen = [], []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    thrice(pane.view)
    for _ in NAMES:
        seen.append(pixels_of(pane.view).tobytes())
        QTest.keyClick(pane.view, Qt.Key.Key_Z, SHIFT)
    assert len(set(seen)) == 4 and pixels_of(pane.view).tobytes() == seen[0]
    assert told == [("interpolation", {"to": name}) for name in ("cubic", "Lanczos", "nearest", "linear")]


def test_another_interpolation_than_the_default_is_named(reading, film_file, pane):
    pane.apply_settings(Settings({"corner_text": "full"}))
    view = reading(film_file(ramp(120, 100))).view
    assert "Interpolation" not in corner(view)
    QTest.keyClick(view, Qt.Key.Key_Z, SHIFT)
    assert "Interpolation: cubic" in corner(view)


def test_the_corner_says_whether_the_picture_is_as_good_as_it_gets(reading, film_file, pane, qtbot):
    pane.apply_settings(Settings({"corner_text": "full"}))
    view = reading(film_file(np.random.default_rng(1).integers(0, 4096, (1500, 1300)).astype(np.uint16))).view
    qtbot.waitUntil(lambda: "full quality" in corner(view))
    fine = pixels_of(view)
    turn_wheel(view, (400, 300), -1)
    assert "preview" in corner(view) and "full quality" not in corner(view)
    quick = pixels_of(view)
    qtbot.waitUntil(lambda: "full quality" in corner(view))
    settled = pixels_of(view)
    assert not np.array_equal(quick, settled)
    QTest.keyClick(view, ESCAPE)
    qtbot.waitUntil(lambda: "full quality" in corner(view))
    assert np.array_equal(pixels_of(view), fine)
    QTest.keyClick(view, STAR)
    assert "full quality" in corner(view), "its own pixels need no sampling"


def test_while_it_is_decoded_the_place_says_so(pane, film_file, qtbot):
    pane.loader.want = lambda films: None  # a disk that does not answer
    pane.show_study([film_file()])
    qtbot.waitUntil(lambda: pane.view.message == "Decoding film …")


def test_a_turned_film_is_sampled_as_finely(reading, film_file, qtbot):
    """The fine pixels of the stored film, turned: no second sampling, no other picture."""
    pixels = np.random.default_rng(2).integers(0, 4096, (1400, 1400)).astype(np.uint16)
    view = reading(film_file(pixels)).view
    qtbot.waitUntil(lambda: view.picture.settled)
    before = pixels_of(view)
    QTest.keyClick(view, Qt.Key.Key_R)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert view.picture.settled
    left, top = int(view.transform.left), int(view.transform.top)
    side = round(1400 * view.transform.zoom)
    one, other = (each[top : top + side, left : left + side] for each in (pixels_of(view), before))
    assert np.array_equal(one[90:], np.rot90(other, 2)[90:]), "below the words that say it is turned"


def test_a_very_large_film_is_sampled_finely_without_making_the_window_wait(reading, film_file, qtbot, monkeypatch):
    monkeypatch.setattr("workstation.ui.viewer.canvas.SETTLED_AT_ONCE", 1000)
    view = reading(film_file(np.random.default_rng(1).integers(0, 4096, (1500, 1300)).astype(np.uint16))).view
    turn_wheel(view, (400, 300), -1)
    quick = pixels_of(view)
    assert not view.picture.settled
    qtbot.waitUntil(lambda: view.picture.settled)
    fine = view.picture.sampler.fine(view.transform.zoom)
    shown = pixels_of(view)
    assert not np.array_equal(shown, quick)
    left, top = int(view.transform.left), int(view.transform.top)
    part = fine[max(0, -top) : max(0, -top) + 50, max(0, -left) : max(0, -left) + 50]
    light = view.picture.table(view.presentation)[part]
    assert np.array_equal(shown[max(0, top) : max(0, top) + 50, max(0, left) : max(0, left) + 50, 0], light)
