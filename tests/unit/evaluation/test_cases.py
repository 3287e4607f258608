"""CASES.csv: what each row judges, what is true of it, and what is left out and why."""

import numpy as np
import pytest

from tests.unit.evaluation.tables_of import cases
from workstation.errors import EvaluationError
from workstation.evaluation.reading import ABSENT, COLUMN, PRESENT, SILENT, UNCERTAIN, UNJUDGED


def codes(found, row, *findings):
    return [int(found.truth[row, COLUMN[finding]]) for finding in findings]


def left_out(found):
    return dict(found.left_out.counts)


def test_a_row_judges_what_its_source_has_seen(tmp_path):
    found = cases(
        tmp_path, "image,labels,source", ("1", "edema", "a"), ("2", "Pleural_Effusion; edema", "a"), ("3", "mass", "b"),
        ("4", "no finding", "b"),
    )  # fmt: skip
    assert codes(found, 0, "edema", "pleural effusion", "mass") == [PRESENT, ABSENT, UNJUDGED]
    assert codes(found, 1, "edema", "pleural effusion", "mass") == [PRESENT, PRESENT, UNJUDGED]
    assert codes(found, 3, "edema", "mass") == [UNJUDGED, ABSENT]


def test_labels_known_says_what_a_row_judges(tmp_path):
    found = cases(tmp_path, "image,labels,labels_known", ("1", "edema;mass", "edema;hernia"), ("2", "mass", ""))
    assert codes(found, 0, "edema", "hernia", "mass") == [PRESENT, ABSENT, UNJUDGED]
    assert codes(found, 1, "edema", "mass") == [ABSENT, PRESENT]
    assert "1 rows state labels" in found.notes[0]


def test_without_labels_the_report_is_read(tmp_path):
    text = "No pneumothorax. Possible edema. The heart is enlarged."
    found = cases(tmp_path, "image,labels,report", ("1", "", text), ("2", "", "Left pleural effusion."))
    assert codes(found, 0, "pneumothorax", "edema", "cardiomegaly") == [ABSENT, UNCERTAIN, PRESENT]
    assert codes(found, 0, "pleural effusion", "hernia") == [SILENT, UNJUDGED]
    assert found.references[0] == text


def test_a_table_of_reports_alone_will_do(tmp_path):
    found = cases(tmp_path, "image,report", ("1", "There is edema."))
    assert codes(found, 0, "edema") == [PRESENT]
    with pytest.raises(EvaluationError, match="labels"):
        cases(tmp_path, "image,source", ("1", "a"))


def test_beside_stated_labels_empty_ones_are_unknown(tmp_path):
    rows = ("1", "edema", ""), ("2", "", "A large mass. No edema."), ("3", "no finding", "Clear.")
    found = cases(tmp_path, "image,labels,report", *rows)
    assert found.truth[:, COLUMN["edema"]].tolist() == [PRESENT, UNJUDGED, ABSENT]
    assert (found.truth[:, COLUMN["mass"]] == UNJUDGED).all() and found.references[1].startswith("A large")
    assert found.notes == ["1 rows state no labels beside rows that do: of these only the texts were compared."]


def test_with_labels_the_report_is_only_compared(tmp_path):
    found = cases(tmp_path, "image,labels,report", ("1", "edema", "No edema."), ("2", "no finding", ""))
    assert codes(found, 0, "edema") == [PRESENT]
    assert found.references[0] == "No edema." and found.references[1] == ""


def test_everything_left_out_is_counted(tmp_path):
    found = cases(
        tmp_path,
        "image,labels",
        ("1", "edema"),
        ("", "edema"),
        ("1", "mass"),
        ("./x/../1", "mass"),
        ("2", "broken heart"),
        ("3", ""),
        ("4", "no finding;edema"),
        ("5", "no finding; support devices"),
        ("6",),
    )
    assert found.images == ["1", "5"]
    assert found.read == len(found.images) + sum(left_out(found).values()) == 9
    assert left_out(found)["the image is named twice"] == 2
    assert left_out(found)["unknown label: broken heart"] == 1
    assert left_out(found)["labels unknown and no reference report"] == 1
    assert found.left_out.invalid == 6  # unknown labels are allowed by CONTRACT


def test_an_unknown_label_comes_with_a_near_one(tmp_path):
    found = cases(tmp_path, "image,labels", ("1", "edema"), ("2", "pleural efusion"))
    assert "pleural effusion" in found.left_out.shown[0]["remedy"]


def test_a_row_that_judges_nothing_is_left_out(tmp_path):
    found = cases(tmp_path, "image,labels,source", ("1", "no finding", "normals"), ("2", "edema", "b"))
    assert found.images == ["2"] and left_out(found) == {"the row judges no finding": 1}
    assert found.find("2", tmp_path) == 0 and found.find("1", tmp_path) is None


def test_patients_are_the_clusters_within_their_source(tmp_path):
    found = cases(
        tmp_path, "image,labels,source,patient_id", ("1", "edema", "a", "p"), ("2", "edema", "a", "p"),
        ("3", "edema", "b", "p"), ("4", "edema", "a", ""), ("5", "edema", "a", ""),
    )  # fmt: skip
    assert found.clusters[0] == found.clusters[1] and len(np.unique(found.clusters)) == 4
    assert found.by_patient


def test_without_any_case_it_is_refused(tmp_path):
    with pytest.raises(EvaluationError) as refused:
        cases(tmp_path, "image,labels", ("1", ""), ("2", "nonsense"))
    assert refused.value.code == "no_cases" and "nonsense" in refused.value.message


def test_images_are_found_however_they_are_spelt(tmp_path):
    found = cases(tmp_path, "image,labels", ("films/1.png", "edema"))
    assert found.find("films\\1.png", tmp_path) == found.find("./films/1.png", tmp_path) == 0
    (tmp_path / "elsewhere").mkdir()
    assert found.find("../films/1.png", tmp_path / "elsewhere") == 0
    assert found.find(str(tmp_path / "films" / "1.png"), tmp_path) == 0
    assert found.find("1.png", tmp_path) is None
