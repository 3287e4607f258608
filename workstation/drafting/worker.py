"""The worker process: request lines on stdin -> event lines on stdout, one draft at a time.

Nothing else may reach stdout, and no library's chatter (which may quote a film's header) may reach the log, so both
are taken away before any library is loaded. It dies when stdin closes: no window, no worker. It knows no Qt.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import IO, Any, Protocol

from workstation.drafting.endings import stopped
from workstation.drafting.messages import DraftEvent, DraftRequest, Event, FailedEvent, StateEvent, event_line
from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.reporting.draft import Draft

_NICER = 5
_LONGEST_LINE = 1 << 20
_KINDS: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "path": (str,),
    "frame": (int,),
    "model": (str, type(None)),
    "backend": (str, type(None)),
    "device": (str, type(None)),
    "seed": (int, type(None)),
    "greedy": (bool,),
    "anyway": (bool,),
    "prior_given": (bool,),
}


class Drafter(Protocol):
    """What the loop needs of `drafting.engine.Engine`."""

    def draft(
        self, request: DraftRequest, on_event: Callable[[Event], None], stop: Callable[[], bool], since: float
    ) -> Draft: ...


def serve(home: Home) -> int:
    """Answer requests until stdin closes."""
    events, log = _own_channels()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the window's terminal is the window's to handle
    _step_back()
    desk = Desk(events, log)
    threading.Thread(target=desk.read, args=(sys.stdin.buffer,), name="requests", daemon=True).start()
    log.write(f"{_now()} started, process {os.getpid()}\n")
    # Torch is imported after the reader thread listens and before the first request, which may come much later.
    from workstation.drafting import writing  # noqa: F401
    from workstation.drafting.engine import Engine

    desk.work(Engine(home, threads=max(1, _cores() - 1)))
    events.flush()
    os._exit(0)  # the reader thread still holds stdin, and Python aborts at its own exit for that


class Desk:
    """Requests that wait, the one at work, and which of them the reader no longer wants."""

    def __init__(self, events: IO[str], log: IO[str]) -> None:
        self._events, self._log = events, log
        self._lock = threading.Lock()
        self._waiting: queue.Queue[tuple[DraftRequest, float] | None] = queue.Queue()
        self._unwanted: set[str] = set()
        self._known: set[str] = set()

    def read(self, stream: IO[bytes]) -> None:
        """Reader thread: lines until the window is gone, then leave at once, in mid-draft too."""
        try:
            while line := stream.readline(_LONGEST_LINE):
                self._take(line)
        finally:
            os._exit(0)  # there is nothing to save here, and nobody left to tell

    def work(self, drafter: Drafter) -> None:
        """Main thread: one request after the other, until a shutdown line."""
        while (item := self._waiting.get()) is not None:
            request, since = item
            self.note(request.id, "begun")
            event = self._answer(drafter, request, since)
            self._known.discard(request.id)
            self._unwanted.discard(request.id)
            self.note(request.id, event.code if isinstance(event, FailedEvent) else "drafted")
            self.send(event)

    def send(self, event: Event) -> None:
        try:
            with self._lock:
                self._events.write(event_line(event) + "\n")
                self._events.flush()
        except (OSError, ValueError):
            os._exit(0)

    def note(self, request_id: str, what: str) -> None:
        """One line in the log: ids and codes, never a path or a name."""
        with suppress(OSError, ValueError):
            self._log.write(f"{_now()} {request_id[:64]!a} {what}\n")

    def _answer(self, drafter: Drafter, request: DraftRequest, since: float) -> Event:
        if request.id in self._unwanted:
            return stopped(request.id)
        try:
            draft = drafter.draft(request, self.send, lambda: request.id in self._unwanted, since)
            return DraftEvent(request.id, draft.to_json())
        except WorkstationError as error:
            return FailedEvent(request.id, error.code, error.message, error.remedy)
        except MemoryError:
            return FailedEvent(
                request.id, "memory", "There is not enough memory free for a draft.", "Close other programs, try again."
            )
        except Exception as error:
            self.note(request.id, f"failed: {_where(error)}")
            return FailedEvent(
                request.id,
                "draft_failed",
                f"The draft failed inside the program ({type(error).__name__}).",
                "Write the report yourself or try again; the log of the worker says where it failed.",
            )

    def _take(self, line: bytes) -> None:
        try:
            value = json.loads(line)
            op = value["op"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return self.note("", "a line that is no request")
        if op == "draft":
            self._enter(value)
        elif op == "cancel" and str(value.get("id")) in self._known:
            self._unwanted.add(str(value["id"]))
        elif op == "shutdown":
            self._waiting.put(None)
        return None

    def _enter(self, value: dict[str, Any]) -> None:
        known = {key: value[key] for key in _KINDS if key in value}
        wrong = [key for key, item in known.items() if type(item) not in _KINDS[key]]
        if wrong or "id" not in known or "path" not in known:
            request_id = known["id"] if isinstance(known.get("id"), str) else ""
            self.note(request_id, "a request that lacks values")
            return self.send(
                FailedEvent(
                    request_id, "bad_request", "The request for a draft was not understood.", "Restart the program."
                )
            )
        request = DraftRequest(**known)
        self._known.add(request.id)
        self.send(StateEvent(request.id, "starting"))
        return self._waiting.put((request, time.perf_counter()))


def _own_channels() -> tuple[IO[str], IO[str]]:
    """Event stream and log of our own; whatever else is printed from now on, in any language, goes nowhere."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    log = os.fdopen(os.dup(2), "w", encoding="utf-8", newline="\n", buffering=1, errors="replace")
    with suppress(OSError, ValueError):
        faulthandler.enable(log)  # a crash in native code leaves its stack: functions and lines, no values
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return events, log


def _step_back() -> None:
    """The window goes first on a busy machine (on Windows the client sets the priority)."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICER)


def _cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _where(error: BaseException) -> str:
    """Type and lines of an error; its message is left out, because it may quote a header or a path."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return f"{type(error).__name__} at " + " < ".join(
        f"{os.path.basename(f.filename)}:{f.lineno}" for f in frames[::-1]
    )


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
