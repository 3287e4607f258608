"""What can be done with a film, where the hand is: the live acts with their keys, by what they are about.

An act stands where its menu and submenu say; what the film's own menu holds side by side is grouped here. Nothing
that cannot be done just now is offered.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from workstation.ui import actions, menus

EXPORT = "Export"  # of the file menu only what gets pictures out
GROUPS = {
    "Left button": ("film.tool_window", "film.tool_pan", "film.tool_zoom", "film.tool_region"),
    "Window": ("film.auto", *(f"film.choice_{n}" for n in range(10))),
    "Size": ("film.fit", "film.one_to_one", "film.true_size", "film.zoom_in", "film.zoom_out", "film.interpolation"),
    "Magnifier": ("film.lens", "film.lens_freeze"),
    "On the film": (
        *("film.text", "film.notes", "film.seen", "film.planes", "film.shutter"),
        *("exchange.foreign", "exchange.apply_state"),
    ),
    "Films": ("film.next", "film.previous", "film.layout", "film.next_frame", "film.previous_frame"),
    EXPORT: ("exchange.copy_picture",),
}
_GROUP = {act: group for group, acts in GROUPS.items() for act in acts}


def film_menu(parent: QWidget, acts: Mapping[str, QAction]) -> QMenu:
    """The menu, ready to pop up; it goes when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for declared in actions.ACTIONS:
        act = acts.get(declared.id)
        if act is not None and act.isEnabled() and act.isVisible():
            title = group_of(declared)
            (menus.inner(menu, title) if title else menu).addAction(act)
    return menu


def group_of(declared: actions.Action) -> str:
    """The submenu that an act stands in; "" for the few that stand at the top."""
    if declared.id in _GROUP:
        return _GROUP[declared.id]
    inside = declared.submenu
    if not inside and declared.menu not in ("Film", ""):
        inside = EXPORT if declared.menu in ("File", "Study") else declared.menu
    return inside
