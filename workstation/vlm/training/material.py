"""Datasets -> what a stage learns from: packed films, labels, texts, sides; every row kept or counted as left out."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from workstation.errors import TrainingError
from workstation.reporting.findings import FINDINGS
from workstation.vlm.training.datasets.pack import SIDE, Pack, pack
from workstation.vlm.training.datasets.sample import Dataset, Sample
from workstation.vlm.training.datasets.splits import divide
from workstation.vlm.training.datasets.table import rows


@dataclass(frozen=True, slots=True)
class Material:
    """``samples`` beside the pack's films ``at`` and ``sides`` ("train", "val", "test")."""

    pack: Pack
    samples: tuple[Sample, ...]
    at: np.ndarray  # the pack's number of each sample
    sides: np.ndarray
    counts: Mapping[str, Any]
    licences: tuple[str, ...]

    def side(self, name: str) -> np.ndarray:
        """Numbers of the samples of one side."""
        return np.flatnonzero(self.sides == name)

    def film(self, index: int, side: int) -> np.ndarray:
        """uint8 (side, side)."""
        return self.pack.film(int(self.at[index]), side)

    @property
    def findings(self) -> tuple[str, ...]:
        """Findings that any film knows of."""
        seen = {finding for sample in self.samples for finding in sample.labels}
        return tuple(finding for finding in FINDINGS if finding in seen)

    @property
    def sha256(self) -> str:
        """Of pixels, labels, texts and sides: two runs with the same hash learnt from the same."""
        digest = hashlib.sha256(self.pack.sha256.encode())
        for sample, at, side in zip(self.samples, self.at, self.sides, strict=True):
            row = [int(at), str(side), sample.patient, dict(sorted(sample.labels.items())), sample.report]
            digest.update(json.dumps(row).encode())
        return digest.hexdigest()


def with_reports(datasets: Sequence[Dataset], table: Path) -> list[Dataset]:
    """Datasets whose reports are those of ``table`` (columns image, report): what `reports_table` wrote, refined.

    A film that the table does not name keeps no report; its words come from its labels.
    """
    texts = {row["image"]: row["report"] for row in rows(table, ("image", "report"))}
    found = [
        replace(d, samples=tuple(replace(s, report=texts.get(name_of(d, s), "")) for s in d.samples)) for d in datasets
    ]
    if texts and not any(sample.report for dataset in found for sample in dataset.samples):
        raise TrainingError(
            f"No film of the datasets is named in {table.name}.",
            "Write the table with: main.py train data --reports FILE.csv, then refine it with: main.py train refine.",
            "reports",
        )
    return found


def reports_table(datasets: Sequence[Dataset], out: Path) -> int:
    """Write the films that have a report, for `refine`; returns how many."""
    told = [(name_of(d, s), s.report) for d in datasets for s in d.samples if s.report and s.language == "en"]
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("image", "report"), *told])
    except OSError as error:
        raise TrainingError(f"{out.name} could not be written.", "Choose another place.", "disk") from error
    return len(told)


def name_of(dataset: Dataset, sample: Sample) -> str:
    """A film's name in a table of reports: dataset and path inside it."""
    return f"{dataset.name}:{sample.image.relative_to(dataset.folder).as_posix()}"


def gather(
    datasets: Sequence[Dataset],
    work: Path,
    shares: Sequence[float],
    official: bool,
    ages: tuple[float, float] | None = None,
    side: int = SIDE,
    method: str = "letterbox",
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Material:
    """Pack what the datasets gave and divide it by patient; ``ages``: films of known age outside are left out."""
    samples = [sample for dataset in datasets for sample in dataset.samples]
    left = Counter[str]()
    for dataset in datasets:
        left.update(dataset.left_out)
    packed = pack(samples, work, side, method, progress)
    kept, at = _kept(samples, packed, ages, left)
    if not kept:
        raise TrainingError(
            "Not one film is left to learn from.", "Look at the reasons with: main.py train data --data ...", "no_films"
        )
    sides = np.array(divide(kept, shares, official))
    counts = {
        "read": sum(dataset.read for dataset in datasets),
        "kept": len(kept),
        "left_out": [{"reason": reason, "count": count} for reason, count in left.most_common()],
        **{name: int((sides == name).sum()) for name in ("train", "val", "test")},
        "patients": len({sample.patient for sample in kept}),
    }
    licences = tuple(dict.fromkeys(dataset.licence for dataset in datasets))
    return Material(packed, tuple(kept), np.array(at, np.int64), sides, counts, licences)


def _kept(
    samples: Sequence[Sample], packed: Pack, ages: tuple[float, float] | None, left: Counter[str]
) -> tuple[list[Sample], list[int]]:
    kept, at = [], []
    for index, (sample, fact) in enumerate(zip(samples, packed.facts, strict=True)):
        whole = sample if fact["reason"] else _completed(sample, fact)
        reason = fact["reason"] or _too_young_or_old(whole, ages)
        if reason:
            left[reason] += 1
        else:
            kept.append(whole)
            at.append(index)
    return kept, at


def _completed(sample: Sample, fact: Mapping[str, Any]) -> Sample:
    """What the table leaves open, the film's header may tell."""
    age = fact["age"] if math.isnan(sample.age) else sample.age
    return replace(sample, view=sample.view or fact["view"], sex=sample.sex or fact["sex"], age=age)


def _too_young_or_old(sample: Sample, ages: tuple[float, float] | None) -> str:
    if ages is None or math.isnan(sample.age) or ages[0] <= sample.age <= ages[1]:
        return ""
    return f"age outside {ages[0]:g} to {ages[1]:g} years"
