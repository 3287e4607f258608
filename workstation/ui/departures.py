"""Pictures and markings on their way out, and foreign drawings on their way in, joined to the store and the log.

The kits of the film pane know neither; each errand runs in a thread with a Store of its own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from workstation.ui import trouble
from workstation.ui.viewer.kits.exchange import ExchangeKit
from workstation.ui.viewer.kits.foreign import ForeignKit

if TYPE_CHECKING:
    from workstation.paths import Home
    from workstation.storage.store import Store
    from workstation.ui.announcements import Announcements
    from workstation.ui.personal import Personal
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.workflow.companions import Shown


class Departures(QObject):
    """Lives as long as the film pane."""

    def __init__(self, home: Home, store: Store, film: FilmPane, personal: Personal, announce: Announcements) -> None:
        super().__init__(film)
        self._home, self._store, self._personal, self._announce = home, store, personal, announce
        self._exchange, self._foreign = film.kit(ExchangeKit), film.kit(ForeignKit)
        self._exchange.voice.left.connect(self._note)
        self._foreign.read = partial(_read_states, home)
        for kit in (self._exchange, self._foreign):
            kit.voice.said.connect(announce.done)
            kit.voice.trouble.connect(announce.trouble)

    def arrived(self, studies: tuple[str, ...]) -> None:
        """Files were taken in: presentation states of the study on the screen may be among them."""
        self._foreign.refresh(studies)

    def _note(self, study: str, facts: dict[str, Any]) -> None:
        from workstation.workflow.departures import note

        trouble.done(lambda: note(self._store, study, facts, self._personal.reader()), self._announce.trouble)


def _read_states(home: Home, study: str) -> Shown:
    from workstation.storage.store import Store
    from workstation.workflow.companions import presentation_states

    with Store.open(home) as store:
        return presentation_states(store, study)
