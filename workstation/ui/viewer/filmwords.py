"""One line of words over a film that no key can take away: which film of which day this is. Drawn once and kept."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter

from workstation.imaging.geometry import OnScreen
from workstation.ui import style

BELOW_PX = 56  # below the letter and the mark of a turned film
BELOW_CORNERS_PX = 84  # where the corners leave no room between them
ROOMY_PX = 640
_SIDE, _ABOVE = 10, 4


class FilmWords:
    """A painter of one view."""

    def __init__(self) -> None:
        self.words = ""
        self.colour = style.ON_FILM.AMBER
        self.hidden = False  # while other words stand in this place
        self._kept: tuple[tuple[object, ...], QImage] | None = None

    def say(self, words: str, colour: str = style.ON_FILM.AMBER) -> None:
        self.words, self.colour = words, colour

    def forget(self) -> None:
        """Who hangs a film says what it is; another film in the same place is told anew."""

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        """At the top, in the middle, on black."""
        if not self.words or self.hidden:
            return
        key = (self.words, self.colour, area.width(), on.scale)
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, _drawn(self.words, self.colour, area.width() - 16, on.scale))
        image = self._kept[1]
        below = BELOW_PX if area.width() >= ROOMY_PX else BELOW_CORNERS_PX
        width = image.deviceIndependentSize().width()
        painter.drawImage(QPoint(round(area.center().x() - width / 2), area.top() + below), image)


def _drawn(words: str, colour: str, widest: int, scale: float) -> QImage:
    font = style.font(style.NORMAL_PX, bold=True)
    metrics = QFontMetrics(font)
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    box = metrics.boundingRect(QRect(0, 0, max(widest - 2 * _SIDE, 60), 400), flags, words)
    size = QSize(box.width() + 2 * _SIDE, box.height() + 2 * _ABOVE)
    image = QImage(size * scale, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(scale)
    image.fill(QColor("#c0000000"))
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    painter.drawText(QRect(QPoint(0, 0), size).adjusted(_SIDE, _ABOVE, -_SIDE, -_ABOVE), flags, words)
    painter.end()
    return image
