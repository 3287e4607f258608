"""A whole report: joined sentences, sections, "no finding", the words as evidence, other languages."""

import csv
import random

import pytest

from workstation.reporting.labeler import label, mentions
from workstation.reporting.presence import CHEXPERT, FINDINGS, Presence
from workstation.vlm.training import grammar

P, A, U, N = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN, Presence.NOT_MENTIONED


def said(text):
    return {name: presence for name, presence in label(text).findings.items() if presence is not N}


def test_every_finding_has_a_presence_and_only_what_is_said_has_evidence():
    found = label("Small effusion. No pneumothorax.")
    assert list(found.findings) == list(FINDINGS)
    assert set(found.evidence) == {name for name, presence in found.findings.items() if presence is not N}


# The four rows that the CheXpert labeler publishes with its answers, said in our own words.
LIKE_PUBLISHED = [
    (
        "Normal heart size, and the lungs are clear. Neither edema nor pneumonia. No effusion",
        {"no finding": P, "cardiomegaly": A, "edema": A, "pneumonia": A, "pleural effusion": A},
    ),
    (
        "1. Effusion on the left with neighbouring atelectasis. There is a right effusion too.\n\n"
        "2. Cardiomegaly without frank edema.",
        {"cardiomegaly": P, "edema": A, "atelectasis": P, "pleural effusion": P},
    ),
    (
        "Slight patchy airspace disease in the lingula, which may represent consolidation or atelectasis.",
        {"lung opacity": P, "consolidation": U, "atelectasis": U},
    ),
    ("1. Unchanged mild cardiomegaly. 2. Hyperinflated but clear lungs.", {"cardiomegaly": P}),
    (
        "Clear lungs with no evidence of focal airspace disease. No evidence of pneumothorax or large effusion. "
        "Cardiac and mediastinal contours are normal.",
        {
            "no finding": P,
            "enlarged cardiomediastinum": A,
            "lung opacity": A,
            "pneumothorax": A,
            "pleural effusion": A,
        },
    ),
]


@pytest.mark.parametrize(("text", "expected"), LIKE_PUBLISHED)
def test_reports_like_the_published_ones(text, expected):
    assert said(text) == expected


