"""The menu bar, made from the declared acts: each menu holds the live acts of its name, in the order of ACTIONS."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMainWindow, QMenu

from workstation.ui import actions

SEPARATED_BEFORE = {
    "file.refused",
    "file.export_log",
    "file.preferences",
    "file.quit",
    "study.search",
    "study.take_back",
    "film.invert",
    "film.fit",
    "film.text",
    "film.next",
    "measure.arrow",
    "measure.calibrate",
    "measure.undo",
    "measure.rotated",
    "report.keep",
    "report.grade_a",
    "report.sign",
    "report.addendum",
    "report.copy",
    "view.cycle",
    "exchange.save_picture",
    "exchange.markings",
    "exchange.copy_picture",
}
LAST = ("file.preferences", "file.keys", "file.quit")  # at the end of their menu, whoever else has acts in it


def live_acts(window: QMainWindow) -> dict[str, QAction]:
    """Every act that somebody in the window has made, by id."""
    known = {declared.id for declared in actions.ACTIONS}
    return {found.objectName(): found for found in window.findChildren(QAction) if found.objectName() in known}


Available = Callable[[str], bool]


def fill(window: QMainWindow, available: Available | None = None) -> None:
    """Fill the menu bar; called again when a column has come with acts of its own."""
    acts = live_acts(window)
    bar = window.menuBar()
    bar.clear()
    menus = {name: bar.addMenu(title) for name, title in titles().items()}
    for declared in sorted(actions.ACTIONS, key=lambda declared: declared.id in LAST):
        if not declared.menu or declared.id not in acts:
            continue
        menu = menus[declared.menu]
        if declared.submenu:
            menu = inner(menu, declared.submenu)
        if declared.id in SEPARATED_BEFORE and not menu.isEmpty():
            menu.addSeparator()
        menu.addAction(acts[declared.id])
    for menu in menus.values():
        if available is not None:
            menu.aboutToShow.connect(partial(_grey_out, menu, available))
            menu.aboutToHide.connect(partial(_give_back, menu))
        menu.menuAction().setVisible(not menu.isEmpty())
        menu.setToolTipsVisible(True)


def titles() -> dict[str, str]:
    """Each menu's title with the letter that opens it with Alt: one that no other menu and no act has."""
    taken = {key for declared in actions.ACTIONS for key in actions.keys(declared.id)}
    result = {}
    for name in actions.MENUS:
        free = [letter for letter in name if letter.isalpha() and f"Alt+{letter.upper()}" not in taken]
        taken |= {f"Alt+{free[0].upper()}"} if free else set()
        result[name] = name.replace(free[0], f"&{free[0]}", 1) if free else name
    return result


def inner(menu: QMenu, title: str) -> QMenu:
    """The menu ``title`` inside ``menu``."""
    found = next((inner for inner in menu.findChildren(QMenu) if inner.title() == title), None)
    if found is None:
        found = menu.addMenu(title)
        found.setToolTipsVisible(True)
    return found


def _grey_out(menu: QMenu, available: Available) -> None:
    """Only while the menu is open, because a greyed act would not hear its key either."""
    for act in menu.actions():
        if act.objectName() and not act.objectName().startswith("film.") and not available(act.objectName()):
            act.setEnabled(False)


def _give_back(menu: QMenu) -> None:
    for act in menu.actions():
        if not act.objectName().startswith("film."):
            act.setEnabled(True)
