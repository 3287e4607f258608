"""A draft that found the reader's own words in its section: shown below them, read only, put in only when asked."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workstation.ui import actions, style


def _sheet() -> str:
    return (
        f"#offer {{ background: {style.DRAFT_TINT}; border: none; border-left: 3px solid {style.ACCENT}; }}"
        f"#offer QLabel {{ background: transparent; }} #offer #words {{ font-size: 14px; }}"
    )


class Offer(QFrame):
    """``asked``: put these words under the reader's own."""

    asked = Signal()
    dismissed = Signal()

    def __init__(self, section: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        style.keep_sheet(self, _sheet)
        self.words = QLabel(self, wordWrap=True, objectName="words", textFormat=Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAccessibleName(f"Drafted {section}, not in the report")
        self.said = QLabel(self, wordWrap=True)
        style.set_role(self.said, "small")
        self.insert_button = self._button("", self.asked)
        actions.print_on(self.insert_button, "report.insert_draft")
        self.dismiss_button = self._button("Leave it", self.dismissed)
        for line in (self.words, self.said):
            line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(spacing=4)
        row.addWidget(self.insert_button)
        row.addWidget(self.dismiss_button)
        row.addStretch()
        column = QVBoxLayout(self, spacing=2)
        column.setContentsMargins(9, 4, 6, 4)
        column.addWidget(self.said)
        column.addWidget(self.words)
        column.addLayout(row)
        self.hide()

    def _button(self, words: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton(self, text=words, focusPolicy=Qt.FocusPolicy.NoFocus)
        style.set_role(button, "flat")
        button.clicked.connect(signal)
        return button

    def offer(self, text: str, complete: bool) -> None:
        """Show ``text``; only a complete draft can be put in."""
        self.words.setText(text)
        self.said.setText("Draft, not in your report" if complete else "The draft is being written; your words stay")
        self.insert_button.setVisible(complete)
        self.dismiss_button.setVisible(complete)
        self.setVisible(bool(text))

    def withdraw(self) -> None:
        self.words.clear()
        self.hide()

    @property
    def text(self) -> str:
        return self.words.text() if not self.isHidden() else ""
