"""Turned, magnified and shown alone in the whole window: real keys and clicks, and what the log keeps of them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from workstation.storage import log
from workstation.storage.store import Store

LEFT = Qt.MouseButton.LeftButton


def test_a_turn_and_true_size_are_kept_in_the_log_and_the_draft_is_asked_for_the_file(
    open_window, two_chests, home, qtbot
):
    place = open_window(two_chests)
    view = place.furniture.film.view
    qtbot.waitUntil(lambda: view.film is not None, timeout=20_000)
    stored = view.film.indices.copy()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_R)
    QTest.keyClick(view, Qt.Key.Key_H)
    QTest.keyClick(view, Qt.Key.Key_Y)
    assert np.array_equal(view.film.indices, stored) and not view.orientation.as_stored
    place.window.close()
    with_acts = [event.payload["actions"] for event in log.events(Store.open(home)) if event.kind == "viewer"]
    acts = [act for batch in with_acts for act in batch]
    turns = [(act["how"], act["quarter_turns"], act["mirrored"]) for act in acts if act["act"] == "turn"]
    assert turns == [("right", 1, False), ("across", 1, True)]
    assert any(act["act"] == "true_size" for act in acts)


def test_a_double_click_gives_the_film_the_whole_screen_and_another_takes_it_back(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    view, window = place.furniture.film.view, place.window
    qtbot.waitUntil(lambda: view.film is not None, timeout=20_000)
    before = view.size()
    QTest.mouseDClick(view, LEFT, pos=QPoint(200, 200))
    qtbot.waitUntil(lambda: window.isFullScreen() and view.width() > 0.95 * window.width())
    assert not window.worklist.isVisible()
    QTest.mouseDClick(view, LEFT, pos=QPoint(200, 200))
    qtbot.waitUntil(lambda: not window.isFullScreen() and view.size() == before)
    assert window.worklist.isVisible()


def test_f11_is_the_whole_screen_with_its_columns(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    QTest.keyClick(place.window, Qt.Key.Key_F11)
    qtbot.waitUntil(place.window.isFullScreen)
    QTest.mouseDClick(place.furniture.film.view, LEFT, pos=QPoint(200, 200))
    QTest.mouseDClick(place.furniture.film.view, LEFT, pos=QPoint(200, 200))
    assert place.window.isFullScreen(), "what was whole before stays whole"
    QTest.keyClick(place.window, Qt.Key.Key_F11)
    qtbot.waitUntil(lambda: not place.window.isFullScreen())
