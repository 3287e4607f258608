"""The window's end of the worker process: requests in, events out by a callback, whatever happens to the process.

Every request ends in exactly one `DraftEvent` or `FailedEvent`. Knows no torch and no Qt.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import IO

from workstation.drafting.endings import died, stopped
from workstation.drafting.messages import DraftEvent, DraftRequest, Event, FailedEvent, cancel_line, parse_event
from workstation.paths import PROGRAM, Home

STOP_WITHIN_S = 3.0
LEAVE_WITHIN_S = 1.0
LOG_BYTES = 1 << 20
OnEvent = Callable[[Event], None]


class Worker:
    """One worker process at a time, started by the first request and again by the first after its death.

    ``on_event`` is called on the pipe-reader thread (or on the caller's, where a process cannot be started); once
    `close` has returned it is called no more. ``command`` replaces the worker's own command line.
    """

    def __init__(self, home: Home, on_event: OnEvent, command: Sequence[str] | None = None) -> None:
        self._home, self._on_event = home, on_event
        self._command = list(command or [sys.executable, str(PROGRAM / "main.py"), "worker", "--home", str(home.root)])
        self._lock = threading.Lock()
        self._current: _Process | None = None
        self._left: list[_Process] = []
        self._closed = False

    @property
    def running(self) -> bool:
        """Whether a worker process lives."""
        current = self._current
        return current is not None and current.alive

    def draft(self, request: DraftRequest) -> None:
        """Send a request; the answer comes by events."""
        with self._lock:
            if self._closed:
                return
            process = self._alive()
            sent = process is not None and process.ask(request)
        if not sent:
            self._on_event(died(request.id))

    def start(self) -> None:
        """Start the process ahead of the first request, so that its imports are done by then."""
        with self._lock:
            if not self._closed:
                self._alive()

    def cancel(self, request_id: str) -> None:
        """Stop at the next token; a worker that does not answer in time is killed."""
        with self._lock:
            if self._current is not None:
                self._current.cancel(request_id)

    def close(self) -> None:
        """End the process; returns when no process and no thread of ours is left."""
        with self._lock:
            self._closed = True
            processes = [*self._left, *([self._current] if self._current else [])]
            self._left, self._current = [], None
        for process in processes:
            process.end()

    def _alive(self) -> _Process | None:
        if self._current is not None and not self._current.alive:
            self._left.append(self._current)  # its reader may still be telling what was lost
            self._current = None
        self._left = [process for process in self._left if process.reading]
        if self._current is None:
            with suppress(OSError):
                self._current = _Process(self._command, self._home, self._on_event)
        return self._current


class _Process:
    """One life of the worker: the requests it was given end with it."""

    def __init__(self, command: Sequence[str], home: Home, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._lock = threading.Lock()
        self._pending: set[str] = set()
        self._patience: dict[str, threading.Timer] = {}
        self._silent = self._over = False
        with open_log(home) as log:
            self._popen = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, creationflags=_windows_flags()
            )
        self._reader = threading.Thread(target=self._read, name="worker-events", daemon=True)
        self._reader.start()

    @property
    def alive(self) -> bool:
        return self._popen.poll() is None

    @property
    def reading(self) -> bool:
        return self._reader.is_alive()

    def ask(self, request: DraftRequest) -> bool:
        """False when the process is over and nobody will answer."""
        with self._lock:
            if self._over:
                return False
            self._pending.add(request.id)
        self._write(request.line())  # into a dead pipe: the reader tells it as lost
        return True

    def cancel(self, request_id: str) -> None:
        with self._lock:
            if request_id not in self._pending or request_id in self._patience:
                return
            timer = threading.Timer(STOP_WITHIN_S, self._lose_patience, (request_id,))
            timer.daemon = True
            self._patience[request_id] = timer
            timer.start()
        self._write(cancel_line(request_id))

    def end(self) -> None:
        """Say nothing more, leave no process and no thread."""
        with self._lock:
            self._silent = True
            timers = list(self._patience.values())
        _shut(self._popen.stdin)  # the worker leaves when its stdin closes
        try:
            self._popen.wait(LEAVE_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._popen.kill()
        for timer in timers:
            timer.cancel()
        for thread in (self._reader, *timers):
            if thread is not threading.current_thread():
                thread.join()

    def _write(self, line: str) -> None:
        assert self._popen.stdin is not None
        with suppress(OSError, ValueError):
            self._popen.stdin.write(line.encode("utf-8", "surrogatepass") + b"\n")
            self._popen.stdin.flush()

    def _read(self) -> None:
        """Pipe-reader thread: events until the process is gone, then the truth about what was pending."""
        assert self._popen.stdout is not None
        with self._popen.stdout as stream:
            for line in stream:
                event = parse_event(line.decode("utf-8", "replace"))
                if event is not None:
                    self._deliver(event)
        self._popen.wait()
        _shut(self._popen.stdin)
        self._mourn()

    def _deliver(self, event: Event) -> None:
        with self._lock:
            if self._silent or event.id not in self._pending:
                return
            if isinstance(event, (DraftEvent, FailedEvent)):
                self._forget(event.id)
        self._on_event(event)

    def _mourn(self) -> None:
        with self._lock:
            self._over = True
            lost, unwanted = sorted(self._pending), set(self._patience)
            for request_id in lost:
                self._forget(request_id)
        for request_id in lost:
            if not self._silent:
                self._on_event(stopped(request_id) if request_id in unwanted else died(request_id))

    def _forget(self, request_id: str) -> None:
        self._pending.discard(request_id)
        timer = self._patience.pop(request_id, None)
        if timer is not None:
            timer.cancel()

    def _lose_patience(self, request_id: str) -> None:
        """Timer thread."""
        with self._lock:
            waiting = request_id in self._pending
        if waiting:
            with suppress(OSError):
                self._popen.kill()


def open_log(home: Home) -> IO[bytes]:
    """HOME/logs/worker.log for appending; beyond `LOG_BYTES` the old one steps aside once."""
    path = home.logs / "worker.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # another window may hold it (Windows)
        if path.stat().st_size > LOG_BYTES:
            os.replace(path, path.with_suffix(".log.1"))
    return path.open("ab")


def _shut(stream: IO[bytes] | None) -> None:
    if stream is not None:
        with suppress(OSError, ValueError):
            stream.close()


def _windows_flags() -> int:
    """No console window, and below the window's priority."""
    if sys.platform != "win32":
        return 0
    return subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