def test_the_published_rows_themselves(shared):
    meant = {"1.0": P, "0.0": A, "-1.0": U, "": N}
    with (shared / "data/openi_gold/chexpert_labeled_reports.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 4
    for row in rows:
        found = label(row["Reports"]).findings
        assert {name: found[name] for name in CHEXPERT} == {
            name.lower(): meant[cell] for name, cell in row.items() if name != "Reports"
        }


def test_a_sample_report_of_the_published_model():
    text = (
        "The report shows a large consolidation in the right upper lobe. There is no evidence of pleural effusion or "
        "pneumothorax. The cardiac and mediastinal contours are normal."
    )
    expected = {"consolidation": P, "pleural effusion": A, "pneumothorax": A, "enlarged cardiomediastinum": A}
    assert said(text) == expected


@pytest.mark.parametrize("seed", range(40))
def test_drafts_of_our_own_grammar(seed):
    chance = random.Random(seed)
    drawn = chance.sample(grammar.ORDER, 8)
    decisions = grammar.Decisions(tuple(drawn[:2]), tuple(drawn[2:4]), tuple(drawn[4:]))
    text = grammar.write(decisions, chance)
    found = label(text).findings
    assert {name: found[name] for name in drawn} == {name: decisions.presence(name) for name in drawn}, text


# ---- joining
@pytest.mark.parametrize(
    ("text", "presence"),
    [
        ("No effusion. Possible small effusion.", U),
        ("Possible effusion. Large effusion.", P),
        ("Large effusion on the left. No effusion on the right.", P),
        ("No effusion. No pleural fluid.", A),
    ],
)
def test_present_wins_over_doubt_and_doubt_over_absence(text, presence):
    assert label(text).findings["pleural effusion"] is presence


def test_a_hint_counts_only_where_the_finding_is_not_named():
    assert label("Blunted costophrenic angles.").findings["pleural effusion"] is U
    assert label("Blunted costophrenic angles, but no pleural effusion.").findings["pleural effusion"] is A


def test_a_part_stands_for_its_class_unless_the_class_is_named():
    assert label("A nodule is seen.").findings["lung lesion"] is P
    assert label("A nodule is seen. No lung lesion.").findings["lung lesion"] is A
    assert "lung lesion" not in mentions("A nodule is seen.")


@pytest.mark.parametrize(
    ("text", "presence"),
    [
        ("Normal chest.", P),
        ("No acute cardiopulmonary abnormality.", P),
        ("Lungs are clear. PICC line in place.", P),
        ("No effusion. Healed rib fracture.", N),
        ("Lungs are clear. Scoliosis.", N),
        ("Possible nodule.", N),
        ("", N),
        ("The patient was unable to stand.", N),
    ],
)
def test_no_finding_needs_words_of_normality_and_nothing_else(text, presence):
    assert label(text).findings["no finding"] is presence


# ---- sections
def test_what_stands_under_history_is_not_on_the_film():
    text = (
        "EXAM: Chest, 2 views.\nINDICATION: Known effusion, evaluate pneumonia.\nCOMPARISON: Film with atelectasis.\n"
        "FINDINGS: Mild edema.\nIMPRESSION: Edema."
    )
    assert said(text) == {"edema": P}
    assert said(text.replace("\n", " ")) == {"edema": P}


def test_a_heading_without_another_behind_it_hides_one_sentence_only():
    assert said("COMPARISON: None. There is a small effusion.") == {"pleural effusion": P}
    assert said("HISTORY: Edema.\n\nThere is a small effusion.\n\nIMPRESSION: Effusion.") == {"pleural effusion": P}


def test_drafts_hide_nothing_behind_headings():
    assert mentions("Comparison: no pneumothorax.") == {"pneumothorax": A}


# ---- evidence
def test_evidence_is_the_words_in_the_text_as_given():
    text = (
        "INDICATION: Cough.\nFINDINGS:\r\n  No   pleural\n\teffusion \u2019s trace; the HEART is mildly   enlarged.\n"
    )
    found = label(text)
    words = {name: [text[start:end] for start, end in spans] for name, spans in found.evidence.items()}
    assert words == {"pleural effusion": ["pleural\n\teffusion"], "cardiomegaly": ["HEART is mildly   enlarged"]}


@pytest.mark.parametrize("seed", range(30))
def test_evidence_stays_in_place_whatever_stands_before_it(seed):
    chance = random.Random(seed)
    before = "".join(chance.choice("a İß\u00a0\n\t.,:;é\U0001f600 ") for _ in range(30))
    text = f"{before}\n\nThere is  a small   Pleural\n effusion."
    (span,) = label(text).evidence["pleural effusion"]
    assert " ".join(text[slice(*span)].split()) == "Pleural effusion"


def test_only_the_words_that_decide_are_evidence():
    text = "No effusion on the right. Small effusion on the left."
    ((start, _),) = label(text).evidence["pleural effusion"]
    assert start == text.index("effusion on the left")


# ---- other languages
@pytest.mark.parametrize(
    "text",
    [
        "Kein Pneumothorax. Kein Pleuraerguss. Keine Infiltrate.",
        "Herz nicht vergrößert. Verdacht auf Pneumonie links.",
        "Pas de pneumothorax ni d'épanchement pleural.",
        "Sin consolidación ni derrame pleural. Pneumothorax, no se observa en las bases.",
        "Geen pneumothorax. Geen consolidatie.",
        "未见气胸。Pneumothorax 未见。双肺纹理清晰,心影不大。",
        "Пневмоторакс не выявлен. Pneumothorax нет.",
    ],
)
def test_of_another_language_nothing_is_labelled(text):
    assert said(text) == {}


# ---- hostile texts
@pytest.mark.parametrize(
    "piece",
    ["no ", "history: ", "comparison:\n\n", "effusion or ", "(", ", ", "\n", "A\n", "vs. ", "x", "\0", "中", "is not "],
)
def test_a_long_odd_text_is_read_to_its_end(piece):
    text = (
        piece * (200_000 // len(piece))
        + "\n\nFINDINGS: There is a small left pleural effusion with the heart enlarged."
    )
    found = label(text)
    assert all(0 <= start < end <= len(text) for spans in found.evidence.values() for start, end in spans)
    if piece not in ("中",):
        assert found.findings["pleural effusion"] is P
