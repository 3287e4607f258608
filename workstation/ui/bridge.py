"""The worker process as Qt signals: lines arrive on the pipe's thread, signals on the window's.

Starts the worker when the first request comes. Knows requests and events; no study, no pane.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from workstation.drafting.messages import (
    AnswerEvent,
    AskRequest,
    DraftEvent,
    DraftRequest,
    Event,
    EvidenceEvent,
    EvidenceRequest,
    FailedEvent,
    JobEvent,
    JobRequest,
    StateEvent,
    StatusEvent,
    StatusRequest,
    TokenEvent,
)
from workstation.paths import Home

if TYPE_CHECKING:
    from workstation.drafting.client import Worker


class Bridge(QObject):
    """One signal for each kind of event; who asked knows its own by the request's id."""

    state = Signal(object)
    token = Signal(object)
    drafted = Signal(object)
    answered = Signal(object)
    evidence_made = Signal(object)
    job_done = Signal(object)
    status_told = Signal(object)
    failed = Signal(object)
    _arrived = Signal(object)

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._worker: Worker | None = None
        self._closed = False
        self._signals = {
            StateEvent: self.state,
            TokenEvent: self.token,
            DraftEvent: self.drafted,
            AnswerEvent: self.answered,
            EvidenceEvent: self.evidence_made,
            JobEvent: self.job_done,
            StatusEvent: self.status_told,
            FailedEvent: self.failed,
        }
        self._arrived.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Start the worker ahead of the first request, so that its imports are done by then."""
        self._living().start()

    def draft(self, request: DraftRequest) -> None:
        """Ask for a draft; the worker is started (or started again) when it does not run."""
        if not self._closed:
            self._living().draft(request)

    def ask(self, request: AskRequest) -> None:
        """A question on a film."""
        if not self._closed:
            self._living().ask(request)

    def evidence(self, request: EvidenceRequest) -> None:
        """Which regions change a finding's score."""
        if not self._closed:
            self._living().evidence(request)

    def job(self, request: JobRequest) -> None:
        """Import, convert or verify a model."""
        if not self._closed:
            self._living().job(request)

    def status(self, request: StatusRequest) -> None:
        """Which model is in memory; a worker that does not run is not started for it."""
        if self.running:
            self._living().status(request)

    def cancel(self, request_id: str) -> None:
        if self._worker is not None:
            self._worker.cancel(request_id)

    @property
    def running(self) -> bool:
        return self._worker is not None and self._worker.running

    def close(self) -> None:
        """End the worker; nothing more is passed on."""
        self._closed = True
        if self._worker is not None:
            self._worker.close()

    def _living(self) -> Worker:
        if self._worker is None:
            from workstation.drafting.client import Worker

            self._worker = Worker(self._home, self._hear)
        return self._worker

    def _hear(self, event: Event) -> None:
        """On the pipe's thread, which may outlive the window at an abrupt end: then nobody listens any more."""
        if not self._closed:
            with suppress(RuntimeError):  # "Signal source has been deleted"
                self._arrived.emit(event)

    def _pass_on(self, event: Event) -> None:
        if self._closed:
            return
        for kind, signal in self._signals.items():
            if isinstance(event, kind):
                signal.emit(event)
