"""A magnifier under the cursor: a part of the film from its full resolution, with a window of its own if wanted.

Painted last, into its own circle only; the film, its place and its window stay as they are. Knows the picture it
looks at, no file and no log.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from workstation.ui import style
from workstation.ui.viewer.corners import Block, Line

if TYPE_CHECKING:
    from workstation.imaging.geometry import OnScreen
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.picture import Picture

LEAST, MOST, STEP = 1.5, 16.0, 1.25  # times the film's zoom; one wheel notch
SIDE_PX = 260  # logical pixels
RING_PX = 2


class Lens:
    """One view's magnifier."""

    def __init__(self) -> None:
        self.on = False
        self.round = True
        self.factor = 2.0
        self.at: QPointF | None = None  # logical pixels; None while the cursor is elsewhere
        self.frozen: Presentation | None = None
        self._words = Block("bottom", 0.9)

    def put_away(self) -> None:
        """Off, and with the film's own window when it comes again."""
        self.on, self.frozen = False, None

    def closer(self, notches: float) -> None:
        """Stronger by wheel notches, or weaker."""
        self.factor = min(max(self.factor * STEP**notches, LEAST), MOST)

    def area(self) -> QRect:
        """The logical pixels that it covers, ring included; empty while it is not to be seen."""
        if not self.on or self.at is None:
            return QRect()
        half = SIDE_PX // 2 + RING_PX
        return QRect(math.floor(self.at.x()) - half, math.floor(self.at.y()) - half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, picture: Picture, shown: Presentation, on: OnScreen) -> None:
        """Draw the film under it, larger; ``shown`` is the film's own window."""
        area = self.area()
        if area.isEmpty():
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self._edge(area)
        painter.setClipPath(edge)
        painter.fillRect(area, Qt.GlobalColor.black)
        self._paint_film(painter, area, picture, self.frozen or shown, on)
        painter.setClipping(False)
        painter.setPen(QPen(QColor(style.ON_FILM.ACCENT if self.frozen is None else style.ON_FILM.AMBER), RING_PX))
        painter.drawPath(edge)
        painter.restore()
        self._words.paint(painter, area.adjusted(0, 0, 0, -10), self.lines(), on.scale)

    def lines(self) -> list[Line]:
        """How much larger, and whether its window is its own."""
        times = Line(f"{self.factor:.2g} ×")
        return [times] if self.frozen is None else [Line("window frozen", style.ON_FILM.AMBER), times]

    def _edge(self, area: QRect) -> QPainterPath:
        path, inner = QPainterPath(), area.adjusted(RING_PX, RING_PX, -RING_PX, -RING_PX)
        if self.round:
            path.addEllipse(inner)
        else:
            path.addRect(inner)
        return path

    def _paint_film(
        self, painter: QPainter, area: QRect, picture: Picture, presentation: Presentation, on: OnScreen
    ) -> None:
        assert self.at is not None
        left, top = math.floor(area.left() * on.scale), math.floor(area.top() * on.scale)
        side = math.ceil(area.width() * on.scale)
        x, y = (math.floor(each * on.scale) + 0.5 for each in (self.at.x(), self.at.y()))
        larger = on.transform.zoomed(self.factor, x, y).panned(-left, -top)
        if (patch := picture.patch(larger, presentation, side, side)) is not None:
            x0, y0, image = patch
            painter.setWorldTransform(QTransform.fromScale(1 / on.scale, 1 / on.scale))
            painter.drawImage(left + x0, top + y0, image)
            painter.resetTransform()
