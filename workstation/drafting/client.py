"""The window's end of the worker process: requests in, events out by a callback, whatever happens to the process.

Every request ends in exactly one event of `messages.LAST`. Knows no torch and no Qt.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from workstation.drafting.endings import died
from workstation.drafting.messages import (
    AskRequest,
    DraftRequest,
    EvidenceRequest,
    JobRequest,
    Request,
    StatusEvent,
    StatusRequest,
)
from workstation.drafting.process import Manner, OnEvent, Process
from workstation.paths import PROGRAM, Home

_DRAFTS = Manner(stop_within_s=3.0, leave_within_s=1.0, once=False)
_JOBS = Manner(stop_within_s=60.0, leave_within_s=12.0, once=True)  # a job puts its half-written files away first


class Worker:
    """One worker process at a time, started by the first request and again by the first after its death.

    Jobs run in a second process, so that they never hold up a draft; it leaves after the last of them. ``on_event`` is
    called on the pipe-reader threads (or on the caller's, where a process cannot be started); once `close` has
    returned it is called no more. ``command`` replaces the workers' own command line.
    """

    def __init__(self, home: Home, on_event: OnEvent, command: Sequence[str] | None = None) -> None:
        own = [sys.executable, str(PROGRAM / "main.py"), "worker", "--home", str(home.root)]
        self._on_event = on_event
        self._lock = threading.Lock()
        self._drafts = _Place(list(command or own), home, on_event, _DRAFTS)
        self._jobs = _Place(list(command or [*own, "--jobs"]), home, on_event, _JOBS)
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether a worker process lives."""
        return self._drafts.living() is not None or self._jobs.living() is not None

    def draft(self, request: DraftRequest) -> None:
        """Send a request; the draft comes by events."""
        self._give(request, self._drafts)

    def ask(self, request: AskRequest) -> None:
        """Send a question; the answer comes by events, after the drafts asked for before."""
        self._give(request, self._drafts)

    def evidence(self, request: EvidenceRequest) -> None:
        """Ask which regions change a score; the grid comes by an event."""
        self._give(request, self._drafts)

    def job(self, request: JobRequest) -> None:
        """Ask for an import, a conversion or a check of a model; progress comes as `StateEvent`."""
        self._give(request, self._jobs)

    def status(self, request: StatusRequest) -> None:
        """Ask what is in memory: answered at once, without starting a process for it."""
        with self._lock:
            process = self._drafts.living()
            sent = process is not None and process.ask(request)
        if not sent and not self._closed:
            self._on_event(StatusEvent(request.id))

    def start(self) -> None:
        """Start the process ahead of the first request, so that its imports are done by then."""
        with self._lock:
            if not self._closed:
                self._drafts.alive()

    def cancel(self, request_id: str) -> None:
        """Stop at the next token, or a job at its next step; a worker that does not answer in time is killed."""
        with self._lock:
            for place in (self._drafts, self._jobs):
                if (process := place.living()) is not None:
                    process.cancel(request_id)

    def close(self) -> None:
        """End the processes; returns when no process and no thread of ours is left."""
        with self._lock:
            self._closed = True
            processes = [*self._drafts.empty(), *self._jobs.empty()]
        for process in processes:
            process.end()

    def _give(self, request: Request, place: _Place) -> None:
        with self._lock:
            if self._closed:
                return
            sent = place.ask(request)
        if not sent:
            self._on_event(died(request.id))


class _Place:
    """Where one process at a time lives; the caller holds the lock."""

    def __init__(self, command: Sequence[str], home: Home, on_event: OnEvent, manner: Manner) -> None:
        self._command, self._home, self._on_event, self._manner = command, home, on_event, manner
        self._current: Process | None = None
        self._left: list[Process] = []

    def ask(self, request: Request) -> bool:
        """False when no process can be started."""
        process = self.alive()
        if process is None or process.ask(request):
            return process is not None
        process = self.alive(afresh=True)  # it was about to leave
        return process is not None and process.ask(request)

    def living(self) -> Process | None:
        current = self._current
        return current if current is not None and current.alive else None

    def alive(self, afresh: bool = False) -> Process | None:
        if self._current is not None and (afresh or not self._current.alive):
            self._left.append(self._current)  # its reader may still be telling what was lost
            self._current = None
        self._left = [process for process in self._left if process.reading]
        if self._current is None:
            with suppress(OSError):
                self._current = Process(self._command, self._home, self._on_event, self._manner)
        return self._current

    def empty(self) -> list[Process]:
        processes = [*self._left, *([self._current] if self._current else [])]
        self._left, self._current = [], None
        return processes
