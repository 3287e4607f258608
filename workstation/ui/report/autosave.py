"""Every keystroke to the store within a second, by a thread of its own: typing never waits for a disk.

What the store refuses is told and tried again; nothing of a failed errand is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from workstation.errors import StoreError, WorkstationError
from workstation.ui.report.savethread import Errand, Moment, Note, Writer, run_errand
from workstation.workflow.reading import Reading
from workstation.workflow.working import Working

AFTER_KEY_MS = 500
RETRY_MS = 3000


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
        self._writer = Writer(self._ended.emit)
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
            run_errand(errand, self._reading)
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

    def _errand(self, reading: Reading) -> Errand:
        working = self._collect() if self.dirty else None
        notes, self._notes, self.dirty = tuple(self._notes), [], False
        home, uid = reading.store.home, reading.study_instance_uid
        return Errand(home, uid, reading.reader, reading.clock, working, notes)

    def _on_ended(self, errand: Errand, error: WorkstationError | None) -> None:
        if self._reading is None or errand.study_instance_uid != self._reading.study_instance_uid:
            return
        if error is not None:
            self._back(errand, error)
        elif errand.working is not None:
            self.saved.emit()

    def _back(self, errand: Errand, error: WorkstationError) -> None:
        """Nothing of a failed errand is lost: it goes with the next one."""
        self.dirty = self.dirty or errand.working is not None
        self._notes[:0] = errand.notes
        self.failed.emit(error)
        if isinstance(error, StoreError) and not self._timer.isActive():
            self._timer.start(RETRY_MS)
