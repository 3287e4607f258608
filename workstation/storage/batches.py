"""Which films came in together, and how a batch leaves again: its rows go, its files are put aside.

A study keeps its row, its key, its drafts, texts and events; without films it is in no list. Knows rows and files.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workstation.storage.store import Store

TAKEN_BACK = "taken back"


@dataclass(frozen=True, slots=True)
class Film:
    """One film of a batch: its file as the store names it (relative to the home)."""

    sop_instance_uid: str
    study_instance_uid: str
    path: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Films that came in together."""

    id: str
    added_at: str
    films: tuple[Film, ...]


def new_batch() -> str:
    """A name for the films that come in together."""
    return secrets.token_hex(8)


def last_batch(store: Store) -> Batch | None:
    """The batch of the film that came last and is still here; None when none is."""
    found = store.row("SELECT batch FROM instance WHERE batch != '' ORDER BY rowid DESC LIMIT 1")
    return batch(store, found["batch"]) if found else None


def batch(store: Store, name: str) -> Batch | None:
    """The films of that batch that are still here, in the order in which they came."""
    rows = list(store.rows("SELECT * FROM instance WHERE batch = ? ORDER BY rowid", [name]))
    if not rows:
        return None
    films = tuple(Film(row["sop_instance_uid"], row["study_instance_uid"], row["path"]) for row in rows)
    return Batch(name, rows[0]["added_at"], films)


def remove_films(store: Store, films: Iterable[Film]) -> None:
    """Take these rows out, inside the caller's transaction; the files stay until `put_aside`."""
    for film in films:
        store.execute("DELETE FROM instance WHERE sop_instance_uid = ?", [film.sop_instance_uid])


def put_aside(store: Store, name: str, films: Iterable[Film]) -> Path:
    """Move the files out of the inbox into the folder of taken back films; one that cannot be moved stays."""
    folder = store.home.root / TAKEN_BACK / name
    folder.mkdir(parents=True, exist_ok=True)
    for film in films:
        place = store.home.root / film.path
        with contextlib.suppress(OSError):
            os.replace(place, folder / place.name)
    return folder
