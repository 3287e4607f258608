"""The Display Shutter module of a header becomes a `Shutter` (PS3.3 C.7.6.11): what of the film is meant to be seen.

Places are continuous stored pixels, (0, 0) the outer corner of the first one; the header counts whole pixels from 1.
A shutter that would hide the whole film is taken for an error and left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from pydicom import Dataset

from workstation.dicom.text import integer, number, numbers, text

_EDGES = (
    "ShutterUpperHorizontalEdge",
    "ShutterLeftVerticalEdge",
    "ShutterLowerHorizontalEdge",
    "ShutterRightVerticalEdge",
)


@dataclass(frozen=True, slots=True)
class Shutter:
    """What is left open is what every one of its shapes leaves open."""

    rectangle: tuple[float, float, float, float] | None = None  # top, left, bottom, right
    circle: tuple[float, float, float] | None = None  # row, column, radius
    polygon: tuple[tuple[float, float], ...] = ()  # (row, column) of each corner
    level: float = 0.0  # P-value of what is hidden, 0 black to 1 white

    @property
    def shapes(self) -> tuple[str, ...]:
        """What it is made of, in DICOM's words."""
        named = (("RECTANGULAR", self.rectangle), ("CIRCULAR", self.circle), ("POLYGONAL", self.polygon))
        return tuple(name for name, shape in named if shape)

    def leaves_open(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """bool (len(rows), len(columns)): which of these places (continuous stored pixels) are meant to be seen."""
        row, col = rows[:, None], columns[None, :]
        open_ = np.ones((rows.size, columns.size), bool)
        if self.rectangle is not None:
            top, left, bottom, right = self.rectangle
            open_ &= (row >= top) & (row < bottom) & (col >= left) & (col < right)
        if self.circle is not None:
            open_ &= (row - self.circle[0]) ** 2 + (col - self.circle[1]) ** 2 <= self.circle[2] ** 2
        return open_ & _within(self.polygon, row, col) if self.polygon else open_


def _within(polygon: tuple[tuple[float, float], ...], row: np.ndarray, col: np.ndarray) -> np.ndarray:
    """Even and odd: how many edges lie to the right of a place."""
    inside = np.zeros(np.broadcast_shapes(row.shape, col.shape), bool)
    for (row0, col0), (row1, col1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if row0 != row1:
            crosses = (row0 > row) != (row1 > row)
            inside ^= crosses & (col < (col1 - col0) * (row - row0) / (row1 - row0) + col0)
    return inside


def shutter_of(dataset: Dataset, rows: int, columns: int) -> Shutter | None:
    """The shutter that a film of that size, or a presentation state of it, declares; None without a usable one."""
    wanted = text(dataset, "ShutterShape", []).upper().split("\\")
    value = integer(dataset, "ShutterPresentationValue") or 0
    shutter = Shutter(level=min(max(value, 0), 0xFFFF) / 0xFFFF)
    if "RECTANGULAR" in wanted:
        shutter = replace(shutter, rectangle=_rectangle(dataset, rows, columns))
    if "CIRCULAR" in wanted:
        shutter = replace(shutter, circle=_circle(dataset, rows, columns))
    if "POLYGONAL" in wanted:
        shutter = replace(shutter, polygon=_polygon(dataset, rows, columns))
    return shutter if shutter.shapes else None


def _rectangle(dataset: Dataset, rows: int, columns: int) -> tuple[float, float, float, float] | None:
    """The pixels on the edges are open themselves."""
    edges = [number(dataset, keyword) for keyword in _EDGES]
    if any(edge is None for edge in edges):
        return None
    top, left, bottom, right = (float(edge) for edge in edges if edge is not None)
    top, left, bottom, right = max(top - 1, 0), max(left - 1, 0), min(bottom, rows), min(right, columns)
    whole = (top, left, bottom, right) == (0, 0, rows, columns)
    return (top, left, bottom, right) if top < bottom and left < right and not whole else None


def _circle(dataset: Dataset, rows: int, columns: int) -> tuple[float, float, float] | None:
    centre, radius = numbers(dataset, "CenterOfCircularShutter"), number(dataset, "RadiusOfCircularShutter")
    if len(centre) != 2 or radius is None or radius <= 0:
        return None
    row, col = centre[0] - 0.5, centre[1] - 0.5
    reaches = -radius < row < rows + radius and -radius < col < columns + radius
    return (row, col, radius) if reaches else None


def _polygon(dataset: Dataset, rows: int, columns: int) -> tuple[tuple[float, float], ...]:
    flat = numbers(dataset, "VerticesOfThePolygonalShutter")
    if len(flat) < 6 or len(flat) % 2:
        return ()
    corners = tuple((flat[at] - 0.5, flat[at + 1] - 0.5) for at in range(0, len(flat), 2))
    down, across = [row for row, _ in corners], [col for _, col in corners]
    reaches = max(down) > 0 and min(down) < rows and max(across) > 0 and min(across) < columns
    return corners if reaches and max(down) > min(down) and max(across) > min(across) else ()
