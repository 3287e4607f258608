"""Reads the whole log once, in flat memory, and names the first row that is not as it was written.

It finds what somebody changed with another program, also after dropping the triggers. It cannot find a log that was
rewritten whole with all its hashes, unless a head kept elsewhere (`kept`) is given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workstation.storage.forensics import fault
from workstation.storage.log import FIELDS, Head, document_sha256, head, row_sha256
from workstation.storage.schema import GENESIS
from workstation.storage.store import Store


@dataclass(frozen=True, slots=True)
class BadRow:
    """``kind``: changed, missing, swapped or truncated (CONTRACT)."""

    row: int
    kind: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found; ``events`` and ``head_sha256`` are those of the rows that are there."""

    ok: bool
    events: int
    head_sha256: str
    first_bad: BadRow | None


def verify(store: Store, kept: Head | None = None) -> Verification:
    """Check every row, every text and the head; ``kept`` is a head that was stored elsewhere."""
    connection = store.database.conn
    connection.text_factory = _text  # forged bytes that are no UTF-8 are a finding, not a failure
    try:
        with store.snapshot():  # one moment of the log, also while another process writes
            return _verify(store, kept)
    finally:
        connection.text_factory = str


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _verify(store: Store, kept: Head | None) -> Verification:
    previous, count, bad = GENESIS, 0, None
    names = ", ".join(f"event.{name}" for name in FIELDS)
    with_text = f"""SELECT {names}, event.previous, event.sha256,
        document.kind, document.study, document.content FROM event
        LEFT JOIN document ON document.id = event.document ORDER BY event.row"""
    for *values, before, digest, kind, study, content in store.execute(with_text):
        if bad is None:
            bad = _row_fault(store, count + 1, previous, values, before, digest)
            bad = bad or _text_fault(values, kind, study, content)
            if bad is None and kept and kept.events == count + 1 and kept.sha256 != digest:
                bad = BadRow(count + 1, "changed")
        count, previous = count + 1, digest
    bad = bad or _end_fault(store, count, previous, kept)
    return Verification(bad is None, count, previous, bad)


def _row_fault(store: Store, place: int, previous: str, values: list[Any], before: str, digest: str) -> BadRow | None:
    """None when the row at ``place`` is the one that was written there after ``previous``."""
    if values[0] == place and before == previous and row_sha256(before, values) == digest:
        return None
    return BadRow(place, fault(store, place, previous, (values, before, digest)))


def _text_fault(values: list[Any], kind: str, study: str, content: str | None) -> BadRow | None:
    row, document, digest = values[0], values[-2], values[-1]
    if document is None:
        return None
    if content is None:
        return BadRow(row, "missing")
    return None if document_sha256(kind, study, content) == digest else BadRow(row, "changed")


def _end_fault(store: Store, count: int, last: str, kept: Head | None) -> BadRow | None:
    end = head(store)
    headless = store.execute("SELECT 1 FROM head").fetchone() is None
    orphan = store.execute(
        "SELECT 1 FROM document WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.document = document.id)"
    ).fetchone()
    if headless or end.events > count or orphan or (kept and kept.events > count):
        return BadRow(count + 1, "truncated")
    return BadRow(count, "changed") if (end.events, end.sha256) != (count, last) else None
