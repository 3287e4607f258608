"""Edges of a thinned chest film, followed from row to row: the way on which the light changes most, never jumping.

Takes arrays, answers arrays; knows no film and no anatomy.
"""

from __future__ import annotations

import numpy as np

REACH = 5  # columns that a border may move from one row to the next


def follow(gain: np.ndarray, stiffness: float) -> np.ndarray:
    """The column in each row of the path with the largest sum of ``gain`` (rows, columns), steps costing.

    Parameters
    ----------
    gain : float (rows, columns); -inf forbids a place.
    stiffness : cost of a step to the side by one column.
    """
    best = gain[0].copy()
    came = np.zeros(gain.shape, np.int64)
    columns = np.arange(gain.shape[1])
    steps = np.arange(-REACH, REACH + 1)
    for row in range(1, len(gain)):
        padded = np.pad(best, REACH, constant_values=-np.inf)
        from_each = np.stack(
            [padded[REACH + step : REACH + step + len(best)] - stiffness * abs(step) for step in steps]
        )
        chosen = from_each.argmax(axis=0)
        came[row] = columns + steps[chosen]
        best = from_each[chosen, columns] + gain[row]
    path = np.empty(len(gain), np.int64)
    path[-1] = int(best.argmax())
    for row in range(len(gain) - 1, 0, -1):
        path[row - 1] = came[row, path[row]]
    return path


def changes(light: np.ndarray, axis: int, span: int) -> np.ndarray:
    """How much brighter ``span`` samples from a place on are than the ``span`` before it, along an axis."""
    around = [(span, span) if each == axis else (0, 0) for each in range(2)]
    first = [(1, 0) if each == axis else (0, 0) for each in range(2)]
    sums = np.pad(np.cumsum(np.pad(light, around, mode="edge").astype(np.float64), axis=axis), first)
    before, here, after = (sums.take(np.arange(light.shape[axis]) + shift, axis) for shift in (0, span, 2 * span))
    return (after - 2 * here + before) / span
