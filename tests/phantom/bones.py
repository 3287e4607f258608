"""The bones of a chest seen from the front: ribs, spine, clavicles, scapulae, arms, as thickness of bone.

Ribs are loops in space (spine, side, breastbone) seen along the beam, so posterior and anterior arcs cross as they do.
"""

from __future__ import annotations

import numpy as np

from tests.phantom.plate import Plate, curve

# Each rib: height of its head at the spine, half width of the cage, how much lower its front end lies (all cm).
RIBS = (
    (7.0, 6.0, 3.0),
    (8.9, 9.3, 4.4),
    (11.0, 11.4, 5.6),
    (13.2, 12.5, 6.8),
    (15.5, 13.3, 8.0),
    (17.9, 13.8, 9.0),
    (20.4, 14.1, 9.8),
    (22.9, 14.3, 10.2),
    (25.4, 14.4, 10.0),
    (27.9, 14.3, 9.0),
)


def cage_half_width(y: float) -> float:
    """Half the inner width of the rib cage at height `y`, in cm."""
    heights = [head + drop / 2 for head, _, drop in RIBS]
    return float(np.interp(y, heights, [half - 0.45 for _, half, _ in RIBS]))


def rib_path(rib: tuple[float, float, float], side: int, start: float, end: float) -> np.ndarray:
    """The rib's axis between two angles: 0 at the spine, 90 at the side, 180 at the breastbone."""
    head, half, drop = rib
    angle = np.deg2rad(np.linspace(start, end, 48))
    x = 1.6 + (half - 1.6) * np.sin(angle)
    y = head + drop * (1 - np.cos(angle)) / 2 - 0.35 * np.sin(2 * angle)
    return np.stack([side * x, y], axis=1)


def ribs(plate: Plate, random: np.random.Generator) -> np.ndarray:
    """Posterior arcs strong, anterior arcs fainter and broader, ending where the cartilage begins."""
    bone = plate.empty()
    for rib in RIBS:
        for side in (-1, 1):
            wobble = rib[0] + random.normal(0, 0.08), rib[1] + random.normal(0, 0.05), rib[2] + random.normal(0, 0.15)
            bone += 1.2 * plate.tube([rib_path(wobble, side, 2, 98)], 0.58, 0.17)
            if rib[0] < 26:
                front = plate.tube([rib_path(wobble, side, 82, 128 + 12 * random.random())], 0.70, 0.15)
                bone += 0.9 * front
    return bone


def spine(plate: Plate) -> np.ndarray:
    """Vertebral bodies with denser plates and rims, pedicles as rings, spinous processes."""
    bone = plate.empty()
    top = 1.0
    while top < plate.high_cm:
        high = 1.75 + 0.02 * top
        half = 1.35 + 0.018 * top
        waist = half - 0.15
        left = [(-half, top), (-waist, top + high / 2), (-half, top + high)]
        body = plate.region(left + [(-x, y) for x, y in reversed(left)], smooth=False, edge_cm=0.08)
        rim = np.exp(-plate.depth(body) / 0.16) * body
        bone += 0.55 * plate.blur(body, 0.15) + 0.6 * rim
        for side in (-1, 1):
            away = np.hypot((plate.x - side * 0.72 * half) / 0.75, plate.y - top - 0.42 * high)
            bone += 0.55 * np.exp(-(((away - 0.36) / 0.11) ** 2))
            bone += 0.5 * plate.tube(
                [[(side * half, top + 0.5 * high), (side * (half + 1.1), top + 0.36 * high)]], 0.42, 0.1
            )
        bone += plate.ellipse((0, top + 0.95 * high), (0.28, 0.62), 0.9)
        top += high + 0.35
    return bone


def clavicles(plate: Plate, lift_cm: float = 0.0) -> np.ndarray:
    """Two S-shaped bones from the breastbone to the shoulders."""
    bone = plate.empty()
    for side in (-1, 1):
        axis = [(1.5, 9.9), (3.2, 9.1), (5.6, 8.1), (8.4, 7.6), (11.2, 6.7), (14.2, 5.2), (16.2, 5.0)]
        path = curve([(side * x, y - lift_cm * min(1.0, x / 6)) for x, y in axis])
        bone += 1.5 * plate.tube([path], 0.64, 0.19) + 0.7 * plate.tube([path[:16]], 0.8, 0.15)
    return bone


def scapulae(plate: Plate, inward_cm: float = 0.0) -> np.ndarray:
    """Thin blades with dense borders; turned out of the lungs on a PA film, over them (`inward_cm`) on an AP one."""
    bone = plate.empty()
    for side in (-1, 1):
        at = [
            (11.8, 8.0),
            (13.2, 12.0),
            (14.2, 16.5),
            (14.9, 19.2),
            (15.6, 17.0),
            (16.2, 12.6),
            (16.8, 9.6),
            (15.2, 7.4),
        ]
        blade = plate.region([(side * (x - inward_cm), y) for x, y in at], edge_cm=0.12)
        outer = curve([(side * (x - inward_cm), y) for x, y in at[3:7]])
        spine_of_it = curve([(side * (x - inward_cm), y) for x, y in [(12.0, 9.6), (14.5, 8.0), (17.6, 6.2)]])
        bone += 0.35 * blade + 0.6 * np.exp(-plate.depth(blade) / 0.14) * blade
        bone += 0.8 * plate.tube([outer], 0.4) + 0.6 * plate.tube([spine_of_it], 0.55, 0.14)
    return bone


def arms(plate: Plate) -> np.ndarray:
    """Heads and shafts of the upper arm bones at the film's corners."""
    bone = plate.empty()
    for side in (-1, 1):
        bone += 0.35 * plate.ellipse((side * 18.0, 8.0), (2.3, 2.4), 4.0)
        bone += plate.tube([curve([(side * 18.4, 8.6), (side * 19.6, 13), (side * 20.4, 22)])], 1.25, 0.4)
    return bone
