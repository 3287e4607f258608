"""Our sentences say what was decided and nothing else: no denial that is not allowed, no side, no comparison."""

import random
import re

import pytest

from workstation.reporting.findings import FINDINGS, Presence, mentions
from workstation.vlm.training.data import TARGETS
from workstation.vlm.training.grammar import ORDER, PRESENT, Decisions, corpus, write

NAMES = TARGETS[:-1]


@pytest.mark.parametrize("finding", NAMES)
@pytest.mark.parametrize("seed", range(6))
def test_each_way_of_saying_is_read_back_as_it_was_meant(finding, seed):
    for field, meant in (("present", Presence.PRESENT), ("uncertain", Presence.UNCERTAIN), ("absent", Presence.ABSENT)):
        text = write(Decisions(**{field: (finding,)}), random.Random(seed))
        assert mentions(text) == {finding: meant}, text


@pytest.mark.parametrize("seed", range(60))
def test_mixed_reports_are_read_back_whole(seed):
    chance = random.Random(seed)
    drawn = chance.sample(NAMES, 9)
    decisions = Decisions(tuple(drawn[:2]), tuple(drawn[2:5]), tuple(drawn[5:]))
    text = write(decisions, chance)
    found = mentions(text)
    assert {name: found.get(name, Presence.NOT_MENTIONED) for name in NAMES} == {
        name: decisions.presence(name) for name in NAMES
    }, text


def test_a_film_with_nothing_to_name_denies_nothing():
    for seed in range(20):
        text = write(Decisions(), random.Random(seed))
        assert mentions(text) == {}
        assert not re.search(r"\b(normal|clear|unremarkable)\b", text)
        assert "not exclude" in text or "not excluded" in text


def test_only_what_may_be_denied_is_denied():
    for text in corpus(NAMES, ("edema", "pneumonia"), 400, 3):
        denied = {name for name, presence in mentions(text).items() if presence == Presence.ABSENT}
        assert denied <= {"edema", "pneumonia"}, text


def test_no_side_no_comparison_no_device_no_normality():
    words = re.compile(
        r"\b(left|right|bilateral|upper|lower|unchanged|stable|worse|improved|new|prior|previous|compar\w*"
        r"|tube|catheter|line|normal|clear|unremarkable|small|large|mild|severe)\b",
        re.IGNORECASE,
    )
    for text in corpus(NAMES, NAMES, 400, 1):
        assert not words.search(text), text


def test_every_finding_has_sentences_and_a_name_of_the_vocabulary():
    assert set(ORDER) == set(PRESENT) == set(NAMES) <= set(FINDINGS)


def test_reports_have_both_sections_and_vary():
    texts = corpus(NAMES, NAMES, 200, 0)
    assert all(text.startswith("FINDINGS:\n") and "\n\nIMPRESSION:\n" in text for text in texts)
    assert len(set(texts)) > 150
