"""Whose report this is and the button that signs it, side by side; who signs, asked once; what speaks against it.

Clinical-safety 11: name, ID and accession stand beside Sign. Knows no store.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import actions, style
from workstation.ui.lines import tell, words
from workstation.ui.report.secretfield import SecretField
from workstation.workflow.checks import Objection
from workstation.workflow.reading import Reader
from workstation.workflow.worklist import StudyRow

MOST_PX = 190  # of the checks before signing


class PatientLine(QWidget):
    """Name, then ID and accession; never cut short."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self.numbers = words(), words("small")
        self.name.setStyleSheet("font-weight: 600;")
        column = QVBoxLayout(self, spacing=0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.name)
        column.addWidget(self.numbers)

    def show_study(self, study: StudyRow) -> None:
        self.name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)  # names from the right, too
        self.name.setText(study.patient_name or "Name not stated")
        number, accession = study.patient_id or "not stated", study.accession_number or "not stated"
        self.numbers.setText(f"ID {number} · accession {accession}")


class WhoSigns(QWidget):
    """Name, role and short id of the reader, asked for where they are needed and then kept in the settings."""

    given = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = QLineEdit(placeholderText="Your name, as it stands under reports")
        self.role = QLineEdit(placeholderText="Role", text="Radiologist")
        self.id = QLineEdit(placeholderText="Initials")
        self.button = QPushButton("Sign")
        for edit, stretch_name in ((self.name, "Name"), (self.role, "Role"), (self.id, "Initials for the log")):
            edit.setAccessibleName(stretch_name)
            edit.returnPressed.connect(self._give)
        self.button.clicked.connect(self._give)
        row = QHBoxLayout(spacing=4)
        for part, stretch in ((self.role, 3), (self.id, 1), (self.button, 0)):
            row.addWidget(part, stretch)
        column = QVBoxLayout(self, spacing=3)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words("careful", "Who signs? Asked once."))
        column.addWidget(self.name)
        column.addLayout(row)
        self.hide()

    def ask(self, reader: Reader) -> None:
        self.name.setText(reader.name)
        self.role.setText(reader.role or "Radiologist")
        self.id.setText(reader.id)
        self.show()
        self.name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give(self) -> None:
        name = " ".join(self.name.text().split())
        if not name:
            self.name.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        initials = self.id.text().strip() or "".join(part[0] for part in name.split()).upper()
        self.hide()
        self.given.emit(Reader(initials, name, self.role.text().strip() or "Radiologist"))


class ObjectionLine(QWidget):
    """One failed check; with a reason it is overruled, unless it cannot be."""

    def __init__(self, objection: Objection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.objection = objection
        self.reason = QLineEdit(placeholderText="Sign anyway, because ...")
        self.reason.setAccessibleName(f"Reason to sign although: {objection.message}")
        self.reason.setVisible(objection.can_override)
        column = QVBoxLayout(self, spacing=2)
        column.setContentsMargins(0, 2, 0, 2)
        column.addWidget(words("careful" if objection.can_override else "wrong", objection.message))
        column.addWidget(words("small", objection.remedy))
        column.addWidget(self.reason)


class ObjectionList(QScrollArea):
    """The failed checks, in a bounded height: however many, Sign and the report stay on the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        content = QWidget()
        self._column = QVBoxLayout(content, spacing=2)
        self._column.setContentsMargins(0, 0, 4, 0)
        self.setWidget(content)
        self.lines: list[ObjectionLine] = []

    def put(self, lines: list[ObjectionLine]) -> None:
        """These in place of those before."""
        for line in self.lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = lines
        for line in lines:
            self._column.addWidget(line)
        self.setVisible(bool(lines))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(min(max(0, self._column.heightForWidth(max(self.viewport().width(), 200))), MOST_PX))


class SignRow(QWidget):
    """``asked``: the reader wants to sign, by the button or by Return in the last reason."""

    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.patient, self.who, self.told = PatientLine(), WhoSigns(), words("wrong")
        self.secret = SecretField()
        self.button = QPushButton()
        actions.print_on(self.button, "report.sign")
        style.set_role(self.button, "primary")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space must never sign the next study by a focus left over
        self.button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.button.clicked.connect(self.asked)
        self.objections = ObjectionList()
        self._heading = QLabel("Check before signing")
        style.set_role(self._heading, "heading")
        row = QHBoxLayout(spacing=8)
        row.addWidget(self.patient, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self, spacing=4)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._heading)
        for part in (self.objections, self.who, self.secret, self.told):
            column.addWidget(part)
        column.addLayout(row)
        self.clear()

    @property
    def lines(self) -> list[ObjectionLine]:
        return self.objections.lines

    def clear(self) -> None:
        """No check failed, nothing to tell."""
        self.object_to([])
        tell(self.told, "")
        self.who.hide()
        self.secret.put_away()

    def object_to(self, objections: Sequence[Objection]) -> None:
        """Show what speaks against signing; reasons already typed stay with their check."""
        typed = {line.objection.check: line.reason.text() for line in self.lines}
        self.objections.put([ObjectionLine(objection, self) for objection in objections])
        for line in self.lines:
            line.reason.setText(typed.get(line.objection.check, ""))
            line.reason.returnPressed.connect(self.asked)
        self._heading.setVisible(bool(self.lines))

    def reasons(self) -> dict[str, str]:
        """Checks overruled by the reader, with the reason."""
        return {line.objection.check: line.reason.text().strip() for line in self.lines if line.reason.text().strip()}

    def to_first_gap(self) -> None:
        """The reader asked to sign: the keyboard goes to the first reason that is missing."""
        for line in self.lines:
            if line.objection.can_override and not line.reason.text().strip():
                line.reason.setFocus(Qt.FocusReason.OtherFocusReason)
                self.objections.ensureWidgetVisible(line)
                return
