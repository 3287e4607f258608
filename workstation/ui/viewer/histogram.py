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
        self._hill: list[float] = []
        self._curve: Curve | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Histogram of the film with the window")
        self.setToolTip("How often each value occurs, and the brightness that the window gives it")

    def show_film(self, counts: Sequence[float], curve: Curve) -> None:
        """Heights follow the square root, so that the skin line is seen beside the empty ground."""
        heights = [float(count) ** 0.5 for count in counts]
        # The empty ground of a film is one tall spike: the hill is cut at the height that 98 % of the bins keep.
        top = sorted(heights)[int(len(heights) * 0.98)] if heights else 0.0
        self._hill = [min(1.0, height / top) for height in heights] if top else []
        self._curve = curve
        self.update()

    def clear(self) -> None:
        """No film."""
        self._hill, self._curve = [], None
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(164, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.GROUND))
        if self._hill and self._curve is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_hill(painter)
            painter.setPen(QPen(QColor(style.ACCENT), 1.3))
            painter.drawPolyline(self._line([level / 255 for level in self._curve()]))
        painter.end()

    def _paint_hill(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#4a525b"))
        floor = float(self.height())
        line = self._line(self._hill)
        line.prepend(QPointF(0, floor))
        line.append(QPointF(self.width(), floor))
        painter.drawPolygon(line)

    def _line(self, heights: Sequence[float]) -> QPolygonF:
        step = self.width() / max(1, len(heights) - 1)
        room = self.height() - 4
        return QPolygonF([QPointF(i * step, 2 + room * (1 - height)) for i, height in enumerate(heights)])
