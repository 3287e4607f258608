"""The tables, and the steps that bring an older store to today's shape in one transaction.

`event` and `document` are append-only by trigger; `head` is the log's end, moved in the transaction of each event.
Knows nothing of what the rows mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.errors import StoreError

if TYPE_CHECKING:
    from sqlite_utils import Database

GENESIS = "0" * 64
APPLICATION_ID = 0x43585257  # "CXRW": a foreign SQLite file is told apart from a store

_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE study (
    study_instance_uid TEXT PRIMARY KEY, study_key TEXT NOT NULL UNIQUE,
    patient_name TEXT, patient_id TEXT, issuer_of_patient_id TEXT, patient_birth_date TEXT, patient_sex TEXT,
    patient_age TEXT, accession_number TEXT, referring_physician_name TEXT, institution_name TEXT,
    study_date TEXT, study_time TEXT, acquired TEXT, description TEXT, modality TEXT, priority TEXT,
    state TEXT NOT NULL, drafting_since TEXT NOT NULL, drafts INTEGER NOT NULL,
    signed_by TEXT, signed_at TEXT, search TEXT NOT NULL, added_at TEXT NOT NULL
);
CREATE INDEX study_patient ON study (patient_id);
CREATE INDEX study_name ON study (patient_name);
CREATE TABLE instance (
    sop_instance_uid TEXT PRIMARY KEY, study_instance_uid TEXT NOT NULL REFERENCES study (study_instance_uid),
    view TEXT NOT NULL, path TEXT NOT NULL, content_sha256 TEXT NOT NULL, header TEXT NOT NULL, added_at TEXT NOT NULL
);
CREATE INDEX instance_study ON instance (study_instance_uid);
CREATE TABLE working (
    study_key TEXT PRIMARY KEY, reader TEXT NOT NULL, content TEXT NOT NULL, saved_at TEXT NOT NULL
);
CREATE TABLE document (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, study TEXT NOT NULL, content TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX document_study ON document (study, kind);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY, study TEXT NOT NULL, version INTEGER NOT NULL, format TEXT NOT NULL,
    destination TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE event (
    row INTEGER PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    monotonic_ns INTEGER NOT NULL, session TEXT NOT NULL, study TEXT, reader TEXT, payload TEXT NOT NULL,
    document INTEGER, document_sha256 TEXT, previous TEXT NOT NULL, sha256 TEXT NOT NULL
);
CREATE INDEX event_study ON event (study, kind);
CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), events INTEGER NOT NULL, sha256 TEXT NOT NULL);
"""

# INSERT OR REPLACE deletes without firing DELETE triggers unless recursive_triggers is on: hence the third trigger.
_APPEND_ONLY = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})
    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END;
"""


def _create(database: Database) -> None:
    _run(database, _FIRST)
    for table, key in (("event", "row"), ("document", "id")):
        _run(database, _APPEND_ONLY.format(table=table, key=key))
    database.execute("INSERT INTO head VALUES (1, 0, ?)", [GENESIS])
    database.execute("INSERT INTO meta VALUES ('pseudonym_key', lower(hex(randomblob(32))))")
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _run(database: Database, script: str) -> None:
    """Each statement by itself: ``executescript`` would commit the transaction that migrations live in."""
    import sqlite3

    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""


_SECOND = """
CREATE TABLE preference (reader TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (reader, name));
CREATE TABLE correction (
    study_instance_uid TEXT PRIMARY KEY, fields TEXT NOT NULL, reason TEXT NOT NULL,
    reader TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE companion (
    sop_instance_uid TEXT PRIMARY KEY, study_instance_uid TEXT NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL,
    content_sha256 TEXT NOT NULL, refers_to TEXT NOT NULL, added_at TEXT NOT NULL
);
CREATE INDEX companion_study ON companion (study_instance_uid);
"""


def _second(database: Database) -> None:
    """Readers' own preferences, corrected patients, and objects that belong to films without being films."""
    _run(database, _SECOND)


def _third(database: Database) -> None:
    """Which films came in together, so that a wrong import can be taken back."""
    database.execute("ALTER TABLE instance ADD COLUMN batch TEXT NOT NULL DEFAULT ''")
    database.execute("CREATE INDEX instance_batch ON instance (batch)")


def _fourth(database: Database) -> None:
    """The register of readers."""
    _run(
        database,
        """CREATE TABLE reader (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, credentials TEXT NOT NULL, role TEXT NOT NULL,
        secret TEXT NOT NULL, added_at TEXT NOT NULL);
        """,
    )


MIGRATIONS = (_create, _second, _third, _fourth)
VERSION = len(MIGRATIONS)


def version(database: Database) -> int:
    """The store's schema version; 0 is an empty file."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: Database) -> None:
    """Bring the store to `VERSION` inside the caller's transaction; raises `StoreError` on a newer or foreign store."""
    found = version(database)
    if found > VERSION:
        raise StoreError(
            f"This store was written by a newer version of the program (schema {found}, this one knows {VERSION}).",
            "Update the program, or open another home folder with --home.",
            "newer_schema",
        )
    if found == 0 and database.table_names():
        raise StoreError(
            "The database in the home folder is not a store of this program.",
            "Move that file away, or choose another folder with --home.",
            "foreign",
        )
    for step in MIGRATIONS[found:]:
        step(database)
    database.execute(f"PRAGMA user_version = {VERSION}")
