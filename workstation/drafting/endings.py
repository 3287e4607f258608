"""The ways a request ends without a result that are not the model's doing; shared by both ends of the pipe."""

from __future__ import annotations

from workstation.drafting.messages import FailedEvent
from workstation.errors import WorkstationError

STOPPED = ("It was stopped.", "Ask for it again whenever you want it.", "stopped")


class Stopped(WorkstationError):
    """The reader no longer wants this."""

    def __init__(self) -> None:
        super().__init__(*STOPPED)


def stopped(request_id: str) -> FailedEvent:
    """The reader's own wish, told like a failure so that every request ends in exactly one event."""
    message, remedy, code = STOPPED
    return FailedEvent(request_id, code, message, remedy)


def died(request_id: str) -> FailedEvent:
    """The process is gone and the request with it."""
    return FailedEvent(
        request_id,
        "worker_died",
        "The program that runs the model ended unexpectedly; your report is untouched.",
        "Ask again: it starts anew.",
    )
