"""The log as the window handles it: verified in the background, exported to a file the reader names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.ui.announcements import Announcements
from workstation.ui.jobs import Job
from workstation.ui.statusline import StatusLine

if TYPE_CHECKING:
    from workstation.storage.verify import Verification

KINDS_OF_FILE = "CSV (*.csv);;JSON lines (*.jsonl)"


class Books(QObject):
    """Both acts run in jobs with a Store of their own."""

    def __init__(
        self,
        window: QWidget,
        home: Home,
        status: StatusLine,
        announce: Announcements,
        start_job: Callable[[Job], None],
    ) -> None:
        super().__init__(window)
        self._window, self._home = window, home
        self._status, self._announce, self._start = status, announce, start_job

    def verify(self) -> None:
        self._status.set_fact("log", "verifying the log…")
        home = self._home
        self._start(Job("verify", lambda _job: verified(home), self._told, self._not_verified, parent=self))

    def export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self._window, "Export the log", "log.csv", KINDS_OF_FILE)
        if name:
            home = self._home
            self._start(
                Job("export log", lambda _job: exported(home, name), self._done, self._announce.trouble, parent=self)
            )

    def _told(self, found: Verification) -> None:
        self._status.set_fact("log", *words(found))

    def _not_verified(self, error: WorkstationError) -> None:
        self._status.set_fact("log", "log not verified", "careful", str(error))

    def _done(self, events: int) -> None:
        self._announce.done(f"The log was exported: {events} events.")


def verified(home: Home) -> Verification:
    """Every row and text of the log checked."""
    from workstation.storage.store import Store
    from workstation.storage.verify import verify

    with Store.open(home) as store:
        return verify(store)


def exported(home: Home, name: str) -> int:
    """The log as CSV, or as JSON lines where the name says so; returns the number of events."""
    from workstation.storage.store import Store
    from workstation.workflow.delivery import export_log

    with Store.open(home) as store:
        return export_log(store, jsonl=name) if name.endswith(".jsonl") else export_log(store, csv=name)


def words(found: Verification) -> tuple[str, str, str]:
    """Words, role of the stylesheet, tooltip."""
    if found.ok:
        tip = f"{found.events} events, last hash {found.head_sha256[:16]}…"
        return f"log verified {datetime.now():%H:%M}", "secondary", tip
    bad = found.first_bad
    where = f"row {bad.row} is {bad.kind}" if bad else "its end is missing"
    return f"LOG NOT INTACT: {where}", "wrong", "Keep the store as it is and restore a backup beside it."
