"""Film and report in windows of their own, by real keys: words stay, every key works, places are remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from workstation.ui.screens import first_place

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
WAIT_MS = 20_000


@pytest.fixture
def place(open_window, two_chests, qtbot):
    """A furnished window with two studies, the first one open."""
    place = open_window(two_chests)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    return place


def active(qtbot, widget):
    """The keyboard is where it should be: in the field of an active window."""
    qtbot.waitUntil(lambda: widget.window().isActiveWindow() and widget.hasFocus(), timeout=WAIT_MS)


def test_the_film_goes_to_a_window_of_its_own_and_comes_back_with_its_zoom(place, qtbot):
    window, film = place.window, place.furniture.film
    film.view.setFocus()
    qtbot.keyClick(film.view, Qt.Key.Key_Plus)
    before = film.view.transform.zoom
    qtbot.keyClick(window, Qt.Key.Key_2, BOTH)
    away = window.screens.away["film"]
    assert away.isVisible() and film.window() is away and not window.columns.by_name["film"].isVisible()
    active(qtbot, film.view)
    qtbot.keyClick(film.view, Qt.Key.Key_I)  # the film's letters
    assert film.view.presentation.invert and film.view.transform.zoom == pytest.approx(before)
    qtbot.keyClick(film.view, Qt.Key.Key_2, BOTH)
    assert film.window() is window and window.columns.by_name["film"].isVisible() and not window.screens.away
    active(qtbot, film.view)
    assert film.view.transform.zoom == pytest.approx(before)


def test_the_report_keeps_its_words_caret_and_keys_in_its_own_window(place, qtbot):
    window, report = place.window, place.furniture.report
    edit = report.body.edits["Findings"]
    edit.setFocus()
    qtbot.keyClicks(edit, "Clear lungs")
    qtbot.keyClick(window, Qt.Key.Key_3, BOTH)
    assert edit.window() is window.screens.away["report"]
    active(qtbot, edit)
    qtbot.keyClicks(edit, " and bones")
    assert edit.toPlainText() == "Clear lungs and bones"
    study = place.furniture.desk.study
    qtbot.keyClick(edit, Qt.Key.Key_PageDown, CTRL)  # a key of everywhere, from the report's window
    assert place.furniture.desk.study != study
    qtbot.keyClick(edit, Qt.Key.Key_PageUp, CTRL)
    assert edit.toPlainText() == "Clear lungs and bones"
    window.screens.away["report"].close()  # by the window's own button
    assert edit.window() is window and edit.toPlainText() == "Clear lungs and bones"


def test_the_reports_own_keys_work_from_the_main_window_while_it_is_away(place, settle, qtbot):
    window, report = place.window, place.furniture.report
    place.furniture.personal.use_reader("dra", "Dr A. Reader", "Attending")
    for name in ("Findings", "Impression"):
        report.body.edits[name].setFocus()
        qtbot.keyClicks(report.body.edits[name], "Clear.")
    study = place.furniture.desk.study
    qtbot.keyClick(window, Qt.Key.Key_3, BOTH)
    window.activateWindow()
    place.furniture.film.view.setFocus()
    active(qtbot, place.furniture.film.view)
    qtbot.keyClick(place.furniture.film.view, Qt.Key.Key_F9)
    qtbot.waitUntil(lambda: place.furniture.desk.study != study, timeout=WAIT_MS)


def test_f6_goes_round_all_columns_wherever_they_stand(place, qtbot):
    window, columns = place.window, place.window.columns
    qtbot.keyClick(window, Qt.Key.Key_3, BOTH)
    qtbot.waitUntil(lambda: columns.focused() == "report", timeout=WAIT_MS)
    seen = [columns.focused()]
    for _ in range(2):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        qtbot.waitUntil(lambda: columns.focused() not in ("", seen[-1]), timeout=WAIT_MS)
        seen.append(columns.focused())
    assert sorted(seen) == ["film", "report", "worklist"]


def test_films_dropped_on_the_films_own_window_are_taken(place, qtbot, two_chests):
    qtbot.keyClick(place.window, Qt.Key.Key_2, BOTH)
    away = place.window.screens.away["film"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(two_chests / "2.dcm"))])
    given = []
    place.window.films_given.connect(given.append)
    for kind in (QDragEnterEvent, QDropEvent):
        event = kind(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(away, event)
        assert event.isAccepted()
    assert given == [[str(two_chests / "2.dcm")]]


def test_a_double_click_fills_the_films_own_screen(place, qtbot):
    qtbot.keyClick(place.window, Qt.Key.Key_2, BOTH)
    away, view = place.window.screens.away["film"], place.furniture.film.view
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert away.isFullScreen() and place.window.columns.by_name["report"].isVisible()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert not away.isFullScreen()


def test_the_place_is_remembered_for_the_same_screens_and_all_is_home_with_others(
    place, open_window, qtbot, monkeypatch
):
    qtbot.keyClick(place.window, Qt.Key.Key_3, BOTH)
    place.window.screens.away["report"].setGeometry(QRect(40, 30, 420, 500))
    place.window.close()
    again = open_window()
    assert again.window.screens.away["report"].geometry() == QRect(40, 30, 420, 500)
    assert again.furniture.report.window() is again.window.screens.away["report"]
    again.window.close()
    monkeypatch.setattr("workstation.ui.screens.screens_key", lambda _screens: "others")
    third = open_window()
    assert not third.window.screens.away and third.furniture.report.window() is third.window


def test_the_first_place_is_the_largest_other_screen():
    here, small, large = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1280, 1024), QRect(-2048, 0, 2048, 2560)
    assert first_place(here, [small, large]) == large
    assert here.contains(first_place(here, []))
