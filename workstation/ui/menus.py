"""The menu bar, made from the declared acts: each menu holds the live acts of its name, in the order of ACTIONS."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow

from workstation.ui import actions

SEPARATED_BEFORE = {
    "file.refused",
    "file.export_log",
    "file.preferences",
    "file.quit",
    "study.search",
    "film.invert",
    "film.fit",
    "film.text",
    "report.accept",
    "report.sign",
    "report.addendum",
    "report.copy",
    "view.cycle",
}


def live_acts(window: QMainWindow) -> dict[str, QAction]:
    """Every act that somebody in the window has made, by id."""
    known = {declared.id for declared in actions.ACTIONS}
    return {found.objectName(): found for found in window.findChildren(QAction) if found.objectName() in known}


def fill(window: QMainWindow) -> None:
    """Fill the menu bar; called again when a column has come with acts of its own."""
    acts = live_acts(window)
    bar = window.menuBar()
    bar.clear()
    menus = {name: bar.addMenu(f"&{name}") for name in actions.MENUS}
    for declared in actions.ACTIONS:
        if not declared.menu or declared.id not in acts:
            continue
        menu = menus[declared.menu]
        if declared.id in SEPARATED_BEFORE and not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(acts[declared.id])
    for menu in menus.values():
        menu.menuAction().setVisible(not menu.isEmpty())
        menu.setToolTipsVisible(True)
