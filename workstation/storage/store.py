"""One thread's hold on the store: opens it, gives transactions, tells in words why it cannot.

WAL, a busy timeout, one verb one transaction. Reports and films are the business of its sibling modules.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from workstation.errors import StoreError
from workstation.paths import Home
from workstation.storage import schema
from workstation.storage.clock import Clock
from workstation.storage.failure import damaged, full, read_only, refuse_network, told

if TYPE_CHECKING:
    from sqlite_utils import Database

BUSY_TIMEOUT_S = 5.0
ROOM_BYTES = 8 << 20  # below this much free disk a reader is warned before typing
CHECKED_BYTES = 4 << 20  # stores up to this size are checked whole at opening (some 20 ms)


def _library() -> type[Database]:
    """sqlite-utils' Database, imported late (0.2 s) and without pandas, which it would load (1 s)."""
    absent = "pandas" not in sys.modules
    if absent:
        sys.modules["pandas"] = None  # type: ignore[assignment]  # an import of it fails until the next lines
    try:
        from sqlite_utils import Database
    finally:
        if absent:
            del sys.modules["pandas"]
    return Database  # type: ignore[no-any-return]


class Store:
    """The database of one home folder, for one thread."""

    def __init__(self, home: Home, database: Database, clock: Clock) -> None:
        self.home = home
        self.database = database
        self.clock = clock

    @classmethod
    def open(cls, home: Home, clock: Clock | None = None) -> Store:
        """Open or create the store; raises `StoreError` (read_only, full, corrupt, newer_schema, locked, ...)."""
        Database = _library()
        home.create()
        refuse_network(home)
        with told(home):
            connection = sqlite3.connect(home.database, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            try:
                store = cls(home, Database(connection, execute_plugins=False), clock or Clock())
                store._prepare()
            except BaseException:
                connection.close()
                raise
        return store

    def _prepare(self) -> None:
        self.execute("PRAGMA journal_mode = WAL")
        self.execute("PRAGMA synchronous = NORMAL")
        self.execute("PRAGMA foreign_keys = ON")
        small = self.home.database.stat().st_size <= CHECKED_BYTES
        if small and self.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise damaged(self.home)
        if schema.version(self.database) != schema.VERSION:
            with self.transaction():
                schema.migrate(self.database)

    def close(self) -> None:
        """Close the connection; harmless twice."""
        with contextlib.suppress(sqlite3.Error):
            self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def execute(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """One statement; raises `StoreError` in words."""
        with told(self.home):
            return self.database.execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries, streamed."""
        with told(self.home):
            cursor = self.database.conn.execute(sql, values)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield dict(zip(names, row, strict=True))

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> dict[str, Any] | None:
        """The first row of a query, or None."""
        return next(iter(list(self.rows(sql, values))), None)

    @contextmanager
    def transaction(self, durable: bool = False) -> Iterator[None]:
        """All or nothing; taken for writing at once, so that what is read inside stays true. Nests into the outer one.

        ``durable``: on the disk before it returns (synchronous FULL), for decisions and signatures.
        """
        connection = self.database.conn
        if connection.in_transaction:
            yield
            return
        with told(self.home):
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One moment of the store for reading; other processes go on writing."""
        connection = self.database.conn
        if connection.in_transaction:
            yield
            return
        with told(self.home):
            connection.execute("BEGIN")
            try:
                yield
            finally:
                connection.execute("ROLLBACK")

    def check_writable(self) -> None:
        """Raise `StoreError` before the reader types, if what is typed could not be kept."""
        if not os.access(self.home.root, os.W_OK) or not os.access(self.home.database, os.W_OK):
            raise read_only(self.home)
        with told(self.home):
            if shutil.disk_usage(self.home.root).free < ROOM_BYTES:
                raise full(self.home)
        with self.transaction():
            self.execute("INSERT OR REPLACE INTO meta VALUES ('written_at', ?)", [self.clock.now()])

    def pseudonym_key(self) -> bytes:
        """This store's secret key for pseudonyms in exports."""
        found = self.row("SELECT value FROM meta WHERE name = 'pseudonym_key'")
        if found is None:
            raise StoreError("The store has lost its pseudonym key.", "Restore the store from a backup.", "corrupt")
        return bytes.fromhex(found["value"])
