"""While a key is held: the regions of the film that change the score behind one drafted sentence.

Joins report, film and worker for that one question. Off as soon as the key is released, never for a denial, never in
the log's texts and never in anything that leaves the window. What was computed once is shown at once the next time.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from workstation.drafting.messages import EvidenceEvent, EvidenceRequest, FailedEvent, StateEvent
from workstation.reporting.draft import Draft, Evidence
from workstation.reporting.findings import Presence, mentions
from workstation.reporting.marks import DRAFTED, KEPT
from workstation.ui import actions
from workstation.ui.bridge import Bridge
from workstation.ui.report.draftdesk import crops, manifest_of

if TYPE_CHECKING:
    from workstation.catalog.manifest import Manifest
    from workstation.dicom.records import Instance
    from workstation.ui.report.pane import ReportPane
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.overlay import Rectangle

NO_SENTENCE = ("No drafted sentence has the caret.",)
REWRITTEN = ("This sentence is yours now:", "scores belong to drafted sentences only.")
DENIAL = ("Nothing is shown for a sentence that denies:", "what is not there has no place.")
NO_SCORE = ("The model has no score", "for what this sentence says.")
OTHER_FILM = ("The draft was made of another film of this study;", "the arrow keys bring it up.")
LOWERED = ("Covering the tinted part lowers the score.", "It is not where the model looked.")
NOTHING_LOWERS = ("Covering no single part lowers the score.",)
_ENDS = (QEvent.Type.WindowDeactivate, QEvent.Type.ApplicationDeactivate)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One finding's evidence on one film by one model."""

    film: Instance
    finding: str
    model: str


def finding_of(words: str, scores: Mapping[str, float]) -> str | None:
    """The finding that a sentence affirms or suspects, the one with the highest score; "" = it only denies."""
    said = mentions(words)
    if said and all(presence is Presence.ABSENT for presence in said.values()):
        return ""
    affirmed = [each for each, presence in said.items() if presence is not Presence.ABSENT and each in scores]
    return max(affirmed, key=lambda each: scores[each]) if affirmed else None


