"""Y draws a millimetre of the film as a millimetre of the monitor, or says why it does not."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import drag, pixels_of
from workstation.imaging.calibration import Scale, ScaleKind
from workstation.settings import Settings
from workstation.ui.viewer import monitor
from workstation.ui.viewer.monitor import PixelSize
from workstation.ui.viewer.truesize import true_size

Y = Qt.Key.Key_Y


@pytest.fixture(autouse=True)
def nothing_measured():
    monitor.keep_in(None)
    yield
    monitor.keep_in(None)


def bar(millimetres: float, spacing: float) -> np.ndarray:
    """A bright bar of that length on a dark film, as wide as it is long."""
    film = np.zeros((500, 500), np.uint16)
    length = round(millimetres / spacing)
    film[100 : 100 + length, 150 : 150 + length] = 4000
    return film


def measured(view, mm_per_pixel: float) -> tuple[float, float]:
    """(height, width) of the bright bar on the monitor, in millimetres."""
    rows, columns = np.where(pixels_of(view)[:, :, 0] > 128)
    return (np.ptp(rows) + 1) * mm_per_pixel, (np.ptp(columns) + 1) * mm_per_pixel


@pytest.mark.parametrize("pixel", [0.12, 0.2545, 0.31])
@pytest.mark.parametrize("tag", ["ImagerPixelSpacing", "PixelSpacing"])
@pytest.mark.parametrize("turn", [(), (Qt.Key.Key_R,)])
def test_a_bar_is_as_long_on_the_monitor_as_on_the_film(reading, film_file, pixel, tag, turn):
    tags = {"PixelSpacing": None, "ImagerPixelSpacing": None} | {tag: [0.2, 0.2]}
    view = reading(film_file(bar(30, 0.2), WindowCenter=2000, WindowWidth=2000, **tags)).view
    monitor.set_mm_per_pixel(view.screen(), pixel)
    for key in turn:
        QTest.keyClick(view, key)
    QTest.keyClick(view, Y)
    assert view.transform.zoom == pytest.approx(0.2 / pixel)
    if turn:  # its own mark is bright too
        return
    assert measured(view, pixel) == pytest.approx((30, 30), abs=2 * pixel)


def corner(view) -> str:
    """All that stands at the bottom left."""
    view.grab()
    lines = view.legend._blocks["bottom left"]._last[0]
    return " | ".join(line.text for line in lines)


def test_the_plane_is_named_as_long_as_it_is_true(reading, film_file, pane):
    pane.apply_settings(Settings({"corner_text": "full"}))
    view = reading(film_file(bar(30, 0.2), PixelSpacing=None, ImagerPixelSpacing=[0.2, 0.2])).view
    monitor.set_mm_per_pixel(view.screen(), 0.25)
    QTest.keyClick(view, Y)
    assert "True size, at detector |" in corner(view) and "not measured" not in corner(view)
    drag(view, (300, 300), (20, 20), button=Qt.MouseButton.MiddleButton)
    assert "True size" in corner(view)
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert "True size" not in corner(view)


def test_an_unmeasured_monitor_is_said_to_be_one(reading, film_file, pane):
    pane.apply_settings(Settings({"corner_text": "full"}))
    view = reading(film_file(bar(30, 0.2), PixelSpacing=None, ImagerPixelSpacing=[0.2, 0.2])).view
    QTest.keyClick(view, Y)
    assert view.transform.zoom == pytest.approx(0.2 / 0.254)  # the test screen reports 100 dots an inch
    assert "as reported by the monitor" in corner(view)
    assert "Monitor not measured: View > Display check" in corner(view)


def test_a_film_without_spacing_stays_as_it_is_and_says_why(reading, film_file):
    view = reading(film_file(bar(30, 0.2), PixelSpacing=None, ImagerPixelSpacing=None)).view
    place, before = view.transform, pixels_of(view)
    told = []
    view.acted.connect(lambda kind, facts: told.append(kind))
    QTest.keyClick(view, Y)
    assert view.transform == place and told == []
    assert "no usable pixel spacing" in view.legend.notice
    assert not np.array_equal(pixels_of(view), before), "the reason is on the film"


def test_it_is_told_to_the_log(reading, film_file):
    pane = reading(film_file(bar(30, 0.2), PixelSpacing=None, ImagerPixelSpacing=[0.2, 0.2]))
    monitor.set_mm_per_pixel(pane.view.screen(), 0.25)
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    QTest.keyClick(pane.view, Y)
    assert told == [("true_size", {"zoom": 0.8, "words": "True size, at detector", "measured": True, "film": 1})]


def test_what_cannot_be_true_is_not_drawn():
    def scale(*steps: float) -> Scale:
        return Scale(ScaleKind.AT_DETECTOR, steps or None, "")  # type: ignore[arg-type]

    assert "square" in true_size(scale(0.2, 0.3), PixelSize(0.25, True)).words
    assert "does not tell its size" in true_size(scale(0.2, 0.2), None).words
    assert "too small or too large" in true_size(scale(0.002, 0.002), PixelSize(0.25, True)).words
    for impossible in (scale(0.2, 0.3), scale(0.002, 0.002), scale()):
        assert true_size(impossible, PixelSize(0.25, True)).zoom is None
