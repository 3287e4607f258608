"""Test patterns of our own, for eyes and instruments: a size in screen pixels becomes P-values, 0 black to 1 white.

In purpose like those of AAPM TG18 and TG270: steps and faint contrasts, an even ramp, single lines, even fields, a
grid.
Knows no screen; one entry is one screen pixel.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

STEPS = 18
GROUND = 0.2
FAINT = 0.05  # between the inserts at the ends of the scale and their surrounds
JUST = 4 / 255  # the faint squares in the corners of each step
BAR_SHARE = 0.8  # of the width that the ruler's bar takes


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern's name, what the eye should find in it, and how it is drawn: (rows, columns) -> float32."""

    name: str
    look_for: str
    draw: Callable[[int, int], np.ndarray]


def grey_steps(rows: int, columns: int) -> np.ndarray:
    """Eighteen steps, each with a lighter and a darker square; 5 % in black and 95 % in white below."""
    field = _field(rows, columns, GROUND)
    side = max(8, min(rows * 3 // 16, columns // 7))
    top, left = (rows - 4 * side) // 2, (columns - 6 * side) // 2
    for step in range(STEPS):
        # A snake, so that neighbours differ by one step.
        row, at = divmod(step, 6)
        col = 5 - at if row % 2 else at
        _step(field, top + row * side, left + col * side, side, step / (STEPS - 1))
    below = top + 3 * side + side // 4
    for level, insert, at in ((0.0, FAINT, 1), (1.0, 1.0 - FAINT, 4)):
        _square(field, below, left + at * side, side * 3 // 4, level)
        _square(field, below + side // 4, left + at * side + side // 4, side // 4, insert)
    return field


def gradient(rows: int, columns: int) -> np.ndarray:
    """Black to white from left to right, and back in the lower half."""
    ramp = np.linspace(0.0, 1.0, columns, dtype=np.float32)
    field = np.empty((rows, columns), np.float32)
    field[: rows // 2], field[rows // 2 :] = ramp, ramp[::-1]
    return field


def line_pairs(rows: int, columns: int) -> np.ndarray:
    """Lines of one and of two pixels, upright and lying, in strong and in faint contrast, in nine places."""
    field = _field(rows, columns, 0.5)
    side = max(8, min(rows, columns) // 12)
    for down in (0.08, 0.5, 0.92):
        for across in (0.08, 0.5, 0.92):
            top = min(max(int(down * rows) - side, 0), max(rows - 2 * side, 0))
            left = min(max(int(across * columns) - 2 * side, 0), max(columns - 4 * side, 0))
            for n, (low, high) in enumerate(((0.0, 1.0), (0.47, 0.53))):
                for m, (width, upright) in enumerate(((1, True), (1, False), (2, True), (2, False))):
                    _lines(field, top + n * side, left + m * side, side - 4, width, upright, low, high)
    return field


def geometry(rows: int, columns: int) -> np.ndarray:
    """A grid of squares with a circle as large as the view holds, one pixel wide."""
    field = _field(rows, columns, 0.1)
    step = max(16, min(rows, columns) // 12)
    across, down = (columns - 1) / 2, (rows - 1) / 2
    field[np.abs((np.arange(rows) - int(down)) % step) == 0] = 0.8
    field[:, np.abs((np.arange(columns) - int(across)) % step) == 0] = 0.8
    row, col = np.ogrid[:rows, :columns]
    distance = np.hypot(row - down, col - across)
    field[np.abs(distance - (min(rows, columns) / 2 - 2)) < 0.75] = 1.0
    field[0], field[-1], field[:, 0], field[:, -1] = 1.0, 1.0, 1.0, 1.0
    return field


def ruler(rows: int, columns: int) -> np.ndarray:
    """One bar of `bar_length` pixels, to be measured on the glass."""
    field = _field(rows, columns, 0.0)
    length = bar_length(columns)
    left, middle = (columns - length) // 2, rows // 2
    field[middle - 2 : middle + 3, left : left + length] = 1.0
    field[middle - 30 : middle + 31, left] = 1.0
    field[middle - 30 : middle + 31, left + length - 1] = 1.0
    return field


def bar_length(columns: int) -> int:
    """Pixels of the ruler's bar, outer edge to outer edge: whole hundreds where there is room."""
    room = int(columns * BAR_SHARE)
    return room // 100 * 100 if room >= 100 else max(room, 2)


def _even(level: float) -> Callable[[int, int], np.ndarray]:
    return lambda rows, columns: _field(rows, columns, level)


PATTERNS = (
    Pattern(
        "Grey steps",
        "Every step differs from the next; both faint squares can be told in every step; the small squares in black"
        " (5 %) and in white (95 %) can be told.",
        grey_steps,
    ),
    Pattern("Gradient", "An even ramp without bands, jumps or colour.", gradient),
    Pattern("Lines", "Single lines stay apart in all nine places; none is thicker or blurred.", line_pairs),
    Pattern("Even, dark", "No clouding, no bright corners, no dead or stuck pixels.", _even(0.1)),
    Pattern("Even, bright", "No stains, no dark corners, no tint.", _even(0.8)),
    Pattern("Geometry", "Squares are square, the circle is round, all four edges are seen.", geometry),
    Pattern("Ruler", "Measure the bar from outer edge to outer edge and enter its length.", ruler),
)


def _field(rows: int, columns: int, level: float) -> np.ndarray:
    return np.full((rows, columns), level, np.float32)


def _part(field: np.ndarray, top: int, left: int, side: int) -> np.ndarray:
    """A square of the field, as much of it as there is."""
    return field[max(top, 0) : max(top + side, 0), max(left, 0) : max(left + side, 0)]


def _square(field: np.ndarray, top: int, left: int, side: int, level: float) -> None:
    _part(field, top, left, side)[:] = level


def _step(field: np.ndarray, top: int, left: int, side: int, level: float) -> None:
    _square(field, top, left, side, level)
    small = side // 5
    _square(field, top + small, left + small, small, min(level + JUST, 1.0))
    _square(field, top + side - 2 * small, left + side - 2 * small, small, max(level - JUST, 0.0))


def _lines(
    field: np.ndarray, top: int, left: int, side: int, width: int, upright: bool, low: float, high: float
) -> None:
    along = np.where(np.arange(max(side, 1)) // width % 2 == 0, high, low).astype(np.float32)
    part = _part(field, top, left, side)
    part[:] = along[: part.shape[1]][None, :] if upright else along[: part.shape[0]][:, None]
