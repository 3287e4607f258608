"""The thread that carries text and notes to the store, and what it carries.

It has its own Store, takes the newest text only, and ends when nothing was written for a while. No Qt.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from workstation.errors import StoreError, WorkstationError
from workstation.paths import Home
from workstation.storage.clock import Clock
from workstation.storage.store import Store
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import Working

IDLE_S = 1.5


@dataclass(frozen=True, slots=True)
class Moment(Clock):
    """A clock that stands still: when something happened, for a log that is written a little later."""

    at: str
    ns: int

    def now(self) -> str:
        return self.at

    def monotonic_ns(self) -> int:
        return self.ns


@dataclass(frozen=True, slots=True)
class Note:
    """An event for the log, with the moment in which it happened."""

    kind: str
    facts: Mapping[str, Any]
    moment: Moment


@dataclass(frozen=True, slots=True)
class Errand:
    home: Home
    study_instance_uid: str
    reader: Reader
    clock: Clock
    working: Working | None
    notes: tuple[Note, ...] = ()


def run_errand(errand: Errand, reading: Reading) -> None:
    """Text and notes in one transaction: all of it or, at the next try, all of it."""
    with reading.store.transaction():
        if errand.working is not None:
            reading.save(errand.working)
        for note in errand.notes:
            Reading(reading.store, errand.study_instance_uid, errand.reader, note.moment).note(note.kind, **note.facts)


class Writer:
    """One thread, the newest errand first and only."""

    def __init__(self, tell: Callable[[Errand, WorkstationError | None], object]) -> None:
        self._tell = tell
        self._waits = threading.Condition()
        self._errand: Errand | None = None
        self._at_work = False
        self._closing = False
        self._thread: threading.Thread | None = None

    def take(self, errand: Errand) -> None:
        with self._waits:
            waiting = self._errand
            if waiting is not None and waiting.study_instance_uid == errand.study_instance_uid:
                errand = replace(errand, working=errand.working or waiting.working, notes=waiting.notes + errand.notes)
            self._errand = errand
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
                self._thread.start()
            self._waits.notify_all()

    def drop(self) -> Errand | None:
        """Hand back what waits, and let what is being written be written."""
        with self._waits:
            waiting, self._errand = self._errand, None
            self._waits.wait_for(lambda: not self._at_work)
            return waiting

    def close(self) -> None:
        with self._waits:
            self._closing, self._errand, thread = True, None, self._thread
            self._waits.notify_all()
        if thread is not None:
            thread.join()
        self._closing = False

    def _run(self) -> None:
        store: Store | None = None
        while (errand := self._next()) is not None:
            error: WorkstationError | None = None
            try:
                store = store or Store.open(errand.home, errand.clock)
                run_errand(errand, Reading(store, errand.study_instance_uid, errand.reader, errand.clock))
            except WorkstationError as refused:
                error = refused
            self._done(errand, error)
            if isinstance(error, StoreError) and store is not None:
                store.close()  # a store that failed is opened anew
                store = None
        if store is not None:
            store.close()

    def _next(self) -> Errand | None:
        with self._waits:
            self._waits.wait_for(lambda: self._errand is not None or self._closing, IDLE_S)
            errand, self._errand = self._errand, None
            self._at_work = errand is not None
            if errand is None:
                self._thread = None
            return errand

    def _done(self, errand: Errand, error: WorkstationError | None) -> None:
        with self._waits:
            self._at_work = False
            self._waits.notify_all()
        try:
            self._tell(errand, error)
        except RuntimeError:  # the window is gone
            return
