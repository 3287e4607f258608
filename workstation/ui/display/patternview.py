"""A test pattern on the screen's own pixels, one to one, driven as films are. Knows patterns and a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.imaging.lut import eight_bits
from workstation.imaging.patterns import PATTERNS, Pattern, bar_length

if TYPE_CHECKING:
    from workstation.imaging.gsdf import DisplayCurve


class PatternView(QWidget):
    """Draws the pattern anew only when it, its size or the curve has changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Test pattern")
        self._pattern: Pattern = PATTERNS[0]
        self._curve: DisplayCurve | None = None
        self._drawn: tuple[tuple[object, ...], QImage] | None = None

    def sizeHint(self) -> QSize:
        return QSize(760, 700)

    @property
    def pattern(self) -> Pattern:
        return self._pattern

    def show_pattern(self, pattern: Pattern) -> None:
        self._pattern = pattern
        self.update()

    def drive(self, curve: DisplayCurve | None) -> None:
        """Through this curve, or as values are."""
        self._curve = curve
        self.update()

    def bar_pixels(self) -> int:
        """Device pixels of the ruler's bar, as large as this view is now."""
        return bar_length(round(self.width() * self.devicePixelRatioF()))

    def paintEvent(self, event: QPaintEvent) -> None:
        scale = self.devicePixelRatioF()
        size = max(1, round(self.height() * scale)), max(1, round(self.width() * scale))
        key = (self._pattern, self._curve, size, scale)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = key, self._image(*size, scale)
        painter = QPainter(self)
        painter.drawImage(0, 0, self._drawn[1])
        painter.end()

    def _image(self, rows: int, columns: int, scale: float) -> QImage:
        values = self._pattern.draw(rows, columns).astype(np.float64)
        curve = self._curve
        levels = eight_bits(values) if curve is None or curve.kind == "calibrated" else curve.levels(values)
        image = QImage(levels.data, columns, rows, levels.strides[0], QImage.Format.Format_Grayscale8).copy()
        image.setDevicePixelRatio(scale)
        return image
