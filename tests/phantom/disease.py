"""What disease takes from the air of a lung: shares lost to edema, consolidation or fluid, and a new border of air."""

from __future__ import annotations

import numpy as np

from tests.phantom import bones
from tests.phantom.body import Patient, dome
from tests.phantom.plate import Plate, curve


def edema(plate: Plate, side: int, random: np.random.Generator) -> np.ndarray:
    """Share of air lost around the hila, as bat wings, with short septal lines at the bases."""
    wing = np.exp(-(((plate.x - side * 5.2) / 4.4) ** 2) - ((plate.y - 20.0) / 6.2) ** 2)
    cloud = wing * (0.30 + 0.09 * plate.grain(random, 0.9) + 0.05 * plate.grain(random, 0.35))
    septa = []
    for y in np.arange(24.0, 30.0, 0.8):
        edge = float(bones.cage_half_width(y)) - 0.15
        septa.append([(side * edge, y), (side * (edge - 1.6), y + 0.12)])
    return np.clip(cloud, 0, 0.5) + 0.06 * np.clip(plate.tube(septa, 0.07) / 0.14, 0, 1)


def consolidation(plate: Plate, body: Patient, side: int, random: np.random.Generator) -> np.ndarray:
    """Share of air replaced in a fluffy patch of the lower zone, with open bronchi in it."""
    centre = (side * 8.0, 24.6 - body.raise_cm)
    patch = np.exp(-((((plate.x - centre[0]) / 3.7) ** 2 + ((plate.y - centre[1]) / 3.3) ** 2) ** 1.4))
    patch = np.clip(patch * (1.0 + 0.28 * plate.grain(random, 0.9) + 0.16 * plate.grain(random, 0.4)), 0, 1)
    bronchi = plate.tube(
        [
            curve([(side * 4.6, centre[1] - 3), (side * 7.2, centre[1] - 0.4), (side * 10, centre[1] + 1.4)]),
            curve([(side * 6.2, centre[1] - 1.2), (side * 7.4, centre[1] + 1.4), (side * 8.2, centre[1] + 3)]),
        ],
        0.14,
    )
    return 0.78 * patch * (1 - 0.35 * plate.blur(np.clip(bronchi / 0.28, 0, 1), 0.06))


def effusion(plate: Plate, body: Patient, side: int) -> np.ndarray:
    """Share of air replaced by fluid: a meniscus that climbs along the chest wall."""
    outward = np.clip(plate.x * side / 13.5, 0, 1)
    level = 27.6 - body.raise_cm - 4.6 * outward**5 + 1.2 * (1 - outward) ** 2
    return 0.96 / (1 + np.exp(-(plate.y - level) / 0.42))


def pneumothorax(
    plate: Plate, body: Patient, side: int, mask: np.ndarray, air: np.ndarray, vessels: np.ndarray, room: np.ndarray
) -> np.ndarray:
    """Lung drawn away from the top and side; a thin pleural line; beyond it air without vessels."""
    heights = np.arange(11.0, 31.0 - body.raise_cm, 2.5)
    away = np.interp(heights, [11, 18, 25, 31], [3.0, 2.3, 1.5, 0.8])
    outer = [(float(bones.cage_half_width(y) - gap), float(y)) for y, gap in zip(heights, away, strict=True)]
    edge = [(0.5, 10.6), (2.6, 9.5), (4.9, 9.0), (6.8, 9.7), *outer, *dome(body, side)[1:], (0.5, 32), (0.5, 14)]
    inner = plate.region([(side * x, y) for x, y in edge], edge_cm=0.03) * mask
    line = np.clip(plate.blur(inner, 0.03) * (1 - plate.blur(inner, 0.03)) * 4, 0, 1) * (plate.x * side > 2)
    held = inner * np.clip(0.9 * air - 1.1 * vessels, 0, None)
    return np.clip(held + (mask - inner) * room * 0.8 - 1.1 * line, 0, None)
