"""Pictures and markings on their way out, and foreign drawings on their way in, joined to the store and the log.

The kits of the film pane know neither; each errand runs in a thread with a Store of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from workstation.ui import trouble
from workstation.ui.jobs import Job
from workstation.ui.refused import counted
from workstation.ui.viewer.kits.exchange import ExchangeKit
from workstation.ui.viewer.kits.foreign import ForeignKit

if TYPE_CHECKING:
    from workstation.paths import Home
    from workstation.storage.store import Store
    from workstation.ui.announcements import Announcements
    from workstation.ui.personal import Personal
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.outgoing.errand import Errand
    from workstation.workflow.companions import Shown
    from workstation.workflow.markings_out import Saved
    from workstation.workflow.reading import Reader

FILTERED = "The display filter has no place in DICOM and was left out."


class Departures(QObject):
    """Lives as long as the film pane."""

    def __init__(
        self,
        home: Home,
        store: Store,
        film: FilmPane,
        personal: Personal,
        announce: Announcements,
        start_job: Callable[[Job], None],
    ) -> None:
        super().__init__(film)
        self._home, self._store, self._personal, self._announce = home, store, personal, announce
        self._exchange, self._foreign = film.kit(ExchangeKit), film.kit(ForeignKit)
        self._start = start_job
        self._exchange.voice.left.connect(self._note)
        self._exchange.voice.markings.connect(self._save_markings)
        self._exchange.voice.nameless.connect(self._deidentify)
        self._foreign.read = partial(_read_states, home)
        for kit in (self._exchange, self._foreign):
            kit.voice.said.connect(announce.done)
            kit.voice.trouble.connect(announce.trouble)

    def arrived(self, studies: tuple[str, ...]) -> None:
        """Files were taken in: presentation states of the study on the screen may be among them."""
        self._foreign.refresh(studies)

    def _save_markings(self, errand: Errand) -> None:
        reader = self._personal.reader()
        work = partial(_write_markings, self._home, errand, reader)
        done = partial(self._saved, errand)
        self._start(Job("save markings", work, done, self._announce.trouble, parent=self))

    def _deidentify(self, study: str, folder: str, looked_at: bool) -> None:
        work = partial(_write_nameless, self._home, study, folder, self._personal.reader(), looked_at)
        self._start(Job("de-identify", work, self._left_nameless, self._announce.trouble, parent=self))

    def _left_nameless(self, saved: Saved) -> None:
        self._announce.line(f"{counted(len(saved.files), 'film')} saved without names.", " ".join(saved.told))

    def _saved(self, errand: Errand, saved: Saved) -> None:
        kinds = ", ".join(dict.fromkeys(file.stem.split("-")[-2].upper() for file in saved.files))
        told = [*saved.told, *([FILTERED] if errand.filtered else [])]
        self._announce.line(f"{len(saved.files)} DICOM files were saved ({kinds}).", " ".join(told))

    def _note(self, study: str, facts: dict[str, Any]) -> None:
        from workstation.workflow.departures import note

        trouble.done(lambda: note(self._store, study, facts, self._personal.reader()), self._announce.trouble)


def _write_markings(home: Home, errand: Errand, reader: Reader, _job: Job) -> Saved:
    from workstation.storage.store import Store
    from workstation.workflow.markings_out import save_markings

    with Store.open(home) as store:
        return save_markings(store, errand.study, errand.folder, errand.markings, errand.looks, reader)


def _write_nameless(home: Home, study: str, folder: str, reader: Reader, looked_at: bool, _job: Job) -> Saved:
    from workstation.storage.store import Store
    from workstation.workflow.deidentifying import deidentify_study

    with Store.open(home) as store:
        return deidentify_study(store, study, folder, reader, looked_at)


def _read_states(home: Home, study: str) -> Shown:
    from workstation.storage.store import Store
    from workstation.workflow.companions import presentation_states

    with Store.open(home) as store:
        return presentation_states(store, study)
