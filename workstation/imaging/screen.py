"""A film and a view transform -> the part of the film that is on the screen, at the screen's size.

Resampling is done on the values (uint16), once per zoom; the window is one table look-up into a reused buffer
afterwards, so a drag of the window costs no resampling. Knows no widget and no window.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from workstation.imaging.geometry import ViewTransform


@dataclass(frozen=True, slots=True)
class ScreenView:
    """What of the film is visible: ``pixels`` begin at screen pixel (x, y)."""

    x: int
    y: int
    pixels: np.ndarray  # uint16 (height, width), or uint8 (height, width, 3)


class Sampler:
    """Resamples one film; keeps the film at the last zoom, so that panning is a slice."""

    def __init__(self, pixels: np.ndarray) -> None:
        self._film = pixels
        self._scaled = pixels
        self._zoom = 1.0

    def view(self, transform: ViewTransform, width: int, height: int) -> ScreenView | None:
        """The visible part in a view of ``width`` x ``height`` screen pixels; None when nothing is visible.

        Shrinking averages areas, enlarging is linear, 1:1 is the film itself.
        """
        rows, columns = (max(1, round(length * transform.zoom)) for length in self._film.shape[:2])
        left, top = round(transform.left), round(transform.top)
        x0, x1 = max(0, left), min(width, left + columns)
        y0, y1 = max(0, top), min(height, top + rows)
        if x1 <= x0 or y1 <= y0:
            return None
        if transform.zoom > 1:
            return ScreenView(x0, y0, self._enlarged(transform, x0, y0, (x1 - x0, y1 - y0)))
        scaled = self._shrunk(transform.zoom, rows, columns)
        return ScreenView(x0, y0, scaled[y0 - top : y1 - top, x0 - left : x1 - left])

    def _shrunk(self, zoom: float, rows: int, columns: int) -> np.ndarray:
        if zoom != self._zoom:
            same = (rows, columns) == self._film.shape[:2]
            self._scaled = self._film if same else cv2.resize(self._film, (columns, rows), interpolation=cv2.INTER_AREA)
            self._zoom = zoom
        return self._scaled

    def _enlarged(self, transform: ViewTransform, x: int, y: int, size: tuple[int, int]) -> np.ndarray:
        step = 1 / transform.zoom
        # Pixel centres: screen x + 0.5 lies over film column (x + 0.5 - left) / zoom, whose centre is at + 0.5.
        matrix = np.array(
            [
                [step, 0, (x + 0.5 - transform.left) * step - 0.5],
                [0, step, (y + 0.5 - transform.top) * step - 0.5],
            ]
        )
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(self._film, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)


def shade(pixels: np.ndarray, table: np.ndarray, out: np.ndarray) -> None:
    """Look ``pixels`` (uint16) up in ``table`` (uint8, 65536 entries) into ``out`` (uint8, same shape)."""
    cv2.LUT(pixels, table, out)


def canvas(height: int, width: int) -> np.ndarray:
    """A uint8 (height, width) buffer whose lines begin on four-byte borders, as image classes like them."""
    return np.empty((height, (width + 3) // 4 * 4), np.uint8)[:, :width]
