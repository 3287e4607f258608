"""NIH's rows of one split -> a CASES.csv for ``evaluate``, so that anyone can repeat the card's figures.

Only what the card judges: the labels that NIH mined, by patient. Copies no film.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

from workstation.vlm.training.data import LABELS, read_index

COLUMNS = ("image", "labels", "labels_known", "source", "patient_id", "view")


def write(data: Path, out: Path, split: str) -> int:
    """Rows of ``split`` ("val" or "test") into ``out``; returns how many. Opening "test" is a look: write it down."""
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = [row for row in read_index(data / "nih", "nih") if row.split == split]
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in rows:
            image = os.path.relpath((data / "nih" / row.image).resolve(), out.parent.resolve())
            labels = [name for name in LABELS if name in row.labels] or ["no finding"]
            writer.writerow([image, ";".join(labels), ";".join(LABELS), row.source, row.patient, row.view])
    return len(rows)
