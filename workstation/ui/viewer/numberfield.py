"""A number typed by the reader -> one signal when Enter is pressed or the field is left.

While the reader types, nothing that happens elsewhere changes the field. Knows nothing of windows.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from workstation.ui.viewer.facts import number


class NumberField(QLineEdit):
    """Enter takes the value, Up and Down step by a fiftieth of ``step_of``, Esc takes the typing back."""

    entered = Signal(float)
    left = Signal()  # Enter or Esc: the keys may go back to the film
    hop = Signal()  # Tab, either way: to the other number

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 0.0
        self.step_of = 50.0
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(68, 26)

    def set_value(self, value: float) -> None:
        """Show ``value`` unless the reader is typing."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self.setText(number(value))
            self.setModified(False)

    def take_keys(self) -> None:
        """The keyboard comes here, the number is selected to be written over."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        self.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
            self.left.emit()
        elif key == Qt.Key.Key_Escape:
            self._restore()
            self.left.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._restore()
            self.entered.emit(self._value + self.step_of / 50 * (1 if key == Qt.Key.Key_Up else -1))
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, _next: bool) -> bool:
        """Tab stays between the numbers: centre, Tab, width, Enter; it never leaves the film."""
        self.hop.emit()
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._take()
        super().focusOutEvent(event)

    def _take(self) -> None:
        if not self.isModified():
            return
        try:
            value = float(self.text().strip().replace(",", "."))
        except ValueError:
            self._restore()
            return
        self.setModified(False)
        if value != value or abs(value) == float("inf"):
            self._restore()
        else:
            self.entered.emit(value)

    def _restore(self) -> None:
        self.setText(number(self._value))
        self.setModified(False)
