"""A window for films that bring none: robust percentiles of what lies inside the collimation.

Works on a thinned film (about 250 pixels a side), so that it costs milliseconds. Knows nothing of anatomy.
"""

from __future__ import annotations

import numpy as np

from workstation.dicom.records import VoiLutFunction, Window
from workstation.imaging.film import Film

_SAMPLES_A_SIDE = 256
_LOW_PERCENTILE, _HIGH_PERCENTILE = 0.5, 99.5
_FLAT = 0.04  # a border line varies by less than this part of the film's range
_LEAST_KEPT = 0.3  # of a side; less is no collimation but a flat film


def automatic_window(film: Film, rect: tuple[int, int, int, int] | None = None) -> Window:
    """The window between the percentiles of the film inside its borders, or of the rectangle."""
    if rect is None:
        step = _step(film.indices)
        samples, real = film.indices[::step, ::step], film.real(step)
    else:
        cut = _cut(film.indices, rect)
        samples = cut[:: _step(cut), :: _step(cut)]
        real = np.ones(samples.shape, bool) if film.padding is None else ~film.padding[samples]
    values = film.modality_values[samples]
    if rect is None:
        inside = inside_borders(values, real)
        values, real = values[inside], real[inside]
    kept = values[real] if real.any() else values.ravel()
    low, high = np.percentile(kept, (_LOW_PERCENTILE, _HIGH_PERCENTILE))
    return window_between(float(low), float(high))


def window_between(low: float, high: float) -> Window:
    """The window that shows ``low`` black and ``high`` white, in modality values.

    LINEAR on a scale of whole numbers; LINEAR_EXACT where the half step of LINEAR would matter.
    """
    if high <= low:
        return Window(low + 0.5, 1.0)
    if high - low < 16:
        return Window((low + high) / 2, high - low, VoiLutFunction.LINEAR_EXACT)
    return Window((low + high + 1) / 2, high - low + 1)


def _cut(indices: np.ndarray, rect: tuple[int, int, int, int]) -> np.ndarray:
    """The rectangle, corners in any order, at least one pixel of it on the film."""
    rows, columns = indices.shape
    top, bottom = sorted((rect[0], rect[2]))
    left, right = sorted((rect[1], rect[3]))
    top, left = min(max(top, 0), rows - 1), min(max(left, 0), columns - 1)
    return indices[top : max(bottom, top + 1), left : max(right, left + 1)]


def _step(indices: np.ndarray) -> int:
    return max(1, max(indices.shape) // _SAMPLES_A_SIDE)


def inside_borders(values: np.ndarray, real: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns left when flat lines (shutters, film edges, padding) are taken off the four sides."""
    low, high = np.percentile(values[real] if real.any() else values, (1, 99))
    limit = max(_FLAT * float(high - low), 1e-9)
    rows = _trimmed(values, real, limit)
    columns = _trimmed(values[rows].T, real[rows].T, limit)
    return rows, columns


def _trimmed(values: np.ndarray, real: np.ndarray, limit: float) -> slice:
    spread = np.percentile(values, 95, axis=1) - np.percentile(values, 5, axis=1)
    busy = np.flatnonzero((spread > limit) & (real.mean(axis=1) > 0.5))
    if busy.size < _LEAST_KEPT * len(values):
        return slice(0, len(values))
    return slice(int(busy[0]), int(busy[-1]) + 1)
