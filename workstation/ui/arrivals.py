"""Paths that a reader dropped, chose or typed -> films in the store, batch after batch, in a thread of its own.

Tells progress and each batch's outcome; opens nothing and shows nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.ui.jobs import Job

if TYPE_CHECKING:
    from workstation.workflow.intake import Intake

TELL_EVERY_S = 0.1


class Arrivals(QObject):
    """One batch at a time; more wait."""

    progress = Signal(int, int)
    ended = Signal(object, object)  # Intake, the worklist as it stands afterwards
    trouble = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._waiting: list[list[str]] = []
        self._job: Job | None = None

    @property
    def running(self) -> bool:
        return self._job is not None

    def take(self, paths: Sequence[str]) -> None:
        self._waiting.append(list(paths))
        self._next()

    def stop(self) -> None:
        """End after the film at hand; what was taken stays taken."""
        self._waiting.clear()
        if self._job is not None:
            self._job.stop()

    def close(self) -> None:
        self._waiting.clear()
        if self._job is not None:
            self._job.close()

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        paths = self._waiting.pop(0)
        self._job = Job("intake", lambda job: _take(job, self._home, paths), self._done, self._failed, self._told, self)
        self._job.start()

    def _told(self, value: tuple[int, int]) -> None:
        self.progress.emit(*value)

    def _done(self, result: tuple[Intake, list]) -> None:
        self._forget()
        self.ended.emit(*result)
        self._next()

    def _failed(self, error: WorkstationError) -> None:
        self._forget()
        self.trouble.emit(error)
        self._next()

    def _forget(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None


def _take(job: Job, home: Home, paths: Sequence[str]) -> tuple[Intake, list]:
    import time

    from workstation.storage.store import Store
    from workstation.workflow import worklist
    from workstation.workflow.intake import take_in

    told = 0.0

    def tell(done: int, of: int) -> None:
        nonlocal told
        if done == of or time.monotonic() - told > TELL_EVERY_S:
            told = time.monotonic()
            job.tell((done, of))

    with Store.open(home) as store:
        intake = take_in(store, home, paths, tell, lambda: job.stopped)
        return intake, worklist.worklist(store)
