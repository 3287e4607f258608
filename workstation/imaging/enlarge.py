"""A part of a film becomes larger than its pixels: nearest, linear, cubic or Lanczos, on the screen's own grid.

The part is cut out at whole film pixels and resized, which is ten times as fast as warping; it is cut where a film
pixel's edge falls on a screen pixel's, so that no place moves by more than a small part of a pixel. Knows arrays only.
"""

from __future__ import annotations

import cv2
import numpy as np

LINEAR = "linear"
INTERPOLATIONS = {
    "nearest": cv2.INTER_NEAREST,
    LINEAR: cv2.INTER_LINEAR,
    "cubic": cv2.INTER_CUBIC,
    "Lanczos": cv2.INTER_LANCZOS4,
}
REACH = 5  # film pixels that the widest kernel looks at beyond the part itself
CHOICE = 32  # film pixels among which the cut is chosen


def enlarged(
    pixels: np.ndarray, zoom: float, part: tuple[int, int, int, int], interpolation: str = LINEAR
) -> np.ndarray:
    """``part`` (row0, column0, row1, column1) of ``pixels`` (rows, columns, ...) drawn at ``zoom`` >= 1.

    Rows and columns of ``part`` are those of the whole drawing, of round(rows * zoom) x round(columns * zoom).
    """
    row0, column0, row1, column1 = part
    if interpolation == "nearest":
        rows = _nearest(row0, row1, zoom, pixels.shape[0])
        return np.ascontiguousarray(pixels[rows][:, _nearest(column0, column1, zoom, pixels.shape[1])])
    top, bottom = _cut(row0, row1, zoom, pixels.shape[0])
    left, right = _cut(column0, column1, zoom, pixels.shape[1])
    drawn = cv2.resize(
        pixels[top:bottom, left:right], None, fx=zoom, fy=zoom, interpolation=INTERPOLATIONS[interpolation]
    )
    above, before = round(top * zoom), round(left * zoom)
    found = drawn[row0 - above : row1 - above, column0 - before : column1 - before]
    missing = row1 - row0 - found.shape[0], column1 - column0 - found.shape[1]
    if any(missing):  # the last screen pixel of the film, lost to rounding
        found = cv2.copyMakeBorder(found, 0, missing[0], 0, missing[1], cv2.BORDER_REPLICATE)
    return found


def _nearest(first: int, last: int, zoom: float, length: int) -> np.ndarray:
    """The film pixel under the middle of each screen pixel."""
    return np.clip(((np.arange(first, last) + 0.5) / zoom).astype(np.intp), 0, length - 1)


def _cut(first: int, last: int, zoom: float, length: int) -> tuple[int, int]:
    """Film pixels that hold the screen pixels ``first`` to ``last``, begun where the two grids meet best."""
    latest = max(0, int(first / zoom) - REACH)
    starts = np.arange(max(0, latest - CHOICE), latest + 1) * zoom
    start = int(latest - (starts.size - 1) + np.argmin(np.abs(starts - np.round(starts))))
    return start, min(length, int(last / zoom) + REACH + 2)
