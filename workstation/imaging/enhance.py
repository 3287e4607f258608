"""Display filters: a film's indices -> other indices in the film's own range, for the screen alone.

Sharpen, smooth, CLAHE and multiscale, each of a strength. They come before the display table, so that windowing costs
what it costs without them. Padding stays as it is; black-is-high films are filtered as the light they become.
What is stored, exported by default or given to a model never passes here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import cv2
import numpy as np

from workstation.imaging.clahe import equalised
from workstation.imaging.film import Film
from workstation.imaging.multiscale import amplified
from workstation.imaging.sharpness import sharpened, smoothed

Pixels = Callable[[np.ndarray, float, float], np.ndarray]


@dataclass(frozen=True, slots=True)
class Filter:
    """One display filter: ``pixels(light, span, strength)``, light float32 (rows, columns) from 0 to span."""

    name: str
    label: str
    pixels: Pixels


SHARPEN, SMOOTH, CLAHE, MULTISCALE = "sharpen", "smooth", "clahe", "multiscale"
FILTERS = MappingProxyType(
    {
        each.name: each
        for each in (
            Filter(SHARPEN, "Sharpen", sharpened),
            Filter(SMOOTH, "Smooth", smoothed),
            Filter(CLAHE, "CLAHE", equalised),
            Filter(MULTISCALE, "Multiscale", amplified),
        )
    }
)


def can_enhance(film: Film) -> bool:
    """Filters work on grey values; colour and films of one single value are left alone."""
    return film.colour is None and film.high > film.low


def enhance(film: Film, name: str, strength: float) -> np.ndarray:
    """uint16 (rows, columns): the film's indices after the filter.

    Raises
    ------
    ValueError, for colour (`can_enhance`); MemoryError, OpenCV's own included.
    """
    if not can_enhance(film):
        raise ValueError("only grey films can be filtered")
    low, high = film.low + film.offset, film.high + film.offset
    padded = None if film.padding is None else film.padding[film.indices]
    light = _light(film, low, high)
    if padded is not None and padded.any():
        _fill(light, padded)
    try:
        shown = FILTERS[name].pixels(light, float(high - low), strength)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError from error
        raise
    indices = _indices(shown, low, high, film.instance.inverted)
    return indices if padded is None else np.where(padded, film.indices, indices)


def _light(film: Film, low: int, high: int) -> np.ndarray:
    """float32 from 0 (black as the film asks to be shown) to ``high - low``."""
    light = film.indices.astype(np.float32)
    return np.subtract(high, light, out=light) if film.instance.inverted else np.subtract(light, low, out=light)


def _indices(light: np.ndarray, low: int, high: int, inverted: bool) -> np.ndarray:
    np.clip(np.rint(light, out=light), 0, high - low, out=light)
    return (np.subtract(high, light, out=light) if inverted else np.add(light, low, out=light)).astype(np.uint16)


def _fill(light: np.ndarray, padded: np.ndarray) -> None:
    """Padding takes the mean of the film about it, so that no filter draws a seam along it."""
    real = (~padded).astype(np.float32)
    light *= real
    size = max(3, max(light.shape) // 32 | 1)
    total, count = cv2.blur(light, (size, size)), cv2.blur(real, (size, size))
    far = float(light.sum() / max(1.0, real.sum()))
    light[padded] = np.where(count > 0, total / np.maximum(count, 1e-6), far)[padded]
