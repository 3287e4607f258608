"""Every test pattern is what it says, at any size a window may have."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.imaging import patterns
from workstation.imaging.patterns import PATTERNS

SIZES = [(780, 850), (760, 950), (2160, 3840), (3840, 2160), (700, 330), (50, 40), (8, 8), (1, 1)]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.name)
def test_a_pattern_fills_any_size_with_p_values(pattern, size):
    field = pattern.draw(*size)
    assert field.shape == size and field.min() >= 0 and field.max() <= 1


def test_the_steps_are_all_there_with_both_faint_squares():
    levels = np.unique(np.round(patterns.grey_steps(800, 1000), 5))
    for step in range(patterns.STEPS):
        level = step / (patterns.STEPS - 1)
        for wanted in {level, min(level + patterns.JUST, 1.0), max(level - patterns.JUST, 0.0)}:
            assert np.abs(levels - wanted).min() < 1e-4
    assert np.abs(levels - 0.05).min() < 1e-4 and np.abs(levels - 0.95).min() < 1e-4


def test_neighbouring_steps_differ_by_one_step():
    field = patterns.grey_steps(800, 1000)
    side = 142
    top, left = (800 - 4 * side) // 2, (1000 - 6 * side) // 2
    steps = [field[top + row * side + 2, left + col * side + 2] for row in range(3) for col in range(6)]
    assert sorted(round(float(each) * 17) for each in steps) == list(range(18))


def test_lines_are_single_and_stand_in_nine_places():
    field = patterns.line_pairs(900, 900)
    down, across = np.nonzero((field == 0) | (field == 1))
    assert {(3 * row // 900, 3 * col // 900) for row, col in zip(down, across, strict=True)} == {
        (row, col) for row in range(3) for col in range(3)
    }
    first = field[field[:, 10:60].std(axis=1) > 0.4][0]
    assert (np.abs(np.diff(first[8:40])) == 1).all()


def test_the_circle_is_round_and_the_edges_are_seen():
    field = patterns.geometry(600, 800)
    assert (field[0] == 1).all() and (field[-1] == 1).all() and (field[:, 0] == 1).all() and (field[:, -1] == 1).all()
    row, col = np.nonzero(field[2:-2, 2:-2] == 1)
    assert np.ptp(np.hypot(row + 2 - 299.5, col + 2 - 399.5)) < 2


def test_the_bar_is_as_long_as_it_says():
    field = patterns.ruler(400, 1003)
    assert np.flatnonzero(field.any(axis=0)).size == patterns.bar_length(1003) == 800
