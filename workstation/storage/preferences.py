"""What a reader likes: one row a reader and name, text as it was given. Knows nothing of what the texts mean."""

from __future__ import annotations

from workstation.storage.store import Store


def of_reader(store: Store, reader: str) -> dict[str, str]:
    """Every preference that the reader has of their own."""
    found = store.rows("SELECT name, value FROM preference WHERE reader = ? ORDER BY name", [reader])
    return {row["name"]: row["value"] for row in found}


def put(store: Store, reader: str, name: str, value: str | None) -> None:
    """Keep one, or forget it (None)."""
    with store.transaction():
        store.execute("DELETE FROM preference WHERE reader = ? AND name = ?", [reader, name])
        if value is not None:
            store.execute("INSERT INTO preference VALUES (?, ?, ?)", [reader, name, value])
