"""Pixels at one size become pixels at another: averaged by area when smaller, linear when larger.

Knows arrays only; the same functions serve window, command and model.
"""

from __future__ import annotations

import cv2
import numpy as np


def resize(pixels: np.ndarray, size: int) -> np.ndarray:
    """To ``size`` pixels on the long side, in proportion."""
    rows, columns = pixels.shape[:2]
    return _resized(pixels, *fitted(rows, columns, size))


def fitted(rows: int, columns: int, size: int) -> tuple[int, int]:
    """(rows, columns) of `resize`'s result."""
    scale = size / max(rows, columns)
    return max(1, round(rows * scale)), max(1, round(columns * scale))


def shrink(pixels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """To (rows, columns) while a reader waits: exact halves, and the rest (less than half) linear.

    Ten times as fast as averaging by area at ratios that are no whole number, and less than one grey level away
    from it on average; at powers of two the same.
    """
    whole = pixels
    while _halves(pixels, rows, columns):
        pixels = _resized(pixels, pixels.shape[0] // 2, pixels.shape[1] // 2)
    if pixels is whole or pixels.shape[:2] == (rows, columns):
        return _resized(pixels, rows, columns)
    return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_LINEAR)


def _halves(pixels: np.ndarray, rows: int, columns: int) -> bool:
    high, wide = pixels.shape[:2]
    return high % 2 == 0 and wide % 2 == 0 and high >= 2 * rows and wide >= 2 * columns


def _resized(pixels: np.ndarray, rows: int, columns: int) -> np.ndarray:
    if (rows, columns) == pixels.shape[:2]:
        return pixels
    smaller = rows < pixels.shape[0] or columns < pixels.shape[1]
    return cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
