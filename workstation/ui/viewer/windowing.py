"""The ways of changing a film's window -> the presentation that follows; nothing is painted or kept here.

A VOI LUT that is dragged or typed over becomes the linear window that comes nearest to it, so that the first
step is as small as any other. Knows no widget.
"""

from __future__ import annotations

from dataclasses import replace

from workstation.dicom.records import Window
from workstation.imaging.adjust import bounded, dragged, window_of
from workstation.imaging.film import Film
from workstation.imaging.window import Presentation


def linear_window(film: Film, shown: Presentation) -> Window:
    """The window in force, or the one nearest to the VOI LUT in force."""
    return window_of(film, shown)


def typed(film: Film, shown: Presentation, center: float, width: float) -> Presentation:
    """The numbers as they were typed, as far as they are a window at all."""
    window = replace(linear_window(film, shown), center=center, width=width, explanation="")
    return with_window(shown, bounded(film, window))


def dragged_by(film: Film, shown: Presentation, dx: float, dy: float, down_brightens: bool) -> Presentation:
    """The window after a mouse step: right is wider; down is brighter, or darker if the reader wants that.

    On an inverted film a brighter picture needs a higher centre: the hand feels the light, not the number.
    """
    inverted = film.instance.inverted != shown.invert
    up = -dy if down_brightens != inverted else dy
    return with_window(shown, dragged(film, linear_window(film, shown), dx, up))


def named(shown: Presentation, choice: Presentation) -> Presentation:
    """A choice of the file or of ours; the reader's own inversion stays."""
    return replace(choice, invert=shown.invert)


def with_window(shown: Presentation, window: Window) -> Presentation:
    """The same with another window, which then has no name any more."""
    return replace(shown, window=window, voi_lut=None, label="")
