"""A film that a model refused -> whether asking the same model about the same film again could end otherwise.

Read from the log: it holds the refusal's code and fingerprints of film and model, no name and no path.
"""

from __future__ import annotations

from collections.abc import Mapping

from workstation.catalog import installed
from workstation.errors import WorkstationError
from workstation.settings import Settings
from workstation.storage import log
from workstation.workflow.reading import Reading

# What a model has against a film, and would have against it again.
ABOUT_THE_FILM = frozenset({"lateral", "not_chest", "view", "age"})
_DRAFTED = ("draft_made", "draft_failed")


def fingerprint(reading: Reading, path: str, settings: Settings) -> dict[str, str]:
    """Of the film that is to be drafted and of the model that would do it; goes into the log with a failure."""
    home = reading.store.home
    try:
        model = installed.default(home, settings).manifest.sha256
    except WorkstationError:
        model = ""
    return {"film": log.sha256_of(path)[:16], "model_sha256": model}


def stands(reading: Reading, of: Mapping[str, str]) -> bool:
    """Whether the study's last draft was refused for its film, and film and model are the same today."""
    last = None
    for event in log.events(reading.store, reading.study_key):
        if event.kind in _DRAFTED:
            last = event
    if last is None or last.kind != "draft_failed" or not of["model_sha256"]:
        return False
    return last.payload.get("code") in ABOUT_THE_FILM and all(last.payload.get(name) == of[name] for name in of)
