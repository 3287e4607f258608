"""A kept layer shows what was drawn, pixel for pixel, and draws again only when there is something else."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from workstation.ui.viewer.kept import KeptLayer, filled

AREA = QRect(0, 0, 300, 200)


def draw(painter: QPainter) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(90, 200, 40, 200), 3.6))
    painter.drawLine(QPointF(10.5, 20), QPointF(250, 190.2))
    painter.drawEllipse(QPointF(150, 60), 40.0, 30.0)


def canvas(scale: float) -> QImage:
    image = QImage(round(300 * scale), round(200 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(QColor(30, 60, 90))
    return image


def bytes_of(image: QImage) -> np.ndarray:
    return np.frombuffer(image.constBits(), np.uint8).astype(int)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_a_kept_layer_shows_what_was_drawn(qtbot, scale):
    layer, drawn, key = KeptLayer(), [], object()

    def counted(painter: QPainter) -> None:
        drawn.append(1)
        draw(painter)

    shown = []
    for _ in range(4):
        image = canvas(scale)
        painter = QPainter(image)
        layer.paint(painter, AREA, scale, key, counted)
        painter.end()
        shown.append(bytes_of(image))
    assert len(drawn) == 2  # once as it came, once to keep it
    assert np.array_equal(shown[1], shown[3])
    assert np.abs(shown[0] - shown[1]).max() <= 2  # blended in one step or in two
    painter = QPainter(image)
    layer.paint(painter, AREA, scale, object(), counted)
    painter.end()
    assert len(drawn) == 3


def test_only_tiles_with_something_in_them_are_copied(qtbot):
    image = QImage(200, 100, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    assert filled(image) == []
    image.setPixelColor(199, 99, QColor("white"))
    image.setPixelColor(0, 0, QColor("white"))
    image.setPixelColor(40, 3, QColor(0, 0, 0, 1))
    assert filled(image) == [QRect(0, 0, 64, 32), QRect(192, 96, 8, 4)]
