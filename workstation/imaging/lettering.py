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
_HALVINGS = 4
_HALO = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_HALO_STRENGTH = 0.75
_WIDER = np.ones((2, 2), np.uint8)


class Lettering:
    """The planes of one film joined, cut to where anything is, and kept in halves of its size.

    Made where nobody waits; an `image` of it costs a few milliseconds at any zoom.
    """

    def __init__(self, planes: tuple[OverlayPlane, ...], rows: int, columns: int) -> None:
        whole = np.zeros((rows, columns), bool)
        for plane in planes:
            whole |= plane.over(rows, columns)
        down, across = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
        self.top, self.left = (int(down[0]), int(across[0])) if down.size else (0, 0)
        bottom, right = (int(down[-1]) + 1, int(across[-1]) + 1) if down.size else (0, 0)
        mask = whole[self.top : bottom, self.left : right].view(np.uint8) * 255
        grid = 1 << _HALVINGS
        self._masks = [np.pad(mask, ((0, -mask.shape[0] % grid), (0, -mask.shape[1] % grid)))]
        for _ in range(_HALVINGS):
            self._masks.append(_halved(self._masks[-1]))

    @property
    def empty(self) -> bool:
        return self._masks[0].size == 0

    @property
    def bytes(self) -> int:
        return sum(int(mask.nbytes) for mask in self._masks)

    def image(self, on: OnScreen, width: int, height: int) -> tuple[int, int, np.ndarray] | None:
        """(x, y, uint8 (h, w, 4) BGRA, premultiplied) in a view of that many device pixels; None beside it."""
        halvings = min(max(math.floor(-math.log2(on.zoom)), 0), _HALVINGS)
        top, left, bottom, right = self._seen(on, width, height, 1 << halvings)
        if top >= bottom or left >= right:
            return None
        part = self._masks[halvings][top >> halvings : bottom >> halvings, left >> halvings : right >> halvings]
        corners = (on.to_screen(self.top + row, self.left + col) for row, col in ((top, left), (bottom, right)))
        (x0, x1), (y0, y1) = (sorted(math.floor(each + 0.5) for each in axis) for axis in zip(*corners, strict=True))
        letters = _drawn(on.orientation.of(part), max(1, x1 - x0), max(1, y1 - y0))
        return x0 - 1, y0 - 1, _with_halo(letters)

    def _seen(self, on: OnScreen, width: int, height: int, grid: int) -> tuple[int, int, int, int]:
        """The part of the mask, in its own pixels and whole steps of ``grid``, that a view shows."""
        (row0, col0), (row1, col1) = on.to_film(0, 0), on.to_film(width, height)
        rows, columns = self._masks[0].shape
        top, bottom = _span(row0 - self.top, row1 - self.top, rows, grid)
        left, right = _span(col0 - self.left, col1 - self.left, columns, grid)
        return top, left, bottom, right


def _span(one: float, other: float, most: int, grid: int) -> tuple[int, int]:
    first, last = sorted((one, other))
    start = max(0, math.floor(first) - _AROUND) // grid * grid
    return start, min(most, -(-(math.ceil(last) + _AROUND) // grid) * grid)


def _halved(mask: np.ndarray) -> np.ndarray:
    """A pixel is set where any of the four below it was: no line is ever lost."""
    return np.maximum(np.maximum(mask[::2, ::2], mask[1::2, ::2]), np.maximum(mask[::2, 1::2], mask[1::2, 1::2]))


def _drawn(mask: np.ndarray, width: int, height: int) -> np.ndarray:
    """uint8 (height, width): how much letter is on each screen pixel; less than a half smaller, or larger."""
    if width >= mask.shape[1]:
        return cv2.resize(mask, (width, height), interpolation=cv2.INTER_NEAREST)
    return cv2.resize(cv2.dilate(mask, _WIDER), (width, height), interpolation=cv2.INTER_LINEAR)


def _with_halo(letters: np.ndarray) -> np.ndarray:
    """White letters; black about them, one pixel wide, so that they read on bone."""
    wide = cv2.copyMakeBorder(letters, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    halo = cv2.convertScaleAbs(cv2.dilate(wide, _HALO), alpha=_HALO_STRENGTH)
    return cv2.merge((wide, wide, wide, cv2.max(wide, halo)))
