"""How large a monitor's pixel is: what the reader measured outweighs what the monitor reports, and is kept."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, QSizeF

from workstation.ui.viewer import monitor


class Screen:
    """What a monitor says of itself."""

    def __init__(self, pixels=(3840, 2160), mm=(600.0, 337.5), scale=1.0, serial="S1") -> None:
        self._pixels, self._mm, self._scale, self._serial = pixels, mm, scale, serial

    def size(self) -> QSize:
        return QSize(*self._pixels) / self._scale

    def physicalSize(self) -> QSizeF:
        return QSizeF(*self._mm)

    def devicePixelRatio(self) -> float:
        return self._scale

    def manufacturer(self) -> str:
        return "Maker/Inc"

    def model(self) -> str:
        return "M 27"

    def serialNumber(self) -> str:
        return self._serial

    def name(self) -> str:
        return "DP-1"


@pytest.fixture(autouse=True)
def nothing_measured():
    monitor.keep_in(None)
    yield
    monitor.keep_in(None)


def test_unmeasured_the_reported_size_is_offered_as_such():
    assert monitor.mm_per_pixel(Screen()) is None
    assert monitor.pixel_size(Screen()) == monitor.PixelSize(0.15625, False)


def test_the_size_is_that_of_a_device_pixel_on_a_scaled_desktop():
    assert monitor.pixel_size(Screen(scale=2.0)) == monitor.PixelSize(0.15625, False)


@pytest.mark.parametrize("mm", [(0.0, 0.0), (16.0, 9.0), (6000.0, 3375.0), (600.0, 600.0)])
def test_what_cannot_be_true_is_not_offered(mm):
    assert monitor.pixel_size(Screen(mm=mm)) is None


def test_what_was_measured_is_kept_for_this_monitor_in_this_mode_only(tmp_path):
    file = tmp_path / "monitors.ini"
    monitor.keep_in(file)
    monitor.set_mm_per_pixel(Screen(), 0.1573)
    monitor.keep_in(None)
    assert monitor.mm_per_pixel(Screen()) is None
    monitor.keep_in(file)
    assert monitor.mm_per_pixel(Screen()) == 0.1573
    assert monitor.pixel_size(Screen(mm=(0.0, 0.0))) == monitor.PixelSize(0.1573, True)
    assert monitor.mm_per_pixel(Screen(serial="S2")) is None
    assert monitor.mm_per_pixel(Screen(pixels=(1920, 1080))) is None
    monitor.set_mm_per_pixel(Screen(), None)
    monitor.keep_in(file)
    assert monitor.mm_per_pixel(Screen()) is None


def test_nonsense_is_neither_taken_nor_read(tmp_path):
    with pytest.raises(ValueError, match="plausible"):
        monitor.set_mm_per_pixel(Screen(), 5.0)
    file = tmp_path / "monitors.ini"
    file.write_text("[General]\nMaker_Inc%20M%2027%20S1%20DP-1%203840x2160=five\nother=99\n")
    monitor.keep_in(file)
    assert monitor.mm_per_pixel(Screen()) is None
