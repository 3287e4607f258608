"""A chest from the left side: breastbone at the image's left, spine at its right, in centimetres of water."""

from __future__ import annotations

import numpy as np

from tests.phantom.frontal import BONE
from tests.phantom.plate import Plate, curve

FRONT = [(-9.4, 9.5), (-10.6, 13), (-11.4, 17), (-11.8, 21), (-11.6, 25), (-11.0, 28.2)]
BACK = [(6.3, 7.5), (8.0, 11), (9.2, 15), (9.7, 20), (9.3, 25), (8.2, 29), (7.4, 32.5)]


def attenuation(plate: Plate, sex: str, findings: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Both lungs lie behind one another; fluid blunts the angle behind; a big heart reaches to the spine."""
    air = lungs(plate, findings, random) + airway(plate)
    soft = trunk(plate, sex) + 0.12 * plate.grain(random, 2.0) - air
    return np.clip(soft + 0.55 * BONE * bones(plate, random), 0, None)


def trunk(plate: Plate, sex: str) -> np.ndarray:
    front: list[tuple[float, float]] = [
        (-5.5, -2),
        (-5.8, 3),
        (-8.0, 7),
        (-11.6, 10.5),
        (-13.4, 15),
        (-14.2, 21),
        (-14.0, 28),
        (-13.6, 45),
    ]
    back: list[tuple[float, float]] = [(14.0, 45), (12.8, 32), (13.2, 24), (13.4, 15), (12.2, 9), (9.0, 4), (7.0, -2)]
    skin = plate.region(front + back, edge_cm=0.06)
    thick = np.minimum(plate.bulge(skin, 27.0, 5.5), 27.0)
    arms = plate.blur(plate.region([(-12, -2), (-9, 4), (-2, 7.4), (6, 6.4), (9, -2)], edge_cm=0.3), 0.4)
    breast = plate.region([(-13.0, 17), (-16.2, 21.5), (-16.4, 24.6), (-13.0, 27.0)], edge_cm=0.08)
    return thick + 7.0 * arms + (8.0 * plate.blur(plate.bulge(breast, 1.0, 2.0), 0.3) if sex == "F" else 0.0)


def lungs(plate: Plate, findings: tuple[str, ...], random: np.random.Generator) -> np.ndarray:
    """Two lungs with their own domes; the left one is cut by the heart, the right dome is seen from end to end."""
    air = plate.empty()
    for lower, share in ((0.0, 0.52), (1.3, 0.48)):
        dome = [
            (7.4, 34.0 + lower / 2),
            (6.0, 31.6 + lower),
            (2.5, 28.2 + lower),
            (-2.5, 26.4 + lower),
            (-7.0, 26.6 + lower),
            (-10.6, 28.4 + lower),
        ]
        edge = [(-2.5, 7.4), (1.5, 5.9), (4.6, 6.0), *BACK, *dome, *reversed(FRONT), (-6.2, 8.6)]
        mask = plate.region(edge, edge_cm=0.08)
        room = share * plate.bulge(mask, 24.0, 3.4) * (0.72 + 0.28 * np.clip((plate.y - 8) / 10, 0, 1))
        if "pleural effusion" in findings and lower == 0.0:
            room *= 1 - 0.95 / (1 + np.exp(-(plate.y - 29.4 + 0.06 * (plate.x - 2) ** 2) / 0.4))
        air += room
    air = air - 0.9 * np.minimum(heart(plate, findings), air)
    return 0.8 * air * (1 + 0.02 * plate.grain(random, 0.3) + 0.012 * plate.grain(random, 1.6)) - vessels(
        plate, random
    ) * np.clip(air / 12, 0, 1)


def heart(plate: Plate, findings: tuple[str, ...]) -> np.ndarray:
    back = 2.4 if "cardiomegaly" in findings else 0.0
    outline = [
        (-8.2, 19.4),
        (-10.0, 22.4),
        (-10.6, 26.4),
        (-9.0, 28.6),
        (-1.0 + back, 30.2),
        (1.7 + back, 28.4),
        (2.3 + back, 24.6),
        (1.6 + back / 2, 21.0),
        (0.2, 18.2),
        (-2.6, 16.2),
        (-5.4, 16.4),
    ]
    heart = plate.bulge(plate.region(outline, edge_cm=0.15), 11.0, 4.6)
    arch = plate.tube(
        [curve([(-5.6, 17.5), (-5.2, 13.6), (-2.0, 11.2), (2.4, 11.8), (5.2, 15.0), (6.2, 21), (6.0, 30)])], 1.15
    )
    hilum = plate.blur(plate.ellipse((-1.9, 17.2), (1.8, 1.5), 5.0), 0.25)
    return np.maximum(heart, hilum) + 0.8 * plate.blur(arch, 0.15)


def vessels(plate: Plate, random: np.random.Generator) -> np.ndarray:
    paths = []
    for angle in np.deg2rad(random.uniform(-150, 170, 26)):
        far = random.uniform(4.5, 9.5)
        bend = angle + random.normal(0, 0.22)
        start = (-1.9 + np.cos(angle), 17.2 + np.sin(angle))
        paths.append(
            curve(
                [
                    start,
                    (-1.9 + 0.55 * far * np.cos(angle), 17.2 + 0.55 * far * np.sin(angle)),
                    (-1.9 + far * np.cos(bend), 17.2 + far * np.sin(bend)),
                ]
            )
        )
    return 2.2 * plate.blur(plate.tube(paths[:9], 0.26) + plate.tube(paths[9:], 0.15), 0.06)


def airway(plate: Plate) -> np.ndarray:
    windpipe = plate.tube([curve([(-1.2, -1), (-0.6, 6), (-0.2, 11), (0.3, 16.0)])], 0.85)
    return 2.2 * windpipe + 0.9 * plate.ellipse((-0.6, 17.4), (0.65, 0.75), 1.6)


def bones(plate: Plate, random: np.random.Generator) -> np.ndarray:
    """Vertebrae as blocks behind one another's discs, ribs running down and forward, the breastbone in front."""
    bone = 2.4 * plate.tube([curve([(-9.9, 8.4), (-11.6, 13.5), (-12.6, 20), (-12.6, 24)])], 0.62, 0.16)
    middle = curve([(5.0, -1), (6.6, 6), (8.6, 13), (9.4, 20), (8.6, 28), (7.2, 36), (7.0, 42)], steps=30)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(middle, axis=0).T))])
    for start in np.arange(0.5, along[-1] - 2.4, 2.35):
        bone += _vertebra(plate, _at(middle, along, start), _at(middle, along, start + 1.95))
    for step in range(10):
        head = _at(middle, along, 6.5 + 2.35 * step)
        for shift in (0.0, 0.8):
            front = (max(-11.5, -5.0 - 1.2 * step) + random.normal(0, 0.1), head[1] + 6.5 + 0.75 * step + shift)
            path = curve(
                [
                    (head[0] + 1.2, head[1] + shift),
                    (head[0] + 2.2, head[1] + 1.5 + shift),
                    ((head[0] + front[0]) / 2 + 1.5, head[1] + 4.6 + shift),
                    front,
                ]
            )
            bone += 1.5 * plate.tube([path], 0.52, 0.16)
    return bone


def _at(path: np.ndarray, along: np.ndarray, distance: float) -> np.ndarray:
    return np.array([np.interp(distance, along, path[:, 0]), np.interp(distance, along, path[:, 1])])


def _vertebra(plate: Plate, top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    axis = bottom - top
    across = np.array([-axis[1], axis[0]]) / np.hypot(*axis) * 1.5
    corners = [top + across, top - across, bottom - across, bottom + across]
    body = plate.region(np.array(corners), smooth=False, edge_cm=0.1)
    spinous = plate.tube([[tuple(bottom - 2.2 * across), tuple(bottom - 1.1 * across)]], 0.4)
    return 1.7 * body + 2.0 * np.exp(-plate.depth(body) / 0.2) * body + 1.2 * spinous
