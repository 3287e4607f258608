"""Report text -> sentences and words, the same way everywhere (drafts, differences, marks in the editor).

`TOKENISER_VERSION` stands in the log beside every difference, because numbers depend on it.
"""

from __future__ import annotations

import re

TOKENISER_VERSION = 1

# A full stop ends a sentence unless it is a decimal point, part of an initial, or follows a common abbreviation.
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|approx|cf|e\.g|i\.e|vs|ca|max|min)\.$", re.IGNORECASE)
_END = re.compile(r"[.!?。！？]+[\"')\]]*(?=\s|$)|\n+")
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*", re.UNICODE)


def split_sentences(text: str) -> list[str]:
    """Sentences in order, stripped, none empty."""
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence in ``text``, without the white space around it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match.group()[0] == "." and _ABBREVIATION.search(text[start : match.start() + 1]):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    trail = len(piece) - len(piece.rstrip())
    if lead + trail < len(piece):
        spans.append((start + lead, end - trail))


def words(text: str) -> list[str]:
    """Words in lower case without punctuation, for word error rates."""
    return [match.group().lower() for match in _WORD.finditer(text)]
