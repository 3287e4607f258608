"""Arrangements of the window kept under names: columns, their sizes, side by side, prior, windows on other screens.

Each part of the window saves and restores itself into the group it is given; the arrangement of the last day is the
group without a name. Knows names and parts, not what they hold.
"""

from __future__ import annotations

import hashlib
import json
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QSettings
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMainWindow, QMenu

MENU = "Layouts"


class Part(Protocol):
    """Something of the window that has a place, a size or a wish."""

    def save(self, store: QSettings) -> None: ...

    def restore(self, store: QSettings) -> None: ...


class Layouts(QObject):
    """The named arrangements of this home."""

    def __init__(self, window: QMainWindow, store: QSettings, parts: list[Part]) -> None:
        super().__init__(window)
        self._window, self._store, self._parts = window, store, parts
        self.dialog: QInputDialog | None = None
        self._acts: list[QAction] = []

    @property
    def names(self) -> list[str]:
        """All of them, by name."""
        try:
            found = json.loads(str(self._store.value("layout_names") or "[]"))
        except ValueError:
            return []
        return sorted(str(name) for name in found) if isinstance(found, list) else []

    @property
    def chosen(self) -> str:
        """The one that was chosen or saved last, or ""."""
        return str(self._store.value("layout_chosen") or "")

    def join(self, part: Part) -> None:
        """A part that comes later takes its place of last time."""
        self._parts.append(part)
        part.restore(self._store)

    def save(self) -> None:
        """The arrangement as it is, for the next start."""
        for part in self._parts:
            part.save(self._store)

    def restore(self) -> None:
        """As it was left."""
        for part in self._parts:
            part.restore(self._store)

    def ask_name(self) -> None:
        """A line to type a name into; the work goes on meanwhile."""
        self.dialog = QInputDialog(self._window)
        self.dialog.setWindowTitle("Save layout as")
        self.dialog.setLabelText("Name of this layout (an existing name is written over):")
        self.dialog.setTextValue(self.chosen)
        self.dialog.textValueSelected.connect(self.save_as)
        self.dialog.finished.connect(self.dialog.deleteLater)
        self.dialog.open()

    def save_as(self, name: str) -> None:
        """Keep the arrangement as it is under ``name``."""
        if not (name := name.strip()):
            return
        self._in_group(name, "save")
        self._keep_names({*self.names, name}, name)

    def choose(self, name: str) -> None:
        """Arrange the window as ``name`` was."""
        self._in_group(name, "restore")
        self._keep_names(set(self.names), name)

    def delete(self) -> None:
        """Forget the one that was chosen last; the window stays as it is."""
        if self.chosen:
            self._store.remove(_group(self.chosen))
            self._keep_names(set(self.names) - {self.chosen}, "")

    def fill(self) -> None:
        """The names into the menu, the last chosen one ticked."""
        menu = next((menu for menu in self._window.menuBar().findChildren(QMenu) if menu.title() == MENU), None)
        if menu is None:
            return
        for act in self._acts:
            menu.removeAction(act)
        self._acts = [menu.addSeparator(), *(menu.addAction(name) for name in self.names)]
        for act in self._acts[1:]:
            act.setCheckable(True)
            act.setChecked(act.text() == self.chosen)
            act.triggered.connect(partial(self._choose, act.text()))

    def _choose(self, name: str, _checked: bool = False) -> None:
        self.choose(name)

    def _in_group(self, name: str, verb: str) -> None:
        self._store.beginGroup(_group(name))
        for part in self._parts:
            getattr(part, verb)(self._store)
        self._store.endGroup()

    def _keep_names(self, names: set[str], chosen: str) -> None:
        self._store.setValue("layout_names", json.dumps(sorted(names)))
        self._store.setValue("layout_chosen", chosen)
        self._store.sync()
        self.fill()


def _group(name: str) -> str:
    """A key that no name can break."""
    return f"layout_{hashlib.sha256(name.encode()).hexdigest()[:12]}"
