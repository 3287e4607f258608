"""What a painter drew, kept as an image of which only the tiles with something in them are copied.

A window drag paints the same drawings at every frame: copying a few small tiles costs a tenth of stroking them again,
and far less than blending an image of the whole view. Knows painters and images, no film.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

TILE = 32  # device pixels a side


class Tiled:
    """An image (ARGB32 premultiplied) whose empty tiles are not painted."""

    def __init__(self, image: QImage) -> None:
        self._image = image
        self._parts = filled(image)

    def paint(self, painter: QPainter, at: QPointF) -> None:
        """With its top left corner at ``at`` (logical pixels)."""
        scale = self._image.devicePixelRatio()
        for part in self._parts:
            painter.drawImage(at + QPointF(part.topLeft()) / scale, self._image, QRectF(part))


class KeptLayer:
    """A layer of one view: drawn as it is while it changes, kept once it is asked for twice."""

    def __init__(self) -> None:
        self._key: object = None
        self._size = (QRect(), 1.0)
        self._tiled: Tiled | None = None

    def paint(
        self, painter: QPainter, area: QRect, scale: float, key: object, draw: Callable[[QPainter], None]
    ) -> None:
        """What ``draw`` paints; drawn again only for another ``key`` (compared by identity)."""
        if key is not self._key or self._size != (area, scale):
            self._key, self._size, self._tiled = key, (QRect(area), scale), None
            draw(painter)
            return
        if self._tiled is None:
            self._tiled = Tiled(_drawn(area, scale, draw))
        self._tiled.paint(painter, QPointF(area.topLeft()))

    def forget(self) -> None:
        """Let the image go."""
        self._key = self._tiled = None


def filled(image: QImage) -> list[QRect]:
    """The rows of neighbouring tiles of ``image`` in which any pixel is not fully clear, in its own pixels."""
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    alpha = flat[:, 3 : image.width() * 4 : 4]
    down, across = np.arange(0, image.height(), TILE), np.arange(0, image.width(), TILE)
    used = np.logical_or.reduceat(np.logical_or.reduceat(alpha, down, axis=0), across, axis=1)
    parts = []
    for row, marks in enumerate(used):
        ends = np.flatnonzero(np.diff(np.concatenate(([0], marks.astype(np.int8), [0]))))
        for start, end in ends.reshape(-1, 2).tolist():
            parts.append(QRect(start * TILE, row * TILE, (end - start) * TILE, TILE).intersected(image.rect()))
    return parts


def _drawn(area: QRect, scale: float, draw: Callable[[QPainter], None]) -> QImage:
    image = QImage(round(area.width() * scale), round(area.height() * scale), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(-QPointF(area.topLeft()))
    draw(painter)
    painter.end()
    return image
