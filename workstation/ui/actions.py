"""Every act a reader can ask for, declared once: its id, words, keys, tooltip, where its keys work.

Menu, shortcut, button label, tooltip and help page come from ACTIONS, which joins the groups of ``acts``. A pane makes
its own acts with ``make(id, self, self.slot)``; the window finds them by object name and puts them into the menus, so
no key is bound twice. Which keys an act has is the `Keymap` in force: ``assign`` changes them for acts that live
already, and what was written with ``print_key`` is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from workstation.ui.acts import (
    comparing,
    exchange,
    file,
    film,
    help,
    measuring,
    model,
    moving,
    planes,
    report,
    study,
    view,
    windowing,
)
from workstation.ui.acts.declaring import EVERYWHERE, FILM, MENUS, REPORT, WORKLIST, Action
from workstation.ui.keymap import Keymap, spoken

__all__ = ["ACTIONS", "EVERYWHERE", "FILM", "MENUS", "REPORT", "WORKLIST", "Action", "QAction"]

_GROUPS = (
    file,
    study,
    film,
    windowing,
    moving,
    planes,
    comparing,
    measuring,
    exchange,
    report,
    model,
    view,
    help,
)
ACTIONS: tuple[Action, ...] = tuple(act for group in _GROUPS for act in group.ACTIONS)
_BY_ID = {declared.id: declared for declared in ACTIONS}


def action(action_id: str) -> Action:
    """The declaration of ``action_id``."""
    return _BY_ID[action_id]


class Assignment(QObject):
    """The keymap in force; ``changed`` after each other one."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.keymap = Keymap()


ASSIGNMENT = Assignment()


def keys(action_id: str) -> tuple[str, ...]:
    """The keys in force, in Qt's portable notation."""
    return ASSIGNMENT.keymap.keys(_BY_ID[action_id])


def assign(keymap: Keymap) -> None:
    """Put a keymap in force, for every act that lives and for those to come."""
    if keymap == ASSIGNMENT.keymap:
        return
    ASSIGNMENT.keymap = keymap
    for top in QApplication.topLevelWidgets():
        for act in top.findChildren(QAction):
            if act.objectName() in _BY_ID:
                _give_keys(act)
    ASSIGNMENT.changed.emit()


def _give_keys(act: QAction) -> None:
    act.setShortcuts([QKeySequence(key) for key in keys(act.objectName())])
    act.setToolTip(tooltip(act.objectName()))


class _Print(QObject):
    """Belongs to the widget that carries a key in print, and ends with it."""

    def __init__(self, widget: QWidget, write: Callable[[], object]) -> None:
        super().__init__(widget)
        self._write = write
        ASSIGNMENT.changed.connect(self.again)

    def again(self) -> None:
        self._write()


def print_key(widget: QWidget, write: Callable[[], object]) -> None:
    """``write`` words with a key in them onto ``widget``, now and whenever the keys have changed."""
    write()
    _Print(widget, write)


def print_on(button: QAbstractButton, action_id: str, text: str = "") -> None:
    """An act's words (or shorter ``text``), key and tooltip on a button."""

    def write() -> None:
        button.setText(f"{text} {key_text(action_id)}" if text else label(action_id))
        button.setToolTip(tooltip(action_id))

    print_key(button, write)


def key_text(action_id: str) -> str:
    """The printed key, as this desktop writes it ("Ctrl+F", "F9"), or ""."""
    in_force = keys(action_id)
    return spoken(in_force[0]) if in_force else ""


def label(action_id: str) -> str:
    """Words and key for a button: ``Sign, next  F9``."""
    return "  ".join(part for part in (_BY_ID[action_id].text, key_text(action_id)) if part)


def tooltip(action_id: str) -> str:
    """The tooltip with its key at the end."""
    key = key_text(action_id)
    return explained(action_id) + (f" ({key})" if key else "")


def explained(action_id: str) -> str:
    """What the act does, without its key."""
    return with_keys(_BY_ID[action_id].tooltip)


def with_keys(words: str) -> str:
    """``{act.id}`` becomes the key that act has now, or its name where it has none."""
    return re.sub(r"\{([a-z_.0-9]+)\}", lambda found: key_text(found[1]) or _BY_ID[found[1]].text, words)


def make(action_id: str, owner: QWidget, slot: Callable[[], object] | None = None) -> QAction:
    """The live act, belonging to ``owner``, found by the window under its object name.

    "Everywhere" keys work in the whole window; the others only while the focus is inside ``owner``.
    """
    declared = _BY_ID[action_id]
    made = QAction(declared.text, owner)
    made.setObjectName(action_id)
    made.setCheckable(declared.checkable)
    _give_keys(made)
    made.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if declared.context == EVERYWHERE
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    if slot is not None:
        made.triggered.connect(lambda _checked=False: slot())
    owner.addAction(made)
    return made
