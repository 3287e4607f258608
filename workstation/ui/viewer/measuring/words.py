"""Lines of words -> small images, light with a dark halo, drawn once and kept while they stand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from workstation.ui import style

TEXT_PX = 13
_EDGE = 2
_KEPT = 64
_AROUND = ((-1, -1), (-1, 1), (1, -1), (1, 1), (-2, 0), (2, 0), (0, -2), (0, 2))


class Words:
    """Images of the words of one view."""

    def __init__(self) -> None:
        self._images: dict[tuple[str, str, float], QImage] = {}
        self._font: QFont | None = None

    @property
    def font(self) -> QFont:
        self._font = self._font or style.font(TEXT_PX)
        return self._font

    def width(self, text: str) -> float:
        """How wide the first line is, in logical pixels."""
        return float(QFontMetrics(self.font).horizontalAdvance(text.split("\n")[0])) if text else 0.0

    def image(self, text: str, colour: str, scale: float) -> QImage:
        """The lines of ``text``; `QImage.deviceIndependentSize` is their place's size."""
        key = (text, colour, scale)
        if key not in self._images:
            if len(self._images) > _KEPT:
                self._images.clear()
            self._images[key] = self._drawn(*key)
        return self._images[key]

    def _drawn(self, text: str, colour: str, scale: float) -> QImage:
        metrics, lines = QFontMetrics(self.font), text.split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines) + 2 * _EDGE
        image = QImage(
            QSize(width, metrics.height() * len(lines) + 2 * _EDGE) * scale, QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(scale)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setFont(self.font)
        for dx, dy, ink in [(*step, QColor(0, 0, 0, 200)) for step in _AROUND] + [(0, 0, QColor(colour))]:
            painter.setPen(ink)
            for n, line in enumerate(lines):
                painter.drawText(QPointF(_EDGE + dx, _EDGE + dy + metrics.ascent() + n * metrics.height()), line)
        painter.end()
        return image
