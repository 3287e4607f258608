"""A left hand laid on the plate, palm down: what a model of the chest must refuse (cm of water)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.phantom.frontal import BONE
from tests.phantom.plate import Plate, curve

# Each ray: root of the metacarpal, direction in degrees from upright, lengths of the four bones, radius of the shaft.
RAYS = (
    ((-3.9, 19.4), -44, (4.6, 3.1, 0.0, 2.3), 0.42),
    ((-2.1, 17.6), -9, (6.7, 4.0, 2.3, 1.8), 0.44),
    ((-0.5, 17.3), -1, (6.4, 4.5, 2.8, 1.9), 0.45),
    ((1.0, 17.5), 6, (5.8, 4.1, 2.6, 1.9), 0.41),
    ((2.3, 18.0), 15, (5.3, 3.3, 1.9, 1.7), 0.37),
)
CARPALS = (
    (-2.7, 18.8, 0.95),
    (-1.5, 18.5, 0.75),
    (-0.1, 18.4, 0.95),
    (1.4, 18.6, 0.9),
    (-1.9, 20.3, 1.05),
    (-0.3, 20.4, 0.95),
    (1.2, 20.2, 0.75),
)


def attenuation(plate: Plate, random: np.random.Generator) -> np.ndarray:
    """Soft tissue around long bones that are waisted, hollow and capped."""
    soft, bone = plate.empty(), plate.empty()
    palm = plate.region(
        [(-3.4, 11.4), (0, 10.6), (3.4, 11.8), (4.3, 16), (3.5, 21), (3.2, 30), (-3.4, 30), (-3.6, 21.5), (-5.6, 18.0)],
        edge_cm=0.06,
    )
    soft += plate.bulge(palm, 3.0, 1.6)
    for root, turn, lengths, radius in RAYS:
        ends = _joints(root, turn + random.normal(0, 1.0), lengths)
        soft = np.maximum(soft, plate.tube([curve(ends[1:])], 0.95) * 0.95)
        for start, end in pairwise(ends):
            if np.hypot(*(end - start)) > 0.5:
                bone += long_bone(plate, start, end, radius)
            radius *= 0.86
    for x, y, size in CARPALS:
        bone += 0.55 * plate.ellipse((x, y), (size, size * 0.85), 1.6, tilt=random.uniform(-30, 30))
    for x, far in ((-1.4, -1.2), (1.9, 2.1)):
        bone += long_bone(plate, np.array([x, 21.5]), np.array([far, 31.0]), 0.85 if x < 0 else 0.55)
    return soft + 0.55 * BONE * bone * 1.25


def _joints(root: tuple[float, float], turn: float, lengths: tuple[float, ...]) -> np.ndarray:
    ends = [np.array(root)]
    for length in lengths:
        angle = np.deg2rad(turn)
        ends.append(ends[-1] + length * np.array([np.sin(angle), -np.cos(angle)]))
        turn *= 0.8
    return np.array(ends)


def long_bone(plate: Plate, start: np.ndarray, end: np.ndarray, radius: float) -> np.ndarray:
    """A hollow shaft with two spongy heads and a joint gap at each end."""
    axis = (end - start) / np.hypot(*(end - start))
    a, b = start + axis * (radius + 0.06), end - axis * (radius + 0.06)
    shaft = plate.tube([[tuple(a), tuple(b)]], radius * 0.95, radius * 0.32)
    heads = plate.ellipse(tuple(a), (radius * 1.45, radius * 1.1), radius * 1.7) + plate.ellipse(
        tuple(b), (radius * 1.45, radius * 1.1), radius * 1.7
    )
    return shaft + 0.55 * heads
