"""Words arrive as they are made, and nothing that must go was ever shown."""

import random

import pytest

from workstation.drafting.composing import Composer
from workstation.drafting.streaming import CUT, Streaming
from workstation.drafting.wording import Rules

TEXT = (
    "FINDINGS: The heart is enlarged. No pneumothorax. No pleural effusion. The lungs are clear. "
    "A stable nodule is seen in the right lung.\n\nIMPRESSION: Cardiomegaly. Pulmonary nodule."
)


def stream(text, rules, sizes):
    composer, told = Composer(rules, None, {}), []
    streaming = Streaming(composer, rules, lambda words, section: told.append((section, words)))
    place = 0
    while place < len(text):
        size = next(sizes)
        streaming.add(text[place : place + size])
        place += size
    streaming.finish()
    return told, composer.finish([])


def shown(told, section):
    return "".join(words for where, words in told if where == section)


@pytest.mark.parametrize("seed", range(20))
def test_words_of_an_untouched_text_are_the_record_word_for_word(seed):
    chance = random.Random(seed)
    text = "FINDINGS: The heart is enlarged. A nodule is seen. IMPRESSION: Cardiomegaly. Pulmonary nodule."
    told, made = stream(text, Rules(), iter(lambda: chance.randrange(1, 9), None))
    assert (shown(told, "findings"), shown(told, "impression")) == (made.findings, made.impression)


def test_words_come_before_their_sentence_ends():
    told, _ = stream("FINDINGS: The heart is enlarged. A nodule.", Rules(), iter(lambda: 1, None))
    assert [words for _, words in told][:3] == ["The heart", " is", " enlarged."]


@pytest.mark.parametrize("seed", range(20))
def test_what_must_go_was_never_on_the_screen(seed):
    chance = random.Random(seed)
    rules = Rules(deniable=frozenset({"pneumothorax"}))
    told, made = stream(TEXT, rules, iter(lambda: chance.randrange(1, 9), None))
    seen = "".join(words for _, words in told)
    assert "No pneumothorax." in seen and "No pneumothorax." in made.findings
    for forbidden in ("effusion", "clear", "stable", "in the right"):
        assert forbidden not in seen
    assert CUT not in made.text


def test_a_shown_beginning_whose_end_must_go_is_marked_as_cut():
    text = "FINDINGS: There is an enlarged heart without pneumothorax. Atelectasis."
    told, made = stream(text, Rules(), iter(lambda: 1, None))
    assert shown(told, "findings") == f"There is an enlarged heart{CUT}Atelectasis."
    assert made.findings == "Atelectasis."
