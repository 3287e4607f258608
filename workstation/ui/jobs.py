"""A job: one function in a thread of its own, its progress and its end told on the Qt thread.

The function gets the job and may call ``tell`` and look at ``stopped``; it opens its own Store. Knows no room.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from workstation.errors import WorkstationError

Listener = Callable[[Any], object]


def _nothing(_value: Any) -> None:
    return None


class Job(QObject):
    """Runs ``work(job)`` once; ``done(result)``, ``failed(WorkstationError)``, ``told(value)`` come on the Qt thread.

    Any other exception is raised again on the Qt thread, where the exception hook writes it down.
    """

    _ended = Signal(object, object)
    _said = Signal(object)

    def __init__(
        self,
        name: str,
        work: Callable[[Job], Any],
        done: Listener = _nothing,
        failed: Listener = _nothing,
        told: Listener = _nothing,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._done, self._failed, self._told = work, done, failed, told
        self._stop = threading.Event()
        self._deaf = False
        self._thread = threading.Thread(target=self._run, name=f"job {name}", daemon=True)
        self._ended.connect(self._deliver_end, Qt.ConnectionType.QueuedConnection)
        self._said.connect(self._deliver_word, Qt.ConnectionType.QueuedConnection)

    def start(self) -> Job:
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ask the work to end early; its result is delivered all the same."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def tell(self, value: Any) -> None:
        """From the work: progress for ``told``."""
        self._said.emit(value)

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop, deliver nothing more, wait for the thread."""
        self._deaf = True
        self.stop()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)

    def _run(self) -> None:
        result, error = None, None
        try:
            result = self._work(self)
        except Exception as caught:  # carried to the Qt thread, where the exception hook stands
            error = caught
        try:
            self._ended.emit(result, error)
        except RuntimeError:  # the window is gone
            return

    def _deliver_word(self, value: Any) -> None:
        if not self._deaf:
            self._told(value)

    def _deliver_end(self, result: Any, error: Exception | None) -> None:
        if self._deaf:
            return
        if error is None:
            self._done(result)
        elif isinstance(error, WorkstationError):
            self._failed(error)
        else:
            raise error
