"""A film, a presentation and a view transform -> the image to draw, made in buffers that are used again.

The film's values are enhanced (a display filter, if one is on), then sampled, then turned; these are kept per zoom and
place, so that a new window costs one table and one look-up, and a turn costs no more than the part on the screen.
Knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtGui import QImage

from workstation.imaging.adjust import curve
from workstation.imaging.film import Film
from workstation.imaging.geometry import Orientation, ViewTransform
from workstation.imaging.screen import Light, Sampler, ScreenView
from workstation.imaging.window import Levels, Presentation, display_table


class Picture:
    """One film's way to the screen."""

    def __init__(self, film: Film, sampler: Sampler | None = None, like: Picture | None = None) -> None:
        """``like`` is another frame's picture, whose turn and light this one takes over."""
        self.film = film
        self.orientation: Orientation = like.orientation if like is not None else Orientation()
        self.enhancement = ""  # what a display filter is called, while one is on
        self._enhanced: np.ndarray | None = None
        self._plain = self._sampler = sampler or Sampler(self.pixels)
        self._place: tuple[object, ...] = ()
        self._view: ScreenView | None = None
        self._lit: tuple[object, ...] = ()
        self._image: QImage | None = None
        self._light, self._patch_light = Light(), Light()
        self._tables: dict[Presentation, np.ndarray] = {}
        self._lights: dict[Presentation, np.ndarray] = {}
        # P-values to the screen's own driving levels; None = as they are.
        self.levels: Levels | None = like.levels if like is not None else None
        self.padding_is_black: bool = like is None or like.padding_is_black
        if like is not None:
            self.interpolation = like.interpolation

    @property
    def pixels(self) -> np.ndarray:
        """What is sampled, before it is turned: uint16 (rows, columns), or uint8 RGB for colour."""
        if self._enhanced is not None:
            return self._enhanced
        return self.film.indices if self.film.colour is None else self.film.colour

    def turn(self, orientation: Orientation) -> None:
        """Show the film turned; its stored values stay as they are."""
        self.orientation = orientation

    def enhance(self, pixels: np.ndarray | None, name: str = "") -> None:
        """Show ``pixels`` (as `pixels`, enhanced by the display filter ``name``) in the film's place; None ends it."""
        self._enhanced, self.enhancement = pixels, name if pixels is not None else ""
        before = self.interpolation
        self._sampler = self._plain if pixels is None else Sampler(pixels)
        self._place, self.interpolation = (), before

    def relight(self) -> None:
        """The same presentation gives other light now: the display's own curve has changed."""
        self._tables.clear()
        self._lights.clear()
        self._lit = ()

    @property
    def interpolation(self) -> str:
        """How pixels are drawn larger than they are."""
        return self._sampler.interpolation

    @interpolation.setter
    def interpolation(self, name: str) -> None:
        self._sampler.interpolation = name

    def table(self, presentation: Presentation) -> np.ndarray:
        """The display table in P-values; made once, and kept while it is one of the last two that were asked for."""
        if (found := self._tables.get(presentation)) is None:
            found = display_table(self.film, presentation, padding_is_black=self.padding_is_black)
            _keep(self._tables, presentation, found)
        return found

    def _driving(self, presentation: Presentation) -> np.ndarray:
        """The table that the screen is driven with."""
        if self.levels is None:
            return self.table(presentation)
        if (found := self._lights.get(presentation)) is None:
            found = display_table(self.film, presentation, self.levels, self.padding_is_black)
            _keep(self._lights, presentation, found)
        return found

    @property
    def settled(self) -> bool:
        """Whether the last image was as fine as it can be."""
        return self._sampler.settled

    @property
    def sampler(self) -> Sampler:
        """What the last image came from; another one while a display filter is on."""
        return self._sampler

    def curve(self, presentation: Presentation) -> Sequence[int]:
        """Display levels over the film's own range, for the histogram."""
        return curve(self.film, self.table(presentation))

    def image(
        self, transform: ViewTransform, presentation: Presentation, width: int, height: int
    ) -> tuple[int, int, QImage] | None:
        """(x, y, image) in screen pixels; valid until the next call. None when nothing is visible."""
        wanted = (transform, width, height, self.orientation, self._sampler, self._sampler.generation)
        if self._place != wanted:
            self._view, self._place = self._sampler.view(transform, width, height, self.orientation), wanted
            self._lit = ()
        if self._view is None:
            return None
        if self._image is None or self._lit != (presentation,):
            self._image, self._lit = self._in_light(self._view, presentation, self._light), (presentation,)
        return self._view.x, self._view.y, self._image

    def patch(
        self, transform: ViewTransform, presentation: Presentation, width: int, height: int
    ) -> tuple[int, int, QImage] | None:
        """The same for a small view of its own, as fine as can be; nothing that `image` keeps is touched."""
        seen = self._sampler.patch(transform, width, height, self.orientation)
        return None if seen is None else (seen.x, seen.y, self._in_light(seen, presentation, self._patch_light))

    def _in_light(self, seen: ScreenView, presentation: Presentation, light: Light) -> QImage:
        if self.film.colour is None:
            lit = light.of_grey(seen.pixels, self._driving(presentation))
        else:
            lit = light.of_colour(seen.pixels, presentation.invert)
        # No copy: the image looks at the buffer, which this picture keeps.
        height, width = lit.shape[:2]
        return QImage(lit.data, width, height, lit.strides[0], QImage.Format.Format_RGB32)


def _keep(tables: dict[Presentation, np.ndarray], presentation: Presentation, table: np.ndarray) -> None:
    while len(tables) > 1:
        tables.pop(next(iter(tables)))
    tables[presentation] = table
