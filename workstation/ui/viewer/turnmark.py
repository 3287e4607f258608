"""The mark that a film does not stand as it is stored: amber words, and an amber frame where it is mirrored.

It stands whatever text the reader wants on the film. Drawn once and kept. Knows words, no film.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from workstation.ui import style

FRAME_PX = 3
BELOW_PX = 26  # below the letter at the upper edge
UNDER_WORDS_PX = 28  # "CURRENT" or "PRIOR" may stand above, in the same place
BELOW_CORNERS_PX = 78  # below the words of both upper corners, where these would meet the mark
ROOMY = 900  # logical pixels: from here they do not
_SIDE, _ABOVE = 10, 4


class TurnMark:
    """One view's mark."""

    def __init__(self) -> None:
        self._key: tuple[str, bool, float] = ("", False, 0.0)
        self._image = QImage()

    def paint(self, painter: QPainter, area: QRect, words: str, mirrored: bool, scale: float) -> None:
        """Draw ``words`` at the top of ``area`` (logical pixels); nothing for no words."""
        if not words:
            return
        if (words, mirrored, scale) != self._key:
            self._key = (words, mirrored, scale)
            self._image = _drawn(words, mirrored, scale)
        width = self._image.deviceIndependentSize().width()
        below = UNDER_WORDS_PX + (BELOW_PX if area.width() >= ROOMY else BELOW_CORNERS_PX)
        painter.drawImage(
            QPoint(max(area.left(), round(area.center().x() - width / 2)), area.top() + below), self._image
        )
        if mirrored:
            for edge in _frame(area):
                painter.fillRect(edge, QColor(style.ON_FILM.AMBER))


def _frame(area: QRect) -> list[QRect]:
    inner = area.adjusted(FRAME_PX, FRAME_PX, -FRAME_PX, -FRAME_PX)
    return [
        QRect(area.left(), area.top(), area.width(), FRAME_PX),
        QRect(area.left(), inner.bottom() + 1, area.width(), FRAME_PX),
        QRect(area.left(), area.top(), FRAME_PX, area.height()),
        QRect(inner.right() + 1, area.top(), FRAME_PX, area.height()),
    ]


def _drawn(words: str, mirrored: bool, scale: float) -> QImage:
    """Amber on black, or black on amber where sides are exchanged."""
    font = style.font(style.LARGE_PX if mirrored else style.NORMAL_PX, bold=mirrored)
    metrics = QFontMetrics(font)
    size = QSize(metrics.horizontalAdvance(words) + 2 * _SIDE, metrics.height() + 2 * _ABOVE)
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(style.ON_FILM.AMBER if mirrored else "#c0000000"))
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor("#000000" if mirrored else style.ON_FILM.AMBER))
    painter.drawText(QRect(QPoint(0, 0), size), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return image
