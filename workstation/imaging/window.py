"""A film and a presentation become light: one table of 65536 bytes, and the picture that it makes.

Modality LUT -> VOI -> Presentation LUT, or inverted once -> 8 bit (PS3.3 C.11). The same tables serve window, command
and model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from workstation.dicom.records import Window
from workstation.imaging.automatic import automatic_window, window_between
from workstation.imaging.film import Film
from workstation.imaging.lut import eight_bits, presentation_fraction, voi_fraction, window_fraction
from workstation.imaging.resample import resize

Levels = Callable[[np.ndarray], np.ndarray]  # float64 0..1, which may be overwritten, to uint8

AUTO_LABEL = "Auto"


@dataclass(frozen=True, slots=True)
class Presentation:
    """How a film is shown: a window, or the VOI LUT of that index, and the reader's own invert.

    ``window`` and ``voi_lut`` both None shows the film's whole range.
    """

    window: Window | None = None
    voi_lut: int | None = None
    invert: bool = False
    label: str = ""

    def inverted(self) -> Presentation:
        """The same, black and white exchanged."""
        return replace(self, invert=not self.invert)


def choices(film: Film) -> tuple[Presentation, ...]:
    """What the file offers: its windows, then its VOI LUTs, each by its own explanation."""
    windows = film.instance.windows
    luts = film.instance.voi_luts
    return (
        *(Presentation(window=each, label=each.explanation or f"Window {at}") for at, each in enumerate(windows, 1)),
        *(Presentation(voi_lut=at, label=each.explanation or f"VOI LUT {at + 1}") for at, each in enumerate(luts)),
    )


def default(film: Film) -> Presentation:
    """The first header window, else the first VOI LUT, else `auto`."""
    offered = choices(film)
    return offered[0] if offered else auto(film)


def auto(film: Film, rect: tuple[int, int, int, int] | None = None) -> Presentation:
    """A window about what the film, or the rectangle (row0, col0, row1, col1) of it, really holds."""
    return Presentation(window=automatic_window(film, rect), label=AUTO_LABEL)


def display_table(
    film: Film, presentation: Presentation, levels: Levels = eight_bits, padding_is_black: bool = True
) -> np.ndarray:
    """uint8 (65536,), indexed by ``film.indices``; a colour picture's is its luminance's.

    Black and white are exchanged at most once: by MONOCHROME1, or INVERSE, or both saying the same
    (C.11.6.1.2), and again only if the reader inverts. A Presentation LUT answers in P-values, so nothing is
    exchanged after it. ``levels`` turns P-values (0..1) into what the screen is driven with; padding is black.
    """
    fraction = _fraction(film, presentation, fine=levels is not eight_bits)
    shown = film.instance.presentation_lut
    if shown is not None:
        fraction = presentation_fraction(fraction, shown)
    if (shown is None and film.instance.inverted) != presentation.invert:
        np.subtract(1.0, fraction, out=fraction)
    table = levels(fraction)
    if film.padding is not None and padding_is_black:
        table[film.padding] = 0
    return table


def render(film: Film, presentation: Presentation, size: int | None = None) -> np.ndarray:
    """uint8 (rows, columns), or (rows, columns, 3) RGB; ``size`` is the long side in pixels.

    Averaged by area before the table, so that a window cuts means and not single pixels.
    """
    if film.colour is not None:
        picture = 255 - film.colour if presentation.invert else film.colour
        return picture.copy() if size is None else resize(picture, size)
    table = display_table(film, presentation)
    return cv2.LUT(film.indices if size is None else resize(film.indices, size), table)


def _fraction(film: Film, presentation: Presentation, fine: bool) -> np.ndarray:
    values = film.modality_values
    if presentation.voi_lut is not None:
        return voi_fraction(values, film.instance.voi_luts[presentation.voi_lut], fine)
    return window_fraction(values, presentation.window or _whole_range(film))


def _whole_range(film: Film) -> Window:
    ends = film.modality_values[film.low + film.offset : film.high + film.offset + 1]
    return window_between(float(ends.min()), float(ends.max()))
