"""RSNA / SIIM COVID-19 as published: train_study_level.csv, train_image_level.csv, train/STUDY/SERIES/IMAGE.dcm.

A typical, indeterminate or atypical appearance is an opacity, typical or atypical also pneumonia; "negative for
pneumonia" denies both and nothing else. Patients are not told, so each study counts as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workstation.reporting.findings import Presence
from workstation.vlm.training.datasets.sample import LeftOut, Sample
from workstation.vlm.training.datasets.table import Row, rows

LAYOUT = "train_study_level.csv, train_image_level.csv, train/STUDY/SERIES/IMAGE.dcm"
LICENCE = "RSNA/SIIM COVID-19 challenge (MIDRC-RICORD, BIMCV-COVID19+): CC BY-NC 4.0"
NEGATIVE = "Negative for Pneumonia"
CLASSES = (NEGATIVE, "Typical Appearance", "Indeterminate Appearance", "Atypical Appearance")


def is_here(folder: Path) -> bool:
    return (folder / "train_study_level.csv").is_file()


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    studies = {
        row["id"].removesuffix("_study"): row for row in rows(folder / "train_study_level.csv", ("id", *CLASSES))
    }
    films = {path.stem: path for path in folder.glob("train/*/*/*.dcm")}
    for row in rows(folder / "train_image_level.csv", ("id", "StudyInstanceUID")):
        study = studies.get(row["StudyInstanceUID"])
        yield _sample(row["StudyInstanceUID"], study, films.get(row["id"].removesuffix("_image")))


def _sample(study: str, row: Row | None, film: Path | None) -> Sample | LeftOut:
    chosen = [name for name in CLASSES if row is not None and row[name].removesuffix(".0") == "1"]
    if film is None:
        return LeftOut("the film is not there")
    if len(chosen) != 1:
        return LeftOut("not exactly one appearance")
    return Sample("rsna-covid", film, f"rsna-covid:{study}", _labels(chosen[0]))


def _labels(appearance: str) -> dict[str, Presence]:
    if appearance == NEGATIVE:
        return {"lung opacity": Presence.ABSENT, "pneumonia": Presence.ABSENT}
    pneumonia = Presence.UNCERTAIN if appearance.startswith("Indeterminate") else Presence.PRESENT
    return {"no finding": Presence.ABSENT, "lung opacity": Presence.PRESENT, "pneumonia": pneumonia}
