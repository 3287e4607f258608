"""Preferences by reader: whose each is stands beside it; mouse buttons and theme follow whoever reads, at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from workstation.errors import SettingsError
from workstation.settings import SETTINGS
from workstation.storage.store import Store
from workstation.ui import actions, style
from workstation.ui.keymap import Keymap
from workstation.ui.palette import THEMES
from workstation.workflow import preferences

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture(autouse=True)
def as_declared_afterwards():
    yield
    actions.assign(Keymap())
    style.use_theme("night")


@pytest.fixture
def place(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None)
    return place


def shown(place, qtbot):
    """The preferences by their key."""
    place.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is place.window)
    QTest.keyClick(place.window, Qt.Key.Key_Comma, CTRL)
    qtbot.waitUntil(lambda: place.personal.preferences is not None and place.personal.preferences.isVisible())
    return place.personal.preferences


def name_oneself(place, qtbot, name, short):
    """Through the card behind the reader's name in the status line."""
    QTest.mouseClick(place.window.status.reader, Qt.MouseButton.LeftButton)
    card = place.personal.card
    for field, words in ((card.name, name), (card.role, "Radiologist"), (card.short, short)):
        field.clear()
        QTest.keyClicks(field, words)
    QTest.keyClick(card.short, Qt.Key.Key_Return)


def drag(view, button):
    """Down by 60: a pan moves the film, a zoom makes it smaller."""
    start = view.rect().center()
    QTest.mousePress(view, button, pos=start)
    for step in (10, 30, 60):
        QTest.mouseMove(view, start + QPoint(0, step))
    QTest.mouseRelease(view, button, pos=start + QPoint(0, 60))


def test_a_reader_chooses_and_another_is_not_concerned(place, qtbot, home):
    name_oneself(place, qtbot, "Ada One", "ada")
    window = shown(place, qtbot)
    assert "as on this machine" in window.whose["theme"].text()
    assert window.whose["model"].text() == "this machine's"
    window.controls["theme"].setCurrentText("day")
    assert window.whose["theme"].text() == "yours, Ada One" and style.PANEL == THEMES["day"].PANEL
    name_oneself(place, qtbot, "Bob Two", "bob")
    assert window.controls["theme"].currentText() == "night" and style.PANEL == THEMES["night"].PANEL
    name_oneself(place, qtbot, "Ada One", "ada")
    assert window.controls["theme"].currentText() == "day"
    QTest.mouseClick(window.back["theme"], Qt.MouseButton.LeftButton)
    assert window.controls["theme"].currentText() == "night" and not window.back["theme"].isVisible()
    assert "day" not in home.settings_file.read_text()


def test_without_a_name_the_machine_keeps_it(place, qtbot, home):
    shown(place, qtbot).controls["corner_text"].setCurrentText("short")
    assert 'corner_text = "short"' in home.settings_file.read_text()


def test_the_day_is_light_around_a_black_film(place, qtbot):
    place.personal.change("theme", "day")
    qtbot.wait(50)
    picture = place.window.grab().toImage()
    assert QColor(picture.pixel(20, picture.height() - 10)).lightness() > 200
    view = place.furniture.film.view
    at = view.mapTo(place.window, QPoint(3, view.height() // 3))
    assert QColor(picture.pixel(at.x(), at.y())).lightness() < 10


def test_what_the_other_buttons_and_the_wheel_do_is_a_setting(place, qtbot):
    view = place.furniture.film.view
    zoom = view.transform.zoom
    drag(view, Qt.MouseButton.MiddleButton)
    assert view.transform.zoom == zoom
    place.personal.change("middle_drag", "zoom")
    drag(view, Qt.MouseButton.MiddleButton)
    assert view.transform.zoom < zoom
    zoom, window = view.transform.zoom, view.linear_window()
    place.personal.change("right_drag", "window")
    drag(view, Qt.MouseButton.RightButton)
    assert view.transform.zoom == zoom and view.linear_window() != window


def test_only_personal_settings_can_be_a_readers_own_and_the_log_learns_the_name(home):
    with Store.open(home) as store:
        preferences.keep(store, "ada", "theme", "day")
        with pytest.raises(SettingsError):
            preferences.keep(store, "ada", "model", "other")
        assert preferences.of_reader(store, "ada").settings == {"theme": "day"}
        assert preferences.of_reader(store, "bob").settings == {}
        kinds = list(store.rows("SELECT kind, reader, payload FROM event WHERE kind = 'settings_changed'"))
    assert kinds == [{"kind": "settings_changed", "reader": "ada", "payload": '{"name":"theme","own":true}'}]


def test_a_damaged_preference_costs_itself(home):
    with Store.open(home) as store:
        preferences.keep(store, "ada", "theme", "day")
        preferences.keep(store, "ada", "drag_sensitivity", 2.0)
        store.execute("UPDATE preference SET value = '\"dusk\"' WHERE name = 'theme'")
        own = preferences.of_reader(store, "ada")
    assert own.settings == {"drag_sensitivity": 2.0} and len(own.problems) == 1


def test_what_a_machine_must_decide_is_nobodys_own():
    personal = {setting.name for setting in SETTINGS if setting.personal}
    assert {"theme", "corner_text", "wheel", "reveal"} <= personal
    assert not personal & {"model", "backend", "device", "film_memory_mb", "reader_id", "draft_when", "idle_after_s"}


def test_when_a_draft_is_revealed_is_the_readers_own(place, qtbot):
    place.personal.use_reader("ada", "Ada One", "Radiologist")
    place.personal.change("reveal", "on key")
    assert place.furniture.report.settings["reveal"] == "on key"
    place.furniture.desk.step(1)
    assert place.furniture.report.settings["reveal"] == "on key"
    place.personal.use_reader("bob", "Bob Two", "Radiologist")
    assert place.furniture.report.settings["reveal"] == "at once"
