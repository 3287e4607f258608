"""What other programs drew on a film, over it in their own colour, with whose it is in words.

Drawn once for a place and a zoom and then copied, so that a window drag costs nothing. Knows annotations, no files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from workstation.imaging.annotation import Annotation, Kind, Point
from workstation.ui import style

if TYPE_CHECKING:
    from workstation.imaging.geometry import OnScreen

COLOUR = "#d7a6ff"
FROM_TOP_PX = 42
_CROSS = 5.0
_TEXT_PX = 12


class ForeignSheet:
    """A `Painter` of one view."""

    leaves = "drawing"

    def __init__(self) -> None:
        self.shows = True
        self._drawings: tuple[Annotation, ...] = ()
        self._makers = ""
        self._key: tuple[object, ...] = ()
        self._image = QImage()
        self._at = QPointF()

    @property
    def drawings(self) -> tuple[Annotation, ...]:
        return self._drawings

    def lay(self, drawings: Sequence[Annotation]) -> None:
        """These are on the film now."""
        self._drawings, self._key = tuple(drawings), ()
        makers = dict.fromkeys(one.maker for one in drawings)
        self._makers = ", ".join(makers)

    @property
    def words(self) -> str:
        """Whose drawings these are."""
        return f"by {self._makers}: not this reader's" if self._drawings else ""

    def forget(self) -> None:
        self.lay(())
        self._image = QImage()

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        if not self.shows or not self._drawings:
            return
        key = (on, QRect(area))
        if key != self._key:
            self._key = key
            self._draw(area, on)
        if not self._image.isNull():
            painter.drawImage(self._at, self._image)

    def _draw(self, area: QRect, on: OnScreen) -> None:
        """Everything into one image, as small as what of it is in sight."""
        font = style.font(_TEXT_PX)
        path = QPainterPath()
        for one in self._drawings:
            if one.kind is not Kind.TEXT:
                path.addPath(_shape(one, on))
        texts = [(self.words, _heading(self.words, font, area))]
        texts += [(one.text, _beside(one, font, on, area)) for one in self._drawings if one.kind is Kind.TEXT]
        reach = path.boundingRect().adjusted(-3, -3, 3, 3)
        for _, box in texts:
            reach = reach.united(box.adjusted(-3, -3, 3, 3))
        seen = reach.intersected(QRectF(area)).toAlignedRect()
        self._at = QPointF(seen.topLeft())
        wide, high = round(seen.width() * on.scale), round(seen.height() * on.scale)
        self._image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
        if self._image.isNull():
            return
        self._image.setDevicePixelRatio(on.scale)
        self._image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._at)
        _stroke(painter, path)
        painter.setFont(font)
        for text, box in texts:
            _write(painter, text, box)
        painter.end()


def _shape(one: Annotation, on: OnScreen) -> QPainterPath:
    places = [QPointF(*on.to_logical(*point)) for point in one.points]
    path = QPainterPath(places[0])
    if one.kind is Kind.POINT:
        path.moveTo(places[0].x() - _CROSS, places[0].y())
        path.lineTo(places[0].x() + _CROSS, places[0].y())
        path.moveTo(places[0].x(), places[0].y() - _CROSS)
        path.lineTo(places[0].x(), places[0].y() + _CROSS)
    elif one.kind is Kind.CURVE and len(places) > 2:
        _curve(path, places)
    else:
        for place in places[1:]:
            path.lineTo(place)
    return path


def _curve(path: QPainterPath, places: list[QPointF]) -> None:
    """Through every point, smoothly (Catmull-Rom)."""
    ends = [places[0], *places, places[-1]]
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        path.cubicTo(start + (end - before) / 6, end - (after - start) / 6, end)


def _stroke(painter: QPainter, path: QPainterPath) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 170), 3.6), (QColor(COLOUR), 1.5)):
        painter.setPen(QPen(colour, width))
        painter.drawPath(path)


def _size(text: str, font: QFont) -> QRectF:
    return QFontMetricsF(font).boundingRect(QRectF(0, 0, 4000, 4000), int(Qt.AlignmentFlag.AlignLeft), text)


def _heading(text: str, font: QFont, area: QRect) -> QRectF:
    box = _size(text, font)
    box.moveCenter(QPointF(area.center().x(), area.top() + FROM_TOP_PX))
    return box


def _beside(one: Annotation, font: QFont, on: OnScreen, area: QRect) -> QRectF:
    """About its point, but never out of the view as long as the point is in it."""
    box, point = _size(one.text, font), _place(one.points[0], on)
    box.moveCenter(point)
    if QRectF(area).contains(point):
        box.moveLeft(min(max(box.left(), area.left() + 4.0), area.right() - 4 - box.width()))
        box.moveTop(min(max(box.top(), area.top() + 4.0), area.bottom() - 4 - box.height()))
    return box


def _place(point: Point, on: OnScreen) -> QPointF:
    return QPointF(*on.to_logical(*point))


def _write(painter: QPainter, text: str, box: QRectF) -> None:
    """Light with a dark halo, on white and on black."""
    flags = int(Qt.AlignmentFlag.AlignLeft)
    painter.setPen(QColor(0, 0, 0, 200))
    for dx, dy in ((-1, -1), (-1, 1), (1, -1), (1, 1), (0, 2), (2, 0), (-2, 0), (0, -2)):
        painter.drawText(box.translated(dx, dy), flags, text)
    painter.setPen(QColor(COLOUR))
    painter.drawText(box, flags, text)
