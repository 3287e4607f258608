"""BrixIA COVID-19 as published: metadata_global_v2(_process).csv with BrixiaScore, dicom_clean/*.dcm.

The score adds 0 to 3 for each of six lung zones. Any point is an opacity; none is its absence and says nothing else.
View, age and sex stand in the films' headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workstation.vlm.training.datasets.sample import LeftOut, Sample, presences, sex, years
from workstation.vlm.training.datasets.table import Row, first_there, rows

TABLES = ("metadata_global_v2_process.csv", "metadata_global_v2.csv")
LAYOUT = f"{' or '.join(TABLES)} (Filename, BrixiaScore), dicom_clean/*.dcm"
LICENCE = "BrixIA COVID-19: CC BY-NC-SA 4.0"


def is_here(folder: Path) -> bool:
    return any((folder / name).is_file() for name in TABLES)


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    for row in rows(first_there(folder, *TABLES), ("Filename", "BrixiaScore")):
        yield _sample(row, folder)


def _sample(row: Row, folder: Path) -> Sample | LeftOut:
    digits = row["BrixiaScore"].removesuffix(".0").zfill(6)  # spreadsheets take the leading zeros away
    if len(digits) != 6 or set(digits) - set("0123"):
        return LeftOut("a score that is not six digits from 0 to 3")
    opacity = any(digit != "0" for digit in digits)
    labels = presences(["lung opacity"], ["no finding"]) if opacity else presences([], ["lung opacity"])
    patient = row.get("Subject") or row.get("PatientID") or row["Filename"]
    film = folder / "dicom_clean" / row["Filename"]
    age, who = years(row.get("AgeAtStudy", "")), sex(row.get("Sex", ""))
    return Sample("brixia", film, f"brixia:{patient}", labels, age=age, sex=who)
