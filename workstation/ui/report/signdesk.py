"""Signing and what comes after it, step by step: saved, who, checks, signed; called back, exported, added to.

Joins the sign row and the signed view with the reading's verbs; every refusal is told on the spot.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from workstation.errors import ReportError, WorkstationError
from workstation.settings import load_settings
from workstation.ui.lines import tell
from workstation.ui.report.judge import Judge
from workstation.ui.report.signed import SignedView
from workstation.ui.report.signrow import SignRow
from workstation.workflow.reading import Reader, Reading

Save = Callable[[bool], bool]  # True: leave no empty place of a rejected sentence in the text
_FILES = {
    "report.export_text": ("Text (*.txt)", ".txt"),
    "report.export_pdf": ("PDF (*.pdf)", ".pdf"),
    "report.export_sr": ("DICOM (*.dcm)", ".dcm"),
    "report.export_fhir": ("FHIR JSON (*.json)", ".json"),
    "report.export_hl7": ("HL7 (*.hl7)", ".hl7"),
}


class SignDesk(QObject):
    """``signed`` and ``recalled`` carry the reading; ``named`` the reader who was just asked for."""

    signed = Signal(object)
    recalled = Signal(object)
    changed = Signal()
    named = Signal(object)

    def __init__(self, row: SignRow, judge: Judge, view: SignedView, save: Save) -> None:
        super().__init__(row)
        self._row, self._judge, self._view, self._save = row, judge, view, save
        self._reading: Reading | None = None
        self._again: Callable[[], str] | None = None  # what the secret of a signed report's reader is asked for
        self._proved: set[str] = set()  # readers who have given their secret since the program started
        self.folder = Path.home()
        row.asked.connect(self.sign)
        row.who.given.connect(self._name)
        row.secret.given.connect(lambda secret: self._prove(secret, self.sign))
        view.secret.given.connect(lambda secret: self._prove(secret, self._once_more))
        view.exported.connect(self.export)
        view.addended.connect(self._addend)
        view.withdrawn.connect(self._withdraw)
        view.typed.connect(self._keep_addendum)

    def attach(self, reading: Reading | None) -> None:
        self._view.settle()
        self._reading = reading
        self._row.clear()
        if reading is not None:
            self._trust(reading)
            self._row.patient.show_study(reading.study)

    # signing

    def sign(self) -> None:
        """Sign if nothing speaks against it; else show what does, and let the same key try again."""
        reading = self._reading
        if reading is None or not self._save(False):
            return
        tell(self._row.told, "")
        if not (reading.reader.id.strip() and reading.reader.name.strip()):
            self._row.who.ask(reading.reader)
            return
        try:
            self._sign(reading)
        except WorkstationError as error:
            if error.code == "secret_needed":
                self._row.secret.ask(reading.reader.name)
                return
            tell(self._row.told, f"Not signed: {error.message} {error.remedy}")

    def _trust(self, reading: Reading) -> None:
        """Asked once a session, the secret that was given holds for this study too."""
        once = load_settings(reading.store.home)["ask_secret"] == "once a session"
        reading.proved = once and reading.reader.id in self._proved

    def _prove(self, secret: str, then: Callable[[], None]) -> None:
        """The secret was typed: go on with what it was asked for, or say that it is wrong."""
        reading = self._reading
        if reading is None:
            return
        try:
            reading.prove(secret)
        except WorkstationError as error:
            tell(self._row.told, str(error))
            self._view.tell(str(error), "wrong")
            return
        self._proved.add(reading.reader.id)
        self._row.secret.put_away()
        self._view.secret.put_away()
        then()

    def _sign(self, reading: Reading) -> None:
        found, reasons = reading.objections(), self._row.reasons()
        self._row.object_to(found)
        if any(not one.can_override or one.check not in reasons for one in found):
            self._row.to_first_gap()
            return
        if not self._save(True):
            return
        overrides = {one.check: reasons[one.check] for one in found}
        reading.sign(reading.derived_decision(), self._judge.grade, overrides)
        self._trust(reading)
        self.signed.emit(reading)

    def _name(self, reader: Reader) -> None:
        """Keep the reader in the settings, then go on signing."""
        reading = self._reading
        if reading is None:
            return
        home = reading.store.home
        try:
            settings = load_settings(home)
            for name, value in (("reader_id", reader.id), ("reader_name", reader.name), ("reader_role", reader.role)):
                settings = settings.with_value(name, value)
            settings.save(home)
        except WorkstationError as error:
            tell(self._row.told, str(error))
        reading.reader = reader
        self.named.emit(reader)
        self.sign()

    # after signing

    def recall(self, reading: Reading | None) -> None:
        """Take the signature back within its minute."""
        if reading is None:
            return
        reading.proved = reading.reader.id in self._proved  # given since the program started: this is an undo
        try:
            reading.recall()
        except WorkstationError as error:
            self._view.tell(str(error), "wrong")
            self.changed.emit()
            return
        self.recalled.emit(reading)

    def export(self, act: str) -> None:
        """Text, PDF or clipboard; the line under the report tells where it went."""
        reading = self._reading
        if reading is None:
            return
        if reading.editable:
            tell(self._row.told, "Only a signed report leaves the program. Sign it first.")
            return
        path = self._ask_path(act, reading) if act in _FILES else "the clipboard"
        if path:
            self._told(lambda: self._export(act, reading, path))

    def _export(self, act: str, reading: Reading, path: str) -> str:
        from workstation.workflow import delivery

        store, study = reading.store, reading.study_instance_uid
        warnings: tuple[str, ...] = ()
        ends = reading.seconds_to_recall() > 0
        if act == "report.copy":
            QGuiApplication.clipboard().setText(delivery.clipboard_text(store, study, reading.reader))
        elif act == "report.export_text":
            delivery.export_text(store, study, path, reading.reader)
        elif act == "report.export_pdf":
            warnings = delivery.export_pdf(store, study, path, reading.reader)
        else:
            delivery.export_format(store, study, act.removeprefix("report.export_"), path, reading.reader)
        ended = " It can no longer be called back." if ends else ""
        return " ".join((f"Exported to {path}.{ended}", *warnings))

    def _ask_path(self, act: str, reading: Reading) -> str:
        kinds, suffix = _FILES[act]
        proposed = self.folder / f"report-{reading.study.study_date or 'undated'}{suffix}"
        path = self.choose_path(str(proposed), kinds)
        if not path:
            return ""
        self.folder = Path(path).parent
        return path if Path(path).suffix else path + suffix

    def choose_path(self, proposed: str, kinds: str) -> str:
        """The desktop's own dialog: the one place where a box is what people expect."""
        return QFileDialog.getSaveFileName(self._view, "Export the report", proposed, kinds)[0]

    def _keep_addendum(self, text: str) -> None:
        reading = self._reading
        if reading is None or reading.editable:
            return
        try:
            reading.keep_addendum(text)
        except WorkstationError as error:
            self._view.tell(f"Not saved: {error}", "wrong")

    def _addend(self, text: str) -> None:
        self._later(lambda reading: reading.addend(text), "Addendum signed.")

    def _withdraw(self, reason: str) -> None:
        self._later(lambda reading: reading.withdraw(reason), "Withdrawn: entered in error.")

    def _later(self, verb: Callable[[Reading], Any], said: str) -> None:
        reading = self._reading
        if reading is None:
            return

        def do() -> str:
            if not reading.reader.name.strip():
                raise ReportError("Nobody is named to sign this.", "Give your name in the settings.", "reader_unknown")
            verb(reading)
            self._trust(reading)
            self._view.show_versions(reading.versions)
            return said

        self._told(do)

    def _told(self, verb: Callable[[], str]) -> None:
        try:
            said, role = verb(), "good"
        except WorkstationError as error:
            said, role = str(error), "wrong"
            if error.code == "secret_needed":
                self._ask_again(verb)
        self.changed.emit()
        self._view.tell(said, role)

    def _once_more(self) -> None:
        if self._again is not None:
            self._told(self._again)

    def _ask_again(self, verb: Callable[[], str]) -> None:
        """The same act once more, when the secret has been given."""
        self._again = verb
        if self._reading is not None:
            self._view.secret.ask(self._reading.reader.name)
