"""What was done to the first bad row of a log: changed, taken out, or exchanged with another.

Called once, for a row that is known to be bad; reads the log again as often as it needs. Guesses nothing: a row is
called swapped only where the exchange, undone, gives back a SHA-256 that was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from workstation.storage.log import FIELDS, head, row_sha256
from workstation.storage.store import Store

_MOST_SUSPECTS = 8
Row = tuple[list[Any], str, str]  # the values of FIELDS, previous, sha256


def fault(store: Store, place: int, previous: str, row: Row) -> str:
    """The kind of fault at ``place``, where ``row`` stands and ``previous`` is the SHA-256 of the row before it."""
    if _moved_away(store, place, previous, row) or _partly_exchanged(store, place, previous, row):
        return "swapped"
    if row[0][0] != place or _came_later(store, place, row):
        return "missing"
    return "changed"


def _moved_away(store: Store, place: int, previous: str, row: Row) -> bool:
    """Whether the content that belongs at ``place`` stands under another number, with or without its hashes."""
    written = store.execute("SELECT sha256 FROM event WHERE previous = ?", [previous]).fetchall()
    expected = {row[2], *(digest for (digest,) in written)}
    for values, _, digest in _rows(store):
        if values[0] not in (place, row[0][0]) and _hash(place, previous, values) in {*expected, digest}:
            return True
    return False


def _partly_exchanged(store: Store, place: int, previous: str, row: Row) -> bool:
    """Whether putting back some fields of another bad row makes this one whole again."""
    for values, _, digest in _suspects(store, place):
        differing = [i for i in range(1, len(FIELDS)) if values[i] != row[0][i]]
        for count in range(1, len(differing) + 1):
            for chosen in combinations(differing, count):
                mixed = [values[i] if i in chosen else own for i, own in enumerate(row[0])]
                if _hash(place, previous, mixed) in (row[2], digest):
                    return True
    return False


def _suspects(store: Store, place: int) -> list[Row]:
    """Other rows whose content does not fit their own hash, the first few."""
    found: list[Row] = []
    for values, before, digest in _rows(store):
        if values[0] != place and row_sha256(before, values) != digest:
            found.append((values, before, digest))
            if len(found) == _MOST_SUSPECTS:
                break
    return found


def _came_later(store: Store, place: int, row: Row) -> bool:
    """Whether this row was written for a later place: rows before it were taken out and the rest renumbered."""
    values, before, digest = row
    last = max(head(store).events, place)
    return any(_hash(number, before, values) == digest for number in range(place + 1, last + 1))


def _hash(number: int, previous: str, values: list[Any]) -> str:
    return row_sha256(previous, [number, *values[1:]])


def _rows(store: Store) -> Iterator[Row]:
    for *values, before, digest in store.execute(f"SELECT {', '.join(FIELDS)}, previous, sha256 FROM event"):
        yield values, before, digest
