"""Where the film lies in its view, and the verbs that move it; everything in device pixels.

Fitted stays fitted when the view grows; otherwise what was in the middle stays there. The film always lies on
whole device pixels, so that 1:1 is exactly 1:1. Knows sizes, no film.
"""

from __future__ import annotations

from workstation.imaging.geometry import ViewTransform

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
        width, height = self._view
        whole = self.transform.zoomed(1 / self.transform.zoom, width / 2, height / 2)
        self.put(ViewTransform(1.0, whole.left, whole.top))

    def zoomed(self, start: ViewTransform, factor: float, x: float, y: float) -> ViewTransform:
        """``start`` zoomed about a screen point, never far below the whole film."""
        least = min(1.0, FURTHEST * ViewTransform.fit(*self._film, *self._view).zoom)
        return start.zoomed(max(factor, least / start.zoom), x, y)


def _whole(transform: ViewTransform) -> ViewTransform:
    return ViewTransform(transform.zoom, float(round(transform.left)), float(round(transform.top)))
