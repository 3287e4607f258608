"""The magnifier shows the film's own pixels, larger, under the cursor; its window can be kept; it leaves no trace."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import drag, hover, pixels_of, ramp, turn_wheel
from workstation.imaging.window import render
from workstation.settings import Settings

SHIFT = Qt.KeyboardModifier.ShiftModifier
G, ESCAPE, STAR = Qt.Key.Key_G, Qt.Key.Key_Escape, Qt.Key.Key_Asterisk
AT = (400, 300)
INSIDE = 40  # half the side of a square that lies within the lens, clear of its words


def middle(view) -> np.ndarray:
    """What the middle of the lens shows, as grey."""
    x, y = AT
    return pixels_of(view)[y - INSIDE : y + INSIDE, x - INSIDE : x + INSIDE, 0].astype(int)


def smooth(rows: int = 900, columns: int = 800) -> np.ndarray:
    values = np.random.default_rng(7).normal(0, 1, (rows, columns)).astype(np.float32)
    values = cv2.GaussianBlur(values, (0, 0), 9)
    return np.round((values - values.min()) / np.ptp(values) * 4095).astype(np.uint16)


def magnified(view, times: float) -> np.ndarray:
    """The witness: the rendered film, enlarged about the cursor by OpenCV's own warp."""
    light = view.orientation.of(render(view.film, view.presentation)).astype(np.float32)
    zoom, (left, top) = view.transform.zoom, (view.transform.left, view.transform.top)
    x, y = AT[0] + 0.5, AT[1] + 0.5
    column, row = (x - left) / zoom, (y - top) / zoom
    step = 1 / (zoom * times)
    start = column - (INSIDE + 0.5) * step + 0.5 * step - 0.5, row - (INSIDE + 0.5) * step + 0.5 * step - 0.5
    matrix = np.array([[step, 0, start[0]], [0, step, start[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(light, matrix, (2 * INSIDE, 2 * INSIDE), flags=flags)


@pytest.mark.parametrize("keys", [(STAR,), (STAR, Qt.Key.Key_R), (STAR, Qt.Key.Key_H), ()])
def test_it_shows_the_film_under_the_cursor_twice_as_large(reading, film_file, keys):
    view = reading(film_file(smooth())).view
    for key in keys:
        QTest.keyClick(view, key)
    QTest.keyClick(view, G)
    hover(view, *AT)
    assert np.abs(middle(view) - magnified(view, 2.0)).max() <= 6


@pytest.mark.parametrize("leave", [G, ESCAPE])
def test_it_goes_without_a_trace_and_takes_nothing_with_it(reading, film_file, leave):
    view = reading(film_file(smooth())).view
    QTest.keyClick(view, Qt.Key.Key_Plus)
    hover(view, *AT)
    before = pixels_of(view)
    QTest.keyClick(view, G)
    assert not np.array_equal(pixels_of(view), before)
    QTest.keyClick(view, leave)
    assert np.array_equal(pixels_of(view), before)


def test_the_wheel_makes_it_stronger_and_leaves_the_film_where_it_is(reading, film_file):
    view = reading(film_file(smooth())).view
    QTest.keyClick(view, STAR)
    QTest.keyClick(view, G)
    hover(view, *AT)
    place, weak = view.transform, np.abs(np.diff(middle(view))).mean()
    turn_wheel(view, AT, 2)
    assert view.transform == place
    assert np.abs(np.diff(middle(view))).mean() < 0.8 * weak
    assert np.abs(middle(view) - magnified(view, 2 * 1.25**2)).max() <= 6


def test_its_window_can_be_kept_while_the_film_gets_another(reading, film_file):
    view = reading(film_file(smooth(), WindowCenter=2000, WindowWidth=3000)).view
    hover(view, *AT)
    QTest.keyClick(view, G)
    kept, beside = middle(view), pixels_of(view)[100:150, 200:250]
    QTest.keyClick(view, G, SHIFT)
    drag(view, (100, 100), (120, 60))
    hover(view, *AT)
    assert np.array_equal(middle(view), kept)
    assert not np.array_equal(pixels_of(view)[100:150, 200:250], beside)
    QTest.keyClick(view, G, SHIFT)
    assert not np.array_equal(middle(view), kept)


def test_another_film_comes_with_its_own_window_in_the_magnifier(reading, film_file):
    pane = reading(film_file(smooth()))
    QTest.keyClick(pane.view, G, SHIFT)
    assert pane.view.lens.on and pane.view.lens.frozen is not None
    reading(film_file(ramp()))
    assert pane.view.lens.on and pane.view.lens.frozen is None


def test_only_what_it_covers_is_changed(reading, film_file):
    view = reading(film_file(smooth())).view
    hover(view, *AT)
    before = pixels_of(view)
    QTest.keyClick(view, G)
    rows, columns = np.where((pixels_of(view) != before).any(axis=2))
    assert np.hypot(rows - AT[1], columns - AT[0]).max() <= 135


def test_it_may_be_square(reading, film_file, pane):
    pane.apply_settings(Settings({"corner_text": "none", "lens_shape": "square"}))
    view = reading(film_file(smooth())).view
    hover(view, *AT)
    before = pixels_of(view)
    QTest.keyClick(view, G)
    changed = (pixels_of(view) != before).any(axis=2)
    assert changed[AT[1] - 125 : AT[1] - 100, AT[0] - 125 : AT[0] - 100].mean() > 0.5


def test_colour_is_magnified_too(reading, tmp_path):
    from PIL import Image

    from workstation.imaging.film import describe

    colours = np.kron(np.random.default_rng(3).integers(0, 256, (12, 12, 3)), np.ones((40, 40, 1))).astype(np.uint8)
    Image.fromarray(colours).save(tmp_path / "colour.png")
    view = reading(describe(tmp_path / "colour.png")).view
    QTest.keyClick(view, STAR)
    hover(view, *AT)
    under = pixels_of(view)[AT[1], AT[0]]
    QTest.keyClick(view, G)
    turn_wheel(view, AT, 20)
    assert np.abs(pixels_of(view)[AT[1], AT[0]].astype(int) - under).max() <= 2


def test_it_is_told_to_the_log(reading, film_file):
    pane = reading(film_file(smooth()))
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    QTest.keyClick(pane.view, G)
    QTest.keyClick(pane.view, G, SHIFT)
    QTest.keyClick(pane.view, ESCAPE)
    assert told == [("lens", {"on": True}), ("lens_window", {"frozen": True}), ("lens", {"on": False})]
