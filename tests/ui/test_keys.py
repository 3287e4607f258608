"""Keys assigned by real keys in the running window: at work at once, printed everywhere, each reader's own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from workstation.ui import actions
from workstation.ui.keymap import Keymap
from workstation.ui.viewer.keybutton import KeyButton

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def declared_keys_afterwards():
    yield
    actions.assign(Keymap())


@pytest.fixture
def place(open_window, two_chests):
    return open_window(two_chests)


def in_front(place, qtbot):
    """The main window, the keyboard on the film."""
    if place.personal.keys is not None:
        place.personal.keys.hide()
    place.window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is place.window)
    place.furniture.film.view.setFocus()


def keys_of(place, qtbot, act):
    """Ctrl+K, search the act's words, Enter: the window waits for the new key."""
    in_front(place, qtbot)
    QTest.keyClick(place.window, Qt.Key.Key_K, CTRL)
    keys = place.personal.keys
    qtbot.waitUntil(lambda: QApplication.activeWindow() is keys and keys.search.hasFocus())
    keys.search.clear()
    QTest.keyClicks(keys.search, actions.action(act).text)
    keys.show_act(act)
    QTest.keyClick(keys.search, Qt.Key.Key_Return)
    return keys


def on_film(place, qtbot, key, held=NONE):
    in_front(place, qtbot)
    QTest.keyClick(place.furniture.film.view, key, held)


def inverted(place):
    return place.furniture.film.view.presentation.invert


def test_a_letter_given_to_invert_inverts_and_the_old_one_does_not(place, qtbot):
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None)
    keys = keys_of(place, qtbot, "film.invert")
    QTest.keyClick(keys.list, Qt.Key.Key_8, CTRL)
    assert "Ctrl+8 now" in keys.line.text()
    on_film(place, qtbot, Qt.Key.Key_I)
    assert not inverted(place)
    on_film(place, qtbot, Qt.Key.Key_8, CTRL)
    assert inverted(place)
    buttons = place.furniture.film.tools.findChildren(KeyButton)
    assert [each.text() for each in buttons if each.key() == "Ctrl+8"] == ["Invert"]
    assert actions.tooltip("film.invert").endswith("(Ctrl+8)")


def test_whose_key_it_is_is_told_and_pressed_once_more_it_changes_hands(place, qtbot):
    keys = keys_of(place, qtbot, "film.fit")
    QTest.keyClick(keys.list, Qt.Key.Key_I)
    assert "“Invert”" in keys.line.text() and "while the film has the keyboard" in keys.line.text()
    assert actions.keys("film.fit") == ("F",)
    QTest.keyClick(keys.list, Qt.Key.Key_I)
    assert actions.keys("film.fit") == ("I",) and actions.keys("film.invert") == ()
    live = {act.objectName(): act for act in place.window.findChildren(actions.QAction)}
    assert live["film.invert"].shortcuts() == [] and live["film.fit"].shortcut().toString() == "I"


@pytest.mark.parametrize(("key", "held"), [(Qt.Key.Key_G, NONE), (Qt.Key.Key_Z, CTRL), (Qt.Key.Key_Left, NONE)])
def test_what_typing_needs_is_refused_in_words(place, qtbot, key, held):
    keys = keys_of(place, qtbot, "report.sign")
    QTest.keyClick(keys.list, key, held)
    assert "report" in keys.line.text() or "type" in keys.line.text()
    assert actions.keys("report.sign") == ("F9",)


def test_escape_leaves_the_key_as_it_is_and_then_the_window(place, qtbot):
    keys = keys_of(place, qtbot, "report.sign")
    QTest.keyClick(keys.list, Qt.Key.Key_Escape)
    assert keys.isVisible() and actions.keys("report.sign") == ("F9",)
    QTest.keyClick(keys.list, Qt.Key.Key_Escape)
    assert not keys.isVisible()


def test_every_printed_key_follows(place, qtbot):
    keys = keys_of(place, qtbot, "report.sign")
    QTest.keyClick(keys.list, Qt.Key.Key_F8)
    assert "F8" in place.furniture.report.sign_row.button.text()
    keys = keys_of(place, qtbot, "study.search")
    QTest.keyClick(keys.list, Qt.Key.Key_F3)
    assert "F3" in place.window.worklist.search.placeholderText()
    on_film(place, qtbot, Qt.Key.Key_F3)
    assert QApplication.focusWidget() is place.window.worklist.search


def test_each_reader_has_keys_and_settings_of_their_own(place, qtbot, home):
    personal = place.personal
    personal.use_reader("ada", "Dr Ada", "Radiologist")
    keys = keys_of(place, qtbot, "film.invert")
    QTest.keyClick(keys.list, Qt.Key.Key_8, CTRL)
    personal.change("drag_sensitivity", 3.0)
    personal.use_reader("bob", "Dr Bob", "Radiologist")
    assert actions.keys("film.invert") == ("I",) and personal.settings["drag_sensitivity"] == 1.0
    personal.use_reader("ada", "Dr Ada", "Radiologist")
    assert actions.keys("film.invert") == ("Ctrl+8",) and personal.settings["drag_sensitivity"] == 3.0
    assert not (home.root / "keys.toml").exists()
    assert "drag_sensitivity" not in home.settings_file.read_text()


def test_without_a_name_the_keys_are_the_machines_and_outlive_the_window(place, qtbot, home, open_window):
    keys = keys_of(place, qtbot, "film.invert")
    QTest.keyClick(keys.list, Qt.Key.Key_8, CTRL)
    assert '"film.invert" = ["Ctrl+8"]' in (home.root / "keys.toml").read_text()
    place.window.close()
    actions.assign(Keymap())
    open_window()
    assert actions.keys("film.invert") == ("Ctrl+8",)


def test_a_departments_file_is_written_and_read(place, qtbot, tmp_path):
    keys = keys_of(place, qtbot, "film.invert")
    QTest.keyClick(keys.list, Qt.Key.Key_8, CTRL)
    keys.export(tmp_path / "department.toml")
    QTest.mouseClick(keys.buttons["all"], Qt.MouseButton.LeftButton)
    assert actions.keys("film.invert") == ("I",)
    keys.take_file(tmp_path / "department.toml")
    assert actions.keys("film.invert") == ("Ctrl+8",) and "in force" in keys.line.text()
    keys.show_act("film.invert")
    QTest.mouseClick(keys.buttons["default"], Qt.MouseButton.LeftButton)
    assert actions.keys("film.invert") == ("I",)


def test_alt_c_grades_and_opens_no_menu(place, qtbot):
    """A menu's letter that is an act's key would take both from the reader."""
    in_front(place, qtbot)
    heard = []
    live = {act.objectName(): act for act in place.window.findChildren(actions.QAction)}
    live["report.grade_c"].triggered.connect(lambda: heard.append("C"))
    QTest.keyClick(place.window, Qt.Key.Key_C, Qt.KeyboardModifier.AltModifier)
    assert heard == ["C"] and QApplication.activePopupWidget() is None


def test_keys_as_in_another_viewer_work_at_once(place, qtbot):
    keys = keys_of(place, qtbot, "film.tool_pan")
    QTest.keyClick(keys.list, Qt.Key.Key_Escape)
    QTest.mouseClick(keys.buttons["Weasis"], Qt.MouseButton.LeftButton)
    on_film(place, qtbot, Qt.Key.Key_T)
    assert place.furniture.film.tool == "pan"
