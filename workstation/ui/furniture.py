"""What stands in the frame once the rooms are loaded: panes, desk, drafts, arrivals, dialogs, and their wires.

Made once by ``workplace`` on the Qt thread; closed in the order in which things depend on each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from workstation.errors import WorkstationError
from workstation.ui import verification
from workstation.ui.arrivals import Arrivals
from workstation.ui.attention import Attention
from workstation.ui.bridge import Bridge
from workstation.ui.desk import Desk
from workstation.ui.drafts import Drafts
from workstation.ui.help import HelpWindow
from workstation.ui.jobs import Job
from workstation.ui.preferences import Preferences
from workstation.ui.readercard import ReaderCard
from workstation.ui.refused import RefusedPanel
from workstation.ui.report.pane import ReportPane
from workstation.ui.viewer.film_pane import FilmPane
from workstation.workflow.reading import Reader, Reading

if TYPE_CHECKING:
    from workstation.settings import Settings
    from workstation.ui.workplace import Workplace
    from workstation.workflow.intake import Intake
    from workstation.workflow.worklist import StudyRow

CHECK_STORE_MS = 30_000
BUSY_TYPING_S = 20.0


class Furniture(QObject):
    """Everything behind the first paint."""

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self.place, self.window, self.announce = place, place.window, place.announce
        assert place.store is not None
        self.store = place.store
        self.film = FilmPane(place.settings)
        self.report = ReportPane(place.settings)
        self.bridge = Bridge(place.home, self)
        self.drafts = Drafts(self.store, self.bridge, self._settings, self.reader)
        self.attention = Attention(place.application, place.settings["idle_after_s"])
        self.arrivals = Arrivals(place.home, self)
        self.desk = Desk(
            self.store, self.window.worklist, self.film, self.report, self.drafts, self.attention, self._settings, self.reader
        )
        self.refused = RefusedPanel(self.window)
        self._typing = QTimer(self, singleShot=True, interval=int(BUSY_TYPING_S * 1000))
        self._store_check = QTimer(self, interval=CHECK_STORE_MS)
        self._connect()
        self._make_acts()
        self._begin()

    def close(self) -> None:
        """Save, then end what is under way, then the worker."""
        self._store_check.stop()
        self.desk.leave()
        self.attention.close()
        self.drafts.close()
        self.arrivals.close()
        self.film.shut_down()
        self.bridge.close()

    def reader(self) -> Reader:
        """Who reads, from the settings; the id may still be empty."""
        settings = self.place.settings
        return Reader(settings["reader_id"], settings["reader_name"], settings["reader_role"])

    def _settings(self) -> Settings:
        return self.place.settings

    def _connect(self) -> None:
        self.drafts.worker_died.connect(self.announce.worker_died)
        self.drafts.trouble.connect(self._trouble)
        self.drafts.model_said.connect(lambda words, role: self.window.status.set_fact("model", words, role))
        self.desk.trouble.connect(self._trouble)
        self.desk.opened.connect(self._study_opened)
        self.desk.signed.connect(lambda reading: self.announce.signed(reading, lambda: self._recall(reading)))
        self.arrivals.progress.connect(self._intake_goes_on)
        self.arrivals.ended.connect(self._intake_ended)
        self.arrivals.trouble.connect(self._trouble)
        self.report.typed.connect(self._typing.start)
        self.film.full_requested.connect(self.window.toggle_film_alone)
        self.window.status.reader.clicked.connect(self._ask_reader)
        self._store_check.timeout.connect(self.check_store)

    def _make_acts(self) -> None:
        window = self.window
        window.act("file.refused", self.refused.show)
        window.act("file.export_log", self._export_log)
        window.act("file.verify_log", self.verify_log)
        window.act("file.preferences", self._show_preferences)
        window.act("study.next", lambda: self.desk.step(1))
        window.act("study.previous", lambda: self.desk.step(-1))
        window.act("help.help", lambda: self._help("keys"))
        window.act("help.about", lambda: self._help("about"))

    def _begin(self) -> None:
        """Columns filled, waiting drafts queued, the log checked."""
        self.window.columns.put("report", self.report)
        self._film_shown = False
        self.window.status.set_fact("model", "model idle")
        self._show_reader()
        self.check_store()
        self._store_check.start()
        self.verify_log()
        rows = self.window.worklist.rows.all_rows()
        self.drafts.arrived(row.study_instance_uid for row in rows if not row.has_draft and row.status == "new")

    # The store

    def check_store(self) -> None:
        """Whether what is typed can be kept; the report is closed for typing while it cannot."""
        try:
            self.store.check_writable()
        except WorkstationError as error:
            self.report.setEnabled(False)
            self.announce.trouble(error, ("Try again", self.check_store))
            return
        self.report.setEnabled(True)
        self.window.banner.hide()

    def _trouble(self, error: WorkstationError) -> None:
        self.announce.trouble(error, ("Try again", self.check_store))

    def verify_log(self) -> None:
        self.window.status.set_fact("log", "verifying the log…")
        home = self.place.home
        job = Job("verify", lambda job: verification.check(job, home), self._verified, self._trouble, parent=self)
        self.place.start_job(job)

    def _verified(self, found: object) -> None:
        self.window.status.set_fact("log", *verification.words(found))  # type: ignore[arg-type]

    def _export_log(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self.window, "Export the log", "log.csv", "CSV (*.csv);;JSON lines (*.jsonl)")
        if name:
            home = self.place.home
            self.place.start_job(
                Job("export log", lambda _job: _export(home, name), self._exported, self._trouble, parent=self)
            )

    def _exported(self, events: int) -> None:
        self.announce.done(f"The log was exported: {events} events.")

    # Films and studies

    def _intake_goes_on(self, done: int, of: int) -> None:
        self.announce.intake(done, of, self.arrivals.stop)

    def _intake_ended(self, intake: Intake, rows: list[StudyRow]) -> None:
        new = {file.study_instance_uid for file in intake.files if file.status == "taken"}
        self.window.worklist.set_rows(rows)
        self.drafts.arrived(row.study_instance_uid for row in rows if row.study_instance_uid in new and not row.has_draft)
        refused = [file for file in intake.files if file.status == "refused"]
        self.refused.show_outcomes(refused, intake.count("taken"))
        studies = intake.study_instance_uids
        busy = self._typing.isActive() and bool(self.desk.study) and self.desk.study not in studies
        open_it = (lambda: self.desk.open(studies[0])) if studies and busy else None
        self.announce.taken(intake, self.refused.show, open_it)
        if studies and not busy:
            self.desk.open(self._first(rows, studies))

    def _first(self, rows: list[StudyRow], studies: tuple[str, ...]) -> str:
        """Of the studies just taken the one that the worklist puts first."""
        return next((row.study_instance_uid for row in rows if row.study_instance_uid in studies), studies[0])

    def _study_opened(self, _study: str) -> None:
        if not self._film_shown:
            self._film_shown = True
            self.window.columns.put("film", self.film)
            self.window.fill_menus()
        if self.window.columns.focused() in ("", "worklist"):
            self.window.columns.by_name["film"].take_focus()
        self.check_store()

    def _recall(self, reading: Reading) -> None:
        """Back to the signed study, its signature taken back."""
        try:
            reading.recall()
        except WorkstationError as error:
            self._trouble(error)
            return
        self.announce.not_signed()
        self.desk.leave()
        self.desk.open(reading.study_instance_uid)

    # The reader and the settings

    def _show_reader(self) -> None:
        reader = self.reader()
        words = f"Reading as {reader.name} ({reader.role})" if reader.name else "Reading as: set your name"
        self.window.status.reader.setText(words)

    def _ask_reader(self) -> None:
        card = ReaderCard(self.window, self.place.settings)
        card.given.connect(self.use_reader)
        card.show()

    def use_reader(self, short: str, name: str, role: str) -> None:
        for setting, value in (("reader_id", short), ("reader_name", name), ("reader_role", role)):
            self._change(setting, value)

    def _show_preferences(self) -> None:
        dialog = Preferences(self.window, self.place.settings)
        dialog.changed.connect(self._change)
        dialog.show()

    def _change(self, name: str, value: object) -> None:
        """One setting, saved and in force at once."""
        try:
            settings = self.place.settings.with_value(name, value)
            settings.save(self.place.home)
        except WorkstationError as error:
            self._trouble(error)
            return
        self.place.settings = settings
        self.film.apply_settings(settings)
        self.attention.set_idle_after(settings["idle_after_s"])
        self.drafts.set_when(settings["draft_when"])
        self.window.worklist.set_date_format(settings["date_format"])
        self.desk.set_reader(self.reader())
        self._show_reader()

    def _help(self, part: str) -> None:
        HelpWindow(self.window).show_part(part)


def _export(home: object, name: str) -> int:
    """In a job's thread: the log as CSV, or as JSON lines where the name says so."""
    from workstation.storage.store import Store
    from workstation.workflow.delivery import export_log

    with Store.open(home) as store:  # type: ignore[arg-type]
        return export_log(store, jsonl=name) if name.endswith(".jsonl") else export_log(store, csv=name)
