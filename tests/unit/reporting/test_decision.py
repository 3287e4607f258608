"""The decision that a text tells, and the ones that it contradicts."""

import pytest

from workstation.reporting.decision import Decision, contradiction, derive
from workstation.reporting.edits import difference

DRAFT = "The heart is enlarged. There is a small pleural effusion. No consolidation is seen."
CASES = [
    (DRAFT, Decision.ACCEPT),
    (DRAFT.replace("small", "large"), Decision.EDIT),
    ("The heart is enlarged.", Decision.EDIT),
    ("Bibasal scarring after radiotherapy.", Decision.REJECT),
    ("", Decision.REJECT),
]


@pytest.mark.parametrize(("final", "expected"), CASES)
def test_the_text_tells_the_decision(final, expected):
    assert derive(difference(DRAFT, final)) is expected


@pytest.mark.parametrize(("final", "expected"), CASES)
def test_the_told_decision_never_contradicts_itself(final, expected):
    assert contradiction(expected, difference(DRAFT, final)) is None


def test_accept_of_a_changed_text_is_a_contradiction():
    assert "differs" in contradiction(Decision.ACCEPT, difference(DRAFT, DRAFT + " Rib fracture."))


def test_edit_of_an_unchanged_text_is_a_contradiction():
    assert "equals" in contradiction(Decision.EDIT, difference(DRAFT, DRAFT))


def test_edit_with_nothing_left_is_a_contradiction():
    assert contradiction(Decision.EDIT, difference(DRAFT, "Bibasal scarring after radiotherapy."))


def test_reject_that_keeps_one_stock_sentence_stands_but_not_half():
    one = "Bibasal scarring. No consolidation is seen."
    two = "The heart is enlarged. No consolidation is seen. Bibasal scarring."
    assert contradiction(Decision.REJECT, difference(DRAFT, one)) is None
    assert contradiction(Decision.REJECT, difference(DRAFT, two))
    assert contradiction(Decision.REJECT, difference(DRAFT, DRAFT))


def test_one_word_in_every_sentence_is_no_report_written_anew():
    touched = DRAFT.replace("enlarged", "mildly enlarged").replace("small", "large").replace("is seen", "was seen")
    assert contradiction(Decision.REJECT, difference(DRAFT, touched))
    anew = "The heart is normal. A large pleural effusion is there. No fracture."
    assert contradiction(Decision.REJECT, difference(DRAFT, anew)) is None
