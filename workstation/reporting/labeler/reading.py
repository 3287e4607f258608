"""A lower-case sentence -> what it says of each finding, and with which words.

One walk from left to right: a cue opens a reach (denied, doubted, not meant), mentions fall under it, and some cues
turn back to the mentions before them. Knows nothing of sections and of other sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from workstation.reporting.labeler import cues, scanning, vocabulary
from workstation.reporting.labeler.scanning import Item, scan
from workstation.reporting.presence import Presence

PRESENT, ABSENT, UNCERTAIN = Presence.PRESENT, Presence.ABSENT, Presence.UNCERTAIN
HEALTHY = "healthy"  # a word of normality: no finding by itself, but a reason to believe in none

_STATES = {cues.NORMAL, cues.ENLARGED, cues.BORDERLINE, cues.BLUNTED}
_HEARTLIKE: dict[str, tuple[str, ...]] = {
    vocabulary.HEART: ("cardiomegaly",),
    vocabulary.MEDIASTINUM: ("enlarged cardiomediastinum",),
    vocabulary.SILHOUETTE: ("enlarged cardiomediastinum",),
    vocabulary.BOTH: ("cardiomegaly", "enlarged cardiomediastinum"),
}
_FLUID: dict[str, tuple[str, ...]] = {vocabulary.ANGLE: ("pleural effusion",), vocabulary.PLEURA: ("pleural effusion",)}
# Which finding a state affirms (or, denied, excludes) of what is looked at.
_AFFIRMS: dict[str, dict[str, tuple[str, ...]]] = {
    cues.ENLARGED: {**_HEARTLIKE, vocabulary.SILHOUETTE: ("enlarged cardiomediastinum", "cardiomegaly")},
    cues.BORDERLINE: _HEARTLIKE,
    cues.BLUNTED: _FLUID,
    cues.NORMAL: {**_HEARTLIKE, **_FLUID},
}
_AFFIRM_ONLY = {"cardiomegaly?", "nodule?"}  # no failure is no word on the heart's size
_DENY_ONLY = {"edema?"}  # no congestion is no edema, but congestion need not be
_OTHERWISE = re.compile(
    r"\b(?:scar|thicken|chronic|old|fibro|adhesion|pleural reaction|technique|hypoinflat|positioning)"
)
_JOINTS = frozenset(
    ("or", "and", "nor", "of", "the", "in", "to", "with", "for", "abnormal", "enlarged", "right", "left")
)
_JOINED = re.compile(r"\b(?:with|and|is|are|was|by)\b")
_NEAR = 40  # characters between two alternatives, or between a state and what it is said of


class Said(NamedTuple):
    """One statement: a finding (or `OTHER_NAME`, `HEALTHY`), its presence, and its words' place."""

    name: str
    presence: Presence
    start: int
    end: int
    hint: bool = False  # other words than the finding's own: they count where it is not named


@lru_cache(maxsize=8192)
def read(sentence: str) -> tuple[Said, ...]:
    """Statements of one sentence (lower case, single spaces)."""
    return tuple(_Walk(sentence).statements())


