"""What time it is, twice: the wall's (for people) and the monotonic one (for durations).

Knows nothing of what is timed. Tests pass a clock of their own.
"""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime

SESSION = uuid.uuid4().hex  # one process; monotonic times compare only within one session


class Clock:
    """Wall and monotonic time of this process."""

    session = SESSION

    def now(self) -> str:
        """ISO 8601 UTC with milliseconds, e.g. ``2026-11-23T18:40:00.123Z``."""
        return iso(time.time())

    def monotonic_ns(self) -> int:
        return time.monotonic_ns()


def iso(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 UTC with milliseconds."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_between(start: str, end: str) -> float:
    """Seconds from one ISO 8601 time to another; negative when the wall clock was set back."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()
