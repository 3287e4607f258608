"""Refined reports say of every finding what they said before; devices, comparisons and identifiers are gone."""

import csv

import pytest

from workstation.errors import TrainingError
from workstation.reporting.labeler import label
from workstation.vlm.training.refine import compares, names_devices, refine, refine_table


def findings(text):
    return {name: presence for name, presence in label(text).findings.items() if name != "support devices"}


CASES = [
    ("Endotracheal tube tip 3 cm above the carina. There is an effusion.", "There is an effusion."),
    ("Stable mild cardiomegaly.", "Mild cardiomegaly."),
    ("Left basilar atelectasis, unchanged from prior exam.", "Left basilar atelectasis."),
    ("Compared with the prior study dated 3/4/2010, there is edema.", "There is edema."),
    ("There is no pneumothorax since the previous radiograph.", "There is no pneumothorax."),
    ("Interval increase in size of the pleural effusion.", "Pleural effusion."),
    ("Again noted is cardiomegaly. Findings were discussed with Dr. XXXX at 14:30.", "Noted is cardiomegaly."),
    ("Normal chest x-XXXX.", "Normal chest x-ray."),
    ("The cardiomediastinal silhouette is stable. No pneumothorax.", "No pneumothorax."),
    ("Evidence of prior granulomatous disease.", "Evidence of prior granulomatous disease."),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CASES, ids=[before[:30] for before, _ in CASES])
def test_what_is_cut(before, after):
    assert refine(before) == after
    assert findings(before) == findings(after)


def test_a_cut_that_would_lose_a_finding_is_not_made():
    text = "The pleural effusion has resolved since the prior study."
    assert findings(refine(text)) == findings(text)


def test_sections_and_numbers():
    text = "FINDINGS:\nStable edema.\n\nIMPRESSION:\n1. Edema. 2. Pacemaker in place."
    assert refine(text) == "FINDINGS:\nEdema.\n\nIMPRESSION:\nEdema."
    assert refine("") == "" and refine("Pacemaker in place.") == ""


def test_refining_twice_is_refining_once():
    for before, _ in CASES:
        assert refine(refine(before)) == refine(before)


def test_real_reports_keep_their_findings(shared):
    """Over Open-i's own words, read in place: not one finding moves; devices and comparisons become rare."""
    place = shared / "data" / "openi_text" / "index.csv"
    with place.open(encoding="utf-8", newline="") as file:
        rows = [row for n, row in enumerate(csv.DictReader(file)) if n % 10 == 3]
    sections = [(("FINDINGS", row["report_findings"]), ("IMPRESSION", row["report_impression"])) for row in rows]
    texts = ["\n\n".join(f"{name}:\n{words}" for name, words in both if words) for both in sections]
    texts = [text for text in texts if text]
    refined = [refine(text) for text in texts]
    moved = [text for text, after in zip(texts, refined, strict=True) if findings(text) != findings(after)]
    assert moved == []
    for look, share in ((compares, 0.25), (names_devices, 0.25), (lambda text: "XXXX" in text, 0.05)):
        assert sum(map(look, refined)) <= share * sum(map(look, texts))
    assert sum(bool(text) for text in refined) > 0.98 * len(texts)


def test_a_table_is_refined_and_counted(tmp_path):
    source = tmp_path / "in.csv"
    source.write_text("id,report\n1,Stable edema.\n2,\n3,Pacemaker in place.\n4,No pneumothorax.\n")
    told = refine_table(source, tmp_path / "out.csv")
    assert told == {
        "read": 4, "kept": 2, "changed": 1,
        "left_out": [{"reason": "an empty report", "count": 1}, {"reason": "nothing left to learn from", "count": 1}],
    }  # fmt: skip
    assert (tmp_path / "out.csv").read_text().splitlines() == ["id,report", "1,Edema.", "4,No pneumothorax."]


def test_a_table_without_reports_is_refused(tmp_path):
    (tmp_path / "in.csv").write_text("id,words\n1,Edema.\n")
    with pytest.raises(TrainingError, match="no column report or text") as caught:
        refine_table(tmp_path / "in.csv", tmp_path / "out.csv")
    assert caught.value.code == "dataset_columns" and not (tmp_path / "out.csv").exists()
    with pytest.raises(TrainingError, match="not there"):
        refine_table(tmp_path / "none.csv", tmp_path / "out.csv")
