"""What every dataset becomes: one `Sample` a frontal film, or a reason why a row was left out. Reads nothing."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from workstation.errors import TrainingError
from workstation.reporting.findings import FINDINGS, Presence

FRONTAL = ("PA", "AP")
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Sample:
    """One film. A finding that is not in ``labels`` is unknown, not absent; ``patient`` is unique over all datasets.

    ``split`` is the dataset's own ("train", "val", "test" or ""), ``sealed`` that its test films are never trained on.
    """

    source: str
    image: Path
    patient: str
    labels: Mapping[str, Presence]
    report: str = ""
    language: str = "en"
    view: str = ""  # PA, AP or "" where only the film's header tells
    age: float = math.nan  # years
    sex: str = ""  # M, F or ""
    split: str = ""
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that cannot be used, in a few words that are the same for all rows of its kind."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a folder gave: samples, and how many rows were left out for which reason."""

    name: str
    folder: Path
    licence: str
    read: int
    samples: tuple[Sample, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def collect(name: str, folder: Path, licence: str, rows: Iterable[Sample | LeftOut]) -> Dataset:
    """Count everything; raises `TrainingError` when not one film is left."""
    samples, left, read = [], Counter[str](), 0
    for row in rows:
        read += 1
        if isinstance(row, LeftOut):
            left[row.reason] += 1
        elif not row.image.is_file():
            left["the film is not there"] += 1
        else:
            samples.append(row)
    if not samples:
        first = f" (most often: {left.most_common(1)[0][0]})" if left else ""
        raise TrainingError(
            f"Of {read} rows of the dataset {name} none can be used{first}.",
            "Check that the films lie where the dataset's own layout has them; train data --help shows the layouts.",
            "dataset_empty",
        )
    return Dataset(name, folder, licence, read, tuple(samples), dict(left))


def presences(present: Iterable[str], judged: Iterable[str] = (), uncertain: Iterable[str] = ()) -> dict[str, Presence]:
    """Labels of a film: ``judged`` findings are absent unless named."""
    found = dict.fromkeys(judged, Presence.ABSENT)
    found |= dict.fromkeys(uncertain, Presence.UNCERTAIN) | dict.fromkeys(present, Presence.PRESENT)
    return {finding: found[finding] for finding in FINDINGS if finding in found}


def years(text: str) -> float:
    """An age as files have it (58, 058Y, 6M, 10D) in years; NaN where there is none."""
    match = re.fullmatch(r"\s*0*(\d+(?:\.\d+)?)\s*([YMWD]?)\s*", text or "", re.IGNORECASE)
    if not match:
        return math.nan
    return float(match[1]) / {"": 1, "Y": 1, "M": 12, "W": 52.18, "D": 365.25}[match[2].upper()]


def sex(text: str) -> str:
    """M, F or ""."""
    first = (text or "").strip()[:1].upper()
    return first if first in ("M", "F") else ""
