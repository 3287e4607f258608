"""Contrast limited adaptive histogram equalisation (Pizer 1987, Zuiderveld 1994) on values of any depth.

One curve for each of 8 x 8 tiles, from 256 bins with their height limited; each pixel takes the four curves about it,
weighted by nearness, read between the bins, so that no grey is lost. OpenCV's own clips against 65536 bins at 16 bits
and then does almost nothing; at 8 bits this gives what it gives.
"""

from __future__ import annotations

import itertools

import cv2
import numpy as np

TILES = 8  # along each side
BINS = 256


def equalised(light: np.ndarray, span: float, strength: float) -> np.ndarray:
    """float32: ``light`` (0 to ``span``) equalised tile by tile; ``strength`` limits the slope of a curve."""
    height, width = (-(-length // TILES) for length in light.shape)
    curves = _curves(light, span, strength, height, width) * np.float32(span)
    steps = np.arange(int(span) + 1, dtype=np.float32) * ((BINS - 1) / span)
    levels = np.clip(np.rint(light), 0, span).astype(np.uint16)
    shown = np.empty_like(light)
    for top, bottom, above, below, down in _bands(light.shape[0], height):
        rows = [_between(curves[tile], steps) for tile in (above, below)]
        for left, right, before, after, along in _bands(light.shape[1], width):
            part = levels[top:bottom, left:right]
            upper = rows[0][before][part] * (1 - along) + rows[0][after][part] * along
            lower = rows[1][before][part] * (1 - along) + rows[1][after][part] * along
            shown[top:bottom, left:right] = upper * (1 - down[:, None]) + lower * down[:, None]
    return shown


def _between(curves: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """float32 (tiles, levels): curves of BINS points read at ``steps`` bins."""
    first = np.minimum(steps.astype(np.intp), BINS - 2)
    part = steps - first
    return curves[:, first] * (1 - part) + curves[:, first + 1] * part


def _curves(light: np.ndarray, span: float, strength: float, height: int, width: int) -> np.ndarray:
    """float32 (TILES, TILES, BINS): cumulated, limited histograms, 0 to 1; the last tiles are mirrored to full size."""
    bins = np.clip(np.rint(light * ((BINS - 1) / span)), 0, BINS - 1).astype(np.uint8)
    short = height * TILES - light.shape[0], width * TILES - light.shape[1]
    whole = cv2.copyMakeBorder(bins, 0, short[0], 0, short[1], cv2.BORDER_REFLECT_101)
    curves = np.empty((TILES, TILES, BINS), np.float32)
    for row in range(TILES):
        for column in range(TILES):
            tile = whole[row * height : (row + 1) * height, column * width : (column + 1) * width]
            curves[row, column] = _curve(np.bincount(tile.ravel(), minlength=BINS), tile.size, strength)
    return curves


def _curve(counts: np.ndarray, pixels: int, strength: float) -> np.ndarray:
    limit = max(1, int(strength * pixels / BINS))
    excess = int(np.maximum(counts - limit, 0).sum())
    limited = np.minimum(counts, limit) + excess // BINS
    rest = excess % BINS
    if rest:
        limited[:: max(1, BINS // rest)][:rest] += 1
    return np.cumsum(limited) / pixels


def _bands(length: int, tile: int) -> list[tuple[int, int, int, int, np.ndarray]]:
    """Stretches between the middles of neighbouring tiles: start, end, both tiles, weight of the second."""
    place = (np.arange(length, dtype=np.float32) / tile) - 0.5
    first = np.floor(place).astype(int)
    cuts = [0, *(np.flatnonzero(np.diff(first)) + 1).tolist(), length]
    bands = []
    for start, end in itertools.pairwise(cuts):
        at = int(first[start])
        weight = place[start:end] - at
        bands.append((start, end, min(max(at, 0), TILES - 1), min(max(at + 1, 0), TILES - 1), weight))
    return bands
