"""Hands and eyes for tests of the film: real mouse events, and what a widget shows as an array."""

from __future__ import annotations

from functools import cache

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.synthetic import chest

NO_BUTTON = Qt.MouseButton.NoButton
NO_KEYS = Qt.KeyboardModifier.NoModifier


def pixels_of(widget) -> np.ndarray:
    """uint8 (height, width, 3): what the widget shows."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def drag(view, start, by, button=Qt.MouseButton.LeftButton, modifiers=NO_KEYS, steps=10):
    """Press, move in steps, release: the events that a hand sends."""
    begin = QPointF(*start)
    _send(view, QEvent.Type.MouseButtonPress, begin, button, button, modifiers)
    # The first pixels only wake the drag; they are on top of the way that is asked for.
    wake = begin + QPointF(4 if by[0] or not by[1] else 0, 4 if by[1] and not by[0] else 0)
    _send(view, QEvent.Type.MouseMove, wake, NO_BUTTON, button, modifiers)
    for n in range(1, steps + 1):
        at = wake + QPointF(by[0] * n / steps, by[1] * n / steps)
        _send(view, QEvent.Type.MouseMove, at, NO_BUTTON, button, modifiers)
    _send(view, QEvent.Type.MouseButtonRelease, at, button, NO_BUTTON, modifiers)


def hover(view, x: float, y: float) -> None:
    """The mouse passes over a point without a button."""
    _send(view, QEvent.Type.MouseMove, QPointF(x, y), NO_BUTTON, NO_BUTTON, NO_KEYS)


def _send(view, kind, at, button, buttons, modifiers) -> None:
    far = QPointF(view.mapToGlobal(QPoint(0, 0))) + at
    QApplication.sendEvent(view, QMouseEvent(kind, at, far, button, buttons, modifiers))


def ramp(rows: int = 200, columns: int = 160, bits: int = 12) -> np.ndarray:
    """Every pixel a value of its own neighbourhood: uint16, brighter to the right and to the bottom."""
    row, column = np.mgrid[0:rows, 0:columns]
    return ((row * 7 + column * 13) % (1 << bits)).astype(np.uint16)


@cache
def small_chest(seed: int) -> np.ndarray:
    """A chest, a quarter as large as the samples: uint16 (520, 500); not to be written to."""
    made = chest(seed, rows=520, columns=500)
    made.flags.writeable = False
    return made


def turn_wheel(view, at, notches, modifiers=NO_KEYS):
    here = QPointF(*at)
    event = QWheelEvent(
        here,
        QPointF(view.mapToGlobal(QPoint(0, 0))) + here,
        QPoint(),
        QPoint(0, 120 * notches),
        NO_BUTTON,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)
