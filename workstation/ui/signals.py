"""SIGTERM, SIGINT and SIGHUP -> the window closes as by hand: all saved, worker ended, temporary home removed."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier

NAMES = ("SIGTERM", "SIGINT", "SIGHUP")


class Signals(QObject):
    """Python runs a signal's handler only between two of its own instructions; a socket wakes Qt's loop for it."""

    def __init__(self, close: Callable[[], object]) -> None:
        super().__init__()
        self._close = close
        self._ear, self._mouth = socket.socketpair()
        for end in (self._ear, self._mouth):
            end.setblocking(False)
        signal.set_wakeup_fd(self._mouth.fileno(), warn_on_full_buffer=False)
        self._notifier = QSocketNotifier(self._ear.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._heard)
        for name in NAMES:
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), lambda _number, _frame: None)

    def _heard(self) -> None:
        with contextlib.suppress(OSError):
            self._ear.recv(64)
        self._close()
