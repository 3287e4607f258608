"""The append-only event table: each row holds the SHA-256 of the row before it.

``head`` moves in the same transaction, so that a cut tail shows. Events name a study by its random key and a reader
by an id; identifiers and free text stay in their own tables, whose SHA-256 stands in the chain.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from workstation.storage.clock import Clock
from workstation.storage.kinds import KINDS
from workstation.storage.store import Store


@dataclass(frozen=True, slots=True)
class Event:
    """One row of the log; ``payload`` holds codes and numbers only."""

    row: int
    version: int
    kind: str
    at: str
    monotonic_ns: int
    session: str
    study: str | None
    reader: str | None
    payload: Mapping[str, Any]
    document: int | None
    document_sha256: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: how many events, and the last one's SHA-256."""

    events: int
    sha256: str


def canonical(value: Any) -> str:
    """JSON with sorted keys and no spaces: the form that is hashed. What is no JSON (a forged BLOB) is spelt out."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=repr)


def sha256_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


FIELDS = (
    "row",
    "version",
    "kind",
    "at",
    "monotonic_ns",
    "session",
    "study",
    "reader",
    "payload",
    "document",
    "document_sha256",
)


def row_sha256(previous: str, values: list[Any]) -> str:
    """The SHA-256 of a row: of the previous row's SHA-256 and the row's `FIELDS` in canonical JSON."""
    return sha256_of(previous + canonical(values))


def append(
    store: Store,
    kind: str,
    payload: Mapping[str, Any] | None = None,
    study: str | None = None,
    reader: str | None = None,
    document: tuple[int, str] | None = None,
    clock: Clock | None = None,
) -> int:
    """Add one event and move the head; returns its row. ``study`` is the random key, never a UID."""
    clock = clock or store.clock
    text = canonical(dict(payload or {}))
    number, sha = document or (None, None)
    with store.transaction():
        end = head(store)
        values = [end.events + 1, KINDS.get(kind, 0), kind, clock.now(), clock.monotonic_ns(), clock.session]
        values += [study, reader, text, number, sha]
        digest = row_sha256(end.sha256, values)
        store.execute("INSERT INTO event VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)", [*values, end.sha256, digest])
        store.execute("UPDATE head SET events = ?, sha256 = ?", [end.events + 1, digest])
    return end.events + 1


def add_document(store: Store, kind: str, study: str, content: Mapping[str, Any]) -> tuple[int, str]:
    """Keep a text for ever (a draft, a signed version); returns its number and SHA-256 for the event that names it."""
    text = canonical(content)
    digest = document_sha256(kind, study, text)
    cursor = store.execute(
        "INSERT INTO document (kind, study, content, sha256) VALUES (?, ?, ?, ?)", [kind, study, text, digest]
    )
    return int(cursor.lastrowid or 0), digest


def document_sha256(kind: str, study: str, content: str) -> str:
    """The SHA-256 of a kept text: of its kind, study key and content in canonical JSON."""
    return sha256_of(canonical([kind, study, content]))


def head(store: Store) -> Head:
    """The log's end; an emptied head table counts as no events (verify then finds the rows)."""
    found = store.execute("SELECT events, sha256 FROM head").fetchone()
    return Head(*found) if found else Head(0, "0" * 64)


def events(store: Store, study: str | None = None, kind: str | None = None) -> Iterator[Event]:
    """Events in order, streamed; of one study key or one kind only when asked."""
    where = [f"{name} = ?" for name, value in (("study", study), ("kind", kind)) if value is not None]
    values = [value for value in (study, kind) if value is not None]
    sql = f"SELECT {', '.join(FIELDS)} FROM event {'WHERE ' + ' AND '.join(where) if where else ''} ORDER BY row"
    for found in store.rows(sql, values):
        found["payload"] = json.loads(found["payload"])
        yield Event(**found)
