"""A region of a film -> the statistics of its modality values, counted over a histogram of indices.

Padding is left out. While a region is being drawn it may be thinned, so that following the hand costs a bounded time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from workstation.imaging.annotation import Point
from workstation.imaging.film import Film

LIVE_PIXELS = 200_000  # as many are looked at while the hand moves: about a millisecond


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the modality values (PS3.3 C.11.1) whose pixel centres lie inside; ``sd`` is of the pixels themselves."""

    pixels: int
    mean: float
    sd: float
    minimum: float
    maximum: float
    skewness: float


def ellipse_statistics(film: Film, one: Point, other: Point, live: bool = False) -> Statistics | None:
    """Of the upright ellipse in the box between two corners; None when no pixel's centre lies inside."""
    top, bottom = sorted((one[0], other[0]))
    left, right = sorted((one[1], other[1]))
    step = _thinning((bottom - top) * (right - left)) if live else 1
    rows = _inside(top, bottom, film.rows)[::step]
    columns = _inside(left, right, film.columns)[::step]
    if not rows.size or not columns.size:
        return None
    down = ((rows + 0.5 - (top + bottom) / 2) / ((bottom - top) / 2)).astype(np.float32)
    across = ((columns + 0.5 - (left + right) / 2) / ((right - left) / 2)).astype(np.float32)
    mask = (np.add.outer(down * down, across * across) <= 1).view(np.uint8)
    part = film.indices[rows[0] : rows[-1] + 1 : step, columns[0] : columns[-1] + 1 : step]
    return _of_histogram(film, cv2.calcHist([np.ascontiguousarray(part)], [0], mask, [65536], [0, 65536]).ravel())


def _thinning(area: float) -> int:
    return max(1, math.ceil(math.sqrt(area / LIVE_PIXELS)))


def _inside(start: float, end: float, length: int) -> np.ndarray:
    """Rows or columns of the film whose centre lies between ``start`` and ``end``."""
    return np.arange(max(0, math.ceil(start - 0.5)), min(length, math.floor(end - 0.5) + 1))


def _of_histogram(film: Film, counts: np.ndarray) -> Statistics | None:
    if film.padding is not None:
        counts = np.where(film.padding, 0, counts)
    found = np.flatnonzero(counts)
    if not found.size:
        return None
    values, weights = film.modality_values[found], counts[found].astype(np.float64)
    total = weights.sum()
    mean = float((values * weights).sum() / total)
    away = values - mean
    sd = math.sqrt(float((away**2 * weights).sum() / total))
    skewness = float((away**3 * weights).sum() / total) / sd**3 if sd > 0 else 0.0
    return Statistics(int(total), mean, sd, float(values.min()), float(values.max()), skewness)
