"""Ready drafts from a CSV, and drafts.csv as such a CSV again."""

import csv
import io

import numpy as np
import pytest

from tests.unit.evaluation.tables_of import cases, ledger, scored, table
from workstation.errors import EvaluationError
from workstation.evaluation.drafts import DraftsFile, read_drafts
from workstation.evaluation.ledger import Ledger
from workstation.evaluation.reading import COLUMN


@pytest.fixture
def found(tmp_path):
    return cases(
        tmp_path, "image,labels,report", ("1", "edema", "Edema is seen."), ("2", "mass", "A mass."), ("3", "", "")
    )


def test_everything_unused_is_counted(tmp_path, found):
    drafts = ledger(
        found, tmp_path, "image,text,p_edema,p_no finding,p_courage",
        ("1", "Edema.", "0.9", "0.1", ""), ("1", "Again.", "0.2", "", ""), ("9", "Nobody's.", "", "", ""),
        ("3", "Its case is unknown.", "", "", ""), ("", "x", "", "", ""), ("2", "A mass.", "nan", "", ""),
    )  # fmt: skip
    assert drafts.told()["used"] == 2 and drafts.read == 6
    assert dict(drafts.left_out.counts) == {
        "unknown column p_courage": 1,
        "the image has two drafts; the first was used": 1,
        "a draft without a case": 1,
        "its case was left out": 1,
        "the row names no image": 1,
        "a probability that is none": 1,
    }
    assert drafts.left_out.invalid == 5
    assert drafts.probabilities[0, COLUMN["edema"]] == 0.9 and np.isnan(drafts.probabilities[1]).all()


@pytest.mark.parametrize("cell", ["-0.1", "1.01", "inf", "many"])
def test_a_probability_outside_0_and_1_is_none(tmp_path, found, cell):
    drafts = ledger(found, tmp_path, "image,text,p_edema", ("1", "Edema.", cell))
    assert np.isnan(drafts.probabilities).all() and drafts.left_out.invalid == 1 and drafts.told()["used"] == 1


def test_decimal_commas_are_read(tmp_path, found):
    path = tmp_path / "a.csv"
    path.write_text("image;text;p_edema\n1;Edema.;0,25\n", encoding="utf-8")
    drafts = Ledger("a", found)
    read_drafts(path, drafts)
    assert drafts.probabilities[0, COLUMN["edema"]] == 0.25


def test_a_table_without_texts_is_refused(tmp_path, found):
    with pytest.raises(EvaluationError, match="text"):
        ledger(found, tmp_path, "image,p_edema", ("1", "0.5"))


def test_drafts_written_and_read_again_give_the_same_numbers(tmp_path, found):
    path = tmp_path / "drafts.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        sheet = DraftsFile(file, {"edema"})
        first = Ledger("one", found, sheet.write)
        rows = [("1", '=No "edema", seen,\nhere.', "0.123456789"), ("2", "A mass. Ärztlich.", "")]
        read_drafts(table(tmp_path / "in.csv", "image,text,p_edema", *rows), first)
        second = Ledger("two", found, sheet.write)
        read_drafts(table(tmp_path / "in2.csv", "image,text,refused", ("1", "", "age"), ("2", "A mass.", "")), second)
    again = {name: Ledger(name, found) for name in ("one", "two")}
    for name, drafts in again.items():
        read_drafts(path, drafts)
        assert drafts.left_out.counts == {}, name
    assert scored(found, first, second) == scored(found, *again.values())


def test_a_drafts_csv_of_several_systems_needs_one_of_their_names(tmp_path, found):
    path = table(tmp_path / "d.csv", "system,image,text", ("a", "1", "Edema."), ("b", "1", "Normal."))
    with pytest.raises(EvaluationError) as refused:
        read_drafts(path, Ledger("c", found))
    assert "a, b" in refused.value.remedy


def test_a_text_is_never_a_formula(found):
    out = io.StringIO()
    made = Ledger("a", found, DraftsFile(out, ()).write)
    made.add(0, "=HYPERLINK(1)", {})
    out.seek(0)
    assert next(csv.DictReader(out))["text"] == "'=HYPERLINK(1)"


def test_scores_near_one_keep_their_order(tmp_path, found):
    drafts = ledger(
        found, tmp_path, "image,text,p_mass", ("1", "Edema.", "0.99999999"), ("2", "A mass.", "0.999999991")
    )
    first, second = drafts.probabilities[:2, COLUMN["mass"]]
    assert first < second
