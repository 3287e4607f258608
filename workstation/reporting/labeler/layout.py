"""A report as it was written -> the sentences that speak of the film, each with its place in the text.

Leaves out what is no observation (indication, history, technique, comparison), joins wrapped lines and parts lists.
Knows headings and line ends of radiology reports; no findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

LONGEST = 1500  # characters of one sentence; what goes on longer is cut at a space
_WRAPPED = 55  # a line at least this long may have been broken by the writing program

_SILENT = (
    r"indications?|clinical (?:history|indications?|information|data|details|statement|question)|history|hx"
    r"|reason for (?:the )?(?:exam(?:ination)?|study|visit|referral)|comparisons?|comparison (?:films?|studies|exams?)"
    r"|techniques?|procedures?|exam(?:ination)?s?|exam type|views?|study|history of present illness|symptoms|complaint"
    r"|protocol|recommendations?|contrast|referring physician|diagnosis codes?"
)
_SPOKEN = (
    r"findings?|impressions?|conclusions?|interpretation|opinion|summary|report|results?|observations?|assessment"
    r"|final report|lungs?(?: and pleura)?|lungs/pleura|heart(?:/mediastinum)?|cardiac|mediastinum|cardiomediastinum"
    r"|cardiovascular|pleurae?|pleural spaces?|bones?|osseous structures|lines|tubes|devices|lines and tubes"
    r"|support devices|soft tissues|chest|airways?|diaphragm|upper abdomen|abdomen|other|chest wall"
)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_END = re.compile(r"[.!?]+(?=\s|$)|[.](?=[A-Z][a-z])|\n|[。！？]|(?<=\s)\(?\d{1,2}\)(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|dr|mr|mrs|ms|prof|approx|cf|e\.g|i\.e|ca|max|min|incl|st)|^\s*\d{1,2})$", re.IGNORECASE
)
_BULLET = re.compile(r"[ \t]*(?:[-*•·–>]|\(?\d{1,2}[.)])\s")
# A line that ends so goes on in the next, whatever that begins with.
_OPEN = re.compile(
    r"(?:,|\b(?:no|and|or|nor|of|the|a|an|in|with|without|for|to|is|are|at|by|from|on|may|be|not|any|evidence|focal|acute"
    r"|large|small|mild|moderate|definite|significant|overt|pleural|pulmonary|left|right|bilateral|lower|upper|new))$",
    re.IGNORECASE,
)
# One sign for one sign, so that places in the text stay what they are.
_SAME_LENGTH = {ord("’"): "'", ord("‘"): "'", ord("–"): "-", ord("—"): "-", ord("‐"): "-", ord("‑"): "-", 0: " "}
_SPACES = re.compile(r"\s{2,}")


class Sentence(NamedTuple):
    """Lower-case words with single spaces, and how to find them in the text."""

    words: str
    start: int
    shifts: tuple[tuple[int, int], ...]  # (place in `words`, signs left out before it), growing

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``words[start:end]`` stands in the text."""
        return self.start + start + self._left_out(start), self.start + end + self._left_out(end - 1)

    def _left_out(self, place: int) -> int:
        left_out = 0
        for begin, missing in self.shifts:
            if begin > place:
                break
            left_out = missing
        return left_out


def sentences(text: str, spoken_only: bool = True) -> Iterator[Sentence]:
    """Sentences of ``text`` in order: those that speak of the film, or all."""
    for start, end in spoken(text) if spoken_only else [(0, len(text))]:
        for begin, stop in _sentence_spans(text, start, end):
            yield from _pieces(text, begin, stop)


def spoken(text: str) -> list[tuple[int, int]]:
    """Parts of ``text`` that are not under a heading which speaks of something else than this film."""
    parts, place = [], 0
    headings = list(_heading().finditer(text)) if ":" in text else []
    for number, heading in enumerate(headings):
        if heading["silent"] is None or heading.start() < place:
            continue
        parts.append((place, heading.start()))
        following = headings[number + 1] if number + 1 < len(headings) else None
        place = _silent_end(text, heading.end(), following)
    return [*parts, (place, len(text))]


@cache
def _heading() -> re.Pattern[str]:
    return re.compile(rf"\b(?:(?P<silent>{_SILENT})|(?P<spoken>{_SPOKEN})) ?:", re.IGNORECASE)


def _silent_end(text: str, start: int, following: re.Match[str] | None) -> int:
    """Where a silent section ends: at the next heading or empty line, else with its first sentence."""
    begin = _skip_space(text, start)
    blank = _BLANK_LINE.search(text, begin, following.start() if following else len(text))
    limits = [match.start() for match in (following, blank) if match]
    if limits:
        return max(min(limits), begin)
    return next((end for _, end in _sentence_spans(text, begin, len(text))), len(text))


def _skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match.start() < begin or not _ends(text, begin, match):
            continue
        yield begin, match.start()
        begin = match.end()
    yield begin, end


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    if match.group() == "\n":
        return _line_ends(text, match.start())
    return not (match.group() == "." and _ABBREVIATION.search(text[max(begin, match.start() - 12) : match.start()]))


def _line_ends(text: str, place: int) -> bool:
    """Whether the line break at ``place`` ends a sentence, or was put there by a program that wraps lines."""
    follows = text[place + 1 : place + 40]
    if not follows.strip() or _BULLET.match(follows) or follows.lstrip(" \t\r")[:1] == "\n":
        return True
    line = text[max(text.rfind("\n", max(0, place - 200), place), place - 200, 0) : place].strip()
    if _OPEN.search(line[-14:]) or follows.lstrip()[:1].islower():
        return False
    return len(line) < _WRAPPED


def _pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    while start < end:
        stop = end
        if end - start > LONGEST:
            space = text.rfind(" ", start + 1, start + LONGEST)
            stop = space if space > start else start + LONGEST
        piece = _lowered(text[start:stop])
        if not piece.isspace():
            yield _single_spaced(piece, start)
        start = stop


def _lowered(piece: str) -> str:
    lower = piece.lower()
    if len(lower) != len(piece):  # some capitals (İ) have no small letter of the same length
        lower = "".join(one.lower() if len(one.lower()) == 1 else one for one in piece)
    if not lower.isascii() or "\0" in lower:
        lower = lower.translate(_SAME_LENGTH)
    return lower


def _single_spaced(piece: str, start: int) -> Sentence:
    lead = len(piece) - len(piece.lstrip())
    piece = piece.strip()
    if "  " not in piece and piece.isascii() and not _SPACES.search(piece):
        return Sentence(_plain(piece), start + lead, ())
    words, shifts, last, missing = [], [], 0, 0
    for match in _SPACES.finditer(piece):
        words.append(piece[last : match.start()])
        missing += len(match.group()) - 1
        shifts.append((match.end() - missing, missing))
        last = match.end()
    words.append(piece[last:])
    return Sentence(" ".join(_plain(one) for one in words), start + lead, tuple(shifts))


def _plain(words: str) -> str:
    """Every kind of white space as a space."""
    return words.translate(_WHITE)


_WHITE = dict.fromkeys(map(ord, "\n\r\t\v\f\u00a0\u2009\u202f\u3000"), " ")
