"""Every act a reader can ask for, declared once: its id, words, keys, tooltip, where its keys work.

Menu, shortcut, button label, tooltip and help page come from ACTIONS, which joins the groups of ``acts``. A pane makes
its own acts with ``make(id, self, self.slot)``; the window finds them by object name and puts them into the menus, so no
key is bound twice. Keys of "everywhere" have Ctrl, Alt or F; bare letters belong to "film" alone.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

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


def key_text(action_id: str) -> str:
    """The printed key, as this desktop writes it ("Ctrl+F", "F9"), or ""."""
    keys = _BY_ID[action_id].keys
    return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""


def label(action_id: str) -> str:
    """Words and key for a button: ``Sign, next  F9``."""
    return "  ".join(part for part in (_BY_ID[action_id].text, key_text(action_id)) if part)


def tooltip(action_id: str) -> str:
    """The tooltip with its key at the end."""
    key = key_text(action_id)
    return _BY_ID[action_id].tooltip + (f" ({key})" if key else "")


def make(action_id: str, owner: QWidget, slot: Callable[[], object] | None = None) -> QAction:
    """The live act, belonging to ``owner``, found by the window under its object name.

    "Everywhere" keys work in the whole window; the others only while the focus is inside ``owner``.
    """
    declared = _BY_ID[action_id]
    made = QAction(declared.text, owner)
    made.setObjectName(action_id)
    made.setToolTip(tooltip(action_id))
    made.setCheckable(declared.checkable)
    made.setShortcuts([QKeySequence(key) for key in declared.keys])
    made.setShortcutContext(
        Qt.ShortcutContext.WindowShortcut
        if declared.context == EVERYWHERE
        else Qt.ShortcutContext.WidgetWithChildrenShortcut
    )
    if slot is not None:
        made.triggered.connect(lambda _checked=False: slot())
    owner.addAction(made)
    return made
