"""One long work on a model at a time: import, convert or verify, in the worker's process, with progress and Cancel.

Knows requests and events; no widget.
"""

from __future__ import annotations

import uuid
from typing import Any

from PySide6.QtCore import QObject, Signal

from workstation.drafting.messages import FailedEvent, JobEvent, JobRequest, StateEvent
from workstation.ui.bridge import Bridge


class Work(QObject):
    """``told(words, fraction or None)``, then either ``done(request, result)`` or ``failed(request, event)``."""

    told = Signal(str, object)
    done = Signal(object, object)
    failed = Signal(object, object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.request: JobRequest | None = None
        bridge.state.connect(self._on_state)
        bridge.job_done.connect(self._on_done)
        bridge.failed.connect(self._on_failed)

    @property
    def busy(self) -> bool:
        return self.request is not None

    def begin(self, verb: str, **what: Any) -> bool:
        """Start; False while another work is under way."""
        if self.busy:
            return False
        self.request = JobRequest(uuid.uuid4().hex, verb, **what)
        self.told.emit("waiting", None)
        self._bridge.job(self.request)
        return True

    def cancel(self) -> None:
        """Stop soon; what is half done is put away by whoever does it."""
        if self.request is not None:
            self._bridge.cancel(self.request.id)

    def _on_state(self, event: StateEvent) -> None:
        if self.request is not None and event.id == self.request.id:
            self.told.emit(event.detail or event.state, event.fraction)

    def _on_done(self, event: JobEvent) -> None:
        if self.request is not None and event.id == self.request.id:
            request, self.request = self.request, None
            self.done.emit(request, event.result)

    def _on_failed(self, event: FailedEvent) -> None:
        if self.request is not None and event.id == self.request.id:
            request, self.request = self.request, None
            self.failed.emit(request, event)
