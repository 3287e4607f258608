"""What lies over one film: the edges that a centre crop cut off and, while a key is held, what changes a score.

Takes rectangles and grids in the film's own pixels and paints them wherever the film lies; the film's values are
untouched. Knows no model, no report, no key.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from workstation.imaging.geometry import OnScreen, Orientation
from workstation.ui import style
from workstation.ui.viewer.corners import Block, Line
from workstation.ui.viewer.kept import KeptLayer

FAINTEST = 0.15  # of the strongest cell: below, a tint would only dirty the film
OUTLINED = 0.5  # of the strongest cell: from here a cell belongs to the outline
STRONGEST_ALPHA = 120
EDGE_PX = 14  # width of the shading outside the part that the model saw
ABOVE_CORNERS_PX = 70
Rectangle = tuple[float, float, float, float]  # top, left, bottom, right in film pixels


@dataclass(frozen=True, slots=True)
class Heat:
    """How much covering each cell lowers a score; ``grid`` float32 (rows, columns) over ``rectangle``."""

    grid: np.ndarray
    rectangle: Rectangle

    @property
    def strongest(self) -> float:
        return float(self.grid.max(initial=0.0))


class Overlay:
    """One view's overlay; painted by the view between the film and its words."""

    def __init__(self) -> None:
        self.heat: Heat | None = None
        self.words: tuple[str, ...] = ()
        self.seen: Rectangle | None = None
        self.shows_seen = True
        self._tint: tuple[Heat, Orientation, QImage] | None = None
        self._block = Block("bottom", 0.96)
        self._edge: tuple[Rectangle, OnScreen] | None = None
        self._layer = KeptLayer()

    def forget(self) -> None:
        """Another film comes, or none."""
        self.let_go()
        self.seen = self._edge = None
        self._layer.forget()

    def let_go(self) -> None:
        """The key is released."""
        self.heat, self.words, self._tint = None, (), None

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        """Edges first, then the grid, then its words."""
        film = _on_screen((0, 0, on.rows, on.columns), on)
        if self.seen is not None and self.shows_seen:
            self._paint_edge(painter, area, on, (self.seen, on))
        if self.heat is not None and self.heat.strongest > 0:
            painter.setClipRect(film)  # a letterbox's black margin is no film
            self._paint_heat(painter, self.heat, on)
            painter.setClipping(False)
        if self.words:
            lines = [Line(words, style.ON_FILM.ACCENT if not n else "#f2f4f6") for n, words in enumerate(self.words)]
            self._block.paint(painter, area.adjusted(0, 0, 0, -ABOVE_CORNERS_PX), lines, on.scale)

    def _paint_edge(self, painter: QPainter, area: QRect, on: OnScreen, edge: tuple[Rectangle, OnScreen]) -> None:
        if edge != self._edge:
            self._edge = edge
        seen, film = _on_screen(edge[0], on), _on_screen((0, 0, on.rows, on.columns), on)
        self._layer.paint(painter, area, on.scale, self._edge, lambda painter: _paint_unseen(painter, seen, film))

    def _paint_heat(self, painter: QPainter, heat: Heat, on: OnScreen) -> None:
        turned = Heat(on.orientation.of(heat.grid), heat.rectangle)
        if self._tint is None or self._tint[:2] != (heat, on.orientation):
            self._tint = (heat, on.orientation, _tinted(turned))
        target = _on_screen(heat.rectangle, on)
        painter.setRenderHints(QPainter.RenderHint.SmoothPixmapTransform | QPainter.RenderHint.Antialiasing)
        painter.drawImage(target, self._tint[2])
        outline = _outline(turned, target)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 3))
        painter.drawPath(outline)
        painter.setPen(QPen(QColor(style.ON_FILM.ACCENT), 1.4))
        painter.drawPath(outline)


def _on_screen(rectangle: Rectangle, on: OnScreen) -> QRectF:
    top, left, bottom, right = rectangle
    return QRectF(QPointF(*on.to_logical(top, left)), QPointF(*on.to_logical(bottom, right))).normalized()


def _tinted(heat: Heat) -> QImage:
    """One pixel a cell, the accent's colour, as opaque as the cell is strong; Qt smooths it on the way up."""
    share = np.clip(heat.grid / heat.strongest, 0.0, 1.0)
    alpha = np.where(share < FAINTEST, 0.0, share) * (STRONGEST_ALPHA / 255)
    colour = QColor(style.ON_FILM.ACCENT)
    pixels = np.empty((*share.shape, 4), np.uint8)
    for channel, level in enumerate((colour.blue(), colour.green(), colour.red(), 255)):
        pixels[..., channel] = np.round(alpha * level)
    rows, columns = share.shape
    image = QImage(pixels.data, columns, rows, columns * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()


def _outline(heat: Heat, target: QRectF) -> QPainterPath:
    """Around the cells that matter most, as coarse as they were measured."""
    rows, columns = heat.grid.shape
    width, height = target.width() / columns, target.height() / rows
    path = QPainterPath()
    for row, column in np.argwhere(heat.grid >= OUTLINED * heat.strongest):
        path.addRect(QRectF(target.left() + column * width, target.top() + row * height, width, height))
    return path.simplified()


def _paint_unseen(painter: QPainter, seen: QRectF, film: QRectF) -> None:
    """A dashed line where the model's picture ended and a thin shading beyond it; the film stays readable."""
    painter.save()
    pen = QPen(QColor(style.ON_FILM.AMBER), 1, Qt.PenStyle.DashLine)
    for side in _cut_sides(seen, film):
        painter.fillRect(side.intersected(film), QColor(224, 168, 74, 46))
    painter.setPen(pen)
    painter.drawRect(seen)
    painter.restore()


def _cut_sides(seen: QRectF, film: QRectF) -> list[QRectF]:
    sides = []
    if seen.left() - film.left() > 1:
        sides.append(QRectF(seen.left() - EDGE_PX, film.top(), EDGE_PX, film.height()))
    if film.right() - seen.right() > 1:
        sides.append(QRectF(seen.right(), film.top(), EDGE_PX, film.height()))
    if seen.top() - film.top() > 1:
        sides.append(QRectF(film.left(), seen.top() - EDGE_PX, film.width(), EDGE_PX))
    if film.bottom() - seen.bottom() > 1:
        sides.append(QRectF(film.left(), seen.bottom(), film.width(), EDGE_PX))
    return sides
