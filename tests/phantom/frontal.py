"""A chest from the front (PA or AP) as what the beam met: soft tissue, bone, fluid and air, in centimetres of water.

Findings change the anatomy before it is seen, so a big heart hides lung and fluid blunts the angle. It makes
attenuation only; `film` turns that into a film.
"""

from __future__ import annotations

import numpy as np

from tests.phantom import bones, disease
from tests.phantom.body import LEFT, RIGHT, Patient, lung_mask
from tests.phantom.plate import Plate, curve

BONE = 1.9  # a centimetre of bone stops as much as this many of water, beyond what it displaces


def attenuation(plate: Plate, body: Patient, random: np.random.Generator) -> np.ndarray:
    """Centimetres of water along each ray, float32 (rows, columns)."""
    lungs = {side: lung_mask(plate, body, side) for side in (RIGHT, LEFT)}
    heart = heart_thickness(plate, body)
    air = plate.empty()
    for side in (RIGHT, LEFT):
        air += lung_air(plate, body, side, lungs[side], heart, random)
    air += airways(plate) + stomach_bubble(plate, body)
    soft = trunk(plate, body, random) - air
    soft += 0.55 * bones_of(plate, body, random) * BONE
    return np.clip(soft, 0, None)


def heart_thickness(plate: Plate, body: Patient) -> np.ndarray:
    """Heart, great vessels and mediastinal fat in front of and between the lungs."""
    w, up = body.heart, body.raise_cm
    left = 1 + (w - 1) * 1.25
    outline = [
        (-2.4, 17.0), (-3.5 * w, 19.6), (-4.4 * w, 22.8), (-4.5 * w, 26.0), (-3.9 * w, 28.6), (-2.6, 30.6), (1.5, 31.6),
        (6.0 * left, 31.0), (8.6 * left, 29.3), (9.0 * left, 27.2), (7.9 * left, 24.0), (6.0 * left, 21.0),
        (4.3, 18.4), (3.2, 16.4),
    ]  # fmt: skip
    heart = plate.region([(x, y - up * min(1.0, max(0.0, (y - 15) / 14))) for x, y in outline], edge_cm=0.1)
    thick = plate.bulge(heart, 11.5, 4.2)
    vessels = [
        (-2.5, 8),
        (-2.7, 12),
        (-2.9, 15.0),
        (-2.7, 20),
        (2.9, 20),
        (3.5, 16.0),
        (2.9, 13.8),
        (2.4, 10.8),
        (2.0, 8),
    ]
    thick = np.maximum(thick, plate.bulge(plate.region(vessels, edge_cm=0.1), 8.0, 1.9))
    knob = plate.ellipse((1.9, 12.6), (2.05, 1.9), 5.5)
    trunk_of_lung = plate.ellipse((2.5, 16.2), (2.0, 1.9), 5.0)
    aorta = 1.8 * plate.tube([curve([(2.3, 12.8), (2.35, 18), (1.7, 26), (0.9, 33)])], 1.05)
    cava = plate.bulge(plate.region([(-1.0, 29), (-3.6, 28), (-3.9, 31.5), (-1, 31.5)], edge_cm=0.12), 3.0, 1.0)
    return np.maximum(thick, np.maximum(knob, trunk_of_lung)) + 0.5 * aorta + 0.3 * cava


