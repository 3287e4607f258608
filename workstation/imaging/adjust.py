"""A window in the hand: steps of a drag, typed numbers, the linear window nearest to a VOI LUT, and the histogram.

Steps are relative to the window in force, so that no small drag jumps to white whatever range the values have.
Knows no mouse: a step is a number, 1 for one unhurried pixel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from workstation.dicom.records import VoiLutFunction, Window
from workstation.imaging.film import Film
from workstation.imaging.window import Presentation, display_table

STEPS_PER_E = 300.0  # steps that widen the window by the factor e, or move its centre by one width
HISTOGRAM_BINS = 256
CURVE_POINTS = 65
SAMPLED_PIXELS = 500_000
COARSE_SPAN = 16.0  # a film whose modality values span less needs windows narrower than LINEAR can say


def window_of(film: Film, presentation: Presentation) -> Window:
    """The presentation's window, or the linear window nearest to its VOI LUT.

    Nearest: through the values where the LUT passes 10 % and 90 % of full light, so that toe and shoulder, which
    a line cannot have, do not widen it.
    """
    if presentation.window is not None:
        return presentation.window
    values, light = _transfer(film, replace(presentation, invert=film.instance.inverted))
    low, high = _first_above(values, light, 0.1), _first_above(values, light, 0.9)
    width = max((high - low) / 0.8, 1.0)
    return Window((low + high) / 2, width)


def _transfer(film: Film, presentation: Presentation) -> tuple[np.ndarray, np.ndarray]:
    """Modality values of the film's own range, ascending, and the light (0 to 1) of each."""
    indices = np.arange(film.low + film.offset, film.high + film.offset + 1)
    values = film.modality_values[indices]
    order = np.argsort(values, kind="stable")
    return values[order], display_table(film, presentation)[indices][order] / 255.0


def _first_above(values: np.ndarray, light: np.ndarray, level: float) -> float:
    above = np.flatnonzero(np.maximum.accumulate(light) >= level)
    return float(values[above[0]] if above.size else values[-1])


def dragged(film: Film, window: Window, wider: float, up: float) -> Window:
    """``window`` after a step of ``wider`` in width and ``up`` in centre, kept where the film can still be seen."""
    window = _fine(film, window)
    low, high = value_range(film)
    span = max(high - low, 1e-6)
    width = window.width * math.exp(max(-3.0, min(3.0, wider / STEPS_PER_E)))
    width = min(max(width, _narrowest(window, span)), max(4 * span, window.width))
    centre = window.center + up / STEPS_PER_E * window.width
    centre = min(max(centre, min(low, window.center)), max(high, window.center))
    return replace(window, center=centre, width=width, explanation="")


def bounded(film: Film, window: Window) -> Window:
    """A typed window, its width as small as its function allows (PS3.3 C.11.2.1.2.1, C.11.2.1.3)."""
    smallest = 1.0 if window.function is VoiLutFunction.LINEAR else 1e-6
    return replace(window, width=max(window.width, smallest))


def _fine(film: Film, window: Window) -> Window:
    """The same window said by LINEAR_EXACT where LINEAR's least width of 1 is too coarse for the film's values.

    PS3.3 C.11.2.1.2: LINEAR (c, w) is LINEAR_EXACT (c - 0.5, w - 1).
    """
    low, high = value_range(film)
    if window.function is not VoiLutFunction.LINEAR or high - low >= COARSE_SPAN:
        return window
    width = max(window.width - 1, (high - low) / 100, 1e-6)
    return replace(window, center=window.center - 0.5, width=width, function=VoiLutFunction.LINEAR_EXACT)


def _narrowest(window: Window, span: float) -> float:
    least = span / 200
    return max(least, 2.0) if window.function is VoiLutFunction.LINEAR else least


def value_range(film: Film) -> tuple[float, float]:
    """The smallest and the largest modality value that the film's own range of stored values gives."""
    first, last = film.low + film.offset, film.high + film.offset
    values = film.modality_values
    if film.instance.modality_lut is None:  # a rescale runs straight from one end to the other
        one, other = float(values[first]), float(values[last])
        return min(one, other), max(one, other)
    values = values[first : last + 1]
    return float(values.min()), float(values.max())


def histogram(film: Film) -> np.ndarray:
    """Counts (bins,) of stored values from ``film.low`` to ``film.high``, from at most SAMPLED_PIXELS pixels."""
    stride = max(1, math.isqrt(film.indices.size // SAMPLED_PIXELS))
    counts = np.bincount(film.indices[::stride, ::stride].ravel(), minlength=65536)
    own = counts[film.low + film.offset : film.high + film.offset + 1]
    starts = np.linspace(0, own.size, min(HISTOGRAM_BINS, own.size), endpoint=False).astype(int)
    return np.add.reduceat(own, starts)


def curve(film: Film, table: np.ndarray) -> Sequence[int]:
    """Display levels (0 to 255) at CURVE_POINTS places, evenly over the film's own range."""
    first, steps = film.low + film.offset, film.high - film.low
    places = first + np.arange(CURVE_POINTS) * steps // (CURVE_POINTS - 1)
    return table[places].tolist()


def ends_of(film: Film, window: Window) -> tuple[float, float] | None:
    """Where a linear window begins and ends along the film's own range of stored values, 0 to 1 (and beyond).

    None where stored and modality values do not run straight along each other.
    """
    if film.instance.modality_lut is not None or film.high == film.low:
        return None
    first, last = (float(film.modality_values[value + film.offset]) for value in (film.low, film.high))
    low, high = (window.center + side * window.width / 2 for side in (-1, 1))
    return (low - first) / (last - first), (high - first) / (last - first)


def between_ends(film: Film, window: Window, low: float, high: float) -> Window:
    """``window`` from ``low`` to ``high`` along the film's own range: the inverse of `ends_of`."""
    first, last = (float(film.modality_values[value + film.offset]) for value in (film.low, film.high))
    start, end = (first + place * (last - first) for place in (low, high))
    span = max(abs(last - first), 1e-6)
    width = max(end - start, _narrowest(window, span))
    return bounded(film, replace(window, center=(start + end) / 2, width=width, explanation=""))
