"""A verb of the store that may refuse -> whether it was done; a refusal is told, never raised into the event loop."""

from __future__ import annotations

from collections.abc import Callable

from workstation.errors import WorkstationError


def done(verb: Callable[[], object], tell: Callable[[WorkstationError], object]) -> bool:
    """Do ``verb``; what it refuses goes to ``tell``."""
    try:
        verb()
    except WorkstationError as error:
        tell(error)
        return False
    return True
