"""A lower-case sentence -> its mentions and cues in order, by one pass of one pattern.

The pattern is sorted by first letters, so that a word costs only the phrases that begin like it. Knows which phrase is
of which kind; what they mean together is read elsewhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from workstation.reporting.labeler import cues, vocabulary

FINDING, OBSERVED, NOTHING, OTHER = "finding", "observed", "nothing", "other"
MENTIONS = (FINDING, OTHER)


class Item(NamedTuple):
    """One phrase of a sentence: its kind, whom it names (findings or an organ), and where it stands."""

    kind: str
    names: tuple[str, ...]
    start: int
    end: int


def scan(sentence: str) -> Iterator[Item]:
    """Phrases of ``sentence`` (lower case, single spaces) from left to right, none overlapping."""
    pattern, entries = _compiled()
    for match in pattern.finditer(sentence):
        kind, names = entries[match.lastindex or 0]
        yield Item(kind, names, match.start(), match.end())


def _entries() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Kind, names and pattern, what wins first."""
    yield from ((NOTHING, (), pattern) for pattern in vocabulary.NOTHING)
    yield from ((kind, (), pattern) for kind, pattern in cues.BREAKS)
    yield from ((kind, (), pattern) for kind, pattern in cues.CUES if kind in cues.FIRST)
    yield from ((FINDING, tuple(names.split(";")), pattern) for names, pattern in vocabulary.FINDINGS)
    yield from ((OBSERVED, (name,), pattern) for name, pattern in vocabulary.OBSERVED)
    yield from ((kind, (), pattern) for kind, pattern in cues.CUES if kind not in cues.FIRST)
    yield from ((OTHER, (vocabulary.OTHER_NAME,), pattern) for pattern in vocabulary.OTHER)


@cache
def _compiled() -> tuple[re.Pattern[str], list[tuple[str, tuple[str, ...]]]]:
    """The one pattern, and for each of its empty groups the kind and names that it stands for.

    Made when first asked for, because that takes a tenth of a second.
    """
    table: list[tuple[str, tuple[str, ...]]] = [("", ())]
    by_letter: dict[str, list[str]] = defaultdict(list)
    signs: list[tuple[str, tuple[str, ...], str]] = [(kind, (), p) for kind, p in (*cues.COMMAS, *cues.SIGNS)]
    written = []
    unfolded = [(kind, names, one) for kind, names, pattern in _entries() for one in unfold(pattern)]
    for _, _, one in unfolded:
        by_letter[one[0]].append(one)
    for letter, patterns in by_letter.items():
        table += [(kind, names) for kind, names, one in unfolded if one[0] == letter]
        written.append(f"{letter}(?:{'|'.join(f'{one[1:]}{_TAIL}()' for one in patterns)})")
    table += [(kind, names) for kind, names, _ in signs]
    marks = "|".join(f"(?:{pattern})()" for _, _, pattern in signs)
    return re.compile(rf"\b(?:{'|'.join(written)})|{marks}"), table


_TAIL = r"\w*"  # a stem goes on to the end of its word


def unfold(pattern: str) -> list[str]:
    """``pattern`` as alternatives that each begin with a letter: its own bars and its leading groups multiplied out."""
    found: list[str] = []
    for branch in _branches(pattern):
        found += _opened(branch) if branch.startswith("(?:") else [branch]
    return found


def _opened(branch: str) -> Iterable[str]:
    close = _closing(branch)
    inner, rest = branch[3:close], branch[close + 1 :]
    optional = rest.startswith("?")
    rest = rest.removeprefix("?")
    options = [*_branches(inner), *([""] if optional else [])]
    return [one for option in options for one in unfold(option + rest)]


def _branches(pattern: str) -> list[str]:
    """``pattern`` parted at the bars outside all groups."""
    found, depth, begin = [], 0, 0
    for place, sign in _signs(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            found.append(pattern[begin:place])
            begin = place + 1
    return [*found, pattern[begin:]]


def _closing(pattern: str) -> int:
    """Where the group that begins ``pattern`` ends."""
    depth = 0
    for place, sign in _signs(pattern):
        depth += (sign == "(") - (sign == ")")
        if sign == ")" and depth == 0:
            return place
    raise ValueError(f"no end of the group in {pattern!r}")


def _signs(pattern: str) -> Iterator[tuple[int, str]]:
    """Parentheses and bars that are not escaped nor in a set."""
    inside = False
    for place, sign in enumerate(pattern):
        if place and pattern[place - 1] == "\\":
            continue
        inside = sign == "[" or (inside and sign != "]")
        if sign in "(|)" and not inside:
            yield place, sign
