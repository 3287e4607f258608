"""Where a film's pixels stand on the screen: (row, column) of the film, (x, y) of the view, one record between.

Both are continuous: pixel (0, 0) covers rows 0..1 and columns 0..1. `Orientation` is the reader's turn of the film,
`ViewTransform` the place of the turned film, `OnScreen` both at once. Knows no film, no widget.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# OpenCV is imported with the first film that is turned, not with the window.

LEAST_SHOWN = 24.0  # screen pixels of the film that panning always leaves in view
ZOOM_LIMITS = (0.02, 40.0)


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """``x = left + column * zoom``, ``y = top + row * zoom``; zoom in screen pixels a film pixel."""

    zoom: float = 1.0
    left: float = 0.0
    top: float = 0.0

    @classmethod
    def fit(cls, rows: int, columns: int, width: float, height: float) -> ViewTransform:
        """The whole film, centred, as large as the view allows."""
        zoom = max(min(width / columns, height / rows), ZOOM_LIMITS[0]) if rows and columns else 1.0
        return cls(zoom, (width - columns * zoom) / 2, (height - rows * zoom) / 2)

    def to_screen(self, row: float, col: float) -> tuple[float, float]:
        """Film (row, column) to view (x, y)."""
        return self.left + col * self.zoom, self.top + row * self.zoom

    def to_film(self, x: float, y: float) -> tuple[float, float]:
        """View (x, y) to film (row, column), continuous."""
        return (y - self.top) / self.zoom, (x - self.left) / self.zoom

    def pixel_at(self, x: float, y: float, rows: int, columns: int) -> tuple[int, int] | None:
        """The film pixel under the cursor; None beside the film."""
        row, col = (math.floor(each) for each in self.to_film(x, y))
        return (row, col) if 0 <= row < rows and 0 <= col < columns else None

    def zoomed(self, factor: float, x: float, y: float) -> ViewTransform:
        """Zoomed about the view point (x, y), which stays on the same film point."""
        zoom = min(max(self.zoom * factor, ZOOM_LIMITS[0]), ZOOM_LIMITS[1])
        true = zoom / self.zoom
        return ViewTransform(zoom, x - (x - self.left) * true, y - (y - self.top) * true)

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Moved by screen pixels."""
        return replace(self, left=self.left + dx, top=self.top + dy)

    def held(self, rows: int, columns: int, width: float, height: float) -> ViewTransform:
        """Moved back so that a strip of the film stays in view."""
        return replace(
            self,
            left=_held(self.left, columns * self.zoom, width),
            top=_held(self.top, rows * self.zoom, height),
        )

    def visible(self, rows: int, columns: int, width: float, height: float) -> tuple[int, int, int, int]:
        """(row0, col0, row1, col1): the film pixels that the view touches; an empty rectangle when none."""
        row0, col0 = self.to_film(0, 0)
        row1, col1 = self.to_film(width, height)
        first = (max(0, math.floor(row0)), max(0, math.floor(col0)))
        last = (min(rows, math.ceil(row1)), min(columns, math.ceil(col1)))
        return first[0], first[1], max(first[0], last[0]), max(first[1], last[1])


def _held(start: float, length: float, view: float) -> float:
    least = min(LEAST_SHOWN, length, view)
    return min(max(start, least - length), view - least)


@dataclass(frozen=True, slots=True)
class Orientation:
    """How the reader turned a film: clockwise by quarters, THEN mirrored left to right (PS3.3 C.10.6, as DCMTK)."""

    quarter_turns: int = 0  # 0 to 3, clockwise
    mirrored: bool = False

    @property
    def as_stored(self) -> bool:
        return not self.quarter_turns and not self.mirrored

    def turned(self, quarters: int) -> Orientation:
        """Turned further by clockwise quarters, as the eye sees it."""
        step = -quarters if self.mirrored else quarters
        return Orientation((self.quarter_turns + step) % 4, self.mirrored)

    def flipped_across(self) -> Orientation:
        """Left for right, as the eye sees it."""
        return Orientation(self.quarter_turns, not self.mirrored)

    def flipped_down(self) -> Orientation:
        """Top for bottom, as the eye sees it."""
        return Orientation((self.quarter_turns + 2) % 4, not self.mirrored)

    def of(self, pixels: np.ndarray) -> np.ndarray:
        """``pixels`` (rows, columns, ...) as shown, up to four channels; the array itself where nothing changes."""
        if self.as_stored:
            return pixels
        import cv2

        if pixels.dtype == bool:
            return self.of(pixels.view("uint8")).view(bool)
        if self.quarter_turns:
            pixels = cv2.rotate(
                pixels,
                (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)[self.quarter_turns - 1],
            )
        return cv2.flip(pixels, 1) if self.mirrored else pixels

    def size(self, rows: int, columns: int) -> tuple[int, int]:
        """(rows, columns) of the turned film."""
        return (columns, rows) if self.quarter_turns % 2 else (rows, columns)

    def to_shown(self, row: float, col: float, rows: int, columns: int) -> tuple[float, float]:
        """Stored (row, column) of a film of ``rows`` x ``columns`` to the turned film's."""
        places = ((row, col), (col, rows - row), (rows - row, columns - col), (columns - col, row))
        row, col = places[self.quarter_turns]
        return row, self.size(rows, columns)[1] - col if self.mirrored else col

    def to_stored(self, row: float, col: float, rows: int, columns: int) -> tuple[float, float]:
        """The inverse of `to_shown`; ``rows`` and ``columns`` are the stored film's again."""
        if self.mirrored:
            col = self.size(rows, columns)[1] - col
        places = ((row, col), (rows - col, row), (rows - row, columns - col), (col, columns - row))
        return places[self.quarter_turns]


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Where the stored pixels of one film of ``rows`` x ``columns`` stand on the screen now.

    ``transform`` places the turned film in device pixels; ``scale`` is device pixels a logical pixel.
    """

    transform: ViewTransform
    orientation: Orientation
    rows: int
    columns: int
    scale: float = 1.0

    @property
    def zoom(self) -> float:
        """Device pixels a film pixel."""
        return self.transform.zoom

    def to_screen(self, row: float, col: float) -> tuple[float, float]:
        """Stored (row, column) to the view's (x, y) in device pixels."""
        return self.transform.to_screen(*self.orientation.to_shown(row, col, self.rows, self.columns))

    def to_film(self, x: float, y: float) -> tuple[float, float]:
        """The view's (x, y) in device pixels to stored (row, column), continuous."""
        return self.orientation.to_stored(*self.transform.to_film(x, y), self.rows, self.columns)

    def to_logical(self, row: float, col: float) -> tuple[float, float]:
        """Stored (row, column) to logical pixels, in which widgets paint."""
        x, y = self.to_screen(row, col)
        return x / self.scale, y / self.scale

    def from_logical(self, x: float, y: float) -> tuple[float, float]:
        """Logical pixels, in which the mouse comes, to stored (row, column)."""
        return self.to_film(x * self.scale, y * self.scale)
