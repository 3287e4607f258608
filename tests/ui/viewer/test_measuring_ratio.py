"""The cardiothoracic ratio by real keys and mouse: three clicks, proposed, accepted, corrected, refused.

The films are phantoms, whose heart and thorax are known in centimetres.
"""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.synthetic import chest
from tests.ui.viewer.hands import drag, hover
from workstation.imaging.annotation import Kind
from workstation.ui.viewer.kits.measuring import MeasuringKit

ROWS, COLUMNS = 520, 500
SCALE = ROWS / 38.5  # pixels a centimetre of the phantom
HALF_THORAX_CM = 13.95  # of every phantom at its widest
WAIT_MS = 20_000


@pytest.fixture
def film(film_file, reading):
    """A shown phantom chest; keywords go into the header."""

    def show(pixels: np.ndarray | None = None, **tags):
        values = chest(2, rows=ROWS, columns=COLUMNS) if pixels is None else pixels
        return reading(film_file(values, **{"ViewPosition": "PA", "ImagerPixelSpacing": [0.7, 0.7], **tags}))

    return show


def kit_of(pane) -> MeasuringKit:
    return pane.kit(MeasuringKit)


def drawings(pane):
    return kit_of(pane).place.sheet.drawings()


def spot(pane, x_cm: float, y_cm: float) -> QPoint:
    """The logical pixel under a place of the phantom: centimetres from the middle and from the top."""
    x, y = pane.view.on_screen.to_logical(y_cm * SCALE, COLUMNS / 2 + x_cm * SCALE)
    return QPoint(round(x), round(y))


def click(pane, x_cm: float, y_cm: float) -> None:
    place = spot(pane, x_cm, y_cm)
    hover(pane.view, place.x(), place.y())
    QTest.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=place)


def ratio_of(pane, one) -> float:
    return kit_of(pane).place.sheet.numbers(one).value("cardiothoracic ratio")


def test_three_clicks_and_the_inner_walls_are_found_at_that_level(film, qtbot):
    """Heart from 4.5 cm right to 8.5 cm left of the middle: 13 of 27.9 cm."""
    pane = film()
    QTest.keySequence(pane.view, "X")
    click(pane, -4.5, 25)
    click(pane, 8.5, 27)
    click(pane, 0, 30)
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    (one,) = drawings(pane)
    assert one.kind is Kind.CARDIOTHORACIC_RATIO and one.source == "proposed"
    assert [point[1] for point in one.points[2:]] == pytest.approx(
        [COLUMNS / 2 - HALF_THORAX_CM * SCALE, COLUMNS / 2 + HALF_THORAX_CM * SCALE], abs=0.7 * SCALE
    )
    assert ratio_of(pane, one) == pytest.approx(13 / 27.9, abs=0.03)


def test_the_whole_ratio_is_proposed_with_shift_x_and_shown_as_such(film, qtbot):
    pane = film()
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    (one,) = drawings(pane)
    assert one.source == "proposed"
    assert 0.40 < ratio_of(pane, one) < 0.52  # 0.464 by the phantom's own geometry
    (laid,) = kit_of(pane).place.sheet.laid(pane.view.on_screen)
    assert laid.dashed


def test_return_accepts_a_proposal_and_tells_its_sentence(film, qtbot):
    pane = film()
    told = []
    kit_of(pane).voice.sentence.connect(lambda _study, sentence, _former: told.append(sentence))
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    QTest.keySequence(pane.view, "Return")
    (one,) = drawings(pane)
    assert one.source == "reader"
    assert told == [f"Cardiothoracic ratio {ratio_of(pane, one):.2f} (PA projection)."]


def test_a_proposed_point_that_is_dragged_makes_it_the_readers(film, qtbot):
    pane = film()
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    (before,) = drawings(pane)
    x, y = pane.view.on_screen.to_logical(*before.points[1])
    drag(pane.view, (x, y), (26, 0))
    (one,) = drawings(pane)
    assert one.source == "reader" and one.points[1][1] > before.points[1][1]
    assert ratio_of(pane, one) > ratio_of(pane, before)
    QTest.keySequence(pane.view, "Ctrl+Z")
    assert drawings(pane) == [before]


def test_on_a_film_turned_by_the_reader_the_ratio_is_the_same(film, qtbot):
    """Stored on its side, turned upright by the reader: the proposal is made as the film is seen."""
    pane = film(np.ascontiguousarray(np.rot90(chest(2, rows=ROWS, columns=COLUMNS))))
    QTest.keySequence(pane.view, "R")
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    (one,) = drawings(pane)
    assert 0.40 < ratio_of(pane, one) < 0.52
    assert abs(one.points[2][0] - one.points[3][0]) > abs(one.points[2][1] - one.points[3][1])


def test_where_nothing_is_seen_it_is_refused_in_words_and_nothing_is_drawn(film, qtbot):
    pane = film(np.random.default_rng(4).integers(0, 4096, (400, 400), dtype=np.uint16))
    said = []
    kit_of(pane).voice.said.connect(said.append)
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    assert "three clicks" in said[0] and drawings(pane) == []


def test_without_walls_each_of_them_is_set_by_a_click(film, qtbot):
    pane = film(np.random.default_rng(4).integers(0, 4096, (ROWS, COLUMNS), dtype=np.uint16))
    said = []
    kit_of(pane).voice.said.connect(said.append)
    QTest.keySequence(pane.view, "X")
    click(pane, -4.5, 25)
    click(pane, 8.5, 27)
    click(pane, 0, 30)
    qtbot.waitUntil(lambda: bool(said), timeout=WAIT_MS)
    click(pane, -14, 30)
    click(pane, 14, 30)
    (one,) = drawings(pane)
    assert one.source == "reader" and ratio_of(pane, one) == pytest.approx(13 / 28, abs=0.02)


def test_a_lateral_film_has_no_ratio(film):
    pane = film(ViewPosition="LL")
    said = []
    kit_of(pane).voice.said.connect(said.append)
    QTest.keySequence(pane.view, "X")
    assert said and "lateral" in said[0] and pane.tool == "window"
    assert not kit_of(pane).made["measure.ratio"].isChecked()


def test_the_reader_says_that_the_patient_was_rotated(film, qtbot):
    pane = film()
    QTest.keySequence(pane.view, "Shift+X")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    rotated = kit_of(pane).made["measure.rotated"]
    assert rotated.isEnabled()
    rotated.trigger()
    (one,) = drawings(pane)
    assert "patient rotated: not comparable" in kit_of(pane).place.sheet.numbers(one).sentence
    assert rotated.isChecked()


def test_whoever_is_faster_than_the_program_loses_nothing(film, qtbot):
    """The walls are still being looked for when the next tool is taken."""
    pane = film()
    QTest.keySequence(pane.view, "X")
    for place in ((-4.5, 25), (8.5, 27), (0, 30)):
        click(pane, *place)
    QTest.keySequence(pane.view, "D")
    qtbot.waitUntil(lambda: len(drawings(pane)) == 1, timeout=WAIT_MS)
    assert pane.tool == "length"
