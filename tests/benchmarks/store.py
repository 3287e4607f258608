"""The store beside plain sqlite3 doing the same: a signed report at synchronous FULL, and reading the whole log.

The peer writes the same rows with the same hashes by hand, so that what is compared is our layer, not the disk.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME = "store"
ROUNDS, EVENTS = 60, 50_000
MOST_TIMES, MOST_VERIFY_S = 1.5, 20.0
TEXT = "The heart is not enlarged. No pneumothorax is seen. " * 20


def run() -> list[dict[str, Any]]:
    """Median milliseconds of one durable decision, and seconds to verify a million events."""
    with tempfile.TemporaryDirectory() as folder:
        return [_durable(Path(folder)), _verify(Path(folder))]


def _durable(folder: Path) -> dict[str, Any]:
    from workstation.paths import Home
    from workstation.storage.store import Store

    with Store.open(Home(folder / "home")) as store:
        ours, peer = _taking_turns(lambda: _sign(store), _peer(folder / "peer.sqlite"))
    return {
        "name": "a decision and its text at synchronous FULL",
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "ms",
        "peer_name": "plain sqlite3",
        "bound": MOST_TIMES,
    }


def _taking_turns(*contestants: Callable[[], None]) -> list[float]:
    times: list[list[float]] = [[] for _ in contestants]
    for _ in range(ROUNDS):
        for contestant, taken in zip(contestants, times, strict=True):
            start = time.perf_counter()
            contestant()
            taken.append((time.perf_counter() - start) * 1e3)
    return [statistics.median(taken[5:]) for taken in times]


def _sign(store: Any) -> None:
    from workstation.storage import log

    with store.transaction(durable=True):
        document = log.add_document(store, "version", "s1", {"text": TEXT})
        log.append(store, "decision", {"decision": "edit"}, "s1", "r1")
        log.append(store, "signed", {"number": 1}, "s1", "r1", document)


def _peer(path: Path) -> Callable[[], None]:
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE document (id INTEGER PRIMARY KEY, content TEXT, sha256 TEXT)")
    base.execute("CREATE TABLE event (row INTEGER PRIMARY KEY, kind TEXT, payload TEXT, previous TEXT, sha256 TEXT)")
    last = [""]

    def sign() -> None:
        base.execute("BEGIN IMMEDIATE")
        text = json.dumps({"text": TEXT})
        base.execute("INSERT INTO document (content, sha256) VALUES (?, ?)", [text, _sha256(text)])
        for kind in ("decision", "signed"):
            payload = json.dumps({"kind": kind, "number": 1})
            digest = _sha256(last[0] + payload)
            base.execute(
                "INSERT INTO event (kind, payload, previous, sha256) VALUES (?, ?, ?, ?)",
                [kind, payload, last[0], digest],
            )
            last[0] = digest
        base.execute("COMMIT")

    return sign


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _verify(folder: Path) -> dict[str, Any]:
    """Ours against the least anybody could do: read every row and hash its bytes once."""
    from workstation.paths import Home
    from workstation.storage import log
    from workstation.storage.store import Store
    from workstation.storage.verify import verify

    with Store.open(Home(folder / "log")) as store:
        with store.transaction():
            for number in range(EVENTS):
                log.append(store, "viewer", {"number": number}, "s1", "r1")
        start = time.perf_counter()
        assert verify(store).ok
        ours = (time.perf_counter() - start) * 1e6 / EVENTS
        start = time.perf_counter()
        for row in sqlite3.connect(store.home.database).execute("SELECT * FROM event ORDER BY row"):
            hashlib.sha256(repr(row).encode()).hexdigest()
        peer = (time.perf_counter() - start) * 1e6 / EVENTS
    return {
        "name": "verify 1,000,000 events",
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": "s",
        "peer_name": "sqlite3 and hashlib alone",
        "bound_ours": MOST_VERIFY_S,
        "note": f"measured on {EVENTS:,} events",
    }
