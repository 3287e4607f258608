"""Light -> sharper light (unsharp mask), or calmer light (adaptive Wiener filter). Knows arrays, no film.

Radii follow the size of the film, so that a filter does the same to the same anatomy at any sampling.
"""

from __future__ import annotations

import cv2
import numpy as np

SHARPENED_SIDE = 1000  # long sides of a film in one standard deviation of the mask
SMOOTHED_SIDE = 1000  # and in half of a smoothing square
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
    mean = cv2.blur(light, (size, size))
    variance = cv2.sqrBoxFilter(light, -1, (size, size)) - mean * mean
    noise = max(strength * _middle(variance), 1e-6)
    np.maximum(variance, noise, out=variance)
    kept = 1 - noise / variance
    return mean + kept * (light - mean)


def _middle(values: np.ndarray) -> float:
    rows, columns = (-(-length // SAMPLED) for length in values.shape)
    return max(0.0, float(np.median(values[::rows, ::columns])))
