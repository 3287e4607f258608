"""A report's text -> the presence of each finding and the words that say so. Standard library alone.

Reads English; of a text in another language nothing is labelled. Statements of all sentences are joined as the
CheXpert labeler joins them: present wins over uncertain, uncertain over absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workstation.reporting.labeler.language import is_english
from workstation.reporting.labeler.layout import Sentence, sentences
from workstation.reporting.labeler.reading import HEALTHY, read
from workstation.reporting.labeler.vocabulary import WIDER
from workstation.reporting.presence import FINDINGS, Presence

__all__ = ["Labels", "label", "mentions"]

NO_FINDING, DEVICES = "no finding", "support devices"
_STRENGTH = {Presence.PRESENT: 2, Presence.UNCERTAIN: 1, Presence.ABSENT: 0}

Span = tuple[int, int]
_Heard = dict[str, dict[Presence, list[Span]]]


@dataclass(frozen=True, slots=True)
class Labels:
    """Presence of every finding, and for those mentioned the spans (start, end) of the text that decide it."""

    findings: Mapping[str, Presence]
    evidence: Mapping[str, tuple[Span, ...]]


def label(text: str) -> Labels:
    """Read one report."""
    spoken = list(sentences(text))
    if not is_english(" ".join(sentence.words for sentence in spoken)):
        spoken = []
    heard = _hear(sentence for sentence in spoken if is_english(sentence.words))
    named = set(heard)
    for narrow, wide in WIDER.items():
        if narrow in heard and wide not in named:
            for presence, spans in heard[narrow].items():
                heard.setdefault(wide, {}).setdefault(presence, []).extend(spans)
    decided = {name: max(said, key=_STRENGTH.__getitem__) for name, said in heard.items()}
    if spans := _no_finding(heard, decided):
        decided[NO_FINDING], heard[NO_FINDING] = Presence.PRESENT, {Presence.PRESENT: spans}
    return Labels(
        {name: decided.get(name, Presence.NOT_MENTIONED) for name in FINDINGS},
        {name: tuple(heard[name][decided[name]]) for name in FINDINGS if name in decided},
    )


def mentions(text: str) -> dict[str, Presence]:
    """Findings that ``text`` itself names, and what it says of them, whatever heading they stand under.

    For sentences of a draft: nothing is passed over, so that no denial is.
    """
    heard = _hear(sentences(text, spoken_only=False))
    return {name: max(heard[name], key=_STRENGTH.__getitem__) for name in FINDINGS if name in heard}


def _hear(spoken: Iterable[Sentence]) -> _Heard:
    heard: _Heard = defaultdict(lambda: defaultdict(list))
    hinted: _Heard = defaultdict(lambda: defaultdict(list))
    for sentence in spoken:
        for said in read(sentence.words):
            whither = hinted if said.hint else heard
            whither[said.name][said.presence].append(sentence.span(said.start, said.end))
    return {**hinted, **heard}


def _no_finding(heard: _Heard, decided: Mapping[str, Presence]) -> list[Span]:
    """The words that let a report say "no finding": of normality or denial, with nothing present or doubted."""
    harmless = (DEVICES, HEALTHY)
    if any(presence is not Presence.ABSENT and name not in harmless for name, presence in decided.items()):
        return []
    denied = [span for said in heard.values() for span in said.get(Presence.ABSENT, ())]
    return sorted({*heard.get(HEALTHY, {}).get(Presence.PRESENT, ()), *denied})
