"""Pieces of decoder text as they come -> finished sentences with their section, each once and in order.

A sentence is handed on when the next one has begun: only then can it be judged as a whole. Knows headings and
sentences; no rules, no model.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from workstation.reporting.sentences import split_sentences

_HEADING = re.compile(r"\b(FINDINGS|IMPRESSION)\s*:|^[ \t]*(findings|impression)\s*:", re.IGNORECASE | re.MULTILINE)
_WORTH_A_LOOK = re.compile(r"[.!?:\n。！？]")
# A model that writes no headings begins its conclusion so; all that follows the first kind belongs to it.
_CLOSING = re.compile(
    r"(?:in (?:summary|conclusion|short)|to (?:summari[sz]e|conclude)|overall impression|conclusion|summary)\b",
    re.IGNORECASE,
)
_INFERRING = re.compile(
    r"(?:(?:these|the|overall) )?(?:findings|appearances|features|changes) (?:are|is|suggest|may|might|could|indicate"
    r"|represent|raise|favou?r)\w*\b",
    re.IGNORECASE,
)
_UNDECIDED = 4  # words, until which a sentence without headings may turn out to be the conclusion
_NUMBER = re.compile(r"(?:\d{1,2}[.)]|[-*•])")


class Sentence(NamedTuple):
    """One sentence of the model's own text."""

    section: str  # "findings" or "impression"
    text: str


class Unfolding:
    """The text so far; `add` and `finish` return what became whole."""

    def __init__(self) -> None:
        self.text = ""
        self._given = 0

    def add(self, piece: str) -> list[Sentence]:
        self.text += piece
        # Most pieces end nothing; the one after an end is looked at because it may begin the next sentence.
        if not _WORTH_A_LOOK.search(self.text[-len(piece) - 3 :]):
            return []
        return self._take(sentences(self.text)[:-1])

    def growing(self) -> Sentence | None:
        """The sentence that is still being written."""
        found = sentences(self.text)
        if len(found) <= self._given or (not _headings(self.text) and len(found[-1].text.split()) < _UNDECIDED):
            return None
        return found[-1]

    def finish(self) -> list[Sentence]:
        return self._take(sentences(self.text))

    def _take(self, whole: list[Sentence]) -> list[Sentence]:
        new = whole[self._given :]
        self._given = max(self._given, len(whole))
        return new


def sentences(text: str) -> list[Sentence]:
    """All sentences of ``text``; what stands before any heading belongs to the findings. Without headings, a sentence
    that concludes is the impression's."""
    headings = _headings(text)
    if not headings:
        return _without_headings(text)
    found: list[Sentence] = []
    section, start = "findings", 0
    for match in headings:
        found += _of(section, text[start : match.start()])
        section, start = (match.group(1) or match.group(2)).lower(), match.end()
    return found + _of(section, text[start:])


def _without_headings(text: str) -> list[Sentence]:
    found: list[Sentence] = []
    closing = False
    for sentence in _of("findings", text):
        closing = closing or bool(_CLOSING.match(sentence.text))
        concludes = closing or bool(_INFERRING.match(sentence.text))
        found.append(sentence._replace(section="impression") if concludes else sentence)
    return found


def _headings(text: str) -> list[re.Match[str]]:
    """Capitals anywhere, other spellings only at the start of a line."""
    return [m for m in _HEADING.finditer(text) if m.group(2) or m.group(1).isupper() or _starts_line(text, m.start())]


def _starts_line(text: str, place: int) -> bool:
    return not text[:place].rsplit("\n", 1)[-1].strip()


def _of(section: str, text: str) -> list[Sentence]:
    """Sentences of one section; the number of a list's item is dropped, it is no sentence."""
    pieces = [re.sub(r"^(?:\d{1,2}[.)]|[-*•])\s+", "", piece) for piece in split_sentences(text)]
    return [Sentence(section, piece) for piece in pieces if not _NUMBER.fullmatch(piece)]
