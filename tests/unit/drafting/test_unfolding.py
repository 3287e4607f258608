"""Text that comes in pieces falls into the same sentences however it is cut."""

import random

import pytest

from workstation.drafting.unfolding import Sentence, Unfolding, sentences

TEXT = (
    "FINDINGS:\nThe heart is enlarged. A 2.5 cm nodule is seen. Dr. X was told.\n\n"
    "IMPRESSION:\n1. Cardiomegaly.\n2. Possible nodule"
)
WHOLE = [
    Sentence("findings", "The heart is enlarged."),
    Sentence("findings", "A 2.5 cm nodule is seen."),
    Sentence("findings", "Dr. X was told."),
    Sentence("impression", "Cardiomegaly."),
    Sentence("impression", "Possible nodule"),
]


def test_headings_and_numbers_are_no_sentences():
    assert sentences(TEXT) == WHOLE


@pytest.mark.parametrize("seed", range(20))
def test_pieces_of_any_size_give_each_sentence_once(seed):
    chance, unfolding, found, place = random.Random(seed), Unfolding(), [], 0
    while place < len(TEXT):
        size = chance.randint(1, 5)
        found += unfolding.add(TEXT[place : place + size])
        place += size
    assert len(found) >= 3  # most were given before the end
    assert found + unfolding.finish() == WHOLE
    assert unfolding.text == TEXT


def test_text_before_any_heading_is_findings():
    assert sentences("Edema. Impression: a mass") == [
        Sentence("findings", "Edema."),
        Sentence("findings", "Impression: a mass"),
    ]
    assert sentences("Edema.\nImpression: a mass") == [Sentence("findings", "Edema."), Sentence("impression", "a mass")]


def test_nothing_is_nothing():
    assert Unfolding().finish() == []
    assert sentences("FINDINGS:\n\nIMPRESSION:\n") == []
