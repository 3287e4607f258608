"""What is known of a film -> what the model should say about it: a report, or an answer in a short dialogue, as ids.

A report that came with the film is taken as it is (refine it first: ``train refine``); where there is none, and for all
questions, our own grammar writes from the labels. Knows no films' pixels.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from workstation.errors import TrainingError
from workstation.reporting.findings import Presence
from workstation.vlm import prompt
from workstation.vlm.prompt import split
from workstation.vlm.tokenizer import BEGIN, Words
from workstation.vlm.training import questions
from workstation.vlm.training.datasets.sample import Sample
from workstation.vlm.training.grammar import ORDER, Decisions, write

REPORTS = 0.5  # share of reports; the rest are dialogues of one to three questions
LONGEST = 512  # ids after the film: the paper's most new words


@dataclass(frozen=True, slots=True)
class Script:
    """Ids that stand after the film, of which the first ``asked`` are a question and are not taught."""

    ids: tuple[int, ...]
    asked: int


def decisions(sample: Sample) -> Decisions:
    """What may be said of a film, from its labels."""
    by = {presence: tuple(n for n in ORDER if sample.labels.get(n) is presence) for presence in Presence}
    return Decisions(by[Presence.PRESENT], by[Presence.UNCERTAIN], by[Presence.ABSENT])


def has_report(sample: Sample) -> bool:
    """Whether its own report teaches words: there is one, in the language that the model is to write."""
    return sample.language == "en" and bool(sample.report.strip())


class Talk:
    """Samples -> scripts in one model's words."""

    def __init__(self, words: Words, report_prompt: str, findings: Sequence[str]) -> None:
        self.words, self.report_prompt = words, report_prompt
        self.assessed = tuple(name for name in ORDER if name in findings) or ORDER
        self.system = prompt.SYSTEM if "<<SYS>>" in report_prompt else ""
        self.lead = BEGIN if report_prompt.startswith(BEGIN) else ""
        self.before = tuple(split(report_prompt, words)[0])  # the same before every question

    def script(self, sample: Sample, chance: random.Random) -> Script:
        """A report or a dialogue, drawn by ``chance``."""
        if chance.random() < REPORTS:
            return self.report(sample, chance)
        turns = [questions.ask(decisions(sample), self.assessed, chance) for _ in range(chance.choice((1, 1, 2, 3)))]
        asked, answer = turns.pop()
        return self._script(self.lead + prompt.dialogue(turns, asked, self.system), answer)

    def report(self, sample: Sample, chance: random.Random) -> Script:
        text = sample.report.strip() if has_report(sample) else write(decisions(sample), chance)
        return self._script(self.report_prompt, text)

    def _script(self, asked: str, answer: str) -> Script:
        before, after = split(asked, self.words)
        if tuple(before) != self.before:
            raise TrainingError(
                "This model's report prompt does not begin as its questions do.",
                "Use the model's own prompt; for a published folder the one that it came with.",
                "prompt",
            )
        ids = [*after, *self.words.encode(answer), self.words.end]
        return Script(tuple(ids[:LONGEST]), len(after))


def corpus(samples: Sequence[Sample], count: int, seed: int) -> list[str]:
    """Texts for a vocabulary: reports that came along, and our own about the same labels."""
    chance = random.Random(seed)
    own = [write(decisions(sample), chance) for sample in chance.choices(list(samples), k=count)]
    asked = [" ".join(questions.ask(decisions(s), ORDER, chance)) for s in chance.choices(list(samples), k=count // 2)]
    return [*own, *asked, *(sample.report for sample in samples if has_report(sample))]
