"""A live act -> a flat button with its key printed beside its word.

The button never takes the focus: a click on it leaves the keys where they were. Knows nothing of films.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from workstation.ui import style

_SIDE, _GAP = 8, 6
SHIFT = "\u21e7"  # the arrow that stands on the key itself


class KeyButton(QAbstractButton):
    """Shows an action's text and first key; follows its checked and enabled state."""

    def __init__(self, act: QAction, parent: QWidget | None = None, text: str = "") -> None:
        super().__init__(parent)
        self._act = act
        self._fixed_text = text
        self._hint = QSize()
        self._measured_key = ""
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(lambda _checked=False: act.trigger())
        act.changed.connect(self._follow)
        self._follow()

    def key(self) -> str:
        """The printed key."""
        shortcuts = self._act.shortcuts()
        return shortcuts[0].toString(QKeySequence.SequenceFormat.NativeText) if shortcuts else ""

    def printed_key(self) -> str:
        """The key as it is painted: Shift by its arrow, where the font has one."""
        key = self.key()
        return key.replace("Shift+", SHIFT) if self.fontMetrics().inFontUcs4(ord(SHIFT)) else key

    def set_text(self, text: str) -> None:
        """Another word for the same act (a window's own name)."""
        self._fixed_text = text
        self._follow()

    def _follow(self) -> None:
        text = self._fixed_text or self._act.text()
        if (text, self.key()) != (self.text(), self._measured_key) or not self._hint.isValid():
            self._measured_key = self.key()
            self.setText(text)
            self._hint = self._measured()
            self.updateGeometry()
        self.setToolTip(self._act.toolTip())
        self.setAccessibleName(f"{self.text()} {self.key()}".strip())
        self.setEnabled(self._act.isEnabled())
        self.setCheckable(self._act.isCheckable())
        self.setChecked(self._act.isChecked())
        self.update()

    def nextCheckState(self) -> None:
        """The act decides what is checked, not the click."""

    def sizeHint(self) -> QSize:
        return self._hint

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._hint = self._measured()
        super().changeEvent(event)

    def _measured(self) -> QSize:
        metrics = self.fontMetrics()
        width, key = metrics.horizontalAdvance(self.text()) + 2 * _SIDE, self.printed_key()
        return QSize(width + (_GAP + metrics.horizontalAdvance(key) if key else 0), metrics.height() + 10)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.underMouse() and self.isEnabled()
        if ground := style.DRAFT_TINT if self.isChecked() else style.RAISED if hovered else "":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(ground))
            painter.drawRoundedRect(self.rect(), 4, 4)
        ink = style.ACCENT if self.isChecked() else style.TEXT if self.isEnabled() else style.DISABLED
        self._write(painter, ink)
        painter.end()

    def _write(self, painter: QPainter, ink: str) -> None:
        box = self.rect().adjusted(_SIDE, 0, -_SIDE, 0)
        painter.setPen(QColor(ink))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self.text())
        painter.setPen(QColor(style.SECONDARY if self.isEnabled() else style.DISABLED))
        painter.drawText(
            QRect(box), int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self.printed_key()
        )
