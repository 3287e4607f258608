"""What speaks against a drafted sentence, in words."""

from workstation.reporting.draft import DraftSentence
from workstation.ui.report.tint import disagreement, reservations


def test_scores_another_sentence_and_unmeasured_denials_each_say_what_they_are():
    denied = (("pneumothorax", None), ("edema", 0.07))
    sentence = DraftSentence("No pneumothorax.", "findings", 0.9, ("edema",), ("mass",), denied)
    assert reservations(sentence) == (
        "finding score disagrees: edema",
        "another sentence says the opposite: mass",
        "of those there this model finds: pneumothorax unmeasured, edema 7%",
    )
    assert disagreement(reservations(sentence)).startswith("\u25b2 finding score disagrees: edema; another")


def test_nothing_stands_under_a_sentence_that_nothing_speaks_against():
    assert reservations(DraftSentence("There is a mass.", "findings", 0.9)) == ()
