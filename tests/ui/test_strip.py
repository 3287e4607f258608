"""The worklist folds to a strip where the window is small, and unfolds when the reader wants the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from workstation.ui.columns import STRIP_PX

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def small(open_window, two_chests):
    """A laptop's window."""
    return open_window(two_chests, size=(1366, 700))


def width(place) -> int:
    return place.window.columns.by_name["worklist"].width()


def test_on_a_laptop_the_film_gets_the_lists_room(small, qtbot):
    assert width(small) == STRIP_PX
    assert not small.window.worklist.search.isVisible()
    assert small.window.worklist.strip_button.text() == "2 to read"
    small.window.resize(1600, 700)
    qtbot.waitUntil(lambda: width(small) > 200)
    assert small.window.worklist.search.isVisible() and not small.window.worklist.strip_button.isVisible()


def test_a_study_opens_from_the_strip(small, qtbot):
    view, rows = small.window.worklist.view, small.window.worklist.rows
    place = next(i for i, row in enumerate(rows.shown) if row.study_instance_uid != small.furniture.desk.study)
    cell = view.visualRect(rows.index(place))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
    assert small.furniture.desk.study == rows.shown[place].study_instance_uid


def test_the_readers_wish_is_kept(small, open_window, qtbot):
    qtbot.keyClick(small.window, Qt.Key.Key_W, CTRL | SHIFT)
    assert width(small) > 200
    small.window.resize(1360, 690)
    qtbot.wait(50)
    assert width(small) > 200, "unfolded by hand it stays unfolded"
    small.window.close()
    later = open_window(size=(1366, 700))
    assert width(later) > 200


def test_the_search_unfolds_it(small, qtbot):
    qtbot.keyClick(small.window, Qt.Key.Key_F, CTRL)
    assert width(small) > 200 and small.window.worklist.search.hasFocus()


def test_questions_take_the_lists_room_before_the_films_and_give_it_back(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    report = place.window.columns.by_name["report"]
    assert width(place) > 200
    before = report.width()
    qtbot.keyClick(place.window, Qt.Key.Key_4, CTRL)
    assert width(place) == STRIP_PX and abs(report.width() - before) <= 4
    qtbot.keyClick(place.window, Qt.Key.Key_4, CTRL)
    assert width(place) > 200 and abs(report.width() - before) <= 4
