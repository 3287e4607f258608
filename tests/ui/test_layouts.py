"""Layouts under names: saved by the menu, chosen, deleted, and the last arrangement back at the next start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu

from workstation.ui.layouts import MENU

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
WAIT_MS = 20_000


@pytest.fixture
def place(open_window, two_chests):
    return open_window(two_chests)


def entries(window):
    """The entries of the submenu, by their words."""
    menu = next(menu for menu in window.menuBar().findChildren(QMenu) if menu.title() == MENU)
    return {act.text(): act for act in menu.actions() if act.text()}


def save_as(qtbot, window, name):
    entries(window)["Save as…"].trigger()
    field = window.layouts.dialog.findChild(QLineEdit)
    qtbot.waitUntil(field.hasFocus, timeout=WAIT_MS)
    field.selectAll()
    qtbot.keyClicks(field, name)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.layouts.chosen == name, timeout=WAIT_MS)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=WAIT_MS)


def test_a_layout_is_saved_chosen_and_deleted_by_its_name(place, qtbot):
    window, columns = place.window, place.window.columns
    save_as(qtbot, window, "Reading")
    qtbot.keyClick(window, Qt.Key.Key_1, CTRL)
    qtbot.keyClick(window, Qt.Key.Key_3, BOTH)
    save_as(qtbot, window, "Two screens / night")
    assert window.layouts.names == ["Reading", "Two screens / night"]
    entries(window)["Reading"].trigger()
    assert not columns.is_hidden("worklist") and not window.screens.away
    assert entries(window)["Reading"].isChecked()
    entries(window)["Two screens / night"].trigger()
    assert columns.is_hidden("worklist") and "report" in window.screens.away
    entries(window)["Delete the chosen one"].trigger()
    assert window.layouts.names == ["Reading"] and "Two screens / night" not in entries(window)
    window.screens.fetch("report")


def test_the_sizes_of_the_columns_come_with_the_layout(place, qtbot):
    window, columns = place.window, place.window.columns
    columns._reading.setSizes([500, 0, 500])
    save_as(qtbot, window, "Wide report")
    wide = columns.by_name["report"].width()
    columns._reading.setSizes([700, 0, 330])
    save_as(qtbot, window, "Wide film")
    entries(window)["Wide report"].trigger()
    assert abs(columns.by_name["report"].width() - wide) < 12


def test_the_last_arrangement_and_the_names_are_there_at_the_next_start(place, open_window, qtbot):
    save_as(qtbot, place.window, "Night")
    qtbot.keyClick(place.window, Qt.Key.Key_1, CTRL)
    place.window.close()
    again = open_window()
    assert again.window.columns.is_hidden("worklist")
    assert "Night" in entries(again.window) and entries(again.window)["Night"].isChecked()
