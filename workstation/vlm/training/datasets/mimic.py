"""MIMIC-CXR-JPG as published: three mimic-cxr-2.0.0-*.csv.gz, films under files/, MIMIC-CXR's reports beside.

The reports (mimic-cxr-reports.zip unpacked) may lie in the same files/ tree or in mimic-cxr-reports/files/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from workstation.vlm.training.datasets.chexpert import COLUMNS, meant
from workstation.vlm.training.datasets.sample import FRONTAL, LeftOut, Sample
from workstation.vlm.training.datasets.table import Row, first_there, rows

LAYOUT = (
    "mimic-cxr-2.0.0-metadata.csv.gz, -chexpert.csv.gz, -split.csv.gz, files/p10/p1.../s.../*.jpg,"
    " mimic-cxr-reports/files/p10/p1.../s....txt"
)
LICENCE = "PhysioNet Credentialed Health Data License 1.5.0: no redistribution"
SPLITS = {"train": "train", "validate": "val", "test": "test"}
_SECTION = re.compile(r"^[ \t]*([A-Z][A-Z /()]+):", re.MULTILINE)


def is_here(folder: Path) -> bool:
    return any(folder.glob("mimic-cxr-2.0.0-metadata.csv*"))


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    def table(name: str) -> Path:
        return first_there(folder, f"mimic-cxr-2.0.0-{name}.csv.gz", f"mimic-cxr-2.0.0-{name}.csv")

    studies = {row["study_id"]: row for row in rows(table("chexpert"), ("subject_id", "study_id", *COLUMNS))}
    splits = {row["dicom_id"]: SPLITS.get(row["split"], "") for row in rows(table("split"), ("dicom_id", "split"))}
    for row in rows(table("metadata"), ("dicom_id", "subject_id", "study_id", "ViewPosition")):
        yield _sample(row, studies.get(row["study_id"]), splits.get(row["dicom_id"], ""), folder)


def _sample(row: Row, study: Row | None, split: str, folder: Path) -> Sample | LeftOut:
    if row["ViewPosition"] not in FRONTAL:
        return LeftOut("not a frontal film")
    labels = meant(study, COLUMNS) if study else LeftOut("no label")
    if isinstance(labels, LeftOut):
        return labels
    place = Path("files", f"p{row['subject_id'][:2]}", f"p{row['subject_id']}", f"s{row['study_id']}")
    text = next(
        (p for p in (folder / "mimic-cxr-reports" / place, folder / place) if p.with_suffix(".txt").is_file()), None
    )
    report = sections(text.with_suffix(".txt").read_text(encoding="utf-8", errors="replace")) if text else ""
    film, patient = folder / place / f"{row['dicom_id']}.jpg", f"mimic:{row['subject_id']}"
    return Sample("mimic", film, patient, labels, report, view=row["ViewPosition"], split=split)


def sections(text: str) -> str:
    """Findings and impression of a report with headings; "" where it has neither."""
    found: dict[str, str] = {}
    marks = list(_SECTION.finditer(text))
    for mark, after in zip(marks, [*marks[1:], None], strict=True):
        words = " ".join(text[mark.end() : after.start() if after else None].split())
        found.setdefault(mark[1].strip(), words)
    kept = [(name, found[name]) for name in ("FINDINGS", "IMPRESSION") if found.get(name)]
    return "\n\n".join(f"{name}:\n{words}" for name, words in kept)
