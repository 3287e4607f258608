"""Samples -> train, validation and test, by patient: the same patient always on the same side, in every run.

A patient's side is a hash of the patient's id, so adding films or datasets moves nobody. Official splits are taken
where asked for, and sealed test films always; a patient with one test film is a test patient whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from workstation.errors import TrainingError
from workstation.vlm.training.datasets.sample import SPLITS, Sample

FRACTIONS = (0.8, 0.1, 0.1)


def fractions(text: str) -> tuple[float, float, float]:
    """``"0.8,0.1,0.1"`` -> three shares that make one; raises `TrainingError`."""
    try:
        train, val, test = (float(piece) for piece in text.split(","))
    except ValueError:
        train = val = test = -1.0
    if min(train, val, test) < 0 or train <= 0 or abs(train + val + test - 1) > 1e-6:
        raise TrainingError(
            f"{text} is no division into training, validation and test films.",
            "Give three shares that add up to 1, such as --split 0.8,0.1,0.1.",
            "split",
        )
    return train, val, test


def of_patient(patient: str, shares: Sequence[float] = FRACTIONS) -> str:
    """The side of a patient, by hash alone."""
    digest = hashlib.sha256(f"split:{patient}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return SPLITS[0] if place < shares[0] else SPLITS[1] if place < shares[0] + shares[1] else SPLITS[2]


def divide(samples: Sequence[Sample], shares: Sequence[float] = FRACTIONS, official: bool = False) -> list[str]:
    """The side of each sample."""
    fixed = _fixed(samples, official)
    return [fixed.get(sample.patient) or of_patient(sample.patient, shares) for sample in samples]


def _fixed(samples: Iterable[Sample], official: bool) -> dict[str, str]:
    """Sides that a dataset gives, the strictest of a patient's films for all of them."""
    sides: dict[str, str] = {}
    for sample in samples:
        if sample.split and (official or sample.sealed):
            before = sides.get(sample.patient, SPLITS[0])
            sides[sample.patient] = max(before, sample.split, key=SPLITS.index)
    return sides
