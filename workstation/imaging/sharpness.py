"""Light -> sharper light (unsharp mask), or calmer light (adaptive Wiener filter). Knows arrays, no film.

Radii follow the size of the film, so that a filter does the same to the same anatomy at any sampling.
"""

from __future__ import annotations

import cv2
import numpy as np

SHARPENED_SIDE = 1000  # long sides of a film in one standard deviation of the mask
SMOOTHED_SIDE = 1000  # and in half of a smoothing square
STRIP = 128  # rows that are worked on at a time
SAMPLED = 300  # rows and columns that the noise is estimated from


def sharpened(light: np.ndarray, span: float, strength: float) -> np.ndarray:
    """float32: ``light`` plus ``strength`` times what a Gaussian takes away from it."""
    sigma = max(1.0, max(light.shape) / SHARPENED_SIDE)
    blurred = cv2.GaussianBlur(light, (0, 0), sigma)
    return cv2.addWeighted(light, 1 + strength, blurred, -strength, 0)


def smoothed(light: np.ndarray, span: float, strength: float) -> np.ndarray:
    """float32: the local mean where the film is as calm as its noise, the film itself where it is not.

    Lee 1980: mean + (variance - noise) / variance * (light - mean). ``strength`` multiplies the noise, which is the
    median of the local variances.
    """
    size = 2 * max(1, round(max(light.shape) / SMOOTHED_SIDE)) + 1
    mean, variance = _local(light, size)
    noise = max(strength * _middle(variance), 1e-6)
    kept = np.maximum(variance, noise, out=variance)
    np.divide(-noise, kept, out=kept)
    np.add(kept, 1, out=kept)
    np.multiply(kept, cv2.subtract(light, mean), out=kept)
    return cv2.add(mean, kept, dst=mean)


def _local(light: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """float32 each: mean and variance about each pixel, mirrored at the border.

    Strip by strip in double precision: squares of 16 bit values leave float32 nothing to tell a variance by.
    """
    mean, variance = np.empty_like(light), np.empty_like(light)
    rows, reach = light.shape[0], size // 2
    for top in range(0, rows, STRIP):
        bottom = min(top + STRIP, rows)
        above, below = max(0, top - reach), min(rows, bottom + reach)
        strip = light[above:below].astype(np.float64)
        own = slice(top - above, bottom - above)
        middle = cv2.blur(strip, (size, size))[own]
        mean[top:bottom] = middle
        variance[top:bottom] = cv2.blur(strip * strip, (size, size))[own] - middle * middle
    return mean, variance


def _middle(values: np.ndarray) -> float:
    rows, columns = (-(-length // SAMPLED) for length in values.shape)
    return max(0.0, float(np.median(values[::rows, ::columns])))
