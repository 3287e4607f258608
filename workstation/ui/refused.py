"""The files that were not taken, one line each with its sentence and its remedy: a small panel that blocks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from workstation.ui import style

if TYPE_CHECKING:
    from workstation.workflow.intake import FileOutcome

SHOWN_AT_MOST = 2000


class RefusedPanel(QWidget):
    """A tool window of its own; each batch replaces the list."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Tool)
        self.setWindowTitle("Refused files")
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.head = QLabel("No file was refused.", wordWrap=True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        self.list.setAccessibleName("Refused files")
        close = QPushButton("Close  Esc")
        close.setShortcut("Esc")
        close.clicked.connect(self.hide)
        foot = QHBoxLayout()
        foot.addStretch()
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(self.head)
        column.addWidget(self.list, 1)
        column.addLayout(foot)
        self.resize(620, 320)

    def show_outcomes(self, refused: Sequence[FileOutcome], taken: int) -> None:
        """One item a file; opens beside the work without taking the keyboard."""
        self.head.setText(f"{counted(len(refused), 'file')} not taken, {counted(taken, 'film')} taken.")
        self.list.clear()
        for outcome in refused[:SHOWN_AT_MOST]:
            item = QListWidgetItem(f"{PurePath(outcome.path).name}\n{outcome.reason} {outcome.remedy}".strip())
            item.setToolTip(outcome.path)
            self.list.addItem(item)
        if len(refused) > SHOWN_AT_MOST:
            self.list.addItem(f"… and {len(refused) - SHOWN_AT_MOST} more of the same batch.")
        style.set_role(self.head, "careful" if refused else "secondary")
        if refused:
            self.show()


def counted(number: int, noun: str) -> str:
    """``1 film``, ``2 films``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")
