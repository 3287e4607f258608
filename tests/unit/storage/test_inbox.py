"""The inbox after a killed import: what is half is removed once nobody can be writing it any more."""

from __future__ import annotations

import os
import time

from workstation.paths import Home
from workstation.storage import inbox
from workstation.storage.store import Store
from workstation.workflow.intake import take_in


def test_the_next_import_removes_half_copies_that_are_old(home: Home) -> None:
    old, young, whole = (home.inbox / name for name in ("a.part", "b.part", "c.dcm"))
    for file in (old, young, whole):
        file.write_bytes(b"half a film")
    for file in (old, whole):
        os.utime(file, (time.time() - 7200,) * 2)
    unpacked = home.cache / "unpacking-x"
    unpacked.mkdir()
    (unpacked / "film.dcm").write_bytes(b"a film")
    os.utime(unpacked, (time.time() - 7200,) * 2)
    with Store.open(home) as store:
        take_in(store, home, [])
    assert [file.exists() for file in (old, unpacked, young, whole)] == [False, False, True, True]


def test_a_missing_inbox_is_no_error(home: Home) -> None:
    home.inbox.rmdir()
    inbox.sweep(home)
