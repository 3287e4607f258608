"""The shared folders of films -> one packed array of prepared films beside their labels, patients and folds.

Only sources that may train a shipped model are named here; the ``test`` rows of NIH are packed too, and come out
only through `held_out`, which the one opening of the test split calls.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import numpy as np

from workstation.imaging import film as films
from workstation.imaging.prepare import prepare

SOURCES = ("nih", "rsna_normal", "kermany", "hannover_covid")
LABELS = (
    "cardiomegaly", "consolidation", "edema", "pleural effusion", "pneumonia", "pneumothorax", "atelectasis",
    "infiltration", "nodule", "mass", "pleural thickening", "fibrosis", "emphysema", "hernia",
)  # fmt: skip
EXTRA_LABELS = ("lung opacity", "no finding")  # read by RSNA's radiologists (where known); NIH's own class
TARGETS = LABELS + EXTRA_LABELS
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One film: what its index says."""

    source: str
    image: str
    patient: str
    split: str
    labels: frozenset[str]
    age: float  # years; NaN where unknown
    sex: str
    view: str
    rsna: str
    subtype: str


@dataclass(frozen=True, slots=True)
class Pack:
    """``films`` uint8 (N, side, side) beside N rows."""

    films: np.ndarray
    rows: tuple[Row, ...]

    def where(self, keep: Callable[[Row], bool]) -> np.ndarray:
        """Indices of the rows that ``keep`` accepts; never a film of a patient of NIH's test split.

        RSNA's normals are NIH films too, and eleven of those patients are among them.
        """
        sealed = {row.patient for row in self.rows if _sealed(row)}
        kept = [i for i, row in enumerate(self.rows) if keep(row) and not (row.patient in sealed and _of_nih(row))]
        return np.array(kept, dtype=np.int64)

    def held_out(self) -> np.ndarray:
        """Indices of NIH's test split: opened once for a shipped model."""
        return np.array([i for i, row in enumerate(self.rows) if _sealed(row)], dtype=np.int64)

    def targets(self, indices: np.ndarray) -> np.ndarray:
        """float32 (n, targets): 1 present, 0 absent, NaN unknown."""
        return np.stack([_targets(self.rows[i]) for i in indices])

    def patients(self, indices: np.ndarray) -> list[str]:
        return [self.rows[i].patient for i in indices]


def fold_of(patient: str) -> int:
    """A patient's fold, 0 to 4, by hash: the same in every run and for every film of that patient."""
    return zlib.crc32(f"fold:{patient}".encode()) % FOLDS


def load(data: Path, cache: Path, side: int) -> Pack:
    """Every trainable film, prepared once and kept in ``cache``; a second call reads the cache."""
    rows = [row for source in SOURCES for row in read_index(data / source, source)]
    name = cache / f"films-{side}-{_digest(rows)}.npy"
    if not name.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(os.cpu_count()) as workers:
            paths = [data / row.source / row.image for row in rows]
            packed = np.stack(list(workers.map(_prepare, paths, repeat(side), chunksize=64)))
        np.save(name.with_suffix(".part.npy"), packed)
        name.with_suffix(".part.npy").rename(name)
    return Pack(np.load(name, mmap_mode="r"), tuple(rows))


def read_index(folder: Path, source: str) -> Iterator[Row]:
    """index.csv -> rows; ``source`` is the folder's name (its rows name their batch)."""
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            yield _row(line, source)


def _row(line: dict[str, str], source: str) -> Row:
    return Row(
        source, line["image"], line["patient_id_if_known"], line["split"],
        frozenset(filter(None, line["labels"].split(";"))), float(line.get("age") or "nan"), line.get("sex") or "",
        line.get("view_position") or "", line.get("rsna_class") or "", line.get("subtype") or "",
    )  # fmt: skip


def _targets(row: Row) -> np.ndarray:
    known = [float(label in row.labels) for label in LABELS]
    opacity = float("Lung Opacity" in row.rsna.split(";")) if row.rsna else float("nan")
    return np.array([*known, opacity, float("no finding" in row.labels)], dtype=np.float32)


def _sealed(row: Row) -> bool:
    return row.source == "nih" and row.split == "test"


def _of_nih(row: Row) -> bool:
    return row.source in ("nih", "rsna_normal")


def _prepare(path: Path, side: int) -> np.ndarray:
    return prepare(films.load(films.describe(path)), side, "letterbox")


def _digest(rows: list[Row]) -> str:
    names = json.dumps([(row.source, row.image) for row in rows])
    return hashlib.sha256(names.encode()).hexdigest()[:12]
