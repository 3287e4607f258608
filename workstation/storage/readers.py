"""The register of readers as rows: who may sign under which id, and the hash of the secret that proves it (argon2id).

It binds this program; who opens the database with another one is not stopped by it. Knows nothing of reports.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.storage.store import Store


@dataclass(frozen=True, slots=True)
class RegisteredReader:
    """One reader of the register."""

    id: str
    name: str
    credentials: str
    role: str
    added_at: str


_COLUMNS = "id, name, credentials, role, added_at"


def find(store: Store, reader: str) -> RegisteredReader | None:
    """The reader with this id."""
    row = store.row(f"SELECT {_COLUMNS} FROM reader WHERE id = ?", [reader])
    return RegisteredReader(**row) if row else None


def readers(store: Store) -> list[RegisteredReader]:
    """The whole register, by id."""
    return [RegisteredReader(**row) for row in store.rows(f"SELECT {_COLUMNS} FROM reader ORDER BY id")]


def add(store: Store, reader: RegisteredReader, secret: str) -> None:
    """Enter a reader, inside the caller's transaction."""
    values = [reader.id, reader.name, reader.credentials, reader.role, reader.added_at, _hasher().hash(secret)]
    store.execute(f"INSERT INTO reader ({_COLUMNS}, secret) VALUES (?, ?, ?, ?, ?, ?)", values)


def set_secret(store: Store, reader: str, secret: str) -> None:
    """Another secret for the same reader, inside the caller's transaction."""
    store.execute("UPDATE reader SET secret = ? WHERE id = ?", [_hasher().hash(secret), reader])


def matches(store: Store, reader: str, secret: str) -> bool:
    """Whether ``secret`` is that reader's; takes some 50 ms on purpose."""
    from argon2.exceptions import InvalidHashError, VerificationError

    row = store.row("SELECT secret FROM reader WHERE id = ?", [reader])
    if row is None:
        return False
    try:
        return bool(_hasher().verify(row["secret"], secret))
    except (VerificationError, InvalidHashError):
        return False


def _hasher():  # type: ignore[no-untyped-def]
    from argon2 import PasswordHasher

    return PasswordHasher()  # argon2id with the library's own costs (RFC 9106, low memory)
