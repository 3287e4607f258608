"""The study in front of the reader: opened, left, signed, called back, followed by the next one.

Joins Reading, film pane, report pane, worklist and drafts; each of them knows nothing of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.errors import StoreError
from workstation.ui import trouble
from workstation.ui.attention import Attention
from workstation.ui.drafts import Drafts
from workstation.ui.personal import Personal
from workstation.ui.worklist import Worklist

if TYPE_CHECKING:
    from workstation.drafting.messages import FailedEvent, StateEvent, TokenEvent
    from workstation.reporting.draft import Draft
    from workstation.storage.store import Store
    from workstation.ui.report.pane import ReportPane
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.workflow.reading import Reader, Reading

_NOT_SAVED = StoreError(
    "The open report could not be saved, so it stays open.", "Free the disk, then open the other study.", "not_saved"
)


AHEAD = 3  # studies made ready while one is read, as far as the memory for films goes


class Desk(QObject):
    """At most one open study. ``trouble`` carries what the store refused."""

    opened = Signal(str)
    trouble = Signal(object)

    def __init__(
        self,
        store: Store,
        worklist: Worklist,
        film: FilmPane,
        report: ReportPane,
        drafts: Drafts,
        attention: Attention,
        personal: Personal,
    ) -> None:
        super().__init__()
        self._store, self._worklist, self._film, self._report = store, worklist, film, report
        self._drafts, self._attention, self._personal = drafts, attention, personal
        self.reading: Reading | None = None
        self._connect()

    @property
    def study(self) -> str:
        """The open study's UID, or ""."""
        return self.reading.study_instance_uid if self.reading else ""

    def open(self, study: str) -> bool:
        """Bring a study in front; False when it cannot be opened (the former one stays)."""
        if study == self.study:
            return True
        return self.saved() and self._try(lambda: self._open(study))

    def saved(self) -> bool:
        """Whether what was typed is on the disk now; if not, it is told."""
        if self._report.autosave.flush():
            return True
        self.trouble.emit(_NOT_SAVED)
        return False

    def let_go(self) -> bool:
        """Leave the open study, which goes away; False when its words could not be saved first."""
        if not self.saved():
            return False
        self.leave()
        self._film.clear("No study is open.", "Choose one in the worklist.")
        self._worklist.set_open("")
        return True

    def reopen(self) -> None:
        """Read the open study anew, because who it is of has changed."""
        study = self.study
        self.leave()
        self._try(lambda: self._open(study))

    def leave(self) -> None:
        """Nothing in front any more; what was typed is saved."""
        reading, self.reading = self.reading, None
        if reading is None:
            return
        self._report.show_reading(None)
        self._attention.watch(None)
        self._try(reading.close)
        self.refresh(reading.study_instance_uid)

    def step(self, by: int) -> None:
        """The next or previous study as the worklist shows them."""
        study = self._worklist.neighbour(self.study, by)
        if study:
            self.open(study)

    def refresh(self, study: str) -> None:
        """Read a study's row anew and show it in the worklist."""
        from workstation.workflow import worklist

        self._try(lambda: self._worklist.set_row(worklist.study(self._store, study)))

    def redo(self, anyway: bool = False) -> None:
        if self.reading and self.reading.editable:
            self._drafts.asked(self.study, anyway)
            self._attention.waits_for_draft()

    def stop_drafting(self) -> None:
        if self.study:
            self._drafts.stop(self.study)

    def set_reader(self, reader: Reader) -> None:
        """Somebody reads under a name now; the open study too."""
        if self.reading:
            self.reading.reader = reader

    def _open(self, study: str) -> None:
        from workstation.workflow.reading import Reading

        reading = Reading(self._store, study, self._personal.reader())
        row, films = reading.study, reading.films
        self.leave()
        reading.open()
        self.reading = reading
        self._attention.watch(lambda kind, **facts: self._try(lambda: reading.note(kind, **facts)))
        self._worklist.set_open(study)
        self._film.show_study(films)
        self._report.show_reading(reading)
        self.opened.emit(study)
        if not row.has_draft and not row.signed:
            if study in self._drafts.failures:
                self._report.draft_failed(self._drafts.failures[study])
            self._drafts.opened(study)
            if self._drafts.expects(study):
                self._attention.waits_for_draft()
        self._prepare_next(study)

    def _prepare_next(self, study: str) -> None:
        """Decode and draft ahead what the reader will most likely open next."""
        from workstation.workflow import worklist

        following = self._worklist.following(study, AHEAD)
        rows = [self._worklist.rows.row(each) for each in following]
        films = [worklist.films(self._store, each) for each in following]
        if self._personal.settings["prior_at_once"]:  # what will hang beside the next study, after its own films
            hung = [worklist.films(self._store, row.priors[0])[:1] if row and row.priors else [] for row in rows]
            films = [each for pair in zip(films, hung, strict=True) for each in pair]
        self._film.prepare(films)
        self._drafts.nearing(row.study_instance_uid for row in rows if row and not (row.has_draft or row.signed))

    def _connect(self) -> None:
        self._worklist.opened.connect(self.open)
        self._film.first_painted.connect(self._painted)
        self._film.acted.connect(self._attention.acted)
        self._report.redo_requested.connect(self.redo)
        self._report.stop_requested.connect(self.stop_drafting)
        self._report.signed.connect(self._signed)
        self._report.recalled.connect(self._recalled)
        self._report.status_changed.connect(self.refresh)
        self._drafts.state.connect(self._on_state)
        self._drafts.text.connect(self._on_text)
        self._drafts.done.connect(self._on_draft)
        self._drafts.failed.connect(self._on_failed)
        self._drafts.changed.connect(self.refresh)
        self._drafts.progress.connect(self._worklist.set_drafting)

    def _painted(self) -> None:
        if (reading := self.reading) is not None:
            self._try(lambda: reading.note("first_paint"))

    def _on_state(self, study: str, event: StateEvent) -> None:
        if study == self.study:
            self._report.draft_state(event)

    def _on_text(self, study: str, event: TokenEvent) -> None:
        if study == self.study:
            self._report.draft_text(event)

    def _on_draft(self, study: str, draft: Draft) -> None:
        if study == self.study:
            self._attention.waits_no_more()
            self._report.draft_done(draft)

    def _on_failed(self, study: str, event: FailedEvent) -> None:
        if study == self.study:
            self._attention.waits_no_more()
            self._report.draft_failed(event)

    def _signed(self, study: str) -> None:
        """The next unread study comes up; calling back stays within reach in the report column."""
        self._drafts.stop(study)
        following = self._worklist.next_unread(study)
        self.refresh(study)
        if self._personal.settings["open_next_after_signing"] and following and following != study:
            self.open(following)

    def _recalled(self, study: str) -> None:
        """Back to the study whose signature was taken back."""
        self.refresh(study)
        self.open(study)

    def _try(self, verb: Callable[[], object]) -> bool:
        return trouble.done(verb, self.trouble.emit)
