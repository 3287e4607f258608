"""Overlay planes and a place on the screen -> white letters with a dark halo, as an image of just that place.

A line one film pixel wide stays a line however small the film is drawn. Knows masks, no header and no widget.
"""

from __future__ import annotations

import math

import cv2
import numpy as np

from workstation.dicom.planes import OverlayPlane
from workstation.imaging.geometry import OnScreen

_AROUND = 3  # film pixels beside the view that may reach into it
_HALO = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_HALO_STRENGTH = 0.75


class Lettering:
    """The planes of one film joined, cut to where anything is."""

    def __init__(self, planes: tuple[OverlayPlane, ...], rows: int, columns: int) -> None:
        whole = np.zeros((rows, columns), bool)
        for plane in planes:
            whole |= plane.over(rows, columns)
        down, across = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
        self.top, self.left = (int(down[0]), int(across[0])) if down.size else (0, 0)
        bottom, right = (int(down[-1]) + 1, int(across[-1]) + 1) if down.size else (0, 0)
        self._mask = whole[self.top : bottom, self.left : right].astype(np.uint8) * 255

    @property
    def empty(self) -> bool:
        return self._mask.size == 0

    def image(self, on: OnScreen, width: int, height: int) -> tuple[int, int, np.ndarray] | None:
        """(x, y, uint8 (h, w, 4) BGRA, premultiplied) in a view of that many device pixels; None beside it."""
        top, left, bottom, right = self._seen(on, width, height)
        if top >= bottom or left >= right:
            return None
        part = self._mask[top - self.top : bottom - self.top, left - self.left : right - self.left]
        corners = on.to_screen(top, left), on.to_screen(bottom, right)
        (x0, x1), (y0, y1) = (sorted(math.floor(each[axis] + 0.5) for each in corners) for axis in (0, 1))
        letters = _drawn(on.orientation.of(part), max(1, x1 - x0), max(1, y1 - y0), on.zoom)
        return x0 - 1, y0 - 1, _with_halo(letters)

    def _seen(self, on: OnScreen, width: int, height: int) -> tuple[int, int, int, int]:
        """The part of the mask, in stored pixels, that a view shows."""
        (row0, col0), (row1, col1) = on.to_film(0, 0), on.to_film(width, height)
        (row0, row1), (col0, col1) = sorted((row0, row1)), sorted((col0, col1))
        bottom, right = self.top + self._mask.shape[0], self.left + self._mask.shape[1]
        return (
            max(self.top, math.floor(row0) - _AROUND),
            max(self.left, math.floor(col0) - _AROUND),
            min(bottom, math.ceil(row1) + _AROUND),
            min(right, math.ceil(col1) + _AROUND),
        )


def _drawn(mask: np.ndarray, width: int, height: int, zoom: float) -> np.ndarray:
    """uint8 (height, width): how much letter is on each screen pixel."""
    if zoom >= 1:
        return cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    shrunk = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    return cv2.convertScaleAbs(shrunk, alpha=min(1 / zoom, 16.0))


def _with_halo(letters: np.ndarray) -> np.ndarray:
    """White letters; black about them, one pixel wide, so that they read on bone."""
    wide = cv2.copyMakeBorder(letters, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    halo = cv2.convertScaleAbs(cv2.dilate(wide, _HALO), alpha=_HALO_STRENGTH)
    return cv2.merge((wide, wide, wide, cv2.max(wide, halo)))
