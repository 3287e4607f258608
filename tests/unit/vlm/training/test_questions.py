"""An answer says what the report would say, nothing more, and what is not judged is said to be so."""

import random

import pytest

from workstation.reporting.findings import Presence, mentions
from workstation.vlm.training import grammar, questions
from workstation.vlm.training.grammar import Decisions

ASSESSED = tuple(name for name in grammar.ORDER if name not in ("pneumothorax", "hernia"))
DENIABLE = ("edema", "pleural effusion")


def _asked(count: int = 3000):
    chance = random.Random(1)
    for _ in range(count):
        decisions = grammar.draw(ASSESSED, DENIABLE, chance)
        yield decisions, *questions.ask(decisions, ASSESSED, chance)


def test_every_answer_agrees_with_the_decisions():
    for decisions, question, answer in _asked():
        if answer.startswith(("For ", "If ")):
            continue  # a differential names causes as well, and those are no decisions
        for finding, presence in mentions(answer).items():
            assert presence is decisions.presence(finding), (question, answer)


def test_nothing_is_denied_that_may_not_be():
    for _, question, answer in _asked():
        denied = {name for name, presence in mentions(answer).items() if presence is Presence.ABSENT}
        assert denied <= set(DENIABLE), (question, answer)


def test_a_question_about_a_weak_finding_or_another_disease_is_not_answered():
    found = {question: answer for _, question, answer in _asked()}
    weak = [answer for question, answer in found.items() if "pneumothorax" in question or "fracture" in question]
    assert weak and set(weak) == {questions.NOT_ASSESSED}


@pytest.mark.parametrize("finding", grammar.ORDER)
def test_each_presence_has_its_own_answer(finding):
    chance = random.Random(0)
    cases = (
        (Decisions(present=(finding,)), Presence.PRESENT),
        (Decisions(uncertain=(finding,)), Presence.UNCERTAIN),
        (Decisions(absent=(finding,)), Presence.ABSENT),
    )
    for decisions, presence in cases:
        assert mentions(questions.answer(finding, decisions, chance)) == {finding: presence}
    assert questions.answer(finding, Decisions(), chance) == questions.BETWEEN


def test_the_differential_names_each_finding_once_with_its_causes():
    text = questions.differential(Decisions(("consolidation",), ("pleural effusion",)))
    assert text == (
        "Consolidation: bacterial disease, aspiration or hemorrhage. "
        "Possible pleural effusion: cardiac disease, inflammation or cancer."
    )
    assert questions.differential(Decisions()) == questions.NO_DIFFERENTIAL
    assert mentions(questions.NO_DIFFERENTIAL) == mentions(questions.BETWEEN) == {}
