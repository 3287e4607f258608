"""A film's scale and a monitor's pixel -> the zoom at which a millimetre is a millimetre, or why there is none.

Says always what the millimetres are of, and when the monitor's size is only what the monitor reports. Pure arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.imaging.calibration import Scale
from workstation.imaging.geometry import ZOOM_LIMITS

if TYPE_CHECKING:
    from workstation.ui.viewer.monitor import PixelSize

MEASURE = "View > Display check"
UNMEASURED = f"Monitor not measured: {MEASURE}"
SQUARE = 0.01  # by how much the two sides of a film's pixel may differ


@dataclass(frozen=True, slots=True)
class TrueSize:
    """``zoom`` in device pixels a film pixel, or None; ``words`` say what is true, ``doubt`` what is not known."""

    zoom: float | None
    words: str
    doubt: str = ""


def true_size(scale: Scale, pixel: PixelSize | None) -> TrueSize:
    """The zoom for a film of ``scale`` on a monitor of ``pixel``."""
    if scale.mm_per_pixel is None:
        return _impossible("this film's file gives no usable pixel spacing")
    if pixel is None:
        return _impossible(f"the monitor does not tell its size. Measure it: {MEASURE}")
    down, across = scale.mm_per_pixel
    if abs(down - across) > SQUARE * max(down, across):
        return _impossible("this film's pixels are not square")
    zoom = (down + across) / 2 / pixel.mm
    if not ZOOM_LIMITS[0] <= zoom <= ZOOM_LIMITS[1]:
        return _impossible("the film would be too small or too large")
    words = f"True size, {scale.kind}"
    if pixel.measured:
        return TrueSize(zoom, words)
    return TrueSize(zoom, f"{words}, as reported by the monitor", UNMEASURED)


def _impossible(why: str) -> TrueSize:
    return TrueSize(None, f"True size is not possible: {why}.")
