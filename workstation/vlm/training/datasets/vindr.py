"""VinDr-CXR as published: annotations/image_labels_train.csv and _test.csv, train/*.dicom and test/*.dicom.

Three readers judged each training film: named by two or three is present, by one uncertain, by none absent. The test
films carry one agreed judgement. Patients are not told, so each film counts as a patient.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workstation.vlm.training.datasets.sample import LeftOut, Sample, presences
from workstation.vlm.training.datasets.table import Row, rows

LAYOUT = "annotations/image_labels_train.csv, annotations/image_labels_test.csv, train/*.dicom, test/*.dicom"
LICENCE = "PhysioNet Credentialed Health Data License 1.5.0: no redistribution"
NAMES = {
    "Atelectasis": "atelectasis", "Cardiomegaly": "cardiomegaly", "Clavicle fracture": "fracture",
    "Consolidation": "consolidation", "Edema": "edema", "Emphysema": "emphysema", "Infiltration": "infiltration",
    "Lung Opacity": "lung opacity", "Lung tumor": "lung lesion", "Nodule/Mass": "lung lesion",
    "Pleural effusion": "pleural effusion", "Pleural thickening": "pleural thickening", "Pneumonia": "pneumonia",
    "Pneumothorax": "pneumothorax", "Pulmonary fibrosis": "fibrosis", "Rib fracture": "fracture",
    "No finding": "no finding",
}  # fmt: skip


def is_here(folder: Path) -> bool:
    return (folder / "annotations" / "image_labels_train.csv").is_file()


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    for split in ("train", "test"):
        table = folder / "annotations" / f"image_labels_{split}.csv"
        if split == "train" or table.is_file():
            judged: dict[str, list[Row]] = {}
            for row in rows(table, ("image_id", *NAMES)):
                judged.setdefault(row["image_id"], []).append(row)
            for name, readers in judged.items():
                yield _sample(name, readers, split, folder)


def _sample(name: str, readers: list[Row], split: str, folder: Path) -> Sample | LeftOut:
    try:
        votes = [{finding for column, finding in NAMES.items() if float(row[column] or 0) > 0} for row in readers]
    except ValueError:
        return LeftOut("a label that is not 1 or 0")
    counts = {finding: sum(finding in vote for vote in votes) for finding in NAMES.values()}
    most = [finding for finding, count in counts.items() if count * 2 > len(votes)]
    some = [finding for finding, count in counts.items() if 0 < count * 2 <= len(votes)]
    film = next((p for p in (folder / split / f"{name}{end}" for end in (".dicom", ".dcm")) if p.is_file()), None)
    if film is None:
        return LeftOut("the film is not there")
    return Sample("vindr", film, f"vindr:{name}", presences(most, NAMES.values(), some), split=split)
