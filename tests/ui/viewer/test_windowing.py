"""Chest presets, the window from a region and the drag's speeds: keys and mouse -> the picture, the rows, the log."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.synthetic import hand
from tests.ui.viewer.hands import drag, pixels_of, small_chest
from workstation.imaging.thorax import NO_THORAX, presets
from workstation.imaging.window import auto, render
from workstation.ui import style
from workstation.ui.viewer.keybutton import KeyButton

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
KEYS = {
    "Lung": Qt.Key.Key_L,
    "Mediastinum": Qt.Key.Key_M,
    "Bone": Qt.Key.Key_B,
    "Lines and tubes": Qt.Key.Key_T,
}


def press(pane, key, modifiers=SHIFT):
    QTest.keyClick(pane.view, key, modifiers)


def told_by(pane):
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    return told


def film_on(view) -> np.ndarray:
    """The film's own part of what the view shows at 1:1, its middle."""
    shown = pixels_of(view)[..., 0]
    rows, columns = shown.shape
    return shown[rows // 2 - 100 : rows // 2 + 100, columns // 2 - 100 : columns // 2 + 100]


def expected(view, presentation) -> np.ndarray:
    on = view.on_screen
    rows, columns = view.height(), view.width()
    row, column = (round(each) for each in on.from_logical(columns // 2 - 100, rows // 2 - 100))
    return render(view.film, presentation)[row : row + 200, column : column + 200]


@pytest.mark.parametrize("name", ["Lung", "Mediastinum", "Bone"])
def test_a_preset_key_shows_the_film_in_its_own_chest_window(reading, film_file, name):
    pane = reading(film_file(small_chest(3)))
    told, view = told_by(pane), pane.view
    press(pane, Qt.Key.Key_Asterisk, Qt.KeyboardModifier.NoModifier)
    press(pane, KEYS[name])
    assert view.presentation.label == name
    assert np.array_equal(film_on(view), expected(view, presets(view.film)[name]))
    assert ("window", {"how": "preset", "label": name, "film": 1}) in told


def test_a_preset_keeps_the_readers_inversion(reading, film_file):
    pane = reading(film_file(small_chest(3)))
    press(pane, Qt.Key.Key_I, Qt.KeyboardModifier.NoModifier)
    press(pane, KEYS["Lung"])
    assert pane.view.presentation.invert and pane.view.presentation.label == "Lung"


def test_without_a_thorax_the_preset_says_so_on_the_film_and_in_the_log(reading, film_file):
    pane = reading(film_file(hand(1), BodyPartExamined="HAND"))
    told = told_by(pane)
    press(pane, KEYS["Lung"])
    assert pane.view.presentation.label == "Lung" + NO_THORAX
    assert "No lungs" in pane.view.legend.notice
    assert told[-1] == ("window", {"how": "preset", "label": "Lung" + NO_THORAX, "film": 1})


@pytest.mark.parametrize("turns", [[], [Qt.Key.Key_R], [Qt.Key.Key_H, Qt.Key.Key_L]])
def test_a_rectangle_dragged_with_shift_w_windows_the_film_and_gives_the_tool_back(reading, film_file, turns):
    pane = reading(film_file(small_chest(3)))
    told, view = told_by(pane), pane.view
    for key in turns:
        QTest.keyClick(view, key)
    QTest.keyClick(view, Qt.Key.Key_P)
    press(pane, Qt.Key.Key_W)
    assert pane.tool == "region"
    start, by = (300.0, 250.0), (120, 90)
    on = view.on_screen
    drag(view, start, by)
    corners = on.from_logical(*start), on.from_logical(start[0] + by[0] + 4, start[1] + by[1])
    rows, columns = (sorted(int(corner[axis]) for corner in corners) for axis in (0, 1))
    rectangle = [rows[0], columns[0], rows[1], columns[1]]
    seen = small_chest(3)[rows[0] : rows[1], columns[0] : columns[1]]
    assert told[-1] == ("window", {"how": "region", "rectangle": rectangle, "film": 1})
    assert view.presentation.window == auto(view.film, tuple(rectangle)).window
    low, high = (view.presentation.window.center + side * view.presentation.window.width / 2 for side in (-1, 1))
    assert (low, high) == pytest.approx(tuple(np.percentile(seen, (0.5, 99.5))), abs=2)
    assert view.presentation.label == "Region"
    assert pane.tool == view.tool == "pan"


def test_the_rectangle_is_drawn_while_it_is_dragged_and_gone_afterwards(reading, film_file):
    pane = reading(film_file(small_chest(3)))
    view = pane.view
    press(pane, Qt.Key.Key_W)
    before = pixels_of(view)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    for step in (10, 60, 100):
        QTest.mouseMove(view, view.rect().center() + QPoint(step, step))
    during = pixels_of(view)
    changed = np.argwhere((during != before).any(axis=2))
    assert changed.size and np.ptp(changed[:, 0]) >= 98 and np.ptp(changed[:, 1]) >= 98
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.rect().center() + QPoint(100, 100))
    view.set_presentation(view._first)
    assert np.array_equal(pixels_of(view), before)


@pytest.mark.parametrize(
    ("modifiers", "times"), [(CTRL, 4.0), (CTRL | SHIFT, 10.0), (SHIFT, 0.2), (Qt.KeyboardModifier.NoModifier, 1.0)]
)
def test_ctrl_is_faster_ctrl_shift_faster_still_shift_finer(reading, film_file, modifiers, times):
    pane = reading(film_file(WindowCenter=2048, WindowWidth=1000))
    drag(pane.view, (300, 300), (30, 0), modifiers=modifiers)
    assert pane.view.linear_window().width == pytest.approx(1000 * np.exp(30 * times / 300), rel=0.01)


def test_the_presets_stand_in_the_window_row_with_their_keys(reading, film_file):
    pane = reading(film_file(small_chest(3)))
    buttons = {each.key(): each for each in pane.window_row.findChildren(KeyButton) if each.isVisible()}
    for name, key in zip(KEYS, ("Shift+L", "Shift+M", "Shift+B", "Shift+T"), strict=True):
        assert buttons[key].text() == name.split()[0]
        QTest.mouseClick(buttons[key], Qt.MouseButton.LeftButton)
        assert pane.view.presentation.label == name and buttons[key].isChecked()
        assert pane.view.hasFocus()
    QTest.keyClick(pane.view, Qt.Key.Key_U)
    assert not any(button.isChecked() for button in buttons.values())


@pytest.mark.parametrize("photometric", ["MONOCHROME2", "MONOCHROME1"])
def test_the_windows_ends_are_dragged_on_the_histogram(reading, film_file, qtbot, photometric):
    pixels = small_chest(3)
    pane = reading(film_file(pixels, PhotometricInterpretation=photometric, WindowCenter=2000, WindowWidth=1000))
    view, hill = pane.view, pane.window_row.histogram
    qtbot.waitUntil(lambda: bool(pane.stage.current.prepared.counts))
    told = told_by(pane)
    span, low = int(pixels.max()) - int(pixels.min()), int(pixels.min())
    at = [(value - low) / span * hill.width() for value in (1500, 2500)]
    drag(hill, (at[1], 14), (16, 0), steps=4)  # and 4 pixels to wake the hand
    moved = 20 / hill.width() * span
    window = view.linear_window()
    assert window.center - window.width / 2 == pytest.approx(1500, abs=2)
    assert window.center + window.width / 2 == pytest.approx(2500 + moved, abs=2)
    drag(hill, ((at[0] + at[1]) / 2, 14), (-14, 0), steps=4)
    shifted = view.linear_window()
    assert shifted.width == pytest.approx(window.width, abs=1)
    assert shifted.center == pytest.approx(window.center - 10 / hill.width() * span, abs=2)
    assert [facts["how"] for kind, facts in told if kind == "window"] == ["histogram"] * 2
    assert told[0][1]["from"] == ["2000", "1000"]


def test_the_histogram_shows_the_films_values_and_the_window_over_them(reading, film_file, qtbot):
    pane = reading(film_file(small_chest(3), WindowCenter=2000, WindowWidth=3000))
    hill = pane.window_row.histogram
    qtbot.waitUntil(lambda: bool(pane.stage.current.prepared.counts))
    ink = np.array([int(style.ACCENT[n : n + 2], 16) for n in (1, 3, 5)])

    def line() -> np.ndarray:
        shown = pixels_of(hill).astype(int)
        return np.abs(shown - ink).max(axis=2) < 60

    ground = pixels_of(hill)[:3].reshape(-1, 3)
    assert (np.ptp(pixels_of(hill).reshape(-1, 3), axis=0) > 30).all() and len(np.unique(ground, axis=0)) > 1
    before = line()
    press(pane, KEYS["Lung"])
    after = line()
    assert before.any() and after.any() and not np.array_equal(before, after)
    rising = [np.flatnonzero(column).mean() for column in after.T if column.any()]
    assert rising[0] > rising[-1]  # dark on the left, bright on the right
