"""Short lines -> text on the film, light with a dark halo so that it reads on white and on black.

Each line is drawn once into an image and kept while it stands: in a window drag one line changes, the rest is
copied. Knows nothing of films; takes lines, colours and a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QStaticText

from workstation.ui import style

MARGIN = 8
TEXT_PX = 12
WIDEST = 0.44  # of the view: two corners meet neither each other nor the letter between them
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
    share: float = WIDEST  # of the view's width that a line may take
    _images: dict[_Key, QImage] = field(default_factory=dict)
    _last: tuple[object, ...] = ()  # lines, area and scale of the last time, and where each image went
    _set: list[tuple[int, int, QImage]] = field(default_factory=list)
    _font: QFont | None = None

    def paint(self, painter: QPainter, area: QRect, lines: Sequence[Line], scale: float) -> None:
        """Draw the lines that say anything at this block's place in ``area`` (logical pixels)."""
        wanted = (lines, area, scale)
        if wanted != self._last:
            self._set, self._last = self._placed(area, lines, scale), (list(lines), QRect(area), scale)
        for left, top, image in self._set:
            painter.drawImage(left, top, image)

    def _placed(self, area: QRect, lines: Sequence[Line], scale: float) -> list[tuple[int, int, QImage]]:
        widest = max(60, int(area.width() * self.share))
        self._font = self._font or style.font(TEXT_PX)
        keys = [(line, widest, scale) for line in lines if line.text]
        self._images = {key: self._images.get(key) or _drawn(self._font, *key) for key in keys}
        images = [self._images[key] for key in keys]
        sizes = [image.deviceIndependentSize().toSize() for image in images]
        top = _top(self.place, area, sum(size.height() for size in sizes))
        placed = []
        for image, size in zip(images, sizes, strict=True):
            placed.append((_left(self.place, area, size), top, image))
            top += size.height()
        return placed


def _drawn(font: QFont, line: Line, widest: int, scale: float) -> QImage:
    metrics = QFontMetrics(font)
    words, width = line.text, metrics.horizontalAdvance(line.text)
    if width > widest:  # asked first: cutting costs more than all the drawing
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, widest)
        width = metrics.horizontalAdvance(words)
    text = QStaticText(words)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.prepare(font=font)
    size = QSize(width + 2 * _EDGE, metrics.height() + 1)
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
