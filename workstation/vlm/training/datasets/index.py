"""Folders with an index.csv of our own: image, source, patient_id_if_known, view, labels (semicolon list), split ...

A row of the split "test" is never trained on. Labels that are no finding of ours (covid-19) are left aside; a row that
has no other says nothing. RSNA's normals are NIH films, so both share their patients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workstation.reporting.findings import FINDINGS
from workstation.vlm.training.datasets import nih
from workstation.vlm.training.datasets.sample import FRONTAL, LeftOut, Sample, presences, sex, years
from workstation.vlm.training.datasets.table import Row, rows

LAYOUT = "index.csv (image, source, patient_id_if_known, view, labels, split), films where `image` says"
LICENCE = "as its column licence says"
NIH_FILMS = ("nih", "rsna_normal")


def is_here(folder: Path) -> bool:
    return (folder / "index.csv").is_file()


def licence(folder: Path) -> str:
    found = {row.get("licence", "") for row in rows(folder / "index.csv")}
    return "; ".join(sorted(filter(None, found))) or LICENCE


def read(folder: Path) -> Iterator[Sample | LeftOut]:
    for row in rows(folder / "index.csv", ("image", "source", "labels")):
        yield _sample(row, folder)


def _sample(row: Row, folder: Path) -> Sample | LeftOut:
    if row.get("view", "frontal") not in ("", "frontal", *FRONTAL):
        return LeftOut("not a frontal film")
    names = [name.strip() for name in row["labels"].split(";") if name.strip()]
    known = [name for name in names if name in FINDINGS]
    if not known:
        return LeftOut("no label" if not names else "no label that is a finding of ours")
    kin = "nih" if row["source"] in NIH_FILMS else row["source"]
    patient = row.get("patient_id_if_known") or row["image"]
    text = "\n\n".join(
        f"{name}:\n{row[key]}"
        for name, key in (("FINDINGS", "report_findings"), ("IMPRESSION", "report_impression"))
        if row.get(key)
    )
    view = row.get("view_position", "") if row.get("view_position") in FRONTAL else ""
    split = row.get("split", "") if row.get("split") in ("train", "val", "test") else ""
    return Sample(
        row["source"], folder / row["image"], f"{kin}:{patient}", presences(known, _judged(row["source"], known)),
        text, "en", view, years(row.get("age", "")), sex(row.get("sex", "")), split, sealed=split == "test",
    )  # fmt: skip


def _judged(source: str, known: Sequence[str]) -> Sequence[str]:
    """What a row denies by not naming it: NIH's classes where they were mined; everything where nothing was found."""
    if source in NIH_FILMS:
        return tuple(nih.NAMES.values())
    return tuple(f for f in FINDINGS if f != "support devices") if "no finding" in known else ("no finding",)
