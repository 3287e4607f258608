"""Film pixels (row, column) <-> screen pixels (x, y): zoom, place, fit.

Screen pixels are the display's own (device) pixels, counted from the view's top left corner. Knows no grey values.
"""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_ZOOM = 32.0
KEPT_IN_VIEW = 48  # screen pixels of the film that panning never takes out of sight


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """Where a film lies on the screen; whole screen pixels, so that 1:1 is exactly 1:1.

    Film pixel (row, column) covers x from ``left + column * zoom`` to ``left + (column + 1) * zoom``, and so in y.
    """

    zoom: float = 1.0  # screen pixels per film pixel
    left: int = 0
    top: int = 0

    def pixel_at(self, x: float, y: float) -> tuple[int, int]:
        """(row, column) of the film pixel under a screen point; may lie outside the film."""
        return int((y - self.top) // self.zoom), int((x - self.left) // self.zoom)

    def screen_at(self, row: float, column: float) -> tuple[float, float]:
        """(x, y) of a film point; ``row + 0.5`` is the middle of a pixel."""
        return self.left + column * self.zoom, self.top + row * self.zoom

    def moved(self, dx: float, dy: float) -> ViewTransform:
        """Shifted by screen pixels."""
        return ViewTransform(self.zoom, round(self.left + dx), round(self.top + dy))

    def zoomed_at(self, x: float, y: float, zoom: float) -> ViewTransform:
        """Another zoom about a screen point that stays where it is."""
        ratio = zoom / self.zoom
        return ViewTransform(zoom, round(x - (x - self.left) * ratio), round(y - (y - self.top) * ratio))

    def within(self, rows: int, columns: int, height: int, width: int) -> ViewTransform:
        """The nearest place that leaves part of the film in a view of ``height`` x ``width``."""
        return ViewTransform(
            self.zoom,
            _kept(self.left, columns * self.zoom, width),
            _kept(self.top, rows * self.zoom, height),
        )


def centred(zoom: float, rows: int, columns: int, height: int, width: int) -> ViewTransform:
    """The film's middle in the middle of a view of ``height`` x ``width`` screen pixels."""
    return ViewTransform(zoom, round((width - columns * zoom) / 2), round((height - rows * zoom) / 2))


def fitted(rows: int, columns: int, height: int, width: int) -> ViewTransform:
    """The whole film in the view, as large as it goes."""
    zoom = min(max(1, height) / max(1, rows), max(1, width) / max(1, columns), LARGEST_ZOOM)
    return centred(zoom, rows, columns, height, width)


def bounded_zoom(zoom: float, fit_zoom: float) -> float:
    """``zoom`` between a quarter of the fitted zoom (or 1:1, if that is less) and LARGEST_ZOOM."""
    return min(LARGEST_ZOOM, max(min(1.0, fit_zoom / 4), zoom))


def _kept(start: int, length: float, room: int) -> int:
    kept = min(KEPT_IN_VIEW, length, room)
    return round(min(room - kept, max(kept - length, start)))
