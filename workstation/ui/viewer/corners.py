"""Short lines -> text on the film, light with a dark halo so that it reads on white and on black.

Each line is drawn once into an image and kept while it stands: in a window drag one line changes, the rest is
copied. Knows nothing of films; takes lines, colours and a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QStaticText

from workstation.ui import style

MARGIN = 8
TEXT_PX = 12
WIDEST = 0.48  # of the view: two corners never meet
_EDGE = 2  # room for the halo
# Four slanted copies leave no gap, and are half of eight; the wider, fainter ones part the words from bone.
_AROUND = (((-1, -1), (-1, 1), (1, -1), (1, 1)), 225), (((-2, 0), (2, 0), (0, -2), (0, 2)), 110)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a corner and its colour."""

    text: str
    colour: str = "#f2f4f6"


_Key = tuple[Line, int, float]


@dataclass(slots=True)
class Block:
    """The words at one place: a corner ("top left") or the middle of an edge ("left")."""

    place: str
    _images: dict[_Key, QImage] = field(default_factory=dict)

    def paint(self, painter: QPainter, area: QRect, lines: Sequence[Line], scale: float) -> None:
        """Draw the lines that say anything at this block's place in ``area`` (logical pixels)."""
        widest = max(60, int(area.width() * WIDEST))
        keys = [(line, widest, scale) for line in lines if line.text]
        self._images = {key: self._images.get(key) or _drawn(*key) for key in keys}
        images = [self._images[key] for key in keys]
        sizes = [image.deviceIndependentSize().toSize() for image in images]
        top = _top(self.place, area, sum(size.height() for size in sizes))
        for image, size in zip(images, sizes, strict=True):
            painter.drawImage(_left(self.place, area, size), top, image)
            top += size.height()


def _drawn(line: Line, widest: int, scale: float) -> QImage:
    font = style.font(TEXT_PX)
    metrics = QFontMetrics(font)
    text = QStaticText(metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, widest))
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.prepare(font=font)
    size = QSize(metrics.horizontalAdvance(text.text()) + 2 * _EDGE, metrics.height() + 1)
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setFont(font)
    for steps, strength in reversed(_AROUND):
        painter.setPen(QColor(0, 0, 0, strength))
        for dx, dy in steps:
            painter.drawStaticText(QPointF(_EDGE + dx, dy), text)
    painter.setPen(QColor(line.colour))
    painter.drawStaticText(QPointF(_EDGE, 0), text)
    painter.end()
    return image


def _top(place: str, area: QRect, height: int) -> int:
    if "top" in place:
        return area.top() + MARGIN
    return area.bottom() + 1 - MARGIN - height if "bottom" in place else area.center().y() - height // 2


def _left(place: str, area: QRect, size: QSize) -> int:
    if "left" in place:
        return area.left() + MARGIN
    return area.right() + 1 - MARGIN - size.width() if "right" in place else area.center().x() - size.width() // 2
