"""The display check: a test pattern as large as the window lets it be, and beside it what is known of the monitor.

Stands beside the work; Esc closes it, F11 gives the pattern the whole screen. Knows no film.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMoveEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workstation.imaging.patterns import PATTERNS
from workstation.ui.display.panel import Panel
from workstation.ui.display.patternview import PatternView

PANEL_PX = 372


class DisplayCheck(QWidget):
    """``moved`` when it stands elsewhere, perhaps on another monitor, or has another size."""

    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Display check")
        self.view, self.panel = PatternView(), Panel()
        self.panel.pattern_chosen.connect(lambda at: self.view.show_pattern(PATTERNS[at]))
        self.panel.curve_changed.connect(self.view.drive)
        self._close = QPushButton("Close  Esc")
        self._close.setShortcut("Esc")
        self._close.clicked.connect(self.close)
        self._whole = QShortcut("F11", self, self.toggle_whole)
        self._side = QWidget()
        self._side.setFixedWidth(PANEL_PX)
        self._lay_out()
        self.resize(1180, 780)

    def _lay_out(self) -> None:
        area = QScrollArea(widgetResizable=True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.panel)
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 8)
        side.addWidget(area, 1)
        side.addWidget(self._close, 0, Qt.AlignmentFlag.AlignHCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.view, 1)
        row.addWidget(self._side)

    def toggle_whole(self) -> None:
        """The pattern alone on the whole screen, and back."""
        self._side.setVisible(self._side.isHidden())
        if self._side.isHidden():
            self.showFullScreen()
        else:
            self.showNormal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:  # the button that has this key is hidden with its side
            self.toggle_whole() if self._side.isHidden() else self.close()
        else:
            super().keyPressEvent(event)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.moved.emit()  # the ruler's bar has another length

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.moved.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.panel.patterns.setFocus()
        self.moved.emit()
