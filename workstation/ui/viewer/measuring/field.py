"""A small field on the film itself: the words of an arrow, the millimetres of a calibration. Never a dialog.

Return keeps what is typed, Esc lets it go; letters typed here are letters, not keys of the film.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

WIDTH = 170
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_FUNCTION_KEYS = range(Qt.Key.Key_F1, Qt.Key.Key_F35 + 1)


class Field(QLineEdit):
    """``done(text)`` is called once, with None when it was let go."""

    def __init__(self, view: QWidget, at: QPointF, asks: str, text: str, done: Callable[[str | None], object]) -> None:
        super().__init__(text, view)
        self._view, self._done = view, done
        self._ended = False
        self.setPlaceholderText(asks)
        self.setAccessibleName(asks)
        self.setMaxLength(200)
        size = self.sizeHint().height()
        x = min(max(at.x(), 2.0), max(2.0, view.width() - WIDTH - 2.0))
        y = min(max(at.y(), 2.0), max(2.0, view.height() - size - 2.0))
        self.setGeometry(round(x), round(y), WIDTH, size)
        self.selectAll()
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def event(self, event: QEvent) -> bool:
        """Every key without Ctrl or Alt is this field's before it is anybody's shortcut."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_plain(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.finish(None)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Whoever clicks elsewhere has finished; a menu or another window is not elsewhere."""
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish(self.text().strip(), back=False)

    def finish(self, text: str | None, back: bool = True) -> None:
        """Close; the keys go back to the film unless the reader took them elsewhere."""
        if self._ended:
            return
        self._ended = True
        self.hide()
        if back:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.deleteLater()
        self._done(text)


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & _CHORD and event.key() not in _FUNCTION_KEYS
