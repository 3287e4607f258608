"""Multiscale contrast: faint structures of every size are lifted, strong edges and noise are not.

A Laplacian pyramid (Burt and Adelson 1983). Each band's coefficients are multiplied by a gain that is 1 at the level
of the noise, ``1 + strength`` in between, and 1 again for contrasts that are seen anyway (as Vuylsteke and Schoeters
1994 do for radiographs); what is left at the coarsest size is drawn together, to make room. Strength 0 is the film.
"""

from __future__ import annotations

import cv2
import numpy as np

COARSEST = 24  # pixels along the short side at which the pyramid ends
SEEN = 0.05  # of the span: a contrast that needs no lift
NOISE = 2.5  # standard deviations that are left as they are
DECAY = 0.2734  # of the noise from one band to the next: white noise through the kernel 1 4 6 4 1
BROAD = (0.6, 0.9)  # gain of the finest two bands, in parts of the strength: grain lies there
GATHERED = 0.12  # how much of the coarsest contrast strength 1 takes away
SAMPLED = 400


def amplified(light: np.ndarray, span: float, strength: float) -> np.ndarray:
    """float32: ``light`` (0 to ``span``) with its faint contrasts multiplied by up to ``1 + strength``."""
    pyramid: list[np.ndarray] = [light]
    while min(pyramid[-1].shape) >= 2 * COARSEST:
        pyramid.append(cv2.pyrDown(pyramid[-1]))
    coarsest = pyramid.pop()
    middle = float(coarsest.mean())
    shown: np.ndarray = middle + (coarsest - middle) / np.float32(1 + GATHERED * strength)
    finer, noise = coarsest, 0.0
    for at, level in reversed(list(enumerate(pyramid))):
        band = level - _grown(finer, level)
        noise = noise or _noise(light, pyramid)
        _lift(band, strength * _share(at), SEEN * span, noise * DECAY**at)
        shown = cv2.add(_grown(shown, level), band, dst=band)
        finer = level
    return shown


def _share(at: int) -> float:
    return BROAD[at] if at < len(BROAD) else 1.0


def _grown(small: np.ndarray, like: np.ndarray) -> np.ndarray:
    return cv2.pyrUp(small, dstsize=like.shape[::-1])


def _noise(light: np.ndarray, pyramid: list[np.ndarray]) -> float:
    """Standard deviation of the finest band where the film is calm, from its median (Donoho), times NOISE."""
    if len(pyramid) < 2:
        return 0.0
    rows, columns = (min(length, SAMPLED) for length in light.shape)
    top, left = (light.shape[0] - rows) // 2, (light.shape[1] - columns) // 2
    part = light[top : top + rows, left : left + columns]
    band = part - _grown(cv2.pyrDown(part), part)
    return NOISE * float(np.median(np.abs(band))) / 0.6745


def _lift(band: np.ndarray, gain: float, seen: float, noise: float) -> None:
    """In place: band * (1 + gain * a² / (a² + noise²) * 1 / (1 + (a / seen)²)), a the coefficient's size."""
    if gain == 0:
        return
    square = cv2.multiply(band, band)
    factor = np.add(square, noise * noise + 1e-6, dtype=np.float32)
    cv2.divide(square, factor, dst=factor)
    np.multiply(square, 1 / (seen * seen), out=square)
    np.add(square, 1, out=square)
    cv2.divide(factor, square, dst=factor, scale=gain)
    np.add(factor, 1, out=factor)
    cv2.multiply(band, factor, dst=band)
