"""Drawings on films -> the store, soon after each change; a measurement -> the report of the open study.

Joins the film pane's measuring kit, the store and the report pane; none of them knows the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from workstation.errors import WorkstationError
from workstation.imaging.annotation import Markings
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.workflow import markings as kept

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.ui.report.pane import ReportPane
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.workflow.reading import Reader

AFTER_CHANGE_MS = 200
RETRY_MS = 3000
GONE = "unknown_study"  # the study was taken back: its drawings have no place any more


class MarkingsDesk(QObject):
    """``trouble`` carries what the store refused; it is tried again."""

    trouble = Signal(object)

    def __init__(
        self,
        store: Store,
        film: FilmPane,
        report: ReportPane,
        reader: Callable[[], Reader],
        say: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._store, self._film, self._report, self._reader, self._say = store, film, report, reader, say
        self._unsaved: dict[str, Markings] = {}
        self._unread: set[str] = set()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.flush)
        kit = film.kit(MeasuringKit)
        kit.read = self._read
        kit.now = store.clock.now
        kit.voice.changed.connect(self._changed)
        kit.voice.sentence.connect(self._to_report)
        kit.voice.said.connect(say)
        report.about_to_sign.connect(self.flush)

    def flush(self) -> bool:
        """Everything drawn is in the store; False (and told) when the store refused."""
        self._timer.stop()
        for study, markings in list(self._unsaved.items()):
            try:
                kept.save(self._store, study, markings, self._reader())
            except WorkstationError as error:
                self.trouble.emit(error)
                if error.code != GONE:
                    self._timer.start(RETRY_MS)
                    return False
            del self._unsaved[study]
        return True

    def close(self) -> None:
        """Save what can be saved; nothing is tried again after this."""
        self.flush()
        self._timer.stop()

    def _read(self, study: str) -> Markings:
        """What was drawn before; unread drawings are never written over by none."""
        if study in self._unsaved:
            return self._unsaved[study]
        try:
            found = kept.load(self._store, study)
        except WorkstationError as error:
            self._unread.add(study)
            self.trouble.emit(error)
            return Markings()
        self._unread.discard(study)
        return found

    def _changed(self, study: str, markings: Markings) -> None:
        if study not in self._unread:
            self._unsaved[study] = markings
            self._timer.start(AFTER_CHANGE_MS)

    def _to_report(self, study: str, sentence: str, former: str) -> None:
        """Only a film of the open study may speak in its report, a prior's never."""
        open_study = self._report.reading.study_instance_uid if self._report.reading is not None else ""
        if study != open_study:
            self._say("This film belongs to another study than the report; nothing was put in.")
        elif self._report.insert_measurement(sentence, former):
            self._say(f"In the report: {sentence}")
        else:
            self._say("The report is not open for writing; add an addendum if it is signed.")
