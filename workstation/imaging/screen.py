"""A film, a turn and a view transform -> the part of the film that is on the screen, at the screen's size.

Resampling is done on the values (uint16), once per zoom; the window is one table look-up into a reused buffer
afterwards, so a drag of the window costs no resampling. A new zoom is sampled quickly, then finely when there is time
(`Sampler.fine`, `Sampler.settle`). Knows no widget and no window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from workstation.imaging.enlarge import LINEAR, enlarged
from workstation.imaging.geometry import Orientation, ViewTransform
from workstation.imaging.resample import shrink


@dataclass(frozen=True, slots=True)
class ScreenView:
    """What of the film is visible: ``pixels`` begin at screen pixel (x, y)."""

    x: int
    y: int
    pixels: np.ndarray  # uint16 (height, width), or uint8 (height, width, 3)


AS_STORED = Orientation()


class Sampler:
    """Resamples one film; keeps the film at the last zoom, so that panning is a slice and a turn is a small one."""

    def __init__(self, pixels: np.ndarray) -> None:
        self._film = pixels
        self._scaled = pixels
        self._zoom = 1.0
        self._fine = True
        self._interpolation = LINEAR
        self.settled = True  # whether the last view was as fine as it can be
        self.generation = 0  # grows when the same view would now give other pixels

    @property
    def zoom(self) -> float:
        """The zoom that is kept, at most 1."""
        return self._zoom

    @property
    def bytes(self) -> int:
        """What is kept beside the film itself."""
        return 0 if self._scaled is self._film else int(self._scaled.nbytes)

    @property
    def interpolation(self) -> str:
        """How pixels become larger: a name in `enlarge.INTERPOLATIONS`."""
        return self._interpolation

    @interpolation.setter
    def interpolation(self, name: str) -> None:
        if name != self._interpolation:
            self._interpolation = name
            self.generation += 1

    def view(
        self, transform: ViewTransform, width: int, height: int, orientation: Orientation = AS_STORED
    ) -> ScreenView | None:
        """The visible part in a view of ``width`` x ``height`` screen pixels; None when nothing is visible.

        ``transform`` places the turned film. Shrinking averages areas (roughly so until `settle`), 1:1 is the film
        itself, enlarging goes by `interpolation`.
        """
        if (seen := self._seen(transform, width, height, orientation)) is None:
            return None
        x, y, part = seen
        if transform.zoom > 1:
            self.settled = True
            pixels = enlarged(self._film, transform.zoom, part, self._interpolation)
        else:
            row0, column0, row1, column1 = part
            pixels = self._shrunk(transform.zoom)[row0:row1, column0:column1]
        return ScreenView(x, y, orientation.of(pixels))

    def patch(
        self, transform: ViewTransform, width: int, height: int, orientation: Orientation = AS_STORED
    ) -> ScreenView | None:
        """The same for a small view, as fine as can be; nothing is kept."""
        if (seen := self._seen(transform, width, height, orientation)) is None:
            return None
        x, y, part = seen
        if transform.zoom > 1:
            return ScreenView(x, y, orientation.of(enlarged(self._film, transform.zoom, part, self._interpolation)))
        first = [int(edge / transform.zoom) for edge in part[:2]]
        last = [math.ceil(edge / transform.zoom) for edge in part[2:]]
        pixels = self._film[first[0] : last[0], first[1] : last[1]]
        size = part[3] - part[1], part[2] - part[0]
        return ScreenView(x, y, orientation.of(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)))

    def _seen(
        self, transform: ViewTransform, width: int, height: int, orientation: Orientation
    ) -> tuple[int, int, tuple[int, int, int, int]] | None:
        """Where the visible part begins on the screen, and its edges in the scaled film, as it is stored."""
        stored = self._size(transform.zoom)
        rows, columns = orientation.size(*stored)
        left, top = round(transform.left), round(transform.top)
        x0, x1 = max(0, left), min(width, left + columns)
        y0, y1 = max(0, top), min(height, top + rows)
        if x1 <= x0 or y1 <= y0:
            return None
        one = orientation.to_stored(y0 - top, x0 - left, *stored)
        other = orientation.to_stored(y1 - top, x1 - left, *stored)
        (row0, row1), (column0, column1) = (sorted(map(int, pair)) for pair in zip(one, other, strict=True))
        return x0, y0, (row0, column0, row1, column1)

    def _shrunk(self, zoom: float) -> np.ndarray:
        if zoom != self._zoom:
            rows, columns = self._size(zoom)
            same = (rows, columns) == self._film.shape[:2]
            self._scaled = self._film if same else shrink(self._film, rows, columns)
            self._zoom, self._fine = zoom, same
        self.settled = self._fine
        return self._scaled

    def fine(self, zoom: float) -> np.ndarray:
        """The whole film at ``zoom`` (below 1), exactly averaged by area; changes nothing, any thread may ask."""
        rows, columns = self._size(zoom)
        if (rows, columns) == self._film.shape[:2]:
            return self._film
        return cv2.resize(self._film, (columns, rows), interpolation=cv2.INTER_AREA)

    def settle(self, zoom: float, pixels: np.ndarray) -> None:
        """Take what `fine` made, if the film is still at that zoom."""
        if zoom == self._zoom and not self._fine:
            self._scaled, self._fine, self.settled = pixels, True, True
            self.generation += 1

    def _size(self, zoom: float) -> tuple[int, int]:
        rows, columns = (max(1, round(length * zoom)) for length in self._film.shape[:2])
        return rows, columns


class Light:
    """Values -> light the screen takes as it is, in buffers that are used again for every frame of one size."""

    def __init__(self) -> None:
        self._grey: np.ndarray = np.empty((0, 0), np.uint8)
        self._light: np.ndarray = np.empty((0, 0, 4), np.uint8)

    def of_grey(self, pixels: np.ndarray, table: np.ndarray) -> np.ndarray:
        """uint8 (height, width, 4), BGRA: ``pixels`` (uint16) looked up in ``table`` (uint8, 65536 entries).

        Four bytes a pixel, because that is what the screen holds: spreading grey here is faster than leaving it
        to the painter. Valid until the next call.
        """
        if self._grey.shape != pixels.shape:
            self._grey = np.empty(pixels.shape, np.uint8)
            self._light = np.empty((*pixels.shape, 4), np.uint8)
        cv2.LUT(pixels, table, self._grey)
        cv2.cvtColor(self._grey, cv2.COLOR_GRAY2BGRA, self._light)
        return self._light

    def of_colour(self, pixels: np.ndarray, inverted: bool) -> np.ndarray:
        """The same for ``pixels`` uint8 (height, width, 3), RGB."""
        self._light = cv2.cvtColor(cv2.bitwise_not(pixels) if inverted else pixels, cv2.COLOR_RGB2BGRA)
        self._grey = np.empty((0, 0), np.uint8)
        return self._light