class EvidenceDesk(QObject):
    """`hold` and `let_go` are the key's two ends. ``shown(finding)`` each time a map stands on the film."""

    shown = Signal(str)

    def __init__(self, window: QWidget, report: ReportPane, film: FilmPane, bridge: Bridge) -> None:
        super().__init__(window)
        self._report, self._film, self._bridge = report, film, bridge
        self._held: Wanted | None = None
        self._asked: dict[str, Wanted] = {}
        self._known: dict[tuple[str, str, str], Evidence] = {}
        act = actions.make("model.evidence", window, self.hold)
        act.setAutoRepeat(False)
        report.drafts.landed.connect(self._mark_seen)
        report.sentences.evidence.connect(lambda held: self.hold() if held else self.let_go())
        bridge.state.connect(self._on_state)
        bridge.evidence_made.connect(self._on_evidence)
        bridge.failed.connect(self._on_failed)

    def hold(self) -> None:
        """Show what there is, or say that it is being computed."""
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)
        wanted = self._wanted()
        if not isinstance(wanted, Wanted):
            self._film.layers.show_words(wanted)
            return
        self._held = wanted
        known = self._known.get(_key(wanted))
        if known is not None:
            self._show(wanted, known)
        elif self._say(wanted, _computing(wanted.finding)):
            self._ask(wanted)

    def let_go(self) -> None:
        """Nothing of it stays; what is being computed is finished for the next time."""
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._held = None
        self._film.layers.end_evidence()

    def forget(self) -> None:
        """Another study is in front: nothing is wanted any more, and nobody is kept waiting for it."""
        self.let_go()
        self._cancel_all()
        self._known.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Installed only while the key is held."""
        released = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease and _is_own(event)
        if released or event.type() in _ENDS:
            self.let_go()
        return False

    def _mark_seen(self, draft: Draft) -> None:
        """Where the picture ended that a cropping model was given."""
        reading = self._report.reading
        manifest = manifest_of(reading.store.home, draft.model.id) if reading is not None else None
        if reading is None or manifest is None or not crops(manifest):
            return
        for film in reading.films:
            if film.sop_instance_uid in draft.sop_instance_uids:
                self._film.mark_seen(film.sop_instance_uid, _seen(film, manifest))

    def _wanted(self) -> Wanted | tuple[str, ...]:
        """What is asked for now, or the words that say why nothing is."""
        draft, reading = self._report.drafts.shown, self._report.reading
        mark = self._report.sentences.at_hand() if draft is not None else None
        if draft is None or reading is None or mark is None:
            return NO_SENTENCE
        if mark.state not in (DRAFTED, KEPT):
            return REWRITTEN
        finding = finding_of(mark.words, draft.probabilities or {})
        film = next((each for each in reading.films if each.sop_instance_uid in draft.sop_instance_uids), None)
        if not finding or film is None:
            return DENIAL if finding == "" else NO_SCORE
        return Wanted(film, finding, draft.model.id)

    def _ask(self, wanted: Wanted) -> None:
        if wanted in self._asked.values():
            return
        self._cancel_all()
        request = EvidenceRequest(uuid.uuid4().hex, wanted.film.path, wanted.finding, model=wanted.model)
        self._asked[request.id] = wanted
        self._bridge.evidence(request)

    def _cancel_all(self) -> None:
        for request in list(self._asked):
            self._asked.pop(request)
            self._bridge.cancel(request)

    def _on_state(self, event: StateEvent) -> None:
        wanted = self._asked.get(event.id)
        if wanted is not None and wanted == self._held:
            share = f", {round(event.fraction * 100)} %" if event.fraction is not None else ""
            self._say(wanted, _computing(wanted.finding, share))

    def _on_evidence(self, event: EvidenceEvent) -> None:
        wanted = self._asked.pop(event.id, None)
        if wanted is None:
            return
        found = self._known[_key(wanted)] = Evidence.from_json(event.evidence)
        if wanted == self._held:
            self._show(wanted, found)

    def _on_failed(self, event: FailedEvent) -> None:
        wanted = self._asked.pop(event.id, None)
        if wanted is not None and wanted == self._held:
            self._say(wanted, *_sentences(event.message), *_sentences(event.remedy))

    def _say(self, wanted: Wanted, *words: str) -> bool:
        if self._film.layers.show_words(words, wanted.film.sop_instance_uid):
            return True
        self._film.layers.show_words(OTHER_FILM)
        return False

    def _show(self, wanted: Wanted, found: Evidence) -> None:
        grid = np.asarray(found.grid, np.float32)
        said = LOWERED if grid.max(initial=0.0) > 0 else NOTHING_LOWERS
        words = (f"What changes the score: {wanted.finding}", *said)
        if self._film.layers.show_heat(wanted.film.sop_instance_uid, grid, found.rectangle, words):
            self.shown.emit(wanted.finding)
        else:
            self._film.layers.show_words(OTHER_FILM)


def _is_own(event: QKeyEvent) -> bool:
    """The key in force, without what is held beside it: that may be let go first."""
    own = [QKeySequence(key)[0].key() for key in actions.keys("model.evidence")]  # type: ignore[index]
    return event.key() in own and not event.isAutoRepeat()


def _seen(film: Instance, manifest: Manifest) -> Rectangle:
    """(row0, column0, row1, column1) of the stored film that the model's picture shows."""
    from workstation.imaging.orientation import stands_sideways
    from workstation.imaging.prepare import placed

    sideways = stands_sideways(film)
    size = (film.columns, film.rows) if sideways else (film.rows, film.columns)
    row0, column0, row1, column1 = placed(*size, manifest.preprocess.side, manifest.preprocess.method).rectangle
    return (column0, row0, column1, row1) if sideways else (row0, column0, row1, column1)


def _sentences(words: str) -> list[str]:
    """One line each: a film may be narrow."""
    return [part.strip() for part in re.split(r"(?<=[.:;,])\s", words) if part.strip()]


def _computing(finding: str, share: str = "") -> str:
    return f"Computing what changes the score: {finding}{share or ' …'}"


def _key(wanted: Wanted) -> tuple[str, str, str]:
    return wanted.film.sop_instance_uid, wanted.finding, wanted.model
