"""Where the film lies in its view, and the verbs that move it; everything in device pixels.

Fitted stays fitted when the view grows; otherwise what was in the middle stays there. The film always lies on
whole device pixels, so that 1:1 is exactly 1:1. Knows sizes, no film.
"""

from __future__ import annotations

from workstation.imaging.geometry import Orientation, ViewTransform

FURTHEST = 0.25  # of the fitted zoom


class Place:
    """One film's size, its view's size, and the transform between them."""

    def __init__(self) -> None:
        self.transform = ViewTransform()
        self.fits = True
        self._film = (1, 1)  # rows, columns
        self._view = (1, 1)  # width, height

    @property
    def view(self) -> tuple[int, int]:
        """(width, height) of the view."""
        return self._view

    def take_film(self, rows: int, columns: int) -> None:
        """Another film, shown whole."""
        self._film = (rows, columns)
        self.fit()

    def take_view(self, width: int, height: int) -> None:
        """The view has another size."""
        grown = width - self._view[0], height - self._view[1]
        self._view = (width, height)
        if self.fits:
            self.fit()
        elif grown != (0, 0):
            self.put(self.transform.panned(grown[0] / 2, grown[1] / 2))

    def put(self, transform: ViewTransform) -> None:
        """There, as far as some of the film stays in sight."""
        self.fits = False
        self.transform = _whole(transform.held(*self._film, *self._view))

    def fit(self) -> None:
        """The whole film, as large as it goes."""
        self.fits = True
        self.transform = _whole(ViewTransform.fit(*self._film, *self._view))

    def one_to_one(self) -> None:
        """One film pixel on one screen pixel, about the middle of what is seen."""
        self.size(1.0)

    def size(self, zoom: float) -> None:
        """Exactly ``zoom`` screen pixels a film pixel, about the middle of what is seen."""
        width, height = self._view
        whole = self.transform.zoomed(zoom / self.transform.zoom, width / 2, height / 2)
        self.put(ViewTransform(zoom, whole.left, whole.top))

    def turn(self, before: Orientation, after: Orientation, rows: int, columns: int) -> None:
        """The film (``rows`` x ``columns`` as stored) turns: fitted again, or about what is in the middle of the view.

        What is in the middle may lie beside the film; then the film turns about the point of it that is nearest.
        """
        self._film = after.size(rows, columns)
        if self.fits:
            self.fit()
            return
        x, y = (length / 2 for length in self._view)
        row, column = before.to_stored(*self.transform.to_film(x, y), rows, columns)
        point = min(max(row, 0.0), float(rows)), min(max(column, 0.0), float(columns))
        x, y = self.transform.to_screen(*before.to_shown(*point, rows, columns))
        row, column = after.to_shown(*point, rows, columns)
        zoom = self.transform.zoom
        self.put(ViewTransform(zoom, x - column * zoom, y - row * zoom))

    def zoomed(self, start: ViewTransform, factor: float, x: float, y: float) -> ViewTransform:
        """``start`` zoomed about a screen point, never far below the whole film."""
        least = min(1.0, FURTHEST * ViewTransform.fit(*self._film, *self._view).zoom)
        return start.zoomed(max(factor, least / start.zoom), x, y)


def _whole(transform: ViewTransform) -> ViewTransform:
    return ViewTransform(transform.zoom, float(round(transform.left)), float(round(transform.top)))
