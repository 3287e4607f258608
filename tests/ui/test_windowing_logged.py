"""Chest presets, filters and regions in the whole window: by key, by menu, and as the log keeps them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from workstation.storage import log

WAIT_MS = 20_000
SHIFT = Qt.KeyboardModifier.ShiftModifier


def shown_film(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    pane = place.furniture.film
    qtbot.waitUntil(lambda: pane.view.film is not None, timeout=WAIT_MS)
    pane.view.setFocus()
    return place, pane


def acts_in_log(place) -> list[dict]:
    place.furniture.attention.watch(None)  # what waits for the end of its second is written now
    return [act for event in log.events(place.store) if event.kind == "viewer" for act in event.payload["actions"]]


def test_presets_filters_and_regions_stand_in_the_log(open_window, qtbot, two_chests):
    place, pane = shown_film(open_window, qtbot, two_chests)
    QTest.keyClick(pane.view, Qt.Key.Key_L, SHIFT)
    QTest.keyClick(pane.view, Qt.Key.Key_C, SHIFT)
    qtbot.waitUntil(lambda: pane.view.picture.enhancement.startswith("CLAHE"), timeout=WAIT_MS)
    QTest.keyClick(pane.view, Qt.Key.Key_F, SHIFT)
    QTest.keyClick(pane.view, Qt.Key.Key_W, SHIFT)
    middle = pane.view.rect().center()
    QTest.mousePress(pane.view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(pane.view, middle + QPoint(40, 30))
    QTest.mouseMove(pane.view, middle + QPoint(80, 60))
    QTest.mouseRelease(pane.view, Qt.MouseButton.LeftButton, pos=middle + QPoint(80, 60))
    assert pane.view.presentation.label == "Region"
    acts = [{key: act[key] for key in act if key not in ("at", "film")} for act in acts_in_log(place)]
    wanted = [act for act in acts if act["act"] in ("window", "filter")]
    assert wanted[0]["how"] == "preset" and wanted[0]["label"].startswith("Lung")
    assert wanted[1] == {"act": "filter", "name": "clahe", "on": True, "strength": 2.0}
    assert wanted[2] == {"act": "filter", "name": "clahe", "on": False}
    assert wanted[3]["how"] == "region" and len(wanted[3]["rectangle"]) == 4


def test_capitals_typed_into_the_report_stay_letters(open_window, qtbot, two_chests):
    place, pane = shown_film(open_window, qtbot, two_chests)
    before = pane.view.presentation
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    qtbot.waitUntil(edit.hasFocus)
    QTest.keyClicks(edit, "LUNGS MBTWSCEF")
    assert "LUNGS MBTWSCEF" in edit.toPlainText()
    assert pane.view.presentation == before and pane.view.picture.enhancement == "" and pane.tool == "window"


def test_the_menu_holds_presets_and_filters_with_their_keys(open_window, qtbot, two_chests):
    place, pane = shown_film(open_window, qtbot, two_chests)
    found = {}
    for menu in place.window.menuBar().actions():
        for inner in menu.menu().actions():
            if inner.menu() is not None:
                found[inner.text()] = [(act.text(), act.shortcut().toString()) for act in inner.menu().actions()]
    assert ("Lung", "Shift+L") in found["Chest window"] and ("Lines and tubes", "Shift+T") in found["Chest window"]
    assert [key for _, key in found["Filter"]] == ["Shift+F", "Shift+S", "Shift+N", "Shift+C", "Shift+E"]
    menu = next(act.menu() for act in place.window.menuBar().actions() if act.text().replace("&", "") == "Film")
    chest = next(act.menu() for act in menu.actions() if act.text() == "Chest window")
    next(act for act in chest.actions() if act.text() == "Bone").trigger()
    assert pane.view.presentation.label.startswith("Bone")
