"""Which study is drafted next: the opened one first, then arrivals in the worklist's order. Pure bookkeeping.

Knows study UIDs and the setting ``draft_when``; no Qt, no worker, no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ON_ARRIVAL, ON_OPENING, BY_HAND = "on arrival", "on opening", "by hand"


@dataclass(frozen=True, slots=True)
class Wish:
    """A draft that somebody or the setting asked for."""

    study_instance_uid: str
    waited_for: bool = False  # the reader looks at this study now
    anyway: bool = False


class Backlog:
    """A queue with one place at work."""

    def __init__(self, when: str = ON_ARRIVAL) -> None:
        self.when = when
        self.working: Wish | None = None
        self._waiting: list[Wish] = []
        self._tried: set[str] = set()

    def arrived(self, studies: Iterable[str]) -> None:
        """New studies without a draft; queued only by the setting "on arrival"."""
        if self.when == ON_ARRIVAL:
            for study in studies:
                self._add(Wish(study))

    def opened(self, study: str) -> None:
        """The study in front of the reader goes first (unless drafts are made by hand only)."""
        if self.when != BY_HAND:
            self._add(Wish(study, waited_for=True), first=True)

    def nearing(self, studies: Sequence[str]) -> None:
        """What the reader will most likely open next goes behind what the reader waits for, before everything else."""
        if self.when == BY_HAND:
            return
        at_work = self.working.study_instance_uid if self.working else ""
        near = [study for study in studies if study not in self._tried and study != at_work]
        near = [study for study in near if not any(wish.waited_for for wish in self._wishes(study))]
        rest = [wish for wish in self._waiting if wish.study_instance_uid not in near]
        first = [wish for wish in rest if wish.waited_for]
        self._waiting = [*first, *map(Wish, near), *(wish for wish in rest if not wish.waited_for)]

    def _wishes(self, study: str) -> list[Wish]:
        return [wish for wish in self._waiting if wish.study_instance_uid == study]

    def asked(self, study: str, anyway: bool = False) -> None:
        """The reader asked: first in line, even if it was tried before."""
        self._tried.discard(study)
        self._add(Wish(study, waited_for=True, anyway=anyway), first=True)

    def dropped(self, study: str) -> None:
        """Not wanted any more (signed, or stopped by the reader)."""
        self._waiting = [wish for wish in self._waiting if wish.study_instance_uid != study]

    def take(self) -> Wish | None:
        """The next wish, now at work; None when one is at work already or none waits."""
        if self.working is not None or not self._waiting:
            return None
        self.working = self._waiting.pop(0)
        self._tried.add(self.working.study_instance_uid)
        return self.working

    def finished(self) -> None:
        """The wish at work has ended, one way or another."""
        self.working = None

    def put_back(self, wish: Wish, behind_first: bool = False) -> None:
        """A wish that was interrupted waits again: first in line, or behind the one it made way for."""
        self._tried.discard(wish.study_instance_uid)
        self._waiting.insert(min(int(behind_first), len(self._waiting)), wish)

    def clear(self) -> None:
        """Nothing waits any more."""
        self._waiting.clear()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def waits(self, study: str) -> bool:
        return any(wish.study_instance_uid == study for wish in self._waiting)

    def should_make_way(self) -> bool:
        """Whether a draft in the background holds up one that the reader looks at."""
        first = self._waiting[0] if self._waiting else None
        return bool(self.working and first and first.waited_for and not self.working.waited_for)

    def _add(self, wish: Wish, first: bool = False) -> None:
        study = wish.study_instance_uid
        if study in self._tried or (self.working and self.working.study_instance_uid == study):
            return
        self.dropped(study)
        self._waiting.insert(0, wish) if first else self._waiting.append(wish)
