"""The page and the tables say what the result says, need nothing from elsewhere, and mark what is published."""

import csv
import io
import re
from html.parser import HTMLParser

import pytest

from tests.unit.evaluation.tables_of import cases, ledger, scored
from workstation.evaluation.page import page
from workstation.evaluation.published import published
from workstation.evaluation.tables import LAYOUTS, write_tables

ODD = "<b>a&'\"</b>"


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    """Two systems, one with an odd name and probabilities, one that is refused a film."""
    folder = tmp_path_factory.mktemp("page")
    rows = [(f"{i}", "edema" if i < 15 else "no finding", "xy"[i % 2], f"p{i}") for i in range(40)]
    found = cases(folder, "image,labels,source,patient_id", *rows, ("z", "no such label", "x", ""))
    texts = [(f"{i}", "There is edema." if i % 3 else "No edema.", str(i % 7 / 7)) for i in range(40)]
    first = ledger(found, folder, "image,text,p_edema", *texts, name="first")
    first.name = ODD
    second = ledger(found, folder, "image,text,refused", ("0", "", "lateral"), ("1", "Edema.", ""), name="second")
    told = scored(found, first, second)
    told |= {"published": published(), "refused": [], "problems": found.left_out.shown}
    return told


class Strict(HTMLParser):
    """Every element that opens closes; what refers elsewhere is collected."""

    VOID = ("meta", "path", "use", "rect", "line", "br", "circle", "polyline", "polygon", "image", "stop")

    def __init__(self):
        super().__init__()
        self.open, self.links, self.ids = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src", "xlink:href")]
        self.ids += [value for name, value in attributes if name == "id"]

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(result):
    text = page(result)
    parsed = Strict()
    parsed.feed(text)
    assert parsed.open == []
    assert all(link.startswith("#") for link in parsed.links)
    assert not re.search(r"@import|url\((?!#)|<script", text)
    assert text.count("<svg ") >= 2


def test_names_from_outside_are_words_not_markup(result):
    text = page(result)
    assert "<b>a" not in text and "&lt;b&gt;a" in text


def test_the_page_says_what_was_left_out_and_how_it_was_counted(result):
    text = page(result)
    told = ["RESEARCH, NOT FOR CLINICAL USE", "no such label", "refused by second: lateral", "rewards silence"]
    told += ["never ranked", "omission = absent, uncertain = absent", "refused films as silence", "published"]
    for words in told:
        assert words in text, words


def test_the_page_is_the_same_every_time(result):
    assert page(result) == page(result)


def test_undefined_is_a_dash_and_small_classes_are_marked(result):
    assert "<td class='none'>-</td>" in page(result)


def test_the_table_holds_every_number(result):
    out = io.StringIO()
    write_tables(out, result)
    out.seek(0)
    rows = list(csv.DictReader(out))
    system = result["systems"][ODD]
    found = {(row["protocol"], row["finding"], row["metric"]): row for row in rows
             if row["table"] == "system" and row["system"] == ODD}  # fmt: skip
    assert float(found["primary", "edema", "f1"]["value"]) == system["findings"]["edema"]["f1"]["value"]
    assert float(found["primary", "", "micro"]["low"]) == system["micro"]["low"]
    assert float(found["joint_definite", "edema", "coverage"]["value"]) == pytest.approx(1)
    assert float(found["primary", "edema", "auroc"]["n"]) == system["findings"]["edema"]["auroc"]["n"]
    assert {row["table"] for row in rows} >= {"system", "sources", "pairs", "2 and 4", "3", "2", "4"}


def test_published_figures_are_marked_and_ours_are_not(result):
    out = io.StringIO()
    write_tables(out, result)
    out.seek(0)
    for row in csv.DictReader(out):
        assert (row["published"] == "published") == bool(row["source"])
    assert all(figure["published"] and "Table" in figure["source"] for figure in result["published"])
    assert not any(pair["a"] == "CXR-LLaVA" or pair["b"] == "CXR-LLaVA" for pair in result["pairs"])


@pytest.mark.parametrize(
    ("table", "system", "finding", "metric", "figure"),
    [
        (2, "CXR-LLaVA", "overall of 6", "f1", (0.81, 0.80, 0.82)),
        (2, "GPT-4-vision", "pneumothorax", "sensitivity", (0.02, 0.00, 0.04)),
        (3, "radiologists", "average of 5", "f1", (0.62, 0.59, 0.64)),
        (3, "CXR-LLaVA", "support devices", "specificity", (0.68, None, None)),
        (4, "CXR-LLaVA", "edema", "f1", (0.67, 0.33, 0.86)),
        (4, "Gemini-Pro-Vision", "pneumothorax", "f1", (None, None, None)),
    ],
)
def test_published_figures_are_the_papers(table, system, finding, metric, figure):
    (found,) = [
        f
        for f in published()
        if (f["table"], f["system"], f["finding"], f["metric"]) == (table, system, finding, metric)
    ]
    assert (found["value"], found["low"], found["high"]) == figure


def test_every_row_of_the_papers_tables_has_its_figures():
    there = {(figure["table"], figure["finding"]) for figure in published()}
    assert there == {(table, row) for layout in LAYOUTS for table in layout.tables for row in layout.rows}
