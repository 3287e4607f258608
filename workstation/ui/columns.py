"""Worklist | film | questions | report: columns that can be hidden, remember their widths, and turn with the screen.

Questions stay away until they are asked for, and take their room from the film alone. On a portrait screen the report
goes below the film. The column with the keyboard shows a thin accent line. What a column holds may be lent to another
window (``screens``) and comes back into its place.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSettings, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from workstation.ui import style

NAMES = ("worklist", "film", "question", "report")
READING = NAMES[1:]
_FIRST_SIZES = {
    "landscape": {"film": 700, "question": 300, "report": 420},
    "portrait": {"film": 540, "question": 260, "report": 460},
}
_WORKLIST_WIDTH = 280
LEAST_WORKLIST_PX = 170
STRIP_PX = 88
FOLD_BELOW_PX = 1390  # a laptop of 1366: the film needs the room more than the list does
_WIDEST = 16_777_215  # Qt's own QWIDGETSIZE_MAX


class Column(QFrame):
    """One column: the accent line and whatever is put under it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.setObjectName(f"column_{name}")
        self._line = QFrame()
        self._line.setFixedHeight(2)
        self._box = QVBoxLayout(self)
        self._box.setSpacing(0)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self._line)
        self.home: QBoxLayout = self._box  # where the content stands: here, or in a window of its own
        self.content: QWidget | None = None
        self.keyboard: Callable[[], QWidget] | None = None  # who gets it; without, the content
        self._focused = False
        style.keep_sheet(self._line, self._line_sheet)

    def put(self, content: QWidget) -> None:
        """Replace the content."""
        if self.content is not None:
            self.home.removeWidget(self.content)
            self.content.hide()
            self.content.deleteLater()
        self.content = content
        self.home.addWidget(content, 1)

    @property
    def away(self) -> bool:
        """Whether the content stands in another window."""
        return self.home is not self._box

    def settle(self, home: QBoxLayout | None) -> None:
        """Take the content to ``home``, or back; what is typed and selected stays."""
        self.home = self._box if home is None else home
        if self.content is not None:
            self.home.addWidget(self.content, 1)

    def holds(self, widget: QWidget | None) -> bool:
        """Whether ``widget`` is in this column, wherever it stands."""
        inside = self.content is not None and (self.content is widget or self.content.isAncestorOf(widget or self))
        return widget is not None and (inside or self is widget or self.isAncestorOf(widget))

    def set_focused(self, focused: bool) -> None:
        self._focused = focused
        self._line.setStyleSheet(self._line_sheet())

    def _line_sheet(self) -> str:
        return f"background: {style.ACCENT if self._focused else style.PANEL};"

    def take_focus(self) -> None:
        target = self.keyboard() if self.keyboard is not None else self.content
        if target is not None:
            if not target.isActiveWindow():
                target.activateWindow()
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)


