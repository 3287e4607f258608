"""Overlay planes, shutters, padding and frames by real keys, judged by the picture on the screen."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.synthetic import dicom_file
from tests.ui.viewer.hands import hover, pixels_of, turn_wheel
from workstation.imaging.film import describe

ROWS, COLUMNS = 200, 160
DARK, BRIGHT = 500, 1500
TWELVE = {"BitsStored": 12, "HighBit": 11, "WindowCenter": 2048, "WindowWidth": 4096}


def press(pane, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.view, key, modifiers)


@pytest.fixture
def with_plane(tmp_path):
    """A flat dark film with a bright cross drawn over it by its file."""
    path = dicom_file(tmp_path / "film.dcm", np.full((ROWS, COLUMNS), DARK, np.uint16), **TWELVE)
    mask = np.zeros((40, 40), bool)
    mask[20, :] = mask[:, 20] = True
    dataset = pydicom.dcmread(path)
    for element, kind, value in (
        (0x0010, "US", 40),
        (0x0011, "US", 40),
        (0x0022, "LO", "Canary mark"),
        (0x0040, "CS", "G"),
        (0x0050, "SS", [101, 81]),
        (0x0100, "US", 1),
        (0x0102, "US", 0),
        (0x3000, "OW", np.packbits(mask, bitorder="little").tobytes()),
    ):
        dataset.add_new((0x6000, element), kind, value)
    dataset.save_as(path)
    return describe(path)


def bright(pane) -> np.ndarray:
    """(row, column) in the film of every pixel of the view that is white."""
    on = pane.view.on_screen
    rows, columns = np.nonzero((pixels_of(pane.view) == 255).all(axis=2))
    return np.array([on.to_film(x + 0.5, y + 0.5) for y, x in zip(rows, columns, strict=True)])


def test_o_hides_the_overlay_planes_and_says_so(reading, with_plane):
    pane = reading(with_plane)
    cross = bright(pane)
    assert np.abs(cross.mean(axis=0) - (120.5, 100.5)).max() < 1.5
    assert 39 <= np.ptp(cross[:, 0]) <= 41 and 39 <= np.ptp(cross[:, 1]) <= 41
    press(pane, Qt.Key.Key_O)
    assert bright(pane).size == 0
    (line,) = (line.text for line in pane.view.legend.added.values())
    assert "hidden" in line and "Canary mark" in line
    press(pane, Qt.Key.Key_O)
    assert np.array_equal(bright(pane), cross)
    assert "hidden" not in pane.view.legend.added["laid"].text


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_L, Qt.Key.Key_H, Qt.Key.Key_V])
def test_planes_turn_and_zoom_with_the_film(reading, with_plane, key):
    pane = reading(with_plane)
    press(pane, key)
    turn_wheel(pane.view, (300, 300), 3)
    cross = bright(pane)
    centre = cross[np.abs(cross - (120.5, 100.5)).max(axis=1) < 1.5]
    assert centre.size and (np.abs(cross - (120.5, 100.5)).min(axis=1) <= 1).all()


def test_a_new_study_shows_its_planes_again(reading, with_plane, film_file):
    pane = reading(with_plane)
    press(pane, Qt.Key.Key_O)
    reading(film_file())
    reading(with_plane)
    assert bright(pane).size


@pytest.fixture
def shuttered(film_file):
    """A bright film of which only rows 51 to 150 and columns 41 to 120 are meant to be seen."""
    return film_file(
        np.full((ROWS, COLUMNS), BRIGHT, np.uint16),
        ShutterShape="RECTANGULAR",
        ShutterUpperHorizontalEdge=51,
        ShutterLowerHorizontalEdge=150,
        ShutterLeftVerticalEdge=41,
        ShutterRightVerticalEdge=120,
        **TWELVE,
    )


def test_shift_o_opens_the_shutter_and_says_so(reading, shuttered):
    pane = reading(shuttered)
    assert light_at(pane, 100, 80) > 80 and light_at(pane, 52, 42) > 80
    assert light_at(pane, 48, 80) == light_at(pane, 100, 38) == light_at(pane, 152, 80) == light_at(pane, 100, 122) == 0
    press(pane, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert light_at(pane, 48, 80) > 80 and light_at(pane, 10, 10) > 80
    assert "Shutter open" in pane.view.legend.added["laid"].text
    press(pane, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert light_at(pane, 10, 10) == 0


def test_round_and_cornered_shutters_leave_open_what_both_do(reading, film_file):
    pane = reading(
        film_file(
            np.full((ROWS, COLUMNS), BRIGHT, np.uint16),
            ShutterShape=["CIRCULAR", "POLYGONAL"],
            CenterOfCircularShutter=[100, 80],
            RadiusOfCircularShutter=50,
            VerticesOfThePolygonalShutter=[1, 1, 1, 160, 100, 160, 100, 1],
            **TWELVE,
        )
    )
    assert light_at(pane, 80, 80) > 80
    assert light_at(pane, 120, 80) == 0  # in the circle, beyond the polygon
    assert light_at(pane, 20, 80) == 0  # in the polygon, beyond the circle


def test_shift_o_shows_what_is_padding(reading, film_file):
    pixels = np.full((ROWS, COLUMNS), DARK, np.uint16)
    pixels[:50] = 4000
    pane = reading(film_file(pixels, PixelPaddingValue=3990, PixelPaddingRangeLimit=4095, **TWELVE))
    assert light_at(pane, 20, 80) == 0 and light_at(pane, 100, 80) > 20
    press(pane, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert light_at(pane, 20, 80) > 240
    assert not pane.kits[0].pane.view.picture.padding_is_black


@pytest.fixture
def frames(tmp_path):
    """Three frames, each brighter than the one before, the last with an odd one out at a corner."""
    stack = np.stack([np.full((ROWS, COLUMNS), level, np.uint16) for level in (600, 1200, 2400)])
    stack[2, 0, 0] = 3000
    path = dicom_file(tmp_path / "frames.dcm", stack[0], **TWELVE)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = 3, stack.tobytes()
    dataset.save_as(path)
    return describe(path)


def test_point_and_comma_step_through_the_frames(reading, frames, qtbot):
    pane = reading(frames)
    seen = [light_at(pane, 100, 80)]
    for frame in (1, 2):
        press(pane, Qt.Key.Key_Period)
        qtbot.waitUntil(lambda n=frame: pane.view.film.frame == n, timeout=5000)
        seen.append(light_at(pane, 100, 80))
    assert seen == [37, 74, 149]
    press(pane, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: pane.view.film.frame == 1, timeout=5000)
    assert light_at(pane, 100, 80) == 74


def test_the_corner_and_the_probe_follow_the_frame(reading, frames, qtbot):
    from workstation.ui.viewer.facts import size_line, value_line

    pane = reading(frames)
    press(pane, Qt.Key.Key_Period)
    press(pane, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: pane.view.film.frame == 2, timeout=5000)
    assert "frame 3 of 3" in size_line(pane.view.film, 1.0)
    hover(pane.view, *pane.view.on_screen.to_logical(0.5, 0.5))
    assert "stored 3000" in value_line(pane.view.film, *pane.view.legend.cursor)


def test_a_frame_keeps_the_readers_window_zoom_and_turn(reading, frames, qtbot):
    pane = reading(frames)
    pane.view.set_window(1000, 300)
    press(pane, Qt.Key.Key_R)
    turn_wheel(pane.view, (300, 300), 2)
    before = pane.view.presentation, pane.view.transform, pane.view.orientation
    press(pane, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: pane.view.film.frame == 1, timeout=5000)
    assert (pane.view.presentation, pane.view.transform, pane.view.orientation) == before


def test_beyond_the_last_frame_the_film_says_so(reading, frames, qtbot):
    pane = reading(frames)
    press(pane, Qt.Key.Key_Comma)
    assert "first frame" in pane.view.legend.notice and pane.view.film.frame == 0


def test_each_frame_has_its_own_grey_scale(reading, shared, qtbot):
    pane = reading(describe(shared / "dicom" / "orthanc" / "MultiframeWindowing.dcm"))
    values = [pane.view.film.modality_value(0, 0)]
    for n in range(1, 4):
        press(pane, Qt.Key.Key_Period)
        qtbot.waitUntil(lambda n=n: pane.view.film.frame == n, timeout=5000)
        values.append(pane.view.film.modality_value(0, 0))
    stored = pane.view.film.stored_value(0, 0)
    assert values == [stored, stored + 100, stored * 2, stored * 2 + 100]


def test_the_acts_rest_where_there_is_nothing_for_them(reading, film_file):
    pane = reading(film_file())
    kit = next(kit for kit in pane.kits if "film.planes" in kit.made)
    assert not any(act.isEnabled() for act in kit.made.values())


def light_at(pane, row: float, column: float) -> int:
    x, y = pane.view.on_screen.to_screen(row, column)
    return int(pixels_of(pane.view)[int(y), int(x)].max())
