"""The card's films as a CASES.csv: only the asked split, judged on NIH's labels, read by `evaluate` as they are."""

from __future__ import annotations

import csv

from PIL import Image

from workstation.evaluation.cases import read_cases
from workstation.vlm.training import cases
from workstation.vlm.training.data import LABELS

HEAD = ("image", "labels", "split", "patient_id_if_known", "view_position", "age", "sex", "rsna_class", "subtype")
ROWS = (
    ("images/a.jpg", "edema;pleural effusion", "val", "1", "AP", "60", "M", "", ""),
    ("images/b.jpg", "no finding", "val", "2", "PA", "50", "F", "", ""),
    ("images/c.jpg", "mass", "test", "3", "PA", "40", "F", "", ""),
)


def test_a_split_becomes_cases_that_evaluate_reads(tmp_path):
    (tmp_path / "data" / "nih" / "images").mkdir(parents=True)
    with (tmp_path / "data" / "nih" / "index.csv").open("w", newline="") as file:
        csv.writer(file).writerows([HEAD, *ROWS])
    for row in ROWS:
        Image.new("L", (8, 8)).save(tmp_path / "data" / "nih" / row[0])
    out = tmp_path / "work" / "nih-val.csv"
    assert cases.write(tmp_path / "data", out, "val") == 2
    found = read_cases(out, lambda path: path.is_file())
    assert (found.read, len(found.images)) == (2, 2)
    with out.open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["labels"], second["labels"]) == ("edema;pleural effusion", "no finding")
    assert first["labels_known"].split(";") == list(LABELS)
    assert (first["patient_id"], first["view"]) == ("1", "AP")
