"""Measuring on a film by real keys and mouse, against numbers worked by hand; what is drawn stands in the records."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import drag, hover
from workstation.imaging.annotation import Kind
from workstation.ui.viewer.kits.measuring import MeasuringKit

OBLONG = {"ImagerPixelSpacing": [0.2, 0.1], "ViewPosition": "PA"}


@pytest.fixture
def film(film_file, reading):
    """A shown film of 200 x 160 pixels, 0.2 mm between rows and 0.1 mm between columns."""

    def show(pixels: np.ndarray | None = None, **tags):
        values = np.full((200, 160), 500, np.uint16) if pixels is None else pixels
        return reading(film_file(values, **{**OBLONG, **tags}))

    return show


def at(pane, row: float, col: float) -> QPoint:
    """The logical pixel of the view under a stored place."""
    x, y = pane.view.on_screen.to_logical(row, col)
    return QPoint(round(x), round(y))


def press(pane, key: str) -> None:
    """A real key on the film."""
    QTest.keySequence(pane.view, key)


def click(pane, row: float, col: float) -> None:
    place = at(pane, row, col)
    hover(pane.view, place.x(), place.y())
    QTest.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=place)


def pull(pane, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A drag whose release lies on ``end``."""
    a, b = QPointF(at(pane, *start)), QPointF(at(pane, *end))
    way = b - a
    wake = QPointF(4 if way.x() or not way.y() else 0, 4 if way.y() and not way.x() else 0)
    drag(pane.view, (a.x(), a.y()), ((way - wake).x(), (way - wake).y()))


def drawn(pane):
    """What stands in the book of the shown study."""
    kit = pane.kit(MeasuringKit)
    return kit.books[pane.instance.study_instance_uid].markings.annotations


def numbers(pane, one):
    return pane.kit(MeasuringKit).place.sheet.numbers(one)


def near(pixels: float, pane) -> float:
    """How many film pixels that many logical pixels of the screen are."""
    return pixels / pane.view.on_screen.zoom


def test_a_length_is_drawn_with_d_and_a_drag_and_is_measured_in_both_directions(film):
    """30 rows of 0.2 mm and 80 columns of 0.1 mm are 6 and 8: ten millimetres."""
    pane = film()
    press(pane, "D")
    pull(pane, (50, 20), (80, 100))
    (one,) = drawn(pane)
    assert one.kind is Kind.LENGTH and one.source == "reader"
    assert numbers(pane, one).value("length") == pytest.approx(10.0, abs=0.2)
    assert numbers(pane, one).words == "10 mm  at detector"
