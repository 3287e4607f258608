"""Sentences of a model -> the draft's texts, its judged sentences, its "not assessed" line and its warnings.

What is shown while it streams and what stands in the record at the end are the same sentences. Knows words and finding
scores; no film, no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workstation.drafting.unfolding import Sentence
from workstation.drafting.wording import EVERYTHING, Rules, Worded, word
from workstation.reporting.draft import DraftSentence
from workstation.reporting.findings import CHEXPERT, Presence, mentions
from workstation.reporting.report import Sections

HEAD_THRESHOLD = 0.5  # where the manifest states none


@dataclass(frozen=True, slots=True)
class Composed:
    """The worded parts of a `Draft`."""

    findings: str
    impression: str
    text: str
    sentences: tuple[DraftSentence, ...]
    not_assessed: tuple[str, ...]
    warnings: tuple[str, ...]


class Composer:
    """Takes sentences as they come; `add` returns what may be shown of each at once."""

    def __init__(
        self, rules: Rules, probabilities: Mapping[str, float] | None, thresholds: Mapping[str, float]
    ) -> None:
        self._rules = rules
        self._scores, self._thresholds = probabilities or {}, thresholds
        self._kept: list[DraftSentence] = []
        self._worded: list[Worded] = []

    def add(self, sentence: Sentence) -> str:
        """The sentence as it may be shown, with the space that parts it from the one before; "" = nothing."""
        worded = word(sentence.text, self._rules)
        self._worded.append(worded)
        if not worded.text:
            return ""
        shown = self.lead(sentence.section) + worded.text
        self._kept.append(self._judged(worded.text, sentence.section))
        return shown

    def lead(self, section: str) -> str:
        """What parts the next sentence from the one before in ``section``: a space, or nothing at its start."""
        return " " if any(kept.section == section for kept in self._kept) else ""

    def finish(self, model_findings: Iterable[str]) -> Composed:
        findings, impression = self._joined("findings"), self._joined("impression")
        text = Sections({"Findings": findings, "Impression": impression}).as_text()
        unassessed = not_assessed(f"{findings}\n{impression}", model_findings, self._rules.deniable)
        return Composed(findings, impression, text, tuple(self._kept), unassessed, tuple(self._warnings()))

    def _joined(self, section: str) -> str:
        return " ".join(kept.text for kept in self._kept if kept.section == section)

    def _judged(self, text: str, section: str) -> DraftSentence:
        said = {finding: presence for finding, presence in mentions(text).items() if finding in self._scores}
        if not said:
            return DraftSentence(text, section)
        # Of several findings, the score is that of the one which supports the sentence least.
        weakest = min(said, key=lambda finding: self._support(finding, said[finding]))
        against = tuple(finding for finding, presence in said.items() if self._contradicts(finding, presence))
        return DraftSentence(text, section, self._scores[weakest], against)

    def _support(self, finding: str, presence: Presence) -> float:
        score = self._scores[finding] - self._threshold(finding)
        return -score if presence is Presence.ABSENT else score

    def _contradicts(self, finding: str, presence: Presence) -> bool:
        seen = self._scores[finding] >= self._threshold(finding)
        return seen if presence is Presence.ABSENT else presence is Presence.PRESENT and not seen

    def _threshold(self, finding: str) -> float:
        return self._thresholds.get(finding, HEAD_THRESHOLD)

    def _warnings(self) -> Iterable[str]:
        denied = _unique(finding for worded in self._worded for finding in worded.denied)
        if EVERYTHING in denied:
            yield "A sentence that called the film or an organ normal was taken out: this model may not say that."
        if named := [finding for finding in denied if finding != EVERYTHING]:
            yield f"A denial was taken out, because this model may not deny: {', '.join(named)}."
        if any(worded.comparison for worded in self._worded):
            yield "Words of comparison were taken out: the model saw no earlier film."
        if any(worded.side for worded in self._worded):
            yield "Sides are left for you to choose: the film does not say reliably which side is which."
        if lost := _unique(finding for worded in self._worded for finding in worded.lost):
            yield f"With them, words about these findings were lost: {', '.join(lost)}."
        if not self._kept:
            yield "Nothing that may be shown is left of this draft."


def not_assessed(text: str, model_findings: Iterable[str], deniable: Iterable[str]) -> tuple[str, ...]:
    """Findings of CheXpert and the model's own that ``text`` neither affirms nor the model may deny."""
    affirmed = {finding for finding, presence in mentions(text).items() if presence is not Presence.ABSENT}
    silent = {*affirmed, *deniable, "no finding"}
    return tuple(finding for finding in _unique((*CHEXPERT, *model_findings)) if finding not in silent)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