class Columns(QWidget):
    """All columns. ``hidden_changed(name, hidden)`` tells the menu's ticks."""

    hidden_changed = Signal(str, object)  # name, whether hidden
    folded_changed = Signal(object)  # whether the worklist is a strip

    def __init__(self) -> None:
        super().__init__()
        self.by_name = {name: Column(name) for name in NAMES}
        self._sizes = {shape: dict(sizes) for shape, sizes in _FIRST_SIZES.items()}
        self.folded = False
        self._strip_wish: bool | None = None  # the reader's own; None = the window's width decides
        self._worklist_width = _WORKLIST_WIDTH
        self._reading = QSplitter(Qt.Orientation.Horizontal)
        self._outer = QSplitter(Qt.Orientation.Horizontal)
        for name in READING:
            self._reading.addWidget(self.by_name[name])
        self._outer.addWidget(self.by_name["worklist"])
        self._outer.addWidget(self._reading)
        for splitter in (self._outer, self._reading):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(4)
        self._outer.setStretchFactor(0, 0)
        self._outer.setStretchFactor(1, 1)
        for place, name in enumerate(READING):
            self._reading.setStretchFactor(place, int(name == "film"))
        self._set_least_sizes()
        self._outer.setSizes([_WORKLIST_WIDTH, 1150])
        self.by_name["question"].hide()
        self._apply_sizes()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._outer)
        QApplication.instance().focusChanged.connect(self._focus_moved)  # type: ignore[union-attr]

    def put(self, name: str, content: QWidget) -> None:
        self.by_name[name].put(content)

    def is_hidden(self, name: str) -> bool:
        column = self.by_name[name]
        return column.isHidden() and not column.away

    def lend(self, name: str, home: QBoxLayout) -> None:
        """The content of a column stands in another window from now on."""
        self._remember()
        self.by_name[name].settle(home)
        self.by_name[name].hide()
        self._close_ranks(name)

    def fetch(self, name: str) -> None:
        """It comes back into its place."""
        self.by_name[name].settle(None)
        self.by_name[name].show()
        self._close_ranks(name)

    def _close_ranks(self, name: str) -> None:
        self._reading.setVisible(not all(self.by_name[other].isHidden() for other in READING))
        self._apply_sizes()
        self.hidden_changed.emit(name, False)

    def set_hidden(self, name: str, hidden: bool) -> None:
        """Hide or show; the last visible column stays."""
        if self.by_name[name].away:  # it is not here to be hidden: its window comes to the front
            self.hidden_changed.emit(name, False)
            if hidden:
                self.by_name[name].take_focus()
            return
        if hidden and all(self.by_name[other].isHidden() for other in NAMES if other != name):
            self.hidden_changed.emit(name, False)
            return
        self._remember()
        had_focus = self.by_name[name].holds(QApplication.focusWidget())
        self.by_name[name].setVisible(not hidden)
        self._reading.setVisible(not all(self.by_name[other].isHidden() for other in READING))
        if name == "question":
            self._apply_sizes()
            self._fold()
        self.hidden_changed.emit(name, hidden)
        if hidden and had_focus:
            self.by_name["report"].take_focus() if name == "question" else self.cycle_focus()

    def cycle_focus(self) -> None:
        """The keyboard goes into the next visible column."""
        visible = [name for name in NAMES if not self.is_hidden(name)]
        here = next((i for i, name in enumerate(visible) if name == self.focused()), -1)
        self.by_name[visible[(here + 1) % len(visible)]].take_focus()

    def focused(self) -> str:
        """The column with the keyboard, or ""."""
        widget = QApplication.focusWidget()
        for name, column in self.by_name.items():
            if column.holds(widget):
                return name
        return ""

    def toggle_strip(self) -> None:
        """The worklist as a strip, or in full: the other way than it is, and so it stays."""
        self._strip_wish = not self.folded
        self._fold()

    def unfold(self) -> None:
        """The search needs the whole list."""
        if self.folded:
            self.toggle_strip()

    def _fold(self) -> None:
        """A strip in a window that lies and has no room for all columns, unless the reader wished otherwise."""
        asked = 0 if self.is_hidden("question") else self._sizes["landscape"]["question"]
        small = self.width() < FOLD_BELOW_PX + asked and self._shape() == "landscape"
        folded = small if self._strip_wish is None else self._strip_wish
        if folded == self.folded:
            return
        self._remember()
        self.folded = folded
        self.by_name["worklist"].setMaximumWidth(STRIP_PX if folded else _WIDEST)
        self._set_least_sizes()
        width = STRIP_PX if folded else self._worklist_width
        self._outer.setSizes([width, max(self.width() - width, 600)])
        self.folded_changed.emit(folded)

    def save(self, store: QSettings) -> None:
        self._remember()
        store.setValue("worklist_width", self._worklist_width)
        store.setValue("worklist_strip", "" if self._strip_wish is None else str(int(self._strip_wish)))
        for shape, sizes in self._sizes.items():
            store.setValue(f"{shape}_sizes", ",".join(str(sizes[name]) for name in READING))
        store.setValue("hidden", ",".join(name for name in NAMES if self.is_hidden(name)))

    def restore(self, store: QSettings) -> None:
        for shape in self._sizes:
            found = _numbers(store.value(f"{shape}_sizes"), len(READING))
            self._sizes[shape] = dict(zip(READING, found, strict=True)) if found else self._sizes[shape]
        self._worklist_width = (_numbers(store.value("worklist_width"), 1) or [_WORKLIST_WIDTH])[0]
        wish = str(store.value("worklist_strip") or "")
        self._strip_wish = bool(int(wish)) if wish in ("0", "1") else None
        self._outer.setSizes([self._worklist_width, max(self.width() - self._worklist_width, 600)])
        self._apply_sizes()
        hidden = _names(store.value("hidden"))
        for name in (name for name in NAMES if name in hidden):
            self.set_hidden(name, True)
        if store.group():  # a layout chosen by its name also shows what it showed
            for name in (name for name in NAMES if name not in hidden):
                self.set_hidden(name, False)
        self._fold()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.shape_for(self.size())
        self._fold()

    def shape_for(self, size: QSize) -> None:
        """Film and report side by side, or one below the other in a window that stands."""
        wanted = Qt.Orientation.Vertical if size.height() > size.width() else Qt.Orientation.Horizontal
        if wanted != self._reading.orientation():
            self._remember()
            self._reading.setOrientation(wanted)
            self._set_least_sizes()
            self._apply_sizes()

    def _shape(self) -> str:
        return "portrait" if self._reading.orientation() == Qt.Orientation.Vertical else "landscape"

    def _remember(self) -> None:
        """The sizes of the columns in sight; what questions took from the film is the film's."""
        if not self.folded and self._outer.sizes()[0] > LEAST_WORKLIST_PX:  # at its least it was squeezed, not chosen
            self._worklist_width = self._outer.sizes()[0]
        sizes = dict(zip(READING, self._reading.sizes(), strict=True))
        kept = self._sizes[self._shape()]
        if sizes["film"] and sizes["report"]:
            kept.update({name: size for name, size in sizes.items() if size and name != "film"})
            kept["film"] = sizes["film"] + sizes["question"]

    def _apply_sizes(self) -> None:
        sizes = self._sizes[self._shape()]
        asked = 0 if self.is_hidden("question") else sizes["question"]
        self._reading.setSizes([max(sizes["film"] - asked, 1), asked, sizes["report"]])

    def _set_least_sizes(self) -> None:
        portrait = self._shape() == "portrait"
        self.by_name["worklist"].setMinimumWidth(STRIP_PX if self.folded else LEAST_WORKLIST_PX)
        self.by_name["film"].setMinimumSize(320, 240)
        self.by_name["question"].setMinimumSize(240, 200 if portrait else 0)
        self.by_name["report"].setMinimumSize(320, 240 if portrait else 0)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        for column in self.by_name.values():
            column.set_focused(column.holds(now))


def _numbers(value: object, count: int) -> list[int]:
    parts = ",".join(value) if isinstance(value, list) else str(value or "")
    numbers = [int(part) for part in parts.split(",") if part.strip().isdigit()]
    return numbers if len(numbers) == count and any(numbers) else []


def _names(value: object) -> list[str]:
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [name for name in parts if name in NAMES]
