"""What stands in the frame once the rooms are loaded: panes, desk, drafts, arrivals, books, and the wires between.

Made once by ``workplace`` on the Qt thread; closed in the order in which things depend on each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from workstation.errors import WorkstationError
from workstation.reporting.report import StudyStatus
from workstation.ui import scripts
from workstation.ui.arrivals import Arrivals
from workstation.ui.attention import Attention
from workstation.ui.available import available
from workstation.ui.backlog import BY_HAND
from workstation.ui.books import Books
from workstation.ui.bridge import Bridge
from workstation.ui.departures import Departures
from workstation.ui.desk import Desk
from workstation.ui.display.desk import DisplayDesk
from workstation.ui.drafts import Drafts
from workstation.ui.evidence import EvidenceDesk
from workstation.ui.markings import MarkingsDesk
from workstation.ui.mendingdesk import MendingDesk
from workstation.ui.models.desk import ModelDesk
from workstation.ui.pasting import Pasting
from workstation.ui.priors import PriorDesk
from workstation.ui.question.desk import QuestionDesk
from workstation.ui.question.pane import QuestionPane
from workstation.ui.question.talk import DIFFERENTIAL
from workstation.ui.report.pane import ReportPane
from workstation.ui.viewer.film_pane import FilmPane
from workstation.ui.viewer.filmplaces import FilmPlaces

if TYPE_CHECKING:
    from workstation.settings import Settings
    from workstation.ui.workplace import Workplace
    from workstation.workflow.intake import Intake
    from workstation.workflow.worklist import StudyRow

CHECK_STORE_MS = 30_000
BUSY_TYPING_MS = 20_000
WARM_UP_AFTER_MS = 1500


class Furniture(QObject):
    """Everything behind the first paint."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        assert place.store is not None
        self.window, self.announce, self.store, self.personal = (
            place.window,
            place.announce,
            place.store,
            place.personal,
        )
        settings = self.personal.settings
        self.film, self.report = FilmPane(settings), ReportPane(settings)
        self.bridge = Bridge(place.home, self)
        self.drafts = Drafts(self.store, self.bridge, lambda: self.personal.settings, self.personal.reader)
        self.attention = Attention(place.application, settings["idle_after_s"])
        self.arrivals = Arrivals(place.home, self)
        self.books = Books(self.window, place.home, self.window.status, self.announce, place.start_job)
        self.desk = Desk(
            self.store, self.window.worklist, self.film, self.report, self.drafts, self.attention, self.personal
        )
        self.priors = PriorDesk(self.store, self.desk, self.film)
        self.window.layouts.join(FilmPlaces(self.film))
        self.question = QuestionPane()
        self.questions = QuestionDesk(
            self.question, self.film, self.report, self.bridge, lambda: self.personal.settings
        )
        self.models = ModelDesk(self.window, place.home, self.bridge, self.personal, place.start_job)
        self.display = DisplayDesk(self.window, self.film, self.window.status, place.home)
        self.markings = MarkingsDesk(self.store, self.film, self.report, self.personal.reader, self.announce.of_study)
        self.evidence = EvidenceDesk(self.window, self.report, self.film, self.bridge)
        self.mending = MendingDesk(self.store, self.window, self.desk, self.drafts, self.personal, self.announce)
        self.departures = Departures(place.home, self.store, self.film, self.personal, self.announce, place.start_job)
        self.pasting = Pasting(place.home, place.start_job, self)
        self.refused = self.window.refused
        self._closed = False
        self._warned = False
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(BUSY_TYPING_MS)
        self._store_check = QTimer(self)
        self._store_check.setInterval(CHECK_STORE_MS)
        self._connect()
        self._make_acts()
        self._begin()

    def close(self) -> None:
        """Save, then end what is under way, then the worker."""
        self._closed = True
        self._store_check.stop()
        self.desk.leave()
        self.markings.close()
        self.questions.close()
        self.models.close()
        self.report.shut_down()
        self.attention.close()
        self.drafts.close()
        self.arrivals.close()
        self.pasting.forget()
        self.film.shut_down()
        self.bridge.close()

    def may_close(self) -> bool:
        """Not while typed words cannot be saved, unless the reader closes once more."""
        if self._warned or self.report.autosave.flush():
            return True
        self._warned = True
        self.window.banner.say(
            "The last words of the open report could not be saved.",
            "Free the disk and try again, or close once more to leave without them.",
            ("Try again", self._save_again),
        )
        return False

    def _save_again(self) -> None:
        self._warned = False
        if self.report.autosave.flush():
            self.announce.over()

    def check_store(self) -> None:
        """Whether what is typed can be kept; the report is closed for typing while it cannot."""
        try:
            self.store.check_writable()
        except WorkstationError as error:
            self.report.setEnabled(False)
            self.announce.trouble(error, ("Try again", self.check_store))
            return
        if not self.report.isEnabled():
            self.report.setEnabled(True)
            self.announce.over()

    def _connect(self) -> None:
        drafts, desk, arrivals = self.drafts, self.desk, self.arrivals
        drafts.worker_died.connect(self.announce.worker_died)
        drafts.model_said.connect(self._model_said)
        arrivals.progress.connect(self._intake_goes_on)
        arrivals.ended.connect(self._intake_ended)
        desk.opened.connect(self.announce.study_left)
        desk.opened.connect(self._study_opened)
        self.pasting.given.connect(arrivals.take)
        self.window.worklist.rows.modelReset.connect(self._tell_fonts)
        self.pasting.trouble.connect(self._trouble)
        self.mending.left.connect(lambda: self.questions.open_study(None))
        for source in (drafts, desk, self.markings, arrivals, self.personal, self.questions, self.priors):
            source.trouble.connect(self._trouble)
        self.report.reader_named.connect(self._reader_named)
        self.report.typed.connect(self._typing.start)
        self.evidence.shown.connect(lambda finding: self.attention.acted("evidence", {"finding": finding}))
        self.question.put_away.connect(self._toggle_questions)
        self.film.full_requested.connect(self.window.toggle_film_alone)
        self.personal.changed.connect(self._settings_changed)
        self._store_check.timeout.connect(self.check_store)

    def _make_acts(self) -> None:
        slots = {
            "file.paste": self.pasting.paste,
            "file.refused": self._show_refused,
            "file.export_log": self.books.export,
            "file.verify_log": self.books.verify,
            "study.next": lambda: self.desk.step(1),
            "study.previous": lambda: self.desk.step(-1),
            "study.take_back": self.mending.offer_take_back,
            "study.correct": self.mending.offer_correction,
            "view.question": self._toggle_questions,
            "model.manager": self.models.show,
            "view.display_check": self.display.show,
            "question.differential": self._ask_differential,
            "question.stop": self.questions.stop,
        }
        for act, slot in slots.items():
            self.window.act(act, slot)

    def _begin(self) -> None:
        """Columns filled, waiting drafts queued, the log checked."""
        self.window.may_close = self.may_close
        self.window.available = lambda act: available(act, self)
        self.window.columns.put("question", self.question)
        self.window.columns.put("report", self.report)
        self.window.columns.by_name["report"].keyboard = self._report_keyboard
        self.window.status.set_fact("model", "model idle")
        for problem in self.personal.settings.problems:
            self.announce.line(problem)
        self.check_store()
        self._tell_fonts()
        self._store_check.start()
        self.books.verify()
        self._queue(self.window.worklist.rows.all_rows())
        QTimer.singleShot(WARM_UP_AFTER_MS, self, self._warm_up)

    def _tell_fonts(self) -> None:
        scripts.tell((row.patient_name for row in self.window.worklist.rows.all_rows()), self.window.status)

    def _warm_up(self) -> None:
        """The worker's imports take seconds; they are done before the first study is opened."""
        if not self._closed and self.personal.settings["draft_when"] != BY_HAND:
            self.bridge.start()

    def _queue(self, rows: Sequence[StudyRow]) -> None:
        """Studies that wait for a draft; one whose draft died with its process waits too."""
        waiting = (StudyStatus.NEW, StudyStatus.DRAFTING)
        self.drafts.arrived(row.study_instance_uid for row in rows if row.status in waiting and not row.has_draft)

    def _trouble(self, error: WorkstationError) -> None:
        self.announce.trouble(error, ("Try again", self.check_store))

    def _model_said(self, words: str, role: str) -> None:
        self.window.status.set_fact("model", words, role)

    def _intake_goes_on(self, done: int, of: int) -> None:
        self.announce.intake(done, of, self.arrivals.stop)

    def _intake_ended(self, intake: Intake, rows: list[StudyRow]) -> None:
        """The worklist anew, the refused files told, the first study opened unless the reader is in mid-sentence."""
        self.pasting.forget(file.path for file in intake.files)
        studies = intake.study_instance_uids
        self.departures.arrived(studies)
        self.window.worklist.set_rows(rows)
        refused = [file for file in intake.files if file.status == "refused"]
        self.refused.show_outcomes(refused, intake.count("taken"))
        first = next((row.study_instance_uid for row in rows if row.study_instance_uid in studies), "")
        busy = bool(first) and self._typing.isActive() and self.desk.study not in ("", first)
        self.announce.taken(intake, self._show_refused, (lambda: self.desk.open(first)) if busy else None)
        if first and not busy:
            self.desk.open(first)
        self._queue([row for row in rows if row.study_instance_uid in studies])

    def _show_refused(self) -> None:
        self.window.columns.set_hidden("worklist", False)
        self.refused.show()

    def _toggle_questions(self) -> None:
        """By the reader's own key: shown, the keyboard is in the field; put away, back in the report."""
        columns = self.window.columns
        self.window.toggle_column("question")
        if not columns.is_hidden("question"):
            columns.by_name["question"].take_focus()

    def _ask_differential(self) -> None:
        """The answer needs a place; the keyboard stays where it is."""
        self.window.columns.set_hidden("question", False)
        self.questions.ask(DIFFERENTIAL, "")

    def _study_opened(self, _study: str) -> None:
        self.evidence.forget()
        self.questions.open_study(self.desk.reading)
        column = self.window.columns.by_name["film"]
        if column.content is not self.film:
            self.window.columns.put("film", self.film)
            column.keyboard = self._film_keyboard
            self.window.fill_menus()
        if self.window.columns.focused() in ("", "worklist"):
            column.take_focus()
        self.check_store()

    def _reader_named(self, reader: object) -> None:
        self.personal.use_reader(reader.id, reader.name, reader.role)  # type: ignore[attr-defined]

    def _film_keyboard(self) -> QWidget:
        return self.film.view

    def _report_keyboard(self) -> QWidget:
        """The section that had the caret last; of a signed report the page itself."""
        body = self.report.body
        return body.edits[body.active] if body.isVisible() else self.report.signed_view

    def _settings_changed(self, settings: Settings) -> None:
        self.film.apply_settings(settings)
        self.report.settings = settings
        self.attention.set_idle_after(settings["idle_after_s"])
        self.questions.follow_model()
        self.drafts.set_when(settings["draft_when"])
        self.window.worklist.set_date_format(settings["date_format"])
        self.desk.set_reader(self.personal.reader())
        self.window.status.reader.setText(self.personal.reader_words())
