"""All acts with their keys, to be searched and changed: press the new key, be told whose it is, press it once more.

Changes hold at once. The list is made from the declarations; what may be given is the keymap's to say.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.errors import WorkstationError
from workstation.ui import actions, keysfile, style
from workstation.ui.keymap import PLACES, Keymap, clash_words, objection, pressed, spoken
from workstation.ui.keypresets import PRESETS

TOML_FILES = "Keys (*.toml)"
_ASK = "Enter on a line, then press its new key. Other keys, none, or the declared one: the buttons below."


class KeysWindow(QWidget):
    """``assigned(Keymap)`` for each change that the reader made."""

    assigned = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog)
        self.setWindowTitle("Keys")
        self.search = QLineEdit(placeholderText="Search acts, keys, menus", clearButtonEnabled=True)
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.line = QLabel(wordWrap=True)
        self.whose = QLabel()
        self.buttons: dict[str, QPushButton] = {}
        self._waits = ""  # "replace" or "add" while the next key is the new one
        self._offered = ""  # a key that clashes and was pressed once
        self._lay_out()
        self._fill()
        self.search.textChanged.connect(self._narrow)
        self.search.installEventFilter(self)
        self.list.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda *_: self._await("replace"))
        self.list.currentItemChanged.connect(lambda *_: self._rest())
        actions.ASSIGNMENT.changed.connect(self._show_keys)

    def open(self, reader_words: str) -> None:
        """Whose keys these are, and the keyboard in the search field."""
        self.whose.setText(f"Your own keys. {reader_words}." if reader_words else "Keys of this machine; nobody reads.")
        self._rest()
        self.show()
        self.raise_()
        self.activateWindow()
        self.search.setFocus()

    def chosen(self) -> actions.Action | None:
        item = self.list.currentItem()
        return actions.action(item.data(0, Qt.ItemDataRole.UserRole)) if item is not None else None

    def show_act(self, action_id: str) -> None:
        """Go to the line of an act."""
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None and item.data(0, Qt.ItemDataRole.UserRole) == action_id:
                self.list.setCurrentItem(item)

    # Building

    def _lay_out(self) -> None:
        self.list.setHeaderLabels(["Act", "Keys", "Where", "Menu"])
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.list.header().setStretchLastSection(False)
        style.set_role(self.whose, "secondary")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        for widget in (self.whose, self.search):
            column.addWidget(widget)
        column.addWidget(self.list, 1)
        column.addWidget(self.line)
        self.line.setMinimumHeight(38)
        for row in self._rows():
            line = QHBoxLayout()
            line.addStretch()
            for name, text, slot in row:
                button = self.buttons[name] = QPushButton(text, autoDefault=False)
                button.clicked.connect(slot)
                line.addWidget(button)
            column.addLayout(line)
        self.resize(QSize(760, 640))

    def _rows(self) -> tuple[tuple[tuple[str, str, Callable[[], object]], ...], ...]:
        """The buttons below the list: name, words, what it does."""
        of_one = (
            ("assign", "New key  Enter", lambda: self._await("replace")),
            ("add", "One more key", lambda: self._await("add")),
            ("none", "No key", lambda: self._give(())),
            ("default", "As declared", self._as_declared),
        )
        of_all = (
            ("all", "All as declared", lambda: self._assign(Keymap())),
            *(
                (name, f"As in {name}", lambda _on=False, keymap=keymap: self._assign(keymap))
                for name, keymap in PRESETS.items()
            ),
            ("load", "Import…", self.choose_import),
            ("save", "Export…", self.choose_export),
            ("close", "Close  Esc", self.hide),
        )
        return of_one, of_all

    def _fill(self) -> None:
        for act in actions.ACTIONS:
            item = QTreeWidgetItem([act.text, "", PLACES.get(act.context, act.context), act.menu])
            item.setData(0, Qt.ItemDataRole.UserRole, act.id)
            item.setToolTip(0, actions.explained(act.id))
            self.list.addTopLevelItem(item)
        self._show_keys()
        for column in (1, 2, 3):
            self.list.resizeColumnToContents(column)
        self.show_act(actions.ACTIONS[0].id)

    def _show_keys(self) -> None:
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is not None:
                act = actions.action(item.data(0, Qt.ItemDataRole.UserRole))
                own = actions.keys(act.id) != act.keys
                item.setText(1, ", ".join(map(spoken, actions.keys(act.id))) + ("  (changed)" if own else ""))

    def _narrow(self, words: str) -> None:
        first = None
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            if item is None:
                continue
            told = " ".join(item.text(column) for column in range(4)) + item.toolTip(0)
            item.setHidden(not all(word in told.lower() for word in words.lower().split()))
            first = first or (None if item.isHidden() else item)
        if first is not None:
            self.list.setCurrentItem(first)

    # Giving keys

    def _rest(self) -> None:
        self._waits, self._offered = "", ""
        self._say(_ASK, "secondary")

    def _say(self, words: str, role: str) -> None:
        self.line.setText(words)
        style.set_role(self.line, role)

    def _await(self, how: str) -> None:
        act = self.chosen()
        if act is not None:
            self._waits, self._offered = how, ""
            self._say(f"Press the new key of “{act.text}”. Esc leaves it as it is.", "here")
            self.list.setFocus()

    def _take(self, key: str) -> None:
        """The pressed key: refused in words, told whose it is, or given."""
        act = self.chosen()
        if act is None or not key:
            return
        clashes = actions.ASSIGNMENT.keymap.clashes(act, key, actions.ACTIONS)
        if words := objection(act, key):
            self._say(words, "careful")
        elif clashes and key != self._offered:
            self._offered = key
            self._say(clash_words(act, key, clashes), "careful")
        else:
            before = actions.keys(act.id) if self._waits == "add" else ()
            keymap = actions.ASSIGNMENT.keymap.taken(act, key, actions.ACTIONS)
            self._assign(keymap.given(act, [*(each for each in before if each != key), key]))
            self._say(f"“{act.text}” has {spoken(key)} now.", "good")

    def _give(self, keys: tuple[str, ...]) -> None:
        if (act := self.chosen()) is not None:
            self._assign(actions.ASSIGNMENT.keymap.given(act, keys))

    def _as_declared(self) -> None:
        """The declared keys again; whoever was given one of them loses it."""
        act, keymap = self.chosen(), actions.ASSIGNMENT.keymap
        if act is None:
            return
        for key in act.keys:
            keymap = keymap.taken(act, key, actions.ACTIONS)
        self._assign(keymap.given(act, act.keys))

    def _assign(self, keymap: Keymap) -> None:
        self._rest()
        self.assigned.emit(keymap)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            if self._waits:
                return self._hear(event)
            if event.type() == QEvent.Type.KeyPress:
                return self._walk(watched, event)
        return super().eventFilter(watched, event)

    def _hear(self, event: QKeyEvent) -> bool:
        """Every key, shortcuts of the window included, is the new key now."""
        event.accept()
        if event.type() == QEvent.Type.KeyPress and not event.isAutoRepeat():
            key = pressed(event.keyCombination())
            if key == "Esc":
                self._rest()
            else:
                self._take(key)
        return True

    def _walk(self, watched: QObject, event: QKeyEvent) -> bool:
        """From the search field into the list and back; Enter on a line waits for its key."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._await("replace")
            return True
        if watched is self.search and event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.setFocus()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    # The file

    def choose_export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Export the keys", keysfile.NAME, TOML_FILES)
        if name:
            self.export(Path(name))

    def choose_import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import keys", "", TOML_FILES)
        if name:
            self.take_file(Path(name))

    def export(self, path: Path) -> None:
        try:
            keysfile.write(path, actions.ASSIGNMENT.keymap)
        except WorkstationError as error:
            self._say(str(error), "careful")
        else:
            self._say(f"Your keys stand in {path.name}.", "good")

    def take_file(self, path: Path) -> None:
        """The keys of a file take the place of these; what of it cannot be used is told."""
        keymap, problems = keysfile.read(path)
        if problems and not keymap.own:
            self._say(problems[0], "careful")
            return
        self._assign(keymap)
        more = f" {problems[0]}" + (f" And {len(problems) - 1} more." if len(problems) > 1 else "") if problems else ""
        self._say(f"The keys of {path.name} are in force.{more}", "careful" if problems else "good")
