"""Objects that belong to films without being films (presentation states, reports, key objects), as rows.

A companion may come before its films: it is found by the study it names, whenever that study comes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from workstation.storage.store import Store

STATE, REPORT, KEY_OBJECTS = "presentation state", "measurement report", "key objects"


@dataclass(frozen=True, slots=True)
class Companion:
    """One row: ``refers_to`` are the SOP Instance UIDs of the films that it names."""

    sop_instance_uid: str
    study_instance_uid: str
    kind: str
    path: str
    content_sha256: str
    refers_to: tuple[str, ...]
    added_at: str = ""


def add(store: Store, companion: Companion) -> None:
    """Keep one companion, inside the caller's transaction."""
    path = Path(companion.path)
    kept = path.relative_to(store.home.root).as_posix() if path.is_relative_to(store.home.root) else str(path)
    values = [companion.sop_instance_uid, companion.study_instance_uid, companion.kind, kept, companion.content_sha256]
    store.execute(
        "INSERT INTO companion VALUES (?, ?, ?, ?, ?, ?, ?)",
        [*values, json.dumps(companion.refers_to), store.clock.now()],
    )


def find(store: Store, sop_instance_uid: str) -> Companion | None:
    """The companion of this UID, or None."""
    found = store.row("SELECT * FROM companion WHERE sop_instance_uid = ?", [sop_instance_uid])
    return _companion(store, found) if found else None


def of_study(store: Store, study_instance_uid: str) -> list[Companion]:
    """A study's companions in the order in which they came."""
    sql = "SELECT * FROM companion WHERE study_instance_uid = ? ORDER BY added_at, sop_instance_uid"
    return [_companion(store, row) for row in store.rows(sql, [study_instance_uid])]


def naming(store: Store, sop_instance_uid: str) -> list[Companion]:
    """Every companion that names this film, of whatever study it says it is."""
    sql = "SELECT * FROM companion WHERE instr(refers_to, ?) > 0 ORDER BY added_at, sop_instance_uid"
    return [_companion(store, row) for row in store.rows(sql, [json.dumps(sop_instance_uid)])]


def _companion(store: Store, row: dict[str, str]) -> Companion:
    refers = tuple(json.loads(row["refers_to"]))
    return Companion(**{**row, "path": str(store.home.root / row["path"]), "refers_to": refers})  # type: ignore[arg-type]
