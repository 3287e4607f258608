"""One life of a worker process, seen from the window: its pipe, its pending requests and how it ends.

Every request that it was given ends in exactly one event, also when the process dies. Knows no torch and no Qt.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from workstation.drafting.endings import died, stopped
from workstation.drafting.messages import LAST, Event, Request, cancel_line, parse_event
from workstation.paths import Home

LOG_BYTES = 1 << 20
OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Manner:
    """How long a process is waited for, and whether it ends with its last request."""

    stop_within_s: float
    leave_within_s: float
    once: bool


class Process:
    """One life of the worker: the requests it was given end with it."""

    def __init__(self, command: Sequence[str], home: Home, on_event: OnEvent, manner: Manner) -> None:
        self._on_event, self._manner = on_event, manner
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

    def ask(self, request: Request) -> bool:
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
            timer = threading.Timer(self._manner.stop_within_s, self._lose_patience, (request_id,))
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
            self._popen.wait(self._manner.leave_within_s)
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
            if isinstance(event, LAST):
                self._forget(event.id)
            done = self._over = self._over or (self._manner.once and not self._pending)
        self._on_event(event)
        if done:
            _shut(self._popen.stdin)  # it leaves; the next job starts another

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
