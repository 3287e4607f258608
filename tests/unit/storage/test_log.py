"""The log cannot be changed, and when somebody changes it anyway, `verify` says where. The chain is recomputed here
with hashlib and json alone, and attacked with plain sqlite3."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, draft, report, take
from workstation.errors import StoreError
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.log import Head
from workstation.storage.store import Store
from workstation.storage.verify import BadRow, verify
from workstation.workflow.reading import Reading

CONTENT = "row, version, kind, at, monotonic_ns, session, study, reader, payload, document, document_sha256"
TRIGGERS = [f"{table}_no_{verb}" for table in ("event", "document") for verb in ("update", "delete", "replace")]


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


def fill(store: Store, count: int = 10) -> None:
    for number in range(count):
        log.append(store, "viewer", {"number": number}, study="s1", reader="r1")


def attack(store: Store, *statements: str) -> None:
    """Another program with the triggers dropped."""
    witness = sqlite3.connect(store.home.database, isolation_level=None)
    for trigger in TRIGGERS:
        witness.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    for statement in statements:
        witness.execute(statement)
    witness.close()


def test_the_chain_is_what_hashlib_says(store: Store) -> None:
    fill(store, 5)
    witness = sqlite3.connect(store.home.database)
    previous = "0" * 64
    for *content, before, digest in witness.execute(f"SELECT {CONTENT}, previous, sha256 FROM event ORDER BY row"):
        assert before == previous
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        assert digest == hashlib.sha256((previous + text).encode()).hexdigest()
        previous = digest
    assert witness.execute("SELECT events, sha256 FROM head").fetchall() == [(5, previous)]
    assert verify(store).head_sha256 == previous


def test_an_untouched_log_is_whole_and_an_empty_one_too(store: Store) -> None:
    assert verify(store).ok
    fill(store)
    found = verify(store)
    assert (found.ok, found.events, found.first_bad) == (True, 10, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'signed' WHERE row = 3",
        "DELETE FROM event WHERE row = 3",
        "INSERT OR REPLACE INTO event SELECT * FROM event WHERE row = 3",
        "UPDATE document SET content = '{}'",
        "DELETE FROM document",
        "INSERT OR REPLACE INTO document SELECT * FROM document",
    ],
)
def test_the_triggers_refuse_any_other_program(store: Store, statement: str) -> None:
    fill(store, 5)
    with store.transaction():
        log.append(store, "draft_made", {}, "s1", "r1", log.add_document(store, "draft", "s1", {"text": "words"}))
    witness = sqlite3.connect(store.home.database)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        witness.execute(statement)
    assert verify(store).ok


FIELDS = [name.strip() for name in CONTENT.split(",")]


@pytest.mark.parametrize("field", [name for name in FIELDS if name not in ("row", "document")])
def test_a_changed_field_is_found(store: Store, field: str) -> None:
    fill(store)
    attack(
        store, f"UPDATE event SET {field} = {'12' if field in ('version', 'monotonic_ns') else repr('x')} WHERE row = 4"
    )
    assert verify(store).first_bad == BadRow(4, "changed")


@pytest.mark.parametrize("forged", ["x'00ff'", "cast(x'ff41' AS TEXT)", "NULL + 1.5", "1e999"])
def test_a_field_that_holds_no_text_is_found(store: Store, forged: str) -> None:
    fill(store)
    attack(store, f"UPDATE event SET study = {forged} WHERE row = 4")
    assert verify(store).first_bad == BadRow(4, "changed")


ATTACKS: list[tuple[str, tuple[str, ...], BadRow]] = [
    ("a row taken out", ("DELETE FROM event WHERE row = 4",), BadRow(4, "missing")),
    ("the first row taken out", ("DELETE FROM event WHERE row = 1",), BadRow(1, "missing")),
    ("three rows taken out", ("DELETE FROM event WHERE row IN (4, 5, 6)",), BadRow(4, "missing")),
    (
        "a row taken out, the rest renumbered",
        ("DELETE FROM event WHERE row = 4", "UPDATE event SET row = row - 1 WHERE row > 4"),
        BadRow(4, "missing"),
    ),
    (
        "the same with the head moved along",
        (
            "DELETE FROM event WHERE row = 4",
            "UPDATE event SET row = row - 1 WHERE row > 4",
            "UPDATE head SET events = 9",
        ),
        BadRow(4, "missing"),
    ),
    (
        "two rows exchanged, hashes and all",
        (
            "UPDATE event SET row = -1 WHERE row = 3",
            "UPDATE event SET row = 3 WHERE row = 7",
            "UPDATE event SET row = 7 WHERE row = -1",
        ),
        BadRow(3, "swapped"),
    ),
    (
        "the contents of two rows exchanged, the hashes left",
        (
            "CREATE TEMP TABLE t AS SELECT * FROM event WHERE row IN (3, 7)",
            *(
                "UPDATE event SET (at, monotonic_ns, payload) ="
                f" (SELECT at, monotonic_ns, payload FROM t WHERE row = {b}) WHERE row = {a}"
                for a, b in ((3, 7), (7, 3))
            ),
        ),
        BadRow(3, "swapped"),
    ),
    *(
        (
            f"{', '.join(columns)} of two rows exchanged",
            (
                "CREATE TEMP TABLE t AS SELECT * FROM event WHERE row IN (3, 7)",
                *(
                    f"UPDATE event SET ({', '.join(columns)}) = (SELECT {', '.join(columns)} FROM t WHERE row = {b})"
                    f" WHERE row = {a}"
                    for a, b in ((3, 7), (7, 3))
                ),
            ),
            BadRow(3, "swapped"),
        )
        for columns in (
            ("payload",),
            ("at", "payload"),
            ("monotonic_ns", "payload", "sha256"),
            ("at", "monotonic_ns", "payload", "sha256"),
            ("at", "monotonic_ns", "payload", "previous", "sha256"),
        )
    ),
    (
        "neighbours exchanged",
        (
            "UPDATE event SET row = -1 WHERE row = 3",
            "UPDATE event SET row = 3 WHERE row = 4",
            "UPDATE event SET row = 4 WHERE row = -1",
        ),
        BadRow(3, "swapped"),
    ),
    ("the tail cut", ("DELETE FROM event WHERE row > 6",), BadRow(7, "truncated")),
    ("everything cut", ("DELETE FROM event",), BadRow(1, "truncated")),
    ("the last hash changed", ("UPDATE event SET sha256 = 'x' WHERE row = 10",), BadRow(10, "changed")),
    ("the head emptied", ("DELETE FROM head",), BadRow(11, "truncated")),
    ("rows and head taken away", ("DELETE FROM event", "DELETE FROM head"), BadRow(1, "truncated")),
    (
        "a row added behind the head",
        (
            "INSERT INTO event SELECT 11, version, kind, at, monotonic_ns, session, study, reader, payload, document,"
            " document_sha256, sha256, 'x' FROM event WHERE row = 10",
        ),
        BadRow(11, "changed"),
    ),
]


@pytest.mark.parametrize(("statements", "bad"), [a[1:] for a in ATTACKS], ids=[a[0] for a in ATTACKS])
def test_an_attack_is_found_and_named(store: Store, statements: tuple[str, ...], bad: BadRow) -> None:
    fill(store)
    attack(store, *statements)
    found = verify(store)
    assert not found.ok and found.first_bad == bad


def test_a_forged_chain_is_found_by_a_head_kept_elsewhere(store: Store) -> None:
    fill(store)
    kept = log.head(store)
    attack(store, "DELETE FROM event", f"UPDATE head SET events = 0, sha256 = '{'0' * 64}'")
    for number in range(10):
        log.append(store, "viewer", {"number": number, "forged": True}, study="s1", reader="r1")
    assert verify(store).ok
    assert verify(store, kept).first_bad == BadRow(10, "changed")
    assert verify(store, Head(12, kept.sha256)).first_bad == BadRow(11, "truncated")


@pytest.fixture
def reading(store: Store, home: Home, tmp_path: Path) -> Reading:
    reading = Reading(store, take(store, home, tmp_path), READER)
    reading.add_draft(draft())
    reading.save(report())
    reading.sign()
    return reading


def row_of(store: Store, kind: str) -> int:
    return next(event.row for event in log.events(store, kind=kind))


TEXTS: list[tuple[str, Callable[[int, int], str], str, str]] = [
    ("a draft reworded", lambda d, v: f"UPDATE document SET content = '{{}}' WHERE id = {d}", "draft_made", "changed"),
    (
        "a report reworded",
        lambda d, v: f"UPDATE document SET content = replace(content, 'small', 'large') WHERE id = {v}",
        "signed",
        "changed",
    ),
    (
        "a report moved to another study",
        lambda d, v: f"UPDATE document SET study = 'x' WHERE id = {v}",
        "signed",
        "changed",
    ),
    ("a report taken away", lambda d, v: f"DELETE FROM document WHERE id = {v}", "signed", "missing"),
]


@pytest.mark.parametrize(("attack_of", "kind", "fault"), [t[1:] for t in TEXTS], ids=[t[0] for t in TEXTS])
def test_a_forged_text_is_found_at_the_event_that_names_it(
    reading: Reading, attack_of: Callable[[int, int], str], kind: str, fault: str
) -> None:
    store = reading.store
    attack(store, attack_of(reading.draft_id or 0, reading.versions[0].document))
    assert verify(store).first_bad == BadRow(row_of(store, kind), fault)


def test_a_tail_cut_with_the_head_set_back_is_betrayed_by_the_text_it_named(reading: Reading) -> None:
    store = reading.store
    row = row_of(store, "signed")
    previous = store.row("SELECT previous FROM event WHERE row = ?", [row])
    assert previous is not None
    attack(
        store,
        f"DELETE FROM event WHERE row >= {row}",
        f"UPDATE head SET events = {row - 1}, sha256 = '{previous['previous']}'",
    )
    assert verify(store).first_bad == BadRow(row, "truncated")


def test_an_undeclared_kind_is_logged_as_version_zero(store: Store) -> None:
    log.append(store, "something_new", {"a": 1})
    log.append(store, "signed", {})
    assert [(event.kind, event.version) for event in log.events(store)] == [("something_new", 0), ("signed", 1)]


def _append_and_fail(store: Store) -> None:
    with store.transaction():
        log.append(store, "viewer")
        store.execute("INSERT INTO no_such_table VALUES (1)")


def test_a_failed_event_leaves_no_gap(store: Store) -> None:
    fill(store, 3)
    with pytest.raises(StoreError):
        _append_and_fail(store)
    fill(store, 1)
    assert verify(store).ok and log.head(store).events == 4


def test_verify_streams_a_long_log_in_flat_memory(store: Store) -> None:
    import tracemalloc

    with store.transaction():
        for number in range(20_000):
            log.append(store, "viewer", {"number": number, "words": "x" * 200})
    tracemalloc.start()
    assert verify(store).events == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
