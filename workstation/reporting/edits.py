"""Draft text and final text -> what was kept, changed, added and removed, and the word error rate.

The text change is exact arithmetic; which draft sentence became which final one is an alignment, hence an estimate.
Word error rate = (substitutions + insertions + deletions) / words of the draft (Huang 2025, JAMA Netw Open).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from workstation.reporting.sentences import TOKENISER_VERSION, split_sentences, words

SIMILAR = 0.5  # two sentences that share at least half of their words are one sentence, changed


@dataclass(frozen=True, slots=True)
class SentenceChange:
    """One aligned pair: ``kind`` is kept, changed, added or removed; the missing side is ``""``."""

    kind: str
    draft: str
    final: str


@dataclass(frozen=True, slots=True)
class Difference:
    """CONTRACT's ``diff``; ``word_error_rate`` is None when the draft has no words."""

    kept: int
    changed: int
    added: int
    removed: int
    word_error_rate: float | None
    changes: tuple[SentenceChange, ...]
    unchanged: bool
    tokeniser_version: int = TOKENISER_VERSION

    def to_json(self) -> dict[str, Any]:
        return {
            "kept": self.kept,
            "changed": self.changed,
            "added": self.added,
            "removed": self.removed,
            "word_error_rate": self.word_error_rate,
            "tokeniser_version": self.tokeniser_version,
        }


def difference(draft: str, final: str) -> Difference:
    """Compare two texts sentence by sentence and word by word."""
    changes = tuple(_align(split_sentences(draft), split_sentences(final)))
    count = {kind: sum(change.kind == kind for change in changes) for kind in ("kept", "changed", "added", "removed")}
    reference = words(draft)
    rate = edit_distance(reference, words(final)) / len(reference) if reference else None
    return Difference(**count, word_error_rate=rate, changes=changes, unchanged=draft == final)


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """Levenshtein distance over words: substitutions + insertions + deletions, each 1.

    Bit-parallel (Myers 1999, in Hyyro's form) on Python's long integers, so that 10,000 words take well under a second.
    """
    if not a:
        return len(b)
    places: dict[str, int] = {}
    for i, word in enumerate(a):
        places[word] = places.get(word, 0) | 1 << i
    mask, last, distance = (1 << len(a)) - 1, 1 << (len(a) - 1), len(a)
    positive, negative = mask, 0
    for word in b:
        match = places.get(word, 0)
        diagonal = (((match & positive) + positive) ^ positive) | match | negative
        rise, fall = negative | ~(diagonal | positive) & mask, positive & diagonal
        distance += bool(rise & last) - bool(fall & last)
        rise, fall = (rise << 1 | 1) & mask, fall << 1 & mask
        positive, negative = (fall | ~(diagonal | rise)) & mask, rise & diagonal
    return distance


def _align(draft: list[str], final: list[str]) -> list[SentenceChange]:
    partner = _equal_sentences(draft, final)
    _similar_sentences(draft, final, partner)
    taken = set(partner.values())
    changes = []
    for i, sentence in enumerate(draft):
        if i not in partner:
            changes.append(SentenceChange("removed", sentence, ""))
        else:
            other = final[partner[i]]
            changes.append(SentenceChange("kept" if other == sentence else "changed", sentence, other))
    changes += [SentenceChange("added", "", sentence) for j, sentence in enumerate(final) if j not in taken]
    return changes


def _equal_sentences(draft: list[str], final: list[str]) -> dict[int, int]:
    partner: dict[int, int] = {}
    free = list(range(len(final)))
    for i, sentence in enumerate(draft):
        for j in free:
            if final[j] == sentence:
                partner[i] = j
                free.remove(j)
                break
    return partner


def _similar_sentences(draft: list[str], final: list[str], partner: dict[int, int]) -> None:
    """Greedy best-first matching of what is left; ties go to the earlier pair, so the result is stable."""
    taken = set(partner.values())
    scored = [
        (-similarity(draft[i], final[j]), i, j)
        for i in range(len(draft))
        if i not in partner
        for j in range(len(final))
        if j not in taken
    ]
    for score, i, j in sorted(scored):
        if -score >= SIMILAR and i not in partner and j not in taken:
            partner[i] = j
            taken.add(j)


def similarity(a: str, b: str) -> float:
    """The part of their words, 0 to 1, that two sentences share in order."""
    return SequenceMatcher(None, words(a), words(b), autojunk=False).ratio()
