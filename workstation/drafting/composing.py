"""Sentences of a model -> the texts of its draft or answer, judged sentences, a "not assessed" line and warnings.

What is shown while it streams and what stands in the record at the end are the same sentences. Knows words and finding
scores; no film, no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workstation.drafting.unfolding import Sentence
from workstation.drafting.wording import EVERYTHING, Rules, Worded, word
from workstation.reporting.draft import DraftSentence
from workstation.reporting.findings import CHEXPERT, Presence, mentions
from workstation.reporting.report import Sections

HEAD_THRESHOLD = 0.5  # where the manifest states none
_FULL_STOPS = (".", "!", "?", "。", "！", "？")


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
    """Takes sentences as they come; `add` returns what may be shown of each at once.

    ``sensitivities``: of a foreign model, how often it finds what is there, as far as measured; None for our own.
    """

    def __init__(
        self,
        rules: Rules,
        probabilities: Mapping[str, float] | None,
        thresholds: Mapping[str, float],
        sensitivities: Mapping[str, float] | None = None,
    ) -> None:
        self._rules = rules
        self._scores, self._thresholds = probabilities or {}, thresholds
        self._sensitivities = sensitivities
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
        """What parts the next sentence from the one before in ``section``; nothing at its start."""
        before = [kept.text for kept in self._kept if kept.section == section]
        return gap_after(before[-1]) if before else ""

    def finish(self, model_findings: Iterable[str]) -> Composed:
        findings, impression = self._joined("findings"), self._joined("impression")
        text = Sections({"Findings": findings, "Impression": impression}).as_text()
        kept = disputes(self._kept)
        # A foreign model may deny everything: what it did not name is not assessed all the same.
        spoken = {finding for sentence in kept for finding, _ in sentence.denied}
        deniable = self._rules.deniable if self._sensitivities is None else spoken
        unassessed = not_assessed(f"{findings}\n{impression}", model_findings, deniable)
        return Composed(findings, impression, text, kept, unassessed, tuple(self._warnings(kept)))

    def _joined(self, section: str) -> str:
        return joined(kept.text for kept in self._kept if kept.section == section)

    def _judged(self, text: str, section: str) -> DraftSentence:
        every = mentions(text)
        denied = self._denied(every)
        said = {finding: presence for finding, presence in every.items() if finding in self._scores}
        if not said:
            return DraftSentence(text, section, denied=denied)
        # Of several findings, the score is that of the one which supports the sentence least.
        weakest = min(said, key=lambda finding: self._support(finding, said[finding]))
        against = tuple(finding for finding, presence in said.items() if self._contradicts(finding, presence))
        return DraftSentence(text, section, self._scores[weakest], against, denied=denied)

    def _denied(self, said: Mapping[str, Presence]) -> tuple[tuple[str, float | None], ...]:
        if self._sensitivities is None:
            return ()
        absent = (finding for finding, presence in said.items() if presence is Presence.ABSENT)
        return tuple((finding, self._sensitivities.get(finding)) for finding in absent)

    def _support(self, finding: str, presence: Presence) -> float:
        score = self._scores[finding] - self._threshold(finding)
        return -score if presence is Presence.ABSENT else score

    def _contradicts(self, finding: str, presence: Presence) -> bool:
        seen = self._scores[finding] >= self._threshold(finding)
        return seen if presence is Presence.ABSENT else presence is Presence.PRESENT and not seen

    def _threshold(self, finding: str) -> float:
        return self._thresholds.get(finding, HEAD_THRESHOLD)

    def _warnings(self, kept: Sequence[DraftSentence]) -> Iterable[str]:
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
        if disputed := _unique(finding for sentence in kept for finding in sentence.disputed):
            yield f"Its sentences contradict each other about: {', '.join(disputed)}."
        if measured := dict(pair for sentence in kept for pair in sentence.denied):
            yield f"How often this model finds what it denies here: {', '.join(map(_measured, measured.items()))}."
        if not kept:
            yield "Nothing that may be shown is left of it."


def gap_after(sentence: str) -> str:
    """A line without a full stop stays a line: "No effusion" must not run into "Cardiomegaly"."""
    return " " if sentence.rstrip("\"')]").endswith(_FULL_STOPS) else "\n"


def joined(sentences: Iterable[str]) -> str:
    """Sentences as one text."""
    text = ""
    for sentence in sentences:
        text += (gap_after(text) if text else "") + sentence
    return text


def not_assessed(text: str, model_findings: Iterable[str], deniable: Iterable[str]) -> tuple[str, ...]:
    """Findings of CheXpert and the model's own that ``text`` neither affirms nor the model may deny."""
    affirmed = {finding for finding, presence in mentions(text).items() if presence is not Presence.ABSENT}
    silent = {*affirmed, *deniable, "no finding"}
    return tuple(finding for finding in _unique((*CHEXPERT, *model_findings)) if finding not in silent)


def disputes(sentences: Sequence[DraftSentence]) -> tuple[DraftSentence, ...]:
    """The sentences, each with the findings of which another says the opposite; doubt opposes nothing."""
    said = [mentions(sentence.text) for sentence in sentences]
    both = {
        finding
        for finding in {finding for each in said for finding in each}
        if {Presence.PRESENT, Presence.ABSENT} <= {each.get(finding) for each in said}
    }
    firm = (Presence.PRESENT, Presence.ABSENT)
    opposed = [tuple(finding for finding in each if finding in both and each[finding] in firm) for each in said]
    return tuple(replace(sentence, disputed=found) for sentence, found in zip(sentences, opposed, strict=True))


def _measured(pair: tuple[str, float | None]) -> str:
    finding, sensitivity = pair
    return f"{finding} unmeasured" if sensitivity is None else f"{finding} {sensitivity:.0%} of those there"


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
