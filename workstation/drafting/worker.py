"""The worker process: request lines on stdin -> event lines on stdout, one draft, answer or job at a time.

Nothing else may reach stdout, and no library's chatter (which may quote a film's header) may reach the log, so both
are taken away before any library is loaded. It dies when stdin closes: no window, no worker. It knows no Qt.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import IO, Any, Protocol

from workstation.drafting.endings import stopped
from workstation.drafting.isolation import cores, now, own_channels, step_back, where
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
    Request,
    StateEvent,
    StatusEvent,
    StatusRequest,
    event_line,
)
from workstation.drafting.validation import request_of
from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.reporting.draft import Answer, Draft, Evidence

_LONGEST_LINE = 1 << 20
_TELL_EVERY_S = 0.1
_PUT_AWAY_WITHIN_S = 10.0  # a job whose window is gone
Tell = Callable[[Event], None]
Stop = Callable[[], bool]


class Drafter(Protocol):
    """What the loop needs of `drafting.engine.Engine`."""

    def draft(self, request: DraftRequest, on_event: Tell, stop: Stop, since: float) -> Draft: ...

    def ask(self, request: AskRequest, on_event: Tell, stop: Stop, since: float) -> Answer: ...

    def evidence(self, request: EvidenceRequest, on_event: Tell, stop: Stop, since: float) -> Evidence: ...

    def status(self) -> Mapping[str, Any] | None: ...

    def rest(self) -> float | None: ...


def serve(home: Home, jobs_only: bool = False) -> int:
    """Answer requests until stdin closes; a process for jobs alone never loads torch for drafts."""
    events, log = own_channels()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the window's terminal is the window's to handle
    step_back()
    desk = Desk(home, events, log)
    threading.Thread(target=desk.read, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    log.write(f"{now()} started, process {os.getpid()}\n")
    desk.work(None if jobs_only else _engine(home))
    events.flush()
    os._exit(0)  # the reader thread still holds stdin, and Python aborts at its own exit for that


def _engine(home: Home) -> Drafter:
    # Torch is imported after the reader thread listens and before the first request, which may come much later.
    from workstation.drafting import writing  # noqa: F401
    from workstation.drafting.engine import Engine

    return Engine(home, threads=max(1, cores() - 1))


class Desk:
    """Requests that wait, the one at work, and which of them the reader no longer wants."""

    def __init__(self, home: Home, events: IO[str], log: IO[str]) -> None:
        self._home, self._events, self._log = home, events, log
        self._lock = threading.Lock()
        self._waiting: queue.Queue[tuple[Request, float] | None] = queue.Queue()
        self._unwanted: set[str] = set()
        self._known: set[str] = set()
        self._drafter: Drafter | None = None
        self._at_work: Request | None = None
        self._gone = False  # the window
        self._free = threading.Event()  # no job has files open
        self._free.set()

    def read(self, stream: IO[bytes]) -> None:
        """Reader thread: lines until the window is gone, then leave: a draft is dropped, a job puts its files away."""
        try:
            while line := stream.readline(_LONGEST_LINE):
                self._take(line)
        finally:
            self._gone = True
            self._free.wait(_PUT_AWAY_WITHIN_S)
            os._exit(0)  # nobody is left to tell

    def work(self, drafter: Drafter | None) -> None:
        """Main thread: one request after the other, until a shutdown line; idle, the model is given back in time."""
        self._drafter = drafter
        while (item := self._next()) is not None:
            request, since = item
            self.note(request.id, "begun")
            self._at_work = request
            event = self._answer(request, since)
            self._at_work = None
            self._free.set()
            self._known.discard(request.id)
            self._unwanted.discard(request.id)
            self.note(request.id, event.code if isinstance(event, FailedEvent) else "done")
            self.send(event)

    def send(self, event: Event) -> None:
        try:
            with self._lock:
                self._events.write(event_line(event) + "\n")
                self._events.flush()
        except (OSError, ValueError):
            self._gone = True
            if self._free.is_set():
                os._exit(0)

    def note(self, request_id: str, what: str) -> None:
        """One line in the log: ids and codes, never a path or a name."""
        with suppress(OSError, ValueError):
            self._log.write(f"{now()} {request_id[:64]!a} {what}\n")

    def _next(self) -> tuple[Request, float] | None:
        while True:
            patience = self._drafter.rest() if self._drafter is not None else None
            try:
                item = self._waiting.get(timeout=patience)
            except queue.Empty:
                continue
            if item is not None and isinstance(item[0], JobRequest):
                self._free.clear()
            return item

    def _answer(self, request: Request, since: float) -> Event:
        if request.id in self._unwanted:
            return stopped(request.id)
        try:
            return self._result(request, lambda: self._gone or request.id in self._unwanted, since)
        except WorkstationError as error:
            return FailedEvent(request.id, error.code, error.message, error.remedy)
        except MemoryError:
            return FailedEvent(
                request.id, "memory", "There is not enough memory free for this.", "Close other programs, try again."
            )
        except Exception as error:
            self.note(request.id, f"failed: {where(error)}")
            return _broken(request, error)

    def _result(self, request: Request, stop: Stop, since: float) -> Event:
        if isinstance(request, JobRequest):
            return self._job(request, stop)
        drafter = self._drafter = self._drafter or _engine(self._home)
        if isinstance(request, AskRequest):
            return AnswerEvent(request.id, drafter.ask(request, self.send, stop, since).to_json())
        if isinstance(request, EvidenceRequest):
            return EvidenceEvent(request.id, drafter.evidence(request, self.send, stop, since).to_json())
        assert isinstance(request, DraftRequest)
        return DraftEvent(request.id, drafter.draft(request, self.send, stop, since).to_json())

    def _job(self, request: JobRequest, stop: Stop) -> Event:
        from workstation.drafting import jobs

        last: tuple[str, float] = ("", 0.0)

        def progress(doing: str, fraction: float) -> None:
            nonlocal last
            if doing != last[0] or time.monotonic() - last[1] >= _TELL_EVERY_S:
                last = doing, time.monotonic()
                self.send(StateEvent(request.id, "working", doing, fraction))

        return JobEvent(request.id, jobs.run(self._home, request, progress, stop))

    def _take(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            op = value["op"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.note("", "a line that is no request")
        if op == "cancel":
            if str(value.get("id")) in self._known:
                self._unwanted.add(str(value["id"]))
        elif op == "shutdown":
            self._waiting.put(None)
        else:
            self._enter(value)
        return None

    def _enter(self, value: Mapping[str, Any]) -> None:
        try:
            request = request_of(value)
        except (ValueError, KeyError, TypeError):
            return self._refuse(value.get("id"))
        if isinstance(request, StatusRequest):
            return self.send(self._status(request))
        self._known.add(request.id)
        self.send(StateEvent(request.id, "starting"))
        return self._waiting.put((request, time.perf_counter()))

    def _refuse(self, request_id: object) -> None:
        name = request_id if isinstance(request_id, str) else ""
        self.note(name, "a request that lacks values")
        self.send(FailedEvent(name, "bad_request", "The request was not understood.", "Restart the program."))

    def _status(self, request: StatusRequest) -> StatusEvent:
        """Reader thread: at once, whatever the main thread does."""
        drafter, at_work = self._drafter, self._at_work
        loaded = drafter.status() if drafter is not None else None
        return StatusEvent(request.id, loaded, at_work.id if at_work else "", self._waiting.qsize())


def _broken(request: Request, error: Exception) -> FailedEvent:
    """Our own fault; what the reader may do all the same."""
    if isinstance(request, DraftRequest):
        code, what, remedy = "draft_failed", "The draft", "Write the report yourself or try again"
    elif isinstance(request, JobRequest):
        code, what, remedy = "job_failed", "The work on the model", "Try again"
    else:
        code, what, remedy = "answer_failed", "The answer", "Try again"
    message = f"{what} failed inside the program ({type(error).__name__})."
    return FailedEvent(request.id, code, message, f"{remedy}; the log of the worker says where it failed.")
