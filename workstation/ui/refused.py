"""The files that were not taken, one line each with its sentence and its remedy: a strip under the worklist, no box."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout

from workstation.ui import style

if TYPE_CHECKING:
    from workstation.workflow.intake import FileOutcome

SHOWN_AT_MOST = 2000
MOST_PX = 230


class RefusedPanel(QFrame):
    """Stands under the worklist until it is closed; each batch replaces the list and none takes the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.head = QLabel("No file was refused.", wordWrap=True)
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.list.setAccessibleName("Refused files")
        close = QPushButton("Close")
        style.set_role(close, "flat")
        close.clicked.connect(self.hide)
        top = QHBoxLayout()
        top.addWidget(self.head, 1)
        top.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 4, 8)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        self.hide()

    def show_outcomes(self, refused: Sequence[FileOutcome], taken: int) -> None:
        """One item a file; the strip opens when something was refused and goes with the next whole batch."""
        self.head.setText(f"{counted(len(refused), 'file')} not taken, {counted(taken, 'film')} taken.")
        self.list.clear()
        for outcome in refused[:SHOWN_AT_MOST]:
            item = QListWidgetItem(f"{PurePath(outcome.path).name}: {outcome.reason} {outcome.remedy}".strip())
            item.setToolTip(outcome.path)
            self.list.addItem(item)
        if len(refused) > SHOWN_AT_MOST:
            self.list.addItem(f"… and {len(refused) - SHOWN_AT_MOST} more of the same batch.")
        style.set_role(self.head, "careful" if refused else "secondary")
        self.setVisible(bool(refused))
        if refused:
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as what it says, so that one refused file does not cover half the worklist."""
        shown = min(self.list.count(), 8)
        rows = sum(self.list.sizeHintForRow(row) + 2 * self.list.spacing() for row in range(shown))
        self.setFixedHeight(min(MOST_PX, self.head.sizeHint().height() + rows + 40))


def counted(number: int, noun: str) -> str:
    """``1 film``, ``2 films``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")
