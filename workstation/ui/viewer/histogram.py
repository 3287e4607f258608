"""The film's values as a small hill, with the window drawn over it as the curve that turns values into light.

The ends of the window are handles: dragged, they move that end; between them the whole window moves. Takes counts,
a curve and places from 0 to 1 along the film's own range; knows neither films nor windows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLineF, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.ui import style

Curve = Callable[[], Sequence[int]]
Ends = Callable[[], tuple[float, float] | None]
CAUGHT_PX = 6.0  # how near the hand must be to an end


class Histogram(QWidget):
    """Counts (any scale) and a curve of display levels 0 to 255, both over the film's own range of values."""

    moved = Signal(float, float)  # where the window's ends are wanted, 0 to 1
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hill = QPolygonF()
        self._curve: Curve | None = None
        self._ends: Ends = lambda: None
        self._held: tuple[float, float, float] | None = None  # x of the press, both ends then
        self._holds = (False, False)
        self._size = QSize(164, 28)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setAccessibleName("Histogram of the film with the window")
        self.setToolTip(
            "How often each value occurs, and the brightness that the window gives it; drag the window or its ends"
        )

    def show_film(self, counts: Sequence[float], curve: Curve, ends: Ends = lambda: None) -> None:
        """Heights follow the square root, so that the skin line is seen beside the empty ground."""
        heights = [float(count) ** 0.5 for count in counts]
        # The empty ground of a film is one tall spike: the hill is cut at the height that 98 % of the bins keep.
        top = sorted(heights)[int(len(heights) * 0.98)] if heights else 0.0
        self._hill = self._line([min(1.0, height / top) for height in heights]) if top else QPolygonF()
        self._hill.prepend(QPointF(0, self._size.height()))
        self._hill.append(QPointF(self._size.width(), self._size.height()))
        self._curve, self._ends, self._held = curve, ends, None
        self.update()

    def clear(self) -> None:
        """No film."""
        self._hill, self._curve, self._ends, self._held = QPolygonF(), None, lambda: None, None
        self.update()

    def sizeHint(self) -> QSize:
        return self._size

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(style.GROUND))
        if self._curve is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(style.HANDLE))
            painter.drawPolygon(self._hill)
            painter.setPen(QPen(QColor(style.ACCENT), 1.3))
            painter.drawPolyline(self._line([level / 255 for level in self._curve()]))
            self._paint_ends(painter)
        painter.end()

    def _paint_ends(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(style.ACCENT), 1.0, Qt.PenStyle.DotLine))
        for end in self._ends() or ():
            x = end * self._size.width()
            painter.drawLine(QLineF(x, 0, x, self._size.height()))

    def _line(self, heights: Sequence[float]) -> QPolygonF:
        step = self._size.width() / max(1, len(heights) - 1)
        room = self._size.height() - 4
        return QPolygonF([QPointF(i * step, 2 + room * (1 - height)) for i, height in enumerate(heights)])

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        ends = self._ends()
        if event.button() == Qt.MouseButton.LeftButton and ends is not None:
            self._holds = self._caught(event.position().x(), ends)
            self._held = (event.position().x(), *ends) if any(self._holds) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        ends = self._ends()
        if self._held is None:
            over = self._caught(event.position().x(), ends) if ends is not None else (False, False)
            self.setCursor(
                Qt.CursorShape.SizeHorCursor
                if over[0] != over[1]
                else Qt.CursorShape.OpenHandCursor
                if any(over)
                else Qt.CursorShape.ArrowCursor
            )
            return
        by = (event.position().x() - self._held[0]) / self._size.width()
        low, high = (end + by * held for end, held in zip(self._held[1:], self._holds, strict=True))
        self.moved.emit(low, high)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            self._held = None
            self.released.emit()

    def _caught(self, x: float, ends: tuple[float, float]) -> tuple[bool, bool]:
        """Which ends a hand at ``x`` holds: the nearer one, or both from between them."""
        places = [end * self._size.width() for end in ends]
        far = [abs(x - place) for place in places]
        if min(far) <= CAUGHT_PX:
            return far[0] <= far[1], far[1] < far[0]
        return (True, True) if min(places) < x < max(places) else (False, False)
