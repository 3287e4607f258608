"""The film's values as a small hill, with the window drawn over it as the curve that turns values into light.

Takes counts and a function that gives the curve; knows neither films nor windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.ui import style

Curve = Callable[[], Sequence[int]]


class Histogram(QWidget):
    """Counts (any scale) and a curve of display levels 0 to 255, both over the film's own range of values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hill = QPolygonF()
        self._curve: Curve | None = None
        self._size = QSize(164, 28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Histogram of the film with the window")
        self.setToolTip("How often each value occurs, and the brightness that the window gives it")

    def show_film(self, counts: Sequence[float], curve: Curve) -> None:
        """Heights follow the square root, so that the skin line is seen beside the empty ground."""
        heights = [float(count) ** 0.5 for count in counts]
        # The empty ground of a film is one tall spike: the hill is cut at the height that 98 % of the bins keep.
        top = sorted(heights)[int(len(heights) * 0.98)] if heights else 0.0
        self._hill = self._line([min(1.0, height / top) for height in heights]) if top else QPolygonF()
        self._hill.prepend(QPointF(0, self._size.height()))
        self._hill.append(QPointF(self._size.width(), self._size.height()))
        self._curve = curve
        self.update()

    def clear(self) -> None:
        """No film."""
        self._hill, self._curve = QPolygonF(), None
        self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.GROUND))
        if self._curve is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#4a525b"))
            painter.drawPolygon(self._hill)
            painter.setPen(QPen(QColor(style.ACCENT), 1.3))
            painter.drawPolyline(self._line([level / 255 for level in self._curve()]))
        painter.end()

    def _line(self, heights: Sequence[float]) -> QPolygonF:
        step = self._size.width() / max(1, len(heights) - 1)
        room = self._size.height() - 4
        return QPolygonF([QPointF(i * step, 2 + room * (1 - height)) for i, height in enumerate(heights)])
