"""NIH ChestX-ray14 as published: Data_Entry_2017(_v2020).csv, images_001 ... images_012/images/*.png, list files.

Labels were mined from texts: every class that is not named counts as absent, as in the published task.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workstation.vlm.training.datasets.sample import FRONTAL, LeftOut, Sample, presences, sex, years
from workstation.vlm.training.datasets.table import Row, first_there, rows

TABLES = ("Data_Entry_2017_v2020.csv", "Data_Entry_2017.csv")
LAYOUT = f"{' or '.join(TABLES)}, images_001/images/*.png (or images/*.png), train_val_list.txt, test_list.txt"
LICENCE = "NIH Clinical Center: no restriction on use, attribution required"
NAMES = {
    "Atelectasis": "atelectasis", "Cardiomegaly": "cardiomegaly", "Effusion": "pleural effusion",
    "Infiltration": "infiltration", "Mass": "mass", "Nodule": "nodule", "Pneumonia": "pneumonia",
    "Pneumothorax": "pneumothorax", "Consolidation": "consolidation", "Edema": "edema", "Emphysema": "emphysema",
    "Fibrosis": "fibrosis", "Pleural_Thickening": "pleural thickening", "Hernia": "hernia", "No Finding": "no finding",
}  # fmt: skip


def is_here(folder: Path) -> bool:
    return any((folder / name).is_file() for name in TABLES)


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    table = first_there(folder, *TABLES)
    films = {path.name: path for path in folder.glob("images*/images/*.png")}
    films |= {path.name: path for path in folder.glob("images/*.png")}
    splits = _list(folder / "test_list.txt", "test") | _list(folder / "train_val_list.txt", "train")
    for row in rows(table, ("Image Index", "Finding Labels", "Patient ID", "View Position")):
        yield _sample(row, films.get(row["Image Index"]), splits.get(row["Image Index"], ""))


def _sample(row: Row, film: Path | None, split: str) -> Sample | LeftOut:
    labels = [name for name in row["Finding Labels"].split("|") if name]
    unknown = [name for name in labels if name not in NAMES]
    if film is None:
        return LeftOut("the film is not there")
    if not labels or unknown:
        return LeftOut(f"unknown label {unknown[0]}" if unknown else "no label")
    if row["View Position"] not in FRONTAL:
        return LeftOut("not a frontal film")
    found = presences([NAMES[name] for name in labels], NAMES.values())
    age, who = years(row.get("Patient Age", "")), sex(row.get("Patient Gender", ""))
    patient = f"nih:{row['Patient ID'].lstrip('0') or '0'}"
    return Sample("nih", film, patient, found, view=row["View Position"], age=age, sex=who, split=split)


def _list(path: Path, split: str) -> dict[str, str]:
    return dict.fromkeys(path.read_text(encoding="utf-8").split(), split) if path.is_file() else {}
