"""Every keystroke to the store within a second, in a thread of its own: typing never waits for a disk.

The thread has its own Store, takes the newest text only, and ends when nothing was written for a while.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from workstation.errors import StoreError, WorkstationError
from workstation.paths import Home
from workstation.storage.clock import Clock
from workstation.storage.store import Store
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import Working

AFTER_KEY_MS = 500
RETRY_MS = 3000
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
class _Errand:
    home: Home
    study_instance_uid: str
    reader: Reader
    clock: Clock
    working: Working | None
    notes: tuple[Note, ...] = ()


class Autosave(QObject):
    """``saved`` and ``failed(WorkstationError)`` come on the window's thread."""

    saved = Signal()
    failed = Signal(object)
    _ended = Signal(object, object)

    def __init__(self, collect: Callable[[], Working], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._collect = collect
        self._reading: Reading | None = None
        self.dirty = False
        self._notes: list[Note] = []
        self._writer = _Writer(self._ended.emit)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._push)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def attach(self, reading: Reading | None) -> None:
        """From now on the text belongs to ``reading``; the text before must have been flushed."""
        self._timer.stop()
        self._writer.drop()
        self._notes.clear()
        self._reading, self.dirty = reading, False

    def touch(self) -> None:
        """The text changed: it is saved at most half a second from the first change on."""
        self.dirty = True
        if self._reading is not None and not self._timer.isActive():
            self._timer.start(AFTER_KEY_MS)

    def moment(self) -> Moment | None:
        """Now, by the clock of the open reading."""
        clock = self._reading.clock if self._reading is not None else None
        return Moment(clock.now(), clock.monotonic_ns()) if clock is not None else None

    def note(self, kind: str, moment: Moment | None = None, **facts: Any) -> None:
        """Log something that has just happened; written beside the text, so that typing does not wait for it."""
        moment = moment or self.moment()
        if moment is not None:
            self._notes.append(Note(kind, facts, moment))
            if not self._timer.isActive():
                self._timer.start(AFTER_KEY_MS)

    def hurry(self) -> None:
        """Save what is unsaved now, still without waiting for it."""
        if self._reading is not None:
            self._timer.stop()
            self._push()

    def flush(self) -> bool:
        """Save what is unsaved and wait for it: before signing, closing or changing the study."""
        left = self._writer.drop()  # what is being written is written first: no older text may come after
        self._notes[:0] = left.notes if left is not None else ()
        self.dirty = self.dirty or (left is not None and left.working is not None)
        if self._reading is None or not (self.dirty or self._notes):
            return True
        self._timer.stop()
        errand = self._errand(self._reading)
        try:
            _do(errand, self._reading)
        except WorkstationError as error:
            self._back(errand, error)
            return False
        if errand.working is not None:
            self.saved.emit()
        return True

    def close(self) -> None:
        """Save and end the thread."""
        self.flush()
        self._timer.stop()
        self._writer.close()

    def _push(self) -> None:
        if self._reading is not None and (self.dirty or self._notes):
            self._writer.take(self._errand(self._reading))

    def _errand(self, reading: Reading) -> _Errand:
        working = self._collect() if self.dirty else None
        notes, self._notes, self.dirty = tuple(self._notes), [], False
        home, uid = reading.store.home, reading.study_instance_uid
        return _Errand(home, uid, reading.reader, reading.clock, working, notes)

    def _on_ended(self, errand: _Errand, error: WorkstationError | None) -> None:
        if self._reading is None or errand.study_instance_uid != self._reading.study_instance_uid:
            return
        if error is not None:
            self._back(errand, error)
        elif errand.working is not None:
            self.saved.emit()

    def _back(self, errand: _Errand, error: WorkstationError) -> None:
        """Nothing of a failed errand is lost: it goes with the next one."""
        self.dirty = self.dirty or errand.working is not None
        self._notes[:0] = errand.notes
        self.failed.emit(error)
        if isinstance(error, StoreError) and not self._timer.isActive():
            self._timer.start(RETRY_MS)


def _do(errand: _Errand, reading: Reading) -> None:
    """Text and notes in one transaction: all of it or, at the next try, all of it."""
    with reading.store.transaction():
        if errand.working is not None:
            reading.save(errand.working)
        for note in errand.notes:
            Reading(reading.store, errand.study_instance_uid, errand.reader, note.moment).note(note.kind, **note.facts)


class _Writer:
    """One thread, the newest errand first and only."""

    def __init__(self, tell: Callable[[_Errand, WorkstationError | None], object]) -> None:
        self._tell = tell
        self._waits = threading.Condition()
        self._errand: _Errand | None = None
        self._at_work = False
        self._closing = False
        self._thread: threading.Thread | None = None

    def take(self, errand: _Errand) -> None:
        with self._waits:
            waiting = self._errand
            if waiting is not None and waiting.study_instance_uid == errand.study_instance_uid:
                errand = replace(errand, working=errand.working or waiting.working, notes=waiting.notes + errand.notes)
            self._errand = errand
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="autosave", daemon=True)
                self._thread.start()
            self._waits.notify_all()

    def drop(self) -> _Errand | None:
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
                _do(errand, Reading(store, errand.study_instance_uid, errand.reader, errand.clock))
            except WorkstationError as refused:
                error = refused
            self._done(errand, error)
            if isinstance(error, StoreError) and store is not None:
                store.close()  # a store that failed is opened anew
                store = None
        if store is not None:
            store.close()

    def _next(self) -> _Errand | None:
        with self._waits:
            self._waits.wait_for(lambda: self._errand is not None or self._closing, IDLE_S)
            errand, self._errand = self._errand, None
            self._at_work = errand is not None
            if errand is None:
                self._thread = None
            return errand

    def _done(self, errand: _Errand, error: WorkstationError | None) -> None:
        with self._waits:
            self._at_work = False
            self._waits.notify_all()
        try:
            self._tell(errand, error)
        except RuntimeError:  # the window is gone
            return
