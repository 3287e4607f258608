"""One body before it is seen: normal at random, with the findings asked for, and where its lungs lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.phantom import bones
from tests.phantom.plate import Plate

FINDINGS = ("cardiomegaly", "pleural effusion", "pneumothorax", "consolidation", "edema")
RIGHT, LEFT = -1, 1  # the patient's right is the image's left


@dataclass(frozen=True)
class Patient:
    """One body as it is hit by the beam."""

    sex: str = "M"
    findings: tuple[str, ...] = ()
    bedside: bool = False
    raise_cm: float = 0.0  # how much higher the diaphragm stands than in full inspiration
    heart: float = 1.0  # width of the heart against a normal one
    thick_cm: float = 21.0
    side: int = LEFT  # of the one-sided findings


def patient(random: np.random.Generator, view: str, findings: tuple[str, ...], sex: str) -> Patient:
    """A body drawn at random within what is normal for the view, with the findings asked for."""
    bedside = view == "AP"
    heart = random.uniform(0.94, 1.03) * (1.12 if bedside else 1.0) * (1.34 if "cardiomegaly" in findings else 1.0)
    return Patient(
        sex=sex,
        findings=tuple(findings),
        bedside=bedside,
        raise_cm=random.uniform(-0.4, 0.5) + (2.6 if bedside else 0.0),
        heart=min(heart, 1.4),
        thick_cm=random.uniform(19.5, 22.5),
        side=RIGHT if random.random() < 0.5 else LEFT,
    )


def dome(body: Patient, side: int) -> list[tuple[float, float]]:
    """The lower border of a lung from the costophrenic angle to the heart, for x > 0."""
    lower = 0.0 if side == RIGHT else 0.9
    up = body.raise_cm
    shape = [(13.7, 32.6), (13.2, 32.2), (12.0, 30.7), (9.8, 29.3), (7.0, 28.7), (4.6, 28.9), (2.8, 29.1), (1.2, 29.0)]
    return [(x, y + lower - up) for x, y in shape]


def lung_mask(plate: Plate, body: Patient, side: int) -> np.ndarray:
    """Where air-filled lung can be seen through: 1 inside."""
    outer = [(bones.cage_half_width(y), y) for y in np.arange(11.0, 32.0 - body.raise_cm, 2.5)]
    edge = [(0.9, 8.6), (1.9, 7.2), (4.0, 6.5), (6.2, 7.5), *outer, *dome(body, side), (0.8, 22), (0.8, 14)]
    return plate.region([(side * x, y) for x, y in edge], edge_cm=0.06)
