"""Text that comes in pieces falls into the same sentences however it is cut."""

import random
import re

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


@pytest.mark.parametrize(
    ("text", "impression"),
    [
        (
            "The heart is large. In conclusion, cardiomegaly. No effusion.",
            ["In conclusion, cardiomegaly.", "No effusion."],
        ),
        ("An opacity. These findings suggest pneumonia. No effusion.", ["These findings suggest pneumonia."]),
        ("The findings are consistent with edema.", ["The findings are consistent with edema."]),
        ("The radiologic report reveals a large consolidation. The heart is normal.", []),
        ("These catheters are in place. The impression of the ribs is normal.", []),
    ],
)
def test_free_text_without_headings_keeps_its_conclusion_apart(text, impression):
    found = sentences(text)
    assert [each.text for each in found if each.section == "impression"] == impression
    whole, made = Unfolding(), []
    for piece in re.findall(r"\S+\s*", text):
        made += whole.add(piece)
        growing = whole.growing()
        assert growing is None or growing.section == found[len(made)].section
    assert made + whole.finish() == found


def test_headings_outweigh_concluding_words():
    assert [each.section for each in sentences("FINDINGS: In summary, clear. IMPRESSION: Normal.")] == [
        "findings",
        "impression",
    ]
