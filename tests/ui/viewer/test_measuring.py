"""Measuring on a film by real keys and mouse, against numbers worked by hand; what is drawn stands in the records."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.viewer.hands import NO_BUTTON, NO_KEYS, _send, drag, hover, pixels_of
from workstation.imaging.annotation import Kind, Markings
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.viewer.measuring.field import Field
from workstation.ui.viewer.measuring.sheet import places

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


def test_three_clicks_with_a_make_an_angle(film):
    """One millimetre up and one across are five rows and ten columns: 45 degrees."""
    pane = film()
    press(pane, "A")
    for place in ((20, 120), (120, 20), (120, 120)):
        click(pane, *place)
    (one,) = drawn(pane)
    assert one.kind is Kind.ANGLE
    assert numbers(pane, one).value("angle") == pytest.approx(np.degrees(np.arctan2(20, 10)), abs=1)


def test_two_drags_with_c_make_a_cobb_angle(film):
    pane = film()
    press(pane, "C")
    pull(pane, (40, 30), (40, 130))
    assert drawn(pane) == ()
    pull(pane, (120, 30), (170, 130))
    (one,) = drawn(pane)
    assert one.kind is Kind.COBB
    assert numbers(pane, one).value("Cobb angle") == pytest.approx(45, abs=1)
    assert numbers(pane, one).sentence.startswith("Cobb angle 4")


def test_four_clicks_do_the_same(film):
    pane = film()
    press(pane, "C")
    for place in ((40, 30), (40, 130), (120, 30), (170, 130)):
        click(pane, *place)
    (one,) = drawn(pane)
    assert numbers(pane, one).value("Cobb angle") == pytest.approx(45, abs=1)


def test_an_ellipse_dragged_with_e_tells_the_grey_values_inside(film):
    values = np.full((200, 160), 100, np.uint16)
    values[100:] = 300
    pane = film(values)
    press(pane, "E")
    pull(pane, (50, 40), (150, 120))
    (one,) = drawn(pane)
    found = numbers(pane, one)
    assert found.value("mean") == pytest.approx(200, abs=3)
    assert (found.value("minimum"), found.value("maximum")) == (100, 300)
    assert found.value("area") == pytest.approx(np.pi / 4 * 20 * 8, rel=0.03)  # 20 mm down, 8 mm across


def test_the_number_stands_beside_the_drawing_while_it_is_drawn(film):
    pane = film()
    press(pane, "E")
    start, middle = at(pane, 50, 40), at(pane, 120, 100)
    QTest.mousePress(pane.view, Qt.MouseButton.LeftButton, pos=start)
    move(pane, middle)
    sheet = pane.kit(MeasuringKit).place.sheet
    (one,) = sheet.laid(pane.view.on_screen)
    assert one.words is not None and sheet.sketch is not None
    QTest.mouseRelease(pane.view, Qt.MouseButton.LeftButton, pos=middle)
    assert sheet.sketch is None


def move(pane, to: QPoint) -> None:
    """The mouse goes on with its left button down."""
    left = Qt.MouseButton.LeftButton
    _send(pane.view, QEvent.Type.MouseMove, QPointF(to), NO_BUTTON, left, NO_KEYS)


def test_a_line_by_hand_with_b_closes_where_it_began(film):
    pane = film()
    press(pane, "B")
    corners = [(40, 40), (40, 120), (140, 120), (140, 40), (41, 41)]
    QTest.mousePress(pane.view, Qt.MouseButton.LeftButton, pos=at(pane, *corners[0]))
    for a, b in pairwise(corners):
        for n in range(1, 9):
            move(pane, at(pane, a[0] + (b[0] - a[0]) * n / 8, a[1] + (b[1] - a[1]) * n / 8))
    QTest.mouseRelease(pane.view, Qt.MouseButton.LeftButton, pos=at(pane, 41, 41))
    (one,) = drawn(pane)
    assert one.kind is Kind.FREEHAND and one.points[0] == one.points[-1]
    assert numbers(pane, one).value("area") == pytest.approx(20 * 8, rel=0.05)


def test_words_are_typed_on_the_film_and_letters_are_no_keys(film):
    pane = film()
    press(pane, "T")
    click(pane, 60, 50)
    field = QApplication.focusWidget()
    assert isinstance(field, Field)
    QTest.keyClicks(field, "rib i wide")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (one,) = drawn(pane)
    assert one.kind is Kind.TEXT and one.text == "rib i wide"
    assert pane.view.hasFocus() and not pane.view.presentation.invert


def test_esc_in_the_field_leaves_no_text(film):
    pane = film()
    press(pane, "T")
    click(pane, 60, 50)
    QTest.keyClicks(QApplication.focusWidget(), "no")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert drawn(pane) == () and pane.view.hasFocus()


def test_an_arrow_points_at_its_first_point_and_may_have_words(film):
    pane = film()
    press(pane, "Q")
    pull(pane, (60, 50), (30, 100))
    QTest.keyClicks(QApplication.focusWidget(), "here")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    (one,) = drawn(pane)
    assert one.kind is Kind.ARROW and one.text == "here"
    assert one.points[0] == pytest.approx((60, 50), abs=near(1.5, pane))


def test_calibrated_by_hand_every_length_on_the_film_is_on_that_scale(film):
    """A line of 40 columns (4 mm by the file) is said to be 8 mm: everything is twice as long."""
    pane = film()
    press(pane, "D")
    pull(pane, (100, 40), (100, 120))
    press(pane, "Shift+D")
    pull(pane, (50, 40), (50, 80))
    QTest.keyClicks(QApplication.focusWidget(), "8")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    (one,) = drawn(pane)
    assert numbers(pane, one).value("length") == pytest.approx(16, abs=0.4)
    assert numbers(pane, one).words.endswith("calibrated by hand")
    press(pane, "Ctrl+Z")
    assert numbers(pane, one).words.endswith("at detector")


def test_a_film_without_a_scale_is_measured_in_pixels(film):
    pane = film(ImagerPixelSpacing=None, PixelSpacing=[0.0, 0.0])
    press(pane, "D")
    pull(pane, (50, 20), (80, 60))
    (one,) = drawn(pane)
    assert numbers(pane, one).value("length") == pytest.approx(50, abs=2)
    assert numbers(pane, one).words.endswith("px  no scale")


def test_undo_goes_back_to_the_beginning_and_redo_to_the_end(film):
    pane = film()
    press(pane, "D")
    for n in range(12):
        pull(pane, (10 + 14 * n, 30), (10 + 14 * n, 100))
    states = [drawn(pane)]
    for _ in range(12):
        press(pane, "Ctrl+Z")
        states.append(drawn(pane))
    assert [len(state) for state in states] == list(range(12, -1, -1))
    for n in range(12):
        press(pane, "Ctrl+Y")
        assert drawn(pane) == states[11 - n]


def test_esc_ends_the_drawing_then_the_tool_then_resets_the_film(film):
    pane = film()
    press(pane, "I")
    press(pane, "D")
    click(pane, 50, 50)
    sheet = pane.kit(MeasuringKit).place.sheet
    assert sheet.sketch is not None
    press(pane, "Esc")
    assert sheet.sketch is None and pane.tool == "length"
    press(pane, "Esc")
    assert pane.tool == "window" and pane.view.presentation.invert
    press(pane, "Esc")
    assert not pane.view.presentation.invert


def test_a_point_is_moved_by_its_handle_and_the_number_follows(film):
    pane = film()
    press(pane, "D")
    pull(pane, (100, 40), (100, 100))
    press(pane, "W")
    pull(pane, (100, 100), (100, 140))
    (one,) = drawn(pane)
    assert numbers(pane, one).value("length") == pytest.approx(10, abs=0.3)
    assert pane.view.presentation.window == pane.stage.current.prepared.presentation.window


def test_a_drawing_is_chosen_by_a_click_and_removed_with_delete(film):
    pane = film()
    press(pane, "D")
    pull(pane, (100, 40), (100, 100))
    pull(pane, (150, 40), (150, 100))
    press(pane, "W")
    click(pane, 100, 70)
    press(pane, "Del")
    (one,) = drawn(pane)
    assert one.points[0][0] == pytest.approx(150, abs=near(2, pane))
    press(pane, "Ctrl+Z")
    assert len(drawn(pane)) == 2


def test_drawings_turn_and_mirror_with_the_film(film):
    pane = film()
    press(pane, "D")
    pull(pane, (50, 20), (80, 100))
    (before,) = drawn(pane)
    for key in ("R", "H"):
        press(pane, key)
        QApplication.processEvents()
        sheet = pane.kit(MeasuringKit).place.sheet
        (laid,) = sheet.laid(pane.view.on_screen)
        for handle, point in zip(laid.outline.handles, before.points, strict=True):
            assert (handle.x(), handle.y()) == pytest.approx(pane.view.on_screen.to_logical(*point))
    press(pane, "W")
    middle = ((before.points[0][0] + before.points[1][0]) / 2, (before.points[0][1] + before.points[1][1]) / 2)
    click(pane, *middle)
    assert sheet.selected == before.id and drawn(pane) == (before,)


def test_drawings_are_hidden_and_shown_again(film):
    pane = film()
    press(pane, "D")
    pull(pane, (50, 20), (80, 100))
    press(pane, "Esc")
    seen = pixels_of(pane.view)
    press(pane, "Shift+A")
    hidden = pixels_of(pane.view)
    press(pane, "Shift+A")
    assert (seen != hidden).any() and (pixels_of(pane.view) == seen).all()


def test_the_line_reads_on_white_and_on_black(film):
    for level in (0, 4095):
        values = np.full((200, 160), 2000, np.uint16)
        values[:100], values[100] = level, 4095 - level
        pane = film(values)
        press(pane, "D")
        pull(pane, (50, 20), (50, 140))
        press(pane, "Esc")
        row = at(pane, 50, 80)
        column = pixels_of(pane.view)[row.y() - 4 : row.y() + 5, row.x()].max(axis=1).astype(int)
        assert column.max() - column.min() > 100


@pytest.mark.parametrize("area", [None, QRect(0, 0, 900, 700)])  # on the screen, in a picture that leaves
def test_numbers_never_stand_on_other_numbers(film, area):
    pane = film()
    for key, start in (("D", (40.0, 40.0)), ("D", (60.0, 30.0)), ("E", (70.0, 60.0)), ("D", (20.0, 60.0))):
        press(pane, key)
        pull(pane, start, (90.0, 80.0))
    area = area or pane.view.rect()
    laid = pane.kit(MeasuringKit).place.sheet.laid(pane.view.on_screen, area)
    found = places(laid, area)
    boxes = [QRectF(found[id(one)], one.words.deviceIndependentSize()) for one in laid]
    assert len(boxes) == 4 and not any(one.intersects(other) for one, other in combinations(boxes, 2))
    assert all(QRectF(area).contains(box) for box in boxes)


def test_k_marks_a_key_image_visibly(film):
    pane = film()
    before = pixels_of(pane.view)
    press(pane, "K")
    kit = pane.kit(MeasuringKit)
    assert kit.books[pane.instance.study_instance_uid].markings.key_images == (pane.instance.sop_instance_uid,)
    assert (pixels_of(pane.view) != before).any()
    press(pane, "K")
    assert kit.books[pane.instance.study_instance_uid].markings.key_images == ()
    assert (pixels_of(pane.view) == before).all()


def test_a_double_click_while_measuring_is_two_clicks_and_not_the_full_screen(film, qtbot):
    pane = film()
    asked = []
    pane.full_requested.connect(lambda: asked.append(True))
    press(pane, "A")
    click(pane, 50, 50)
    QTest.mouseDClick(pane.view, Qt.MouseButton.LeftButton, pos=at(pane, 100, 50))
    assert not asked


def test_nothing_is_worked_out_again_while_only_the_window_changes(film):
    pane = film()
    press(pane, "E")
    pull(pane, (50, 40), (150, 120))
    press(pane, "W")
    sheet = pane.kit(MeasuringKit).place.sheet
    drag(pane.view, (20, 20), (10, 10))
    pixels_of(pane.view)
    laid = sheet.laid(pane.view.on_screen)
    drag(pane.view, (20, 20), (60, 40))
    pixels_of(pane.view)
    assert sheet.laid(pane.view.on_screen) is laid


def test_what_was_drawn_on_a_prior_is_seen_and_not_changed(film):
    pane = film()
    press(pane, "D")
    pull(pane, (100, 40), (100, 100))
    press(pane, "W")
    kit = pane.kit(MeasuringKit)
    kit.place.hand.may_draw = False  # as in the place of a prior
    before = drawn(pane)
    window = pane.view.presentation
    pull(pane, (100, 100), (100, 140))
    assert drawn(pane) == before and pane.view.presentation != window


def test_drawings_come_back_with_their_study(film, film_file, reading):
    """Two studies one after the other: each shows its own, as kept by whoever keeps them."""
    pane = film(StudyInstanceUID="2.25.11")
    kit = pane.kit(MeasuringKit)
    kept = {}
    kit.read = lambda study: kept.get(study, Markings())
    kit.voice.changed.connect(kept.__setitem__)
    press(pane, "D")
    pull(pane, (50, 20), (80, 100))
    first = pane.instance
    reading(film_file(np.full((200, 160), 500, np.uint16), StudyInstanceUID="2.25.12", **OBLONG))
    assert kit.place.sheet.drawings() == []
    reading(first)
    assert kit.place.sheet.drawings() == list(kept["2.25.11"].annotations)
    press(pane, "Ctrl+Z")
    assert len(kit.place.sheet.drawings()) == 1  # what was undone in another sitting stays done


def test_words_half_typed_stay_with_their_own_study(film, film_file, reading):
    """The next study is opened by a key while the field is still open."""
    pane = film(StudyInstanceUID="2.25.11")
    kit = pane.kit(MeasuringKit)
    kept = {}
    kit.voice.changed.connect(kept.__setitem__)
    press(pane, "T")
    click(pane, 60, 50)
    QTest.keyClicks(QApplication.focusWidget(), "half")
    reading(film_file(np.full((200, 160), 500, np.uint16), StudyInstanceUID="2.25.12", **OBLONG))
    assert [one.text for one in kept["2.25.11"].annotations] == ["half"]
    assert "2.25.12" not in kept and kit.place.sheet.drawings() == []
