"""A drawing in film pixels -> lines on the screen: paths, handles, and where its words begin; logical pixels.

Works for half-made drawings too. Knows no colour and no widget.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPainterPathStroker

from workstation.imaging.annotation import Kind, Point
from workstation.imaging.geometry import OnScreen

HEAD_PX = 13.0  # an arrow's head
TICK_PX = 9.0  # the ends of a measured line
ARC_PX = 22.0
NEAR_PX = 6.0  # a line is hit this close by
HANDLE_PX = 8.0


@dataclass(slots=True)
class Outline:
    """``path`` is stroked; ``faint`` is stroked dashed; ``handles`` are the points that can be moved, in order."""

    path: QPainterPath = field(default_factory=QPainterPath)
    faint: QPainterPath = field(default_factory=QPainterPath)
    handles: list[QPointF] = field(default_factory=list)
    words_at: QPointF = field(default_factory=QPointF)
    unseen: bool = False  # the path is only there to be hit; it shows while the drawing is in hand

    def handle_at(self, at: QPointF) -> int | None:
        """The number of the handle under the mouse; of several the nearest."""
        reach = [(math.dist((h.x(), h.y()), (at.x(), at.y())), n) for n, h in enumerate(self.handles)]
        near = min(reach, default=(math.inf, 0))
        return near[1] if near[0] <= HANDLE_PX else None

    def touches(self, at: QPointF) -> bool:
        """Whether the mouse is on one of the lines."""
        if not self.path.boundingRect().adjusted(-NEAR_PX, -NEAR_PX, NEAR_PX, NEAR_PX).contains(at):
            return False
        stroker = QPainterPathStroker()
        stroker.setWidth(2 * NEAR_PX)
        return stroker.createStroke(self.path).contains(at)


def outline(kind: Kind, points: Sequence[Point], on: OnScreen, text_width: float = 0) -> Outline:
    """How a drawing of ``points`` (stored row, column; perhaps not all of them yet) looks on the screen now."""
    made = Outline(handles=[QPointF(*on.to_logical(*point)) for point in points])
    if made.handles:
        made.words_at = made.handles[-1] + QPointF(10, 4)
        _DRAWERS.get(kind, _line)(made, text_width)
    return made


def _line(made: Outline, _width: float) -> None:
    made.path.addPolygon(made.handles)
    if len(made.handles) > 2:
        made.handles = []  # a line that followed the hand is moved whole


def _length(made: Outline, _width: float) -> None:
    made.path.addPolygon(made.handles)
    if len(made.handles) == 2:
        across = _unit(made.handles[0], made.handles[1], turned=True) * (TICK_PX / 2)
        for end in made.handles:
            _segment(made.path, end - across, end + across)


def _angle(made: Outline, _width: float) -> None:
    made.path.addPolygon(made.handles)
    if len(made.handles) == 3:
        _, corner, last = made.handles
        made.words_at = corner + QPointF(14, 10)
        first_at, last_at = (_bearing(corner, end) for end in (made.handles[0], last))
        sweep = (last_at - first_at + 540) % 360 - 180
        box = QRectF(corner.x() - ARC_PX, corner.y() - ARC_PX, 2 * ARC_PX, 2 * ARC_PX)
        made.faint.arcMoveTo(box, first_at)
        made.faint.arcTo(box, first_at, sweep)


def _cobb(made: Outline, _width: float) -> None:
    ends = made.handles
    for start in range(0, len(ends) - 1, 2):
        _segment(made.path, ends[start], ends[start + 1])
    if len(ends) == 4:
        _segment(made.faint, (ends[0] + ends[1]) / 2, (ends[2] + ends[3]) / 2)
        made.words_at = (ends[0] + ends[1] + ends[2] + ends[3]) / 4 + QPointF(10, 0)


def _ratio(made: Outline, _width: float) -> None:
    """The thorax' line with its ticks; the heart's width parallel to it, between the borders' plumb lines."""
    if len(made.handles) < 4:
        made.path.addPolygon(made.handles)
        return
    first, second, right, left = made.handles
    along, down = _unit(right, left), _unit(right, left, turned=True)
    _segment(made.path, right, left)
    for end in (right, left):
        _segment(made.path, end - down * TICK_PX, end + down * TICK_PX)
    middle = (first + second) / 2
    for border in (first, second):
        foot = middle + along * QPointF.dotProduct(border - middle, along)
        _segment(made.path, border - down * TICK_PX, border + down * TICK_PX)
        _segment(made.faint, border, foot)
        _segment(made.path, foot, middle)
    made.words_at = right + (left - right) * 0.5 + QPointF(10, 6)


def _arrow(made: Outline, width: float) -> None:
    made.path.addPolygon(made.handles)
    if len(made.handles) == 2:
        tip, end = made.handles
        back, side = _unit(tip, end), _unit(tip, end, turned=True)
        for barb in (side, -side):
            _segment(made.path, tip, tip + back * HEAD_PX + barb * (HEAD_PX * 0.45))
        made.words_at = end + (QPointF(8, -8) if end.x() >= tip.x() else QPointF(-8 - width, -8))


def _text(made: Outline, width: float) -> None:
    at = made.handles[0]
    made.words_at, made.unseen = at, True
    made.path.addRect(QRectF(at.x(), at.y(), max(width, 12.0), 16.0))


def _ellipse(made: Outline, _width: float) -> None:
    if len(made.handles) == 2:
        box = QRectF(made.handles[0], made.handles[1]).normalized()
        made.path.addEllipse(box)
        made.words_at = QPointF(box.right() + 8, box.center().y() - 16)


def _freehand(made: Outline, _width: float) -> None:
    made.path.addPolygon(made.handles)
    box = made.path.boundingRect()
    made.words_at = QPointF(box.right() + 8, box.center().y() - 16)
    made.handles = []


_DRAWERS = {
    Kind.LENGTH: _length,
    Kind.ANGLE: _angle,
    Kind.COBB: _cobb,
    Kind.CARDIOTHORACIC_RATIO: _ratio,
    Kind.ARROW: _arrow,
    Kind.TEXT: _text,
    Kind.ELLIPSE: _ellipse,
    Kind.FREEHAND: _freehand,
}


def _segment(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    path.moveTo(start)
    path.lineTo(end)


def _unit(start: QPointF, end: QPointF, turned: bool = False) -> QPointF:
    """The direction from ``start`` to ``end``, or the one at right angles to it."""
    way = end - start
    long = math.hypot(way.x(), way.y()) or 1.0
    return QPointF(-way.y() / long, way.x() / long) if turned else QPointF(way.x() / long, way.y() / long)


def _bearing(start: QPointF, end: QPointF) -> float:
    """Degrees counter-clockwise from three o'clock, as Qt's arcs count."""
    return math.degrees(math.atan2(start.y() - end.y(), end.x() - start.x()))
