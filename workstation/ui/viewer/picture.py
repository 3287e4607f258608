"""A film, a presentation and a view transform -> the image to draw, made in buffers that are used again.

The values on the screen are kept per zoom and place; a new window costs one table and one look-up. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage

from workstation.imaging.adjust import curve
from workstation.imaging.film import Film
from workstation.imaging.geometry import ViewTransform
from workstation.imaging.screen import Sampler, ScreenView, canvas, shade
from workstation.imaging.window import Presentation, display_table

_INVERTED = np.arange(255, -1, -1, dtype=np.uint8)


class Picture:
    """One film's way to the screen."""

    def __init__(self, film: Film) -> None:
        self.film = film
        self._sampler = Sampler(film.indices if film.colour is None else film.colour)
        self._place: tuple[ViewTransform, int, int] | None = None
        self._view: ScreenView | None = None
        self._buffer = canvas(1, 1)
        self._shown: Presentation | None = None
        self._table: np.ndarray | None = None

    def table(self, presentation: Presentation) -> np.ndarray:
        """The display table, made once per presentation."""
        if self._table is None or presentation != self._shown:
            self._table, self._shown = display_table(self.film, presentation), presentation
        return self._table

    def curve(self, presentation: Presentation) -> Sequence[int]:
        """Display levels over the film's own range, for the histogram."""
        return curve(self.film, self.table(presentation))

    def image(
        self, transform: ViewTransform, presentation: Presentation, width: int, height: int
    ) -> tuple[int, int, QImage] | None:
        """(x, y, image) in screen pixels; valid until the next call. None when nothing is visible."""
        if self._place != (transform, width, height):
            self._view, self._place = self._sampler.view(transform, width, height), (transform, width, height)
        if self._view is None:
            return None
        shown = self._colour(presentation) if self.film.colour is not None else self._grey(presentation)
        return self._view.x, self._view.y, shown

    def _grey(self, presentation: Presentation) -> QImage:
        assert self._view is not None
        pixels = self._view.pixels
        if self._buffer.shape != pixels.shape:
            self._buffer = canvas(*pixels.shape)
        shade(pixels, self.table(presentation), self._buffer)
        return _wrapped(self._buffer, QImage.Format.Format_Grayscale8)

    def _colour(self, presentation: Presentation) -> QImage:
        assert self._view is not None
        pixels = self._view.pixels
        self._buffer = np.ascontiguousarray(_INVERTED[pixels] if presentation.invert else pixels)
        return _wrapped(self._buffer, QImage.Format.Format_RGB888)


def _wrapped(pixels: np.ndarray, layout: QImage.Format) -> QImage:
    """No copy: the image looks at ``pixels``, which must outlive it."""
    height, width = pixels.shape[:2]
    whole = pixels if pixels.base is None else pixels.base
    return QImage(whole.data, width, height, pixels.strides[0], layout)
