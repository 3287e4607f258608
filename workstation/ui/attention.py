"""What is known of the reader's attention -> the log: pauses, a window out of sight, viewer actions by the second.

Claims no more than it knows: keys and mouse inside this program, and whether its window was in front.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

Note = Callable[..., object]
_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.InputMethod,
    QEvent.Type.TabletPress,
    QEvent.Type.TouchBegin,
}
BATCH_MS = 1000


class Attention(QObject):
    """Watches while a study is open; ``note(kind, **facts)`` writes to that study's log."""

    def __init__(self, application: QGuiApplication, idle_after_s: int) -> None:
        super().__init__()
        self._application = application
        self._idle_after_s = idle_after_s
        self._note: Note | None = None
        self._last_input = time.monotonic()
        self._idle_since: float | None = None
        self._hidden_since: float | None = None
        self._waiting_since: float | None = None
        self._acts: list[dict[str, Any]] = []
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._fell_idle)
        self._batch = QTimer(self)
        self._batch.setSingleShot(True)
        self._batch.setInterval(BATCH_MS)
        self._batch.timeout.connect(self._write_acts)
        application.installEventFilter(self)
        application.applicationStateChanged.connect(self._state_changed)

    def watch(self, note: Note | None) -> None:
        """From now on for this study; what began for the former one is written to it."""
        self._settle()
        self._note = note
        self._last_input = time.monotonic()
        if note is not None:
            self._idle.start(self._idle_after_s * 1000)
            if self._application.applicationState() != Qt.ApplicationState.ApplicationActive:
                self._hidden_since = self._last_input

    def set_idle_after(self, seconds: int) -> None:
        self._idle_after_s = seconds

    def acted(self, kind: str, facts: dict[str, Any]) -> None:
        """A viewer action; written with the others of its second."""
        self._acts.append({"act": kind, "at": round(time.monotonic(), 3), **facts})
        if not self._batch.isActive():
            self._batch.start()

    def waits_for_draft(self) -> None:
        """A draft of the open study is under way and the reader has none."""
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()

    def waits_no_more(self) -> None:
        """The draft came, or the reader began without it."""
        if self._waiting_since is not None:
            self._say("waiting", seconds=round(time.monotonic() - self._waiting_since, 1))
        self._waiting_since = None

    def close(self) -> None:
        self.watch(None)
        self._application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self._saw_input(event.type())
        return False

    def _saw_input(self, kind: QEvent.Type) -> None:
        now = time.monotonic()
        if self._idle_since is not None:
            self._say("idle", seconds=round(now - self._idle_since, 1), threshold=self._idle_after_s)
            self._idle_since = None
        if self._waiting_since is not None and kind == QEvent.Type.KeyPress:
            self.waits_no_more()
        self._last_input = now
        if self._note is not None and not self._idle.isActive():
            self._idle.start(self._idle_after_s * 1000)

    def _fell_idle(self) -> None:
        """The timer runs through, untouched by each key; it asks when the last one was."""
        left = self._last_input + self._idle_after_s - time.monotonic()
        if left > 0:
            self._idle.start(max(1, round(left * 1000)))
        else:
            self._idle_since = self._last_input

    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._came_back()
        elif self._hidden_since is None and self._note is not None:
            self._hidden_since = time.monotonic()

    def _came_back(self) -> None:
        if self._hidden_since is not None:
            self._say("hidden", seconds=round(time.monotonic() - self._hidden_since, 1))
        self._hidden_since = None

    def _settle(self) -> None:
        self._write_acts()
        if self._idle_since is not None:
            self._saw_input(QEvent.Type.None_)
        self._came_back()
        self.waits_no_more()
        self._idle.stop()

    def _write_acts(self) -> None:
        self._batch.stop()
        acts, self._acts = self._acts, []
        if acts:
            self._say("viewer", actions=acts)

    def _say(self, kind: str, **facts: Any) -> None:
        if self._note is not None:
            self._note(kind, **facts)
