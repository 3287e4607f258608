"""Working texts (saved over and over), drafts and signed versions (kept for ever), and where versions went.

All are found by the random study key. Knows rows and JSON; what a report means is the business of `workflow`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workstation.storage.store import Store


def save_working(store: Store, study_key: str, reader: str, content: Mapping[str, Any]) -> str:
    """Keep the working text; one statement at synchronous NORMAL, safe against a killed process. Returns the time."""
    now = store.clock.now()
    text = json.dumps(content, ensure_ascii=False)
    with store.transaction():
        store.execute("INSERT OR REPLACE INTO working VALUES (?, ?, ?, ?)", [study_key, reader, text, now])
    return now


def load_working(store: Store, study_key: str) -> dict[str, Any] | None:
    """The working text last saved, or None."""
    found = store.row("SELECT content FROM working WHERE study_key = ?", [study_key])
    return json.loads(found["content"]) if found else None


def documents(store: Store, study_key: str, kind: str) -> list[tuple[int, dict[str, Any]]]:
    """The study's documents of one kind ("draft", "version"), oldest first, with their numbers."""
    found = store.rows("SELECT id, content FROM document WHERE study = ? AND kind = ? ORDER BY id", [study_key, kind])
    return [(row["id"], json.loads(row["content"])) for row in found]


def last_document(store: Store, study_key: str, kind: str) -> dict[str, Any] | None:
    """The latest document of one kind ("markings"), or None."""
    sql = "SELECT content FROM document WHERE study = ? AND kind = ? ORDER BY id DESC LIMIT 1"
    found = store.row(sql, [study_key, kind])
    return json.loads(found["content"]) if found else None


def document(store: Store, number: int) -> dict[str, Any] | None:
    """One document's content by its number, or None."""
    found = store.row("SELECT content FROM document WHERE id = ?", [number])
    return json.loads(found["content"]) if found else None


def add_delivery(store: Store, study_key: str, version: int, format_: str, destination: str) -> None:
    """Remember where a version went; a path may name a patient, so it stays out of the log."""
    store.execute(
        "INSERT INTO delivery (study, version, format, destination, at) VALUES (?, ?, ?, ?, ?)",
        [study_key, version, format_, destination.encode("utf-8", "backslashreplace").decode(), store.clock.now()],
    )


def deliveries(store: Store, study_key: str) -> list[dict[str, Any]]:
    """Every export of the study's report: version, format, destination, at."""
    sql = "SELECT version, format, destination, at FROM delivery WHERE study = ? ORDER BY id"
    return list(store.rows(sql, [study_key]))
