"""Two panels under the worklist: take back the last import, correct who the patient is. No box, keys alone suffice.

Each shows what will happen, asks for a reason and says what it did or why not. Knows no store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import style
from workstation.ui.dates import date_text
from workstation.ui.lines import tell, words

SEXES = ("", "M", "F", "O")
FIELDS = {
    "patient_name": "Name",
    "patient_id": "Patient ID",
    "patient_birth_date": "Birth date",
    "patient_sex": "Sex",
}


class MendingPanel(QFrame):
    """A head, some words, fields, a line for refusals, and two buttons. Enter does it, Esc leaves it."""

    def __init__(self, title: str, act: str) -> None:
        super().__init__()
        self.setObjectName("mending")
        style.keep_sheet(self, lambda: f"#mending {{ border-top: 2px solid {style.AMBER}; }}")
        self.head = words("title", title)
        self.said = words("secondary")
        self.refusal = words("careful")
        self.reason = self.field("Reason")
        self.do_button = QPushButton(f"{act}  Enter")
        style.set_role(self.do_button, "primary")
        self.do_button.clicked.connect(self.ask)
        self.close_button = QPushButton("Close  Esc")
        style.set_role(self.close_button, "flat")
        self.close_button.clicked.connect(self.put_away)
        self.form = QGridLayout()
        self.form.setVerticalSpacing(4)
        self._before: QWidget | None = None
        self._lay_out()
        self.hide()

    def ask(self) -> None:
        """The reader wants it done; each panel tells it in its own way."""

    def inputs(self) -> list[QWidget]:
        """What is filled in before the reason, in order."""
        return []

    def field(self, placeholder: str) -> QLineEdit:
        field = QLineEdit(placeholderText=placeholder)
        field.setAccessibleName(placeholder)
        field.installEventFilter(self)
        return field

    def bring(self, first: QWidget) -> None:
        """Show the panel with the keyboard in ``first``; it goes back where it was when the panel is put away."""
        now = QApplication.focusWidget()
        self._before = now if now is not None and not self.isAncestorOf(now) else self._before
        tell(self.refusal, "")
        self.reason.clear()
        self.show()
        for one, following in pairwise([*self.inputs(), self.reason, self.do_button, self.close_button]):
            self.setTabOrder(one, following)
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def put_away(self) -> None:
        held = self.isAncestorOf(QApplication.focusWidget() or self)
        self.hide()
        if held and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._before = None

    def refuse(self, message: str, remedy: str) -> None:
        tell(self.refusal, f"{message} {remedy}", "careful")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.ask()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.put_away()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.put_away()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.addWidget(self.do_button)
        buttons.addWidget(self.close_button)
        buttons.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        for part in (self.head, self.said):
            column.addWidget(part)
        column.addLayout(self.form)
        column.addWidget(self.reason)
        column.addWidget(self.refusal)
        column.addLayout(buttons)


class TakeBackPanel(MendingPanel):
    """``asked(batch, reason)`` when the reader wants the last import out of the worklist."""

    asked = Signal(str, str)

    def __init__(self) -> None:
        super().__init__("Take back the last import", "Take back")
        self._batch = ""

    def show_import(self, batch: str, at: str, films: int, leaving: Sequence[str], staying: Sequence[str]) -> None:
        """What would leave (names of studies) and what would stay because it was decided on."""
        self._batch = batch
        said = [f"{_counted(films, 'film')} of {_moment(at)} leave the worklist: {_listed(leaving)}."] if films else []
        if staying:
            said.append(f"Reported on, so it stays: {_listed(staying)}. Withdraw that report instead.")
        said.append("The files are put aside; drafts, texts and the log stay.")
        self.said.setText(" ".join(said))
        self.do_button.setEnabled(films > 0)
        self.bring(self.reason if films else self.close_button)

    def ask(self) -> None:
        if self._batch and self.do_button.isEnabled():
            self.asked.emit(self._batch, self.reason.text())


class CorrectPanel(MendingPanel):
    """``asked(study, fields, reason)`` when the reader has said who the patient is."""

    asked = Signal(str, dict, str)

    def __init__(self) -> None:
        super().__init__("Correct the patient", "Correct")
        self._study = ""
        self.fields = {name: self.field(label) for name, label in FIELDS.items() if name != "patient_sex"}
        self.fields["patient_birth_date"].setPlaceholderText("Birth date, 1957-03-28")
        self.sex = QComboBox()
        self.sex.addItems([each or "not known" for each in SEXES])
        self.sex.setAccessibleName("Sex")
        self.sex.installEventFilter(self)
        for row, (name, label) in enumerate(FIELDS.items()):
            caption = QLabel(label)
            style.set_role(caption, "secondary")
            self.form.addWidget(caption, row, 0)
            self.form.addWidget(self.fields.get(name, self.sex), row, 1)

    def show_patient(self, study: str, now: Mapping[str, str], sent: Mapping[str, str], signed: bool) -> None:
        """The fields as they are shown now; what the header says where it differs; that a signed report stays."""
        self._study = study
        for name, field in self.fields.items():
            field.setText(now[name])
        self.fields["patient_birth_date"].setText(date_text(now["patient_birth_date"]))
        self.sex.setCurrentIndex(SEXES.index(now["patient_sex"]) if now["patient_sex"] in SEXES else 0)
        differs = [f"{FIELDS[name].lower()} {sent[name] or 'nothing'}" for name in FIELDS if sent[name] != now[name]]
        said = [f"The header says: {', '.join(differs)}."] if differs else []
        if signed:
            said.append(
                "The signed report keeps the former patient: withdraw it as entered in error, or write an addendum."
            )
        said.append("Shown everywhere with a mark; the film's own header stays as it was sent.")
        self.said.setText(" ".join(said))
        self.bring(self.fields["patient_name"])
        self.fields["patient_name"].selectAll()

    def inputs(self) -> list[QWidget]:
        return [*self.fields.values(), self.sex]

    def ask(self) -> None:
        fields = {name: field.text().strip() for name, field in self.fields.items()}
        fields["patient_birth_date"] = "".join(sign for sign in fields["patient_birth_date"] if sign not in "-. /")
        fields["patient_sex"] = SEXES[self.sex.currentIndex()]
        self.asked.emit(self._study, fields, self.reason.text())


def _listed(names: Sequence[str]) -> str:
    shown = "; ".join(f"\u2068{name}\u2069" for name in names[:4])
    return shown + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def _moment(at: str) -> str:
    """ISO UTC as the reader's own clock shows it."""
    try:
        return datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return at


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