class _Walk:
    """The state of one walk through one sentence."""

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence
        self._items = list(scan(sentence))
        self._place = 0
        self._said: list[Said] = []
        self._group = 0  # where in `_said` the mentions begin that a later "is not seen" means
        self._closed = False  # a verb has stood behind that group
        self._pending: list[Item] = []  # looked at, no state yet
        self._ahead: tuple[Item, Presence | None] | None = None  # a state before what it is said of
        self._carried: tuple[Item, Presence | None, Item] | None = None  # that state, and what it was last said of
        self._either: Item | None = None
        self._maybe: Item | None = None  # a word of doubt that may belong to what stands before it
        self._open(None)

    def _open(self, reach: Presence | None, silent: bool = False, past: bool = False) -> None:
        self._reach, self._silent, self._past, self._used = reach, silent, past, False

    def statements(self) -> Sequence[Said]:
        for place, item in enumerate(self._items):
            self._place = place
            step = _STEPS.get(item.kind)
            if step is not None:
                step(self, item)
        self._settle_maybe()
        return self._said

    # ---- mentions
    def _finding(self, item: Item) -> None:
        self._begin_group()
        presence = self._reach or PRESENT
        if self._silent:
            return
        if self._ahead and self._ahead[0].kind == cues.BORDERLINE and self._gap_is_small(self._ahead[0], item):
            presence = UNCERTAIN if presence is PRESENT and "cardiomegaly" in item.names else presence
        self._alternative(item)
        if self._either and presence is PRESENT:
            presence = UNCERTAIN
        self._either, self._ahead, self._maybe, self._used = None, None, None, True
        for name in item.names:
            self._add(name, presence, item.start, item.end)

    def _add(self, name: str, presence: Presence, start: int, end: int) -> None:
        hint = name.endswith("?")
        if hint:
            if (
                presence is UNCERTAIN
                or (presence is ABSENT and name in _AFFIRM_ONLY)
                or (presence is PRESENT and name in _DENY_ONLY)
            ):
                return
            name, presence = name[:-1], UNCERTAIN if presence is PRESENT else presence
        self._said.append(Said(name, presence, start, end, hint))

    def _alternative(self, item: Item) -> None:
        """ "A or B" without a denial: neither is sure."""
        if not self._either:
            return
        before = self._said[-1] if self._said else None
        if before is None or not self._two_of_one_kind(before, item) or before.presence is ABSENT:
            self._either = None
        elif before.presence is PRESENT:
            self._said[-1] = before._replace(presence=UNCERTAIN)

    def _two_of_one_kind(self, before: Said, item: Item) -> bool:
        assert self._either is not None
        between = self._sentence[before.end : self._either.start], self._sentence[self._either.end : item.start]
        near = all(len(words) < _NEAR and not _JOINED.search(words) for words in between)
        alike = item.kind == scanning.OTHER or before.name in (*item.names, vocabulary.OTHER_NAME)
        return near and not alike and len(self._said) > self._group

    def _begin_group(self) -> None:
        if self._closed:
            self._group, self._closed = len(self._said), False

    # ---- what is looked at, and its state
    def _observed(self, item: Item) -> None:
        if self._used and self._begins_anew(item):
            self._open(None)
        if self._ahead and self._gap_is_small(self._ahead[0], item):
            self._carried = (*self._ahead, item)
            self._state_of([item], *self._ahead)
        elif self._carried and self._goes_on(self._carried[2], item):
            self._carried = (*self._carried[:2], item)
            self._state_of([item], *self._carried[:2])
        else:
            self._pending.append(item)

    def _goes_on(self, before: Item, item: Item) -> bool:
        """ "Normal heart, lungs and mediastinum": a list that has no state of its own."""
        own = [
            one
            for one in self._items[self._place + 1 : self._place + 3]
            if one.kind in _STATES or one.kind == cues.PREDICATE
        ]
        return not own and self._sentence[before.end : item.start] in (", ", ", and ", " and ", "/")

    def _begins_anew(self, item: Item) -> bool:
        """ "No effusion heart enlarged": a subject without any word that would join it to the list before."""
        subject = item.names[0] in _HEARTLIKE or self._sentence[item.start : item.end] == "lungs"
        return subject and self._sentence[: item.start].rstrip().rsplit(" ", 1)[-1] not in _JOINTS

    def _state(self, item: Item) -> None:
        reachable = [one for one in self._pending if item.kind == cues.NORMAL or self._unbroken(one, item)]
        if reachable:
            self._state_of(self._pending, item, self._reach)
            self._pending, self._ahead = [], None
        elif not (self._ahead and self._ahead[0].kind == cues.BORDERLINE and self._gap_is_small(self._ahead[0], item)):
            self._ahead = (item, self._reach)

    def _state_of(self, observed: Sequence[Item], state: Item, reach: Presence | None) -> None:
        if self._silent:
            return
        for one in observed:
            start, end = min(one.start, state.start), max(one.end, state.end)
            if state.kind == cues.BLUNTED and _OTHERWISE.search(self._sentence):
                continue
            for name in _AFFIRMS[state.kind].get(one.names[0], ()):
                self._said.append(Said(name, _presence_by(state.kind, reach), start, end, state.kind == cues.BLUNTED))
            if state.kind == cues.NORMAL and reach is not UNCERTAIN:
                self._said.append(Said(HEALTHY, PRESENT, start, end))

    def _unbroken(self, one: Item, state: Item) -> bool:
        between = f" {self._sentence[one.end : state.start]} "
        return not any(f" {word} " in between for word in ("with", "by", "from", "of", "shows", "due"))

    def _gap_is_small(self, first: Item, second: Item) -> bool:
        between = self._sentence[first.end : second.start]
        return len(between) < _NEAR and "," not in between and " and " not in between

    # ---- cues that reach forward
    def _deny(self, item: Item) -> None:
        self._open(ABSENT)

    def _resolution(self, item: Item) -> None:
        if not self._silent:
            self._open(ABSENT)

    def _doubt(self, item: Item) -> None:
        self._open(UNCERTAIN)
        self._maybe = item

    def _versus(self, item: Item) -> None:
        """ "A versus B": neither is sure, whatever B is."""
        if self._reach is ABSENT:
            return
        last = self._said[-1] if len(self._said) > self._group else None
        if last and last.presence is PRESENT and not _JOINED.search(self._sentence[last.end : item.start]):
            self._said[-1] = last._replace(presence=UNCERTAIN)
        self._open(UNCERTAIN)

    def _hint(self, item: Item) -> None:
        if self._reach is not ABSENT:
            self._open(UNCERTAIN)

    def _perhaps(self, item: Item) -> None:
        if self._reach is not ABSENT or self._used:
            self._open(UNCERTAIN)
        self._maybe = item

    def _silence(self, item: Item) -> None:
        self._open(None, silent=True)

    def _history(self, item: Item) -> None:
        self._open(None, silent=True, past=True)

    def _or(self, item: Item) -> None:
        self._either = item if self._reach is None else None

    # ---- cues that reach back
    def _denied(self, item: Item) -> None:
        self._turn(ABSENT, (PRESENT, UNCERTAIN))

    def _doubted(self, item: Item) -> None:
        if self._said and self._group == len(self._said):  # "no effusion seen, but cannot be excluded"
            self._said[-1] = self._said[-1]._replace(presence=UNCERTAIN)
        self._turn(UNCERTAIN, (PRESENT,))

    def _turn(self, presence: Presence, turned: tuple[Presence, ...]) -> None:
        for place in range(self._group, len(self._said)):
            if self._said[place].presence in turned and self._said[place].name != HEALTHY:
                self._said[place] = self._said[place]._replace(presence=presence)
        self._closed = True

    def _settle_maybe(self) -> None:
        """ "Effusion, possible." doubts what stands before it."""
        if self._maybe and self._said and self._maybe.start - self._said[-1].end < _NEAR:
            last = self._said[-1]
            if last.presence is PRESENT and last.end <= self._maybe.start and last.name != HEALTHY:
                self._said[-1] = last._replace(presence=UNCERTAIN)
        self._maybe = None

    # ---- where reaches end
    def _stop(self, item: Item) -> None:
        self._settle_maybe()
        self._open(None)
        self._group, self._closed, self._pending, self._ahead, self._either = len(self._said), False, [], None, None

    def _cause(self, item: Item) -> None:
        if self._reach is ABSENT:
            self._open(None)

    def _new_sentence(self, item: Item) -> None:
        self._settle_maybe()
        self._open(None)
        self._group, self._closed, self._ahead, self._either = len(self._said), False, None, None

    def _new_thing(self, item: Item) -> None:
        comma = self._sentence[item.start] == ","
        if self._reach is UNCERTAIN and not comma:
            return
        if self._used and not self._listed():
            self._new_sentence(item)

    def _article(self, item: Item) -> None:
        if self._reach is ABSENT:  # "suspicious for a mass, a nodule" is one list
            self._new_thing(item)
        elif self._past:
            self._open(None)

    def _listed(self) -> bool:
        """Whether the list goes on: an "or" is still to come before the reach ends."""
        for item in self._items[self._place + 1 :]:
            if item.kind in (cues.STOP, cues.NEW_SENTENCE, cues.DENY):
                return False
            if item.kind == cues.EITHER:
                return True
        return False

    def _comma(self, item: Item) -> None:
        if self._past:
            self._open(None)

    def _predicate(self, item: Item) -> None:
        self._closed = len(self._said) > self._group


