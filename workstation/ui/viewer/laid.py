"""What a film's own file lays over it: overlay planes in white, and a shutter that hides what is not meant to be seen.

Painted from what is kept while film and place stand, so that a window drag costs a copy. Knows films, no keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from workstation.ui.viewer.kept import Tiled

if TYPE_CHECKING:
    from workstation.dicom.shutter import Shutter
    from workstation.imaging.geometry import OnScreen
    from workstation.imaging.lettering import Lettering


class ShutterPainter:
    """Covers a film beyond the opening of its shutter."""

    leaves = "film"

    def __init__(self) -> None:
        self.shutter: Shutter | None = None
        self.shown = True
        self._for: tuple[object, ...] = ()
        self._cover = QPainterPath()

    def forget(self) -> None:
        self.shutter, self._for = None, ()

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        if self.shutter is None or not self.shown:
            return
        if self._for != (self.shutter, on):
            self._for = (self.shutter, on)
            self._cover = _around(self.shutter, on)
        grey = round(255 * self.shutter.level)
        painter.fillPath(self._cover, QColor(grey, grey, grey))


class PlanesPainter:
    """Letters that the file brings as bits."""

    leaves = "film"

    def __init__(self) -> None:
        self.shown = True
        self._lettering: Lettering | None = None
        self._for: tuple[object, ...] = ()
        self._drawn: tuple[QPointF, Tiled] | None = None

    def take(self, lettering: Lettering | None) -> None:
        """What the planes of the frame that is shown now write."""
        self._lettering, self._for, self._drawn = lettering, (), None

    def forget(self) -> None:
        self.take(None)

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        if self._lettering is None or not self.shown:
            return
        if self._for != (on, area.size()):
            self._for, self._drawn = (on, area.size()), _image(self._lettering, area, on)
        if self._drawn is not None:
            at, tiled = self._drawn
            tiled.paint(painter, at)


def _image(lettering: Lettering, area: QRect, on: OnScreen) -> tuple[QPointF, Tiled] | None:
    found = lettering.image(on, round(area.width() * on.scale), round(area.height() * on.scale))
    if found is None:
        return None
    x, y, light = found
    height, width = light.shape[:2]
    image = QImage(light.data, width, height, light.strides[0], QImage.Format.Format_ARGB32_Premultiplied).copy()
    image.setDevicePixelRatio(on.scale)
    return QPointF(x / on.scale, y / on.scale), Tiled(image)


def _around(shutter: Shutter, on: OnScreen) -> QPainterPath:
    """The film without the opening, in logical pixels."""
    cover = QPainterPath()
    cover.addRect(_rectangle((0, 0, on.rows, on.columns), on))
    opening = QPainterPath(cover)
    for shape in _shapes(shutter, on):
        opening = opening.intersected(shape)
    return cover.subtracted(opening)


def _shapes(shutter: Shutter, on: OnScreen) -> list[QPainterPath]:
    shapes = []
    if shutter.rectangle is not None:
        shapes.append(QPainterPath())
        shapes[-1].addRect(_rectangle(shutter.rectangle, on))
    if shutter.circle is not None:
        row, col, radius = shutter.circle
        shapes.append(QPainterPath())
        shapes[-1].addEllipse(_rectangle((row - radius, col - radius, row + radius, col + radius), on))
    if shutter.polygon:
        shapes.append(QPainterPath(QPointF(*on.to_logical(*shutter.polygon[0]))))
        for corner in shutter.polygon[1:]:
            shapes[-1].lineTo(QPointF(*on.to_logical(*corner)))
        shapes[-1].closeSubpath()
    return shapes


def _rectangle(edges: tuple[float, float, float, float], on: OnScreen) -> QRectF:
    top, left, bottom, right = edges
    return QRectF(QPointF(*on.to_logical(top, left)), QPointF(*on.to_logical(bottom, right))).normalized()
