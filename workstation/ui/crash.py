"""The exception hook: an error nobody foresaw becomes a traceback in HOME/logs and one line in the window.

The file holds types, places in our code and no messages, because a message may quote a header or a path.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from workstation.errors import WorkstationError

LOG_BYTES = 1 << 20
Say = Callable[[str, str], object]


def install(logs: Path, say: Say) -> None:
    """From now on; ``say(message, remedy)`` shows one line."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        if isinstance(error, WorkstationError):
            say(error.message, error.remedy)
            return
        write(logs, kind, trace)
        say(
            f"Something went wrong inside the program ({kind.__name__}); what you typed is saved.",
            f"Go on; if it comes again, restart. The details are in {logs / 'window.log'}.",
        )

    sys.excepthook = hook


def write(logs: Path, kind: type[BaseException], trace: TracebackType | None) -> None:
    """Append type and places; a full disk is no reason for a second error."""
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    try:
        logs.mkdir(parents=True, exist_ok=True)
        path = logs / "window.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        with path.open("a", encoding="utf-8") as file:
            file.write("\n".join([f"{time.strftime('%Y-%m-%dT%H:%M:%S')} {kind.__name__}", *lines]) + "\n")
    except OSError:
        return