def lung_air(
    plate: Plate, body: Patient, side: int, mask: np.ndarray, heart: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Air in one lung along the beam, less what vessels, heart, fluid and disease take of it."""
    deep = body.thick_cm - 5.0
    room = plate.bulge(mask, deep, 4.6) * (0.8 + 0.2 * np.clip((plate.y - 6) / 14, 0, 1))
    below = plate.blur(mask, 1.1) * (1 - mask) * (plate.y > 20) * (np.abs(plate.x) < 12.5)
    left = room - 0.95 * heart
    room = 0.5 * (left + np.sqrt(left * left + 3.0 * mask)) * mask + 1.5 * below
    air_share = np.full_like(room, 0.72)
    if "edema" in body.findings:
        air_share -= disease.edema(plate, side, random)
    if "consolidation" in body.findings and side == body.side:
        air_share *= 1 - disease.consolidation(plate, body, side, random)
    air = room * air_share * (1 + 0.035 * plate.grain(random, 0.35) + 0.03 * plate.grain(random, 1.6))
    vessels = lung_vessels(plate, body, side, random) * plate.blur(mask, 0.2)
    if "pneumothorax" in body.findings and side == body.side:
        air = disease.pneumothorax(plate, body, side, mask, air, vessels, room)
    else:
        air -= vessels
    if "pleural effusion" in body.findings and side == (
        body.side if "pneumothorax" not in body.findings else -body.side
    ):
        air *= 1 - disease.effusion(plate, body, side)
    return np.clip(air, 0, None)


def lung_vessels(plate: Plate, body: Patient, side: int, random: np.random.Generator) -> np.ndarray:
    """The hilum and its branching arteries and veins: thick below, thin above (level in congestion)."""
    congested = "edema" in body.findings
    hilum = (side * 3.6, 17.6) if side == RIGHT else (side * 3.8, 16.6)
    bins: dict[int, list[np.ndarray]] = {}
    for angle in np.linspace(-78, 92, 13) + random.normal(0, 5, 13):
        lower = angle > 15
        radius = 0.40 if lower else (0.36 if congested else 0.27)
        _branch(bins, random, hilum, angle, radius * random.uniform(0.8, 1.15), random.uniform(1.6, 2.4), side, 0)
    vessels = plate.empty()
    for step, paths in bins.items():
        vessels += plate.tube(paths, step / 20 + 0.025)
    main = plate.tube(
        [curve([(hilum[0] - side * 1.2, hilum[1] - 0.6), hilum, (hilum[0] + side * 1.3, hilum[1] + 3.4)])], 0.7
    )
    cloud = plate.ellipse((hilum[0], hilum[1] + 0.6), (1.7, 2.6), 1.5)
    soft = plate.blur(vessels, 0.05) * (1.35 if congested else 1.15)
    return soft + 0.6 * plate.blur(main, 0.2) + plate.blur(cloud, 0.4)


def _branch(
    bins: dict[int, list[np.ndarray]], random: np.random.Generator, start: tuple[float, float],
    angle: float, radius: float, length: float, side: int, order: int,
) -> None:  # fmt: skip
    """One stretch of vessel and the two it divides into."""
    if radius < 0.035 or order > 6:
        return
    bend = random.normal(0, 9)
    middle = _ahead(start, angle, length / 2, side)
    end = _ahead(middle, angle + bend, length / 2, side)
    bins.setdefault(round(radius * 20), []).append(curve([start, middle, end], steps=5))
    for spread in (random.uniform(6, 20), -random.uniform(12, 34)):
        _branch(
            bins,
            random,
            end,
            angle + bend + spread,
            radius * random.uniform(0.62, 0.84),
            length * random.uniform(0.75, 1.05),
            side,
            order + 1,
        )


def _ahead(start: tuple[float, float], angle: float, length: float, side: int) -> tuple[float, float]:
    turn = np.deg2rad(angle)
    return (start[0] + side * length * float(np.cos(turn)), start[1] + length * float(np.sin(turn)))


def airways(plate: Plate) -> np.ndarray:
    """Windpipe, a little right of the middle at the aorta, and the main bronchi."""
    windpipe = plate.tube([curve([(0.0, -1), (0.0, 6), (-0.25, 11), (-0.3, 15.2)])], 0.88)
    bronchi = plate.tube(
        [curve([(-0.3, 15.2), (-1.7, 17.2), (-2.8, 18.8)]), curve([(-0.3, 15.2), (1.9, 16.9), (3.6, 17.6)])], 0.6
    )
    return 1.25 * np.maximum(windpipe, bronchi)


def trunk(plate: Plate, body: Patient, random: np.random.Generator) -> np.ndarray:
    """Neck, shoulders, chest wall, muscles and breasts."""
    half = [
        (5.2, -2),
        (5.4, 2),
        (6.6, 4.2),
        (11.5, 5.2),
        (17, 6.0),
        (22, 9),
        (23, 26),
        (20.5, 26.5),
        (18.6, 17.8),
        (17.2, 16.6),
        (16.6, 19),
        (16.3, 25),
        (16.1, 33),
        (16.3, 45),
    ]
    outline = [(x, y) for x, y in half] + [(-x, y) for x, y in reversed(half)]
    skin = plate.region(outline, edge_cm=0.05)
    across = np.clip(1 - np.abs(plate.x / 19.0) ** 3.2, 0.02, 1) ** 0.5
    upper = np.clip((plate.y - 3) / 9, 0, 1)
    thick = skin * (body.thick_cm * across * (0.62 + 0.38 * upper) + 0.8)
    thick = np.minimum(thick, plate.bulge(skin, body.thick_cm, 5.5) + 2.5)
    for side in (RIGHT, LEFT):
        thick += plate.blur(plate.ellipse((side * 10.5, 13.5), (6.0, 4.2), 1.3, tilt=-side * 35), 0.5)
        if body.sex == "F":
            thick += breast(plate, side)
    return thick + 0.12 * plate.grain(random, 2.2) * skin


def breast(plate: Plate, side: int) -> np.ndarray:
    """Soft tissue that thickens towards a rounded lower edge."""
    outline = [(5.0, 18), (9.5, 15.5), (14.0, 17.5), (15.2, 22), (14.0, 26.6), (9.8, 28.6), (5.6, 26.8), (4.0, 22.5)]
    mask = plate.region([(side * x, y) for x, y in outline], edge_cm=0.12)
    return plate.blur(plate.bulge(mask, 4.6, 3.2) * np.clip((plate.y - 16) / 9, 0, 1) ** 1.5, 0.8)


def stomach_bubble(plate: Plate, body: Patient) -> np.ndarray:
    """Gas under the left dome, flat below where fluid begins when the patient stands."""
    up = body.raise_cm
    bubble = plate.region(
        [(4.2, 32.4 - up), (6.4, 31.0 - up), (9.0, 31.4 - up), (10.4, 33.2 - up), (9.6, 34.6 - up), (5.4, 34.6 - up)],
        edge_cm=0.12,
    )
    return plate.bulge(bubble, 4.2, 1.6)


def bones_of(plate: Plate, body: Patient, random: np.random.Generator) -> np.ndarray:
    """All bones that this view shows."""
    bedside = body.bedside
    total = bones.ribs(plate, random) + 1.15 * bones.spine(plate) + bones.arms(plate)
    total += bones.clavicles(plate, 1.6 if bedside else 0.0) + 0.8 * bones.scapulae(plate, 3.4 if bedside else 0.0)
    total += 0.35 * plate.region([(-2.3, 9.0), (2.3, 9.0), (1.9, 12.6), (-1.9, 12.6)], edge_cm=0.2)
    return total
