"""CheXpert as published (CheXpert-v1.0 or -small): train.csv, valid.csv and the films that their Path column names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from workstation.reporting.findings import CHEXPERT, Presence
from workstation.vlm.training.datasets.sample import FRONTAL, LeftOut, Sample, sex, years
from workstation.vlm.training.datasets.table import Row, rows

LAYOUT = "train.csv, valid.csv (Path, Sex, Age, Frontal/Lateral, AP/PA, 14 labels), train/patient*/study*/*.jpg"
LICENCE = "Stanford University Dataset Research Use Agreement: research only, no redistribution"
COLUMNS = {finding.title(): finding for finding in CHEXPERT}
MEANING = {1.0: Presence.PRESENT, 0.0: Presence.ABSENT, -1.0: Presence.UNCERTAIN}


def is_here(folder: Path) -> bool:
    table = folder / "train.csv"
    return table.is_file() and "Frontal/Lateral" in table.open(encoding="utf-8", errors="replace").readline()


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    columns = ("Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", *COLUMNS)
    for row in rows(folder / "train.csv", columns):
        yield _sample(row, folder, "train")
    if (folder / "valid.csv").is_file():
        for row in rows(folder / "valid.csv", columns):
            yield _sample(row, folder, "val")


def _sample(row: Row, folder: Path, split: str) -> Sample | LeftOut:
    if row["Frontal/Lateral"] != "Frontal" or row["AP/PA"] not in FRONTAL:
        return LeftOut("not a frontal film")
    labels = meant(row, COLUMNS)
    if isinstance(labels, LeftOut):
        return labels
    pieces = Path(row["Path"]).parts
    patient = next((piece for piece in pieces if piece.startswith("patient")), "")
    if not patient:
        return LeftOut("no patient in its path")
    film = folder.joinpath(*pieces[1:])  # the first piece is the dataset's own folder, whatever it is called here
    age, who = years(row["Age"]), sex(row["Sex"])
    return Sample("chexpert", film, f"chexpert:{patient}", labels, view=row["AP/PA"], age=age, sex=who, split=split)


def meant(row: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, Presence] | LeftOut:
    """1, 0, -1 and blank of a labeler's row; blank is not mentioned: unknown. "No Finding" denies what is blank."""
    try:
        found = {finding: MEANING[float(row[column])] for column, finding in columns.items() if row[column]}
    except (ValueError, KeyError):
        return LeftOut("a label that is not 1, 0, -1 or blank")
    if not found:
        return LeftOut("no label")
    if found.get("no finding") is Presence.PRESENT:
        rest = {finding: Presence.ABSENT for finding in columns.values() if finding != "support devices"}
        found = rest | found
    elif Presence.PRESENT in found.values():
        found.setdefault("no finding", Presence.ABSENT)
    return found