def _presence_by(state: str, reach: Presence | None) -> Presence:
    if state in (cues.BORDERLINE, cues.BLUNTED):
        return ABSENT if reach is ABSENT else UNCERTAIN
    if reach is UNCERTAIN:
        return UNCERTAIN
    if state == cues.NORMAL:
        return ABSENT
    return reach or PRESENT


_STEPS = {
    scanning.FINDING: _Walk._finding,
    scanning.OTHER: _Walk._finding,
    scanning.OBSERVED: _Walk._observed,
    **dict.fromkeys(_STATES, _Walk._state),
    cues.DENY: _Walk._deny,
    cues.RESOLUTION: _Walk._resolution,
    cues.DENIED: _Walk._denied,
    cues.DOUBT: _Walk._doubt,
    cues.DOUBTED: _Walk._doubted,
    cues.VERSUS: _Walk._versus,
    cues.HINT: _Walk._hint,
    cues.MAYBE: _Walk._perhaps,
    cues.SILENCE: _Walk._silence,
    cues.PAST: _Walk._history,
    cues.STOP: _Walk._stop,
    cues.CAUSE: _Walk._cause,
    cues.EITHER: _Walk._or,
    cues.PREDICATE: _Walk._predicate,
    cues.NEW_SENTENCE: _Walk._new_sentence,
    cues.NEW_THING: _Walk._new_thing,
    cues.ARTICLE: _Walk._article,
    cues.COMMA: _Walk._comma,
}
