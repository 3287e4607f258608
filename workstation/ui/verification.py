"""The log's hash chain checked in the background, and the answer in words for the status line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from workstation.paths import Home
from workstation.ui.jobs import Job

if TYPE_CHECKING:
    from workstation.storage.verify import Verification


def check(_job: Job, home: Home) -> Verification:
    """In a job's thread, with a Store of its own."""
    from workstation.storage.store import Store
    from workstation.storage.verify import verify

    with Store.open(home) as store:
        return verify(store)


def words(found: Verification) -> tuple[str, str, str]:
    """Words, role of the stylesheet, tooltip."""
    if found.ok:
        tip = f"{found.events} events, last hash {found.head_sha256[:16]}…"
        return f"log verified {datetime.now():%H:%M}", "secondary", tip
    bad = found.first_bad
    where = f"row {bad.row} is {bad.kind}" if bad else "its end is missing"
    return f"LOG NOT INTACT: {where}", "wrong", "Keep the store as it is and restore a backup beside it."
