"""Small parts that the columns and windows are made of: a line of words, a notice with its buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from workstation.ui import actions, style


def words(role: str = "", text: str = "", wrap: bool = True) -> QLabel:
    """A line of plain text in a role of the stylesheet; it wraps and never widens the column."""
    label = QLabel(text, wordWrap=wrap, textFormat=Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if wrap:
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    if role:
        style.set_role(label, role)
    return label


def tell(label: QLabel, text: str, role: str | None = None) -> None:
    """Set a line's words and role; an empty line takes no room."""
    label.setText(text)
    if role is not None:
        style.set_role(label, role)
    show(label, bool(text))


def show(widget: QWidget, visible: bool) -> None:
    """Show or hide, but only where that changes something: each change lays the column out anew."""
    if widget.isHidden() == visible:
        widget.setVisible(visible)


def small(role: str = "secondary") -> QLabel:
    """A line in the small type, in any role's colour."""
    label = words(role)
    label.setStyleSheet(f"font-size: {style.SMALL_PX}px;")
    return label


def act_button(act: str, clicked: Callable[[], object], text: str = "") -> QToolButton:
    """A button with its key printed on it; it takes no focus from the text. ``text``: shorter words for the act."""
    button = QToolButton(focusPolicy=Qt.FocusPolicy.NoFocus)
    actions.print_on(button, act, text)
    style.set_role(button, "flat")
    button.clicked.connect(lambda: clicked())
    return button


class Notice(QWidget):
    """What happened, what can be done about it, and the buttons that do it: a line where it happened."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.message, self.remedy = words(), words("small")
        self._buttons = QHBoxLayout(spacing=6)
        column = QVBoxLayout(self, spacing=2)
        column.setContentsMargins(0, 2, 0, 2)
        column.addWidget(self.message)
        column.addWidget(self.remedy)
        column.addLayout(self._buttons)
        self._made: list[QPushButton] = []
        self.hide()

    def tell(
        self, message: str, remedy: str = "", role: str = "careful", *buttons: tuple[str, Callable[[], object]]
    ) -> None:
        tell(self.message, message, role)
        tell(self.remedy, remedy)
        self._clear_buttons()
        for text, clicked in buttons:
            self._add_button(text, clicked)
        if buttons:
            self._buttons.addStretch()
        self.setVisible(bool(message))

    def _add_button(self, text: str, clicked: Callable[[], object]) -> None:
        button = QPushButton(text, focusPolicy=Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: clicked())
        self._buttons.addWidget(button)
        self._made.append(button)

    @property
    def buttons(self) -> list[QPushButton]:
        return list(self._made)

    def clear(self) -> None:
        self.hide()
        self._clear_buttons()

    def _clear_buttons(self) -> None:
        while self._buttons.count():
            item = self._buttons.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._made = []
