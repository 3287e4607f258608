"""PadChest as published: PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv and 16-bit PNG in folders 0 to 54.

Its labels are a tree of 193 names; those that mean one of our findings are taken, the others only say that the film is
not normal. The report is Spanish and is marked so: only the labels teach words.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from pathlib import Path

from workstation.vlm.training.datasets.sample import LeftOut, Sample, presences, sex
from workstation.vlm.training.datasets.table import Row, first_there, rows

TABLES = ("PADCHEST_chest_x_ray_images_labels_160K_01.02.19.csv", "PADCHEST_chest_x_ray_images_labels_160K.csv")
LAYOUT = f"{TABLES[0]} (or .csv.gz), 0/*.png ... 54/*.png or images/*.png"
LICENCE = "BIMCV PadChest research use agreement: no redistribution"
VIEWS = {"PA": "PA", "AP": "AP", "AP_horizontal": "AP"}
NAMES = {
    "atelectasis": "atelectasis", "laminar atelectasis": "atelectasis", "lobar atelectasis": "atelectasis",
    "segmental atelectasis": "atelectasis", "total atelectasis": "atelectasis", "round atelectasis": "atelectasis",
    "atelectasis basal": "atelectasis", "cardiomegaly": "cardiomegaly", "consolidation": "consolidation",
    "pulmonary edema": "edema", "emphysema": "emphysema", "pulmonary fibrosis": "fibrosis", "fibrosis": "fibrosis",
    "hiatal hernia": "hernia", "hernia": "hernia", "infiltrates": "infiltration", "alveolar pattern": "lung opacity",
    "ground glass pattern": "lung opacity", "increased density": "lung opacity", "mass": "mass",
    "pulmonary mass": "mass", "nodule": "nodule", "multiple nodules": "nodule", "pleural effusion": "pleural effusion",
    "loculated pleural effusion": "pleural effusion", "pleural thickening": "pleural thickening",
    "apical pleural thickening": "pleural thickening", "pneumonia": "pneumonia", "atypical pneumonia": "pneumonia",
    "pneumothorax": "pneumothorax", "hydropneumothorax": "pneumothorax", "pleural plaques": "pleural other",
    "calcified pleural plaques": "pleural other", "calcified pleural thickening": "pleural other",
    "rib fracture": "fracture", "callus rib fracture": "fracture", "clavicle fracture": "fracture",
    "vertebral fracture": "fracture", "humeral fracture": "fracture", "fracture": "fracture",
    "mediastinal enlargement": "enlarged cardiomediastinum", "normal": "no finding",
    "superior mediastinal enlargement": "enlarged cardiomediastinum", "pacemaker": "support devices",
    "dual chamber device": "support devices", "single chamber device": "support devices",
    "endotracheal tube": "support devices", "NSG tube": "support devices", "chest drain tube": "support devices",
    "central venous catheter": "support devices", "catheter": "support devices",
    "central venous catheter via jugular vein": "support devices", "electrical device": "support devices",
    "central venous catheter via subclavian vein": "support devices", "tracheostomy tube": "support devices",
    "reservoir central venous catheter": "support devices", "artificial heart valve": "support devices",
}  # fmt: skip
UNUSABLE = ("exclude", "suboptimal study", "unchanged")


def is_here(folder: Path) -> bool:
    return any(folder.glob("PADCHEST_chest_x_ray_images_labels_160K*.csv*"))


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    table = first_there(folder, *TABLES, *(f"{name}.gz" for name in TABLES))
    for row in rows(table, ("ImageID", "ImageDir", "PatientID", "Projection", "Labels")):
        yield _sample(row, folder)


def _sample(row: Row, folder: Path) -> Sample | LeftOut:
    if row["Projection"] not in VIEWS:
        return LeftOut("not a frontal film")
    names = _names(row["Labels"])
    if names is None or not names:
        return LeftOut("no label" if names is not None else "labels that are not a list")
    if {*names} <= {*UNUSABLE} or "exclude" in names:
        return LeftOut("marked as unusable by the dataset")
    found = {NAMES[name] for name in names if name in NAMES}
    film = next(
        (p for p in (folder / row["ImageDir"] / row["ImageID"], folder / "images" / row["ImageID"]) if p.is_file()),
        None,
    )
    if film is None:
        return LeftOut("the film is not there")
    return Sample(
        "padchest", film, f"padchest:{row['PatientID']}", presences(found, NAMES.values()),
        row.get("Report", ""), "es", VIEWS[row["Projection"]], _age(row), sex(row.get("PatientSex_DICOM", "")),
    )  # fmt: skip


def _names(text: str) -> list[str] | None:
    """The list in a cell; None where it is none."""
    try:
        value = ast.literal_eval(text) if text and text != "nan" else []
    except (ValueError, SyntaxError):
        return None
    return [str(name).strip() for name in value if str(name).strip()] if isinstance(value, list) else None


def _age(row: Row) -> float:
    try:
        return float(row["StudyDate_DICOM"][:4]) - float(row["PatientBirth"])
    except (KeyError, ValueError):
        return math.nan
