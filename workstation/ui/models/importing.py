"""Before anything is copied: what the folder holds, how large it is, on which terms; and the reader's acceptance."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from workstation.catalog.importing import Candidate
from workstation.catalog.terms import UNKNOWN
from workstation.ui import style
from workstation.ui.lines import Notice, small, tell, words
from workstation.ui.models.facts import KINDS, NO_TERMS, size_words

ACCEPT = "I have read these terms and they allow my use"
ACCEPT_UNKNOWN = "I know the terms of this model and they allow my use"


class ImportPage(QWidget):
    """``taken(folder)`` once the terms are accepted; ``given_up`` without."""

    taken = Signal(str)
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.candidate: Candidate | None = None
        self.title = words("title", "Import a model")
        self.folder, self.kind, self.left_out = words("secondary"), words(), small()
        self.heading = words("heading", "TERMS", wrap=False)
        self.terms = QPlainTextEdit(readOnly=True)
        self.terms.setAccessibleName("Terms of the model")
        self.terms.setFixedHeight(110)
        self.accept_box = QCheckBox(ACCEPT)
        self.accept_box.toggled.connect(lambda _on: self._able())
        self.notice = Notice()
        self.import_button = QPushButton("Import", clicked=lambda: self._take())
        style.set_role(self.import_button, "primary")
        self.cancel_button = QPushButton("Do not import", clicked=lambda: self.given_up.emit())
        row = QHBoxLayout(spacing=6)
        row.addWidget(self.import_button)
        row.addWidget(self.cancel_button)
        row.addStretch()
        column = QVBoxLayout(self, spacing=8)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.title, self.folder, self.kind, self.heading, self.terms, self.accept_box, self.left_out):
            column.addWidget(part)
        column.addStretch()
        column.addWidget(self.notice)
        column.addLayout(row)

    def look(self, folder: str) -> None:
        """The folder is being looked at; nothing can be imported yet."""
        self.candidate = None
        tell(self.folder, folder)
        tell(self.kind, "Looking into the folder…")
        tell(self.left_out, "")
        for part in (self.heading, self.terms, self.accept_box):
            part.hide()
        self.accept_box.setChecked(False)
        self.notice.clear()
        self._able()

    def show_candidate(self, candidate: Candidate) -> None:
        """What was found; copied only after the box is ticked and Import pressed."""
        self.candidate = candidate
        kind = KINDS.get(candidate.kind, candidate.kind)
        tell(
            self.kind, f"{kind}: {len(candidate.files)} files, {size_words(candidate.bytes)} are copied into the home."
        )
        known = candidate.terms not in ("", UNKNOWN)
        self.terms.setPlainText(candidate.terms if known else NO_TERMS)
        self.accept_box.setText(ACCEPT if known else ACCEPT_UNKNOWN)
        for part in (self.heading, self.terms, self.accept_box):
            part.show()
        left = [f"{name}: {why}" for name, why in candidate.left_out if why != "not needed"]
        tell(self.left_out, "Not taken: " + "; ".join(left[:8]) if left else "")
        self._able()

    def refuse(self, message: str, remedy: str) -> None:
        """Nothing can be imported from this folder, and why."""
        tell(self.kind, "")
        self.notice.tell(message, remedy, "wrong")
        self._able()

    def _able(self) -> None:
        self.import_button.setEnabled(self.candidate is not None and self.accept_box.isChecked())

    def _take(self) -> None:
        if self.candidate is not None and self.accept_box.isChecked():
            self.taken.emit(str(self.candidate.folder))
