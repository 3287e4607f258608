"""Joins the two mending panels with store, worklist, desk and drafts: what they ask for is done, told and shown.

Knows no film. A refusal stands in the panel that asked; nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.errors import WorkstationError
from workstation.ui.mending import FIELDS, CorrectPanel, MendingPanel, TakeBackPanel
from workstation.ui.refused import counted

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.ui.announcements import Announcements
    from workstation.ui.desk import Desk
    from workstation.ui.drafts import Drafts
    from workstation.ui.personal import Personal
    from workstation.ui.window import MainWindow
    from workstation.workflow.takeback import TakenBack


class MendingDesk(QObject):
    """What a reader set right: a wrong import, a wrong patient. ``left`` when no study is in front any more."""

    left = Signal()

    def __init__(
        self,
        store: Store,
        window: MainWindow,
        desk: Desk,
        drafts: Drafts,
        personal: Personal,
        announce: Announcements,
    ) -> None:
        super().__init__(window)
        self._store, self._window, self._desk = store, window, desk
        self._drafts, self._personal, self._announce = drafts, personal, announce
        self.take_back_panel, self.correct_panel = TakeBackPanel(), CorrectPanel()
        for panel in (self.take_back_panel, self.correct_panel):
            window.worklist.put_below(panel)
        self.take_back_panel.asked.connect(self._take_back)
        self.correct_panel.asked.connect(self._correct)

    def offer_take_back(self) -> None:
        """Show what the last import was, or say that there is none."""
        from workstation.workflow.takeback import last_import

        last = last_import(self._store)
        if last is None:
            self._announce.line("There is no import that could be taken back.")
            return
        self._make_room(self.take_back_panel)
        leaving, staying = ([row.patient_name or "(no name)" for row in rows] for rows in (last.leaving, last.staying))
        self.take_back_panel.show_import(last.batch, last.added_at, last.films, leaving, staying)

    def offer_correction(self) -> None:
        """The open study's patient, else the one of the chosen line, ready to be put right."""
        from workstation.workflow import identity, worklist

        study = self._desk.study or self._window.worklist.chosen()
        if not study:
            self._announce.line("No study is open.", "Open the study whose patient is wrong.")
            return
        row = worklist.study(self._store, study)
        self._make_room(self.correct_panel)
        now = {name: getattr(row, name) for name in FIELDS}
        self.correct_panel.show_patient(study, now, identity.as_sent(self._store, study), row.signed)

    def _make_room(self, panel: MendingPanel) -> None:
        """The panel needs the whole width of the worklist, and one panel is enough."""
        other = self.correct_panel if panel is self.take_back_panel else self.take_back_panel
        other.put_away()
        self._window.columns.set_hidden("worklist", False)
        self._window.columns.unfold()

    def _take_back(self, batch: str, reason: str) -> None:
        from workstation.workflow import worklist
        from workstation.workflow.takeback import last_import, take_back

        last = last_import(self._store)
        going = {row.study_instance_uid for row in last.leaving} if last is not None and last.batch == batch else set()
        open_one = self._desk.study
        if reason.strip() and open_one in going and not self._desk.let_go():
            return
        for study in going if reason.strip() else ():
            self._drafts.stop(study)
        done: list[TakenBack] = []
        made = self._try(
            self.take_back_panel,
            lambda: done.append(take_back(self._store, batch, reason, self._personal.reader())),
        )
        self._window.worklist.set_rows(worklist.worklist(self._store))
        still_here = bool(open_one) and self._window.worklist.rows.row(open_one) is not None
        if made:
            self.take_back_panel.put_away()
            self._tell(done[0])
        if open_one and not self._desk.study:
            self._desk.open(open_one) if still_here else self.left.emit()

    def _tell(self, done: TakenBack) -> None:
        kept = f" {counted(len(done.staying), 'study')} stay, reported on." if done.staying else ""
        self._announce.done(f"{counted(done.films, 'film')} taken back; their files are in {done.folder}.{kept}")

    def _correct(self, study: str, fields: dict[str, str], reason: str) -> None:
        from workstation.workflow import identity, worklist

        before = self._desk.study
        if before == study and not self._desk.saved():
            return
        told: list[identity.Corrected] = []
        made = self._try(
            self.correct_panel,
            lambda: told.append(identity.correct(self._store, study, fields, reason, self._personal.reader())),
        )
        if not made:
            return
        self.correct_panel.put_away()
        self._window.worklist.set_rows(worklist.worklist(self._store))  # priors of other studies follow, too
        if before == study:
            self._desk.reopen()
        words = "The patient is corrected." if told[0].fields else "The header's own patient stands again."
        signed = " The signed report still names the former patient: withdraw it or write an addendum."
        self._announce.line(words + signed) if told[0].signed else self._announce.done(words)

    def _try(self, panel: MendingPanel, verb: Callable[[], object]) -> bool:
        try:
            verb()
        except WorkstationError as error:
            panel.refuse(error.message, error.remedy)
            return False
        return True
