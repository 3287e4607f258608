"""A film, a presentation and a view transform -> the image to draw, made in buffers that are used again.

The film's values are enhanced (a display filter, if one is on), then turned, then sampled; these are kept per zoom and
place, so that a new window costs one table and one look-up. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage

from workstation.imaging.adjust import curve
from workstation.imaging.film import Film
from workstation.imaging.geometry import Orientation, ViewTransform
from workstation.imaging.screen import Light, Sampler, ScreenView
from workstation.imaging.window import Presentation, display_table


class Picture:
    """One film's way to the screen."""

    def __init__(self, film: Film, sampler: Sampler | None = None) -> None:
        self.film = film
        self.orientation = Orientation()
        self.enhancement = ""  # what a display filter is called, while one is on
        self._enhanced: np.ndarray | None = None
        self._plain = self._sampler = sampler or Sampler(self.pixels)
        self._place: tuple[ViewTransform, int, int, int] | None = None
        self._view: ScreenView | None = None
        self._light = Light()
        self._shown: Presentation | None = None
        self._table: np.ndarray | None = None

    @property
    def pixels(self) -> np.ndarray:
        """What is sampled, before it is turned: uint16 (rows, columns), or uint8 RGB for colour."""
        if self._enhanced is not None:
            return self._enhanced
        return self.film.indices if self.film.colour is None else self.film.colour

    def turn(self, orientation: Orientation) -> None:
        """Show the film turned; its stored values stay as they are."""
        if orientation != self.orientation:
            self.orientation = orientation
            self._resample()

    def enhance(self, pixels: np.ndarray | None, name: str = "") -> None:
        """Show ``pixels`` (as `pixels`, enhanced by the display filter ``name``) in the film's place; None ends it."""
        self._enhanced, self.enhancement = pixels, name if pixels is not None else ""
        self._resample()

    def _resample(self) -> None:
        """As stored, the sampler that was prepared is still good."""
        plain = self._enhanced is None and self.orientation.as_stored
        self._sampler = self._plain if plain else Sampler(self.orientation.of(self.pixels))
        self._place = self._view = None

    def table(self, presentation: Presentation) -> np.ndarray:
        """The display table, made once per presentation."""
        if self._table is None or presentation != self._shown:
            self._table, self._shown = display_table(self.film, presentation), presentation
        return self._table

    @property
    def settled(self) -> bool:
        """Whether the last image was as fine as it can be."""
        return self._sampler.settled

    def settle(self, zoom: float) -> None:
        """Sample finely; the next image shows it."""
        self._sampler.settle(zoom, self._sampler.fine(zoom))

    def curve(self, presentation: Presentation) -> Sequence[int]:
        """Display levels over the film's own range, for the histogram."""
        return curve(self.film, self.table(presentation))

    def image(
        self, transform: ViewTransform, presentation: Presentation, width: int, height: int
    ) -> tuple[int, int, QImage] | None:
        """(x, y, image) in screen pixels; valid until the next call. None when nothing is visible."""
        wanted = (transform, width, height, self._sampler.generation)
        if self._place != wanted:
            self._view, self._place = self._sampler.view(transform, width, height), wanted
        if self._view is None:
            return None
        if self.film.colour is None:
            light = self._light.of_grey(self._view.pixels, self.table(presentation))
        else:
            light = self._light.of_colour(self._view.pixels, presentation.invert)
        # No copy: the image looks at the buffer, which this picture keeps.
        height_px, width_px = light.shape[:2]
        image = QImage(light.data, width_px, height_px, light.strides[0], QImage.Format.Format_RGB32)
        return self._view.x, self._view.y, image
