"""What makes the worker a quiet process: streams of its own, a place behind the window, a log without names.

Knows the operating system; no request and no model.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import time
import traceback
import warnings
from contextlib import suppress
from typing import IO

_NICER = 5


def own_channels() -> tuple[IO[str], IO[str]]:
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


def step_back() -> None:
    """The window goes first on a busy machine (on Windows the client sets the priority)."""
    if hasattr(os, "nice"):
        with suppress(OSError):
            os.nice(_NICER)


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def where(error: BaseException) -> str:
    """Type and lines of an error; its message is left out, because it may quote a header or a path."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return f"{type(error).__name__} at " + " < ".join(
        f"{os.path.basename(f.filename)}:{f.lineno}" for f in frames[::-1]
    )


def now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
