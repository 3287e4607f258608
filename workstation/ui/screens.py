"""Columns in windows of their own, on another screen where there is one: sent away and fetched by the same key.

Every key that works everywhere works in each of these windows too, and films may be dropped on them. Places are kept
for each set of screens; with other screens than last time every column is back in the main window. Knows columns and
acts, not what a column holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QObject, QRect, QSettings, Qt
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QVBoxLayout, QWidget

from workstation.ui import actions, menus, style
from workstation.ui.columns import Columns

MOVABLE = ("film", "report")
TITLES = {"film": "Film", "report": "Report"}


class AwayWindow(QWidget):
    """One column's window: the accent line and the column's content. Closing it sends the column home."""

    def __init__(self, name: str, screens: Screens, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.name, self._screens = name, screens
        self.setWindowTitle(f"{TITLES[name]} - {parent.windowTitle()}")
        self.setAcceptDrops(True)
        self._line = QFrame()
        self._line.setFixedHeight(2)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        self.box.addWidget(self._line)
        self._focused = False
        style.keep_sheet(self._line, self._line_sheet)

    def set_focused(self, focused: bool) -> None:
        """Whether the keyboard is here."""
        self._focused = focused
        self._line.setStyleSheet(self._line_sheet())

    def _line_sheet(self) -> str:
        return f"background: {style.ACCENT if self._focused else style.PANEL};"

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._screens.fetch(self.name)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._screens.main.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._screens.main.dropEvent(event)


class Screens(QObject):
    """Which columns stand in windows of their own."""

    def __init__(self, window: QMainWindow, columns: Columns) -> None:
        super().__init__(window)
        self.main, self._columns = window, columns
        self.away: dict[str, AwayWindow] = {}
        self._places: dict[str, QByteArray] = {}
        self._on: dict[str, str] = {}  # the screen each was sent to
        self._shared: dict[str, list[QAction]] = {}
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)
        application.screenRemoved.connect(self._screen_gone)

    def toggle(self, name: str) -> None:
        """Away, or home; the keyboard goes with it if it was there."""
        self.fetch(name) if name in self.away else self.send(name)

    def send(self, name: str, take_keys: bool = True) -> None:
        """Into a window of its own, where it stood last with these screens, else on the other screen."""
        had_keys = _focus_in(self._columns.by_name[name].content)
        window = self.away[name] = AwayWindow(name, self, self.main)
        self._columns.lend(name, window.box)
        self._put(name, window)
        window.show()
        self._on[name] = window.screen().name()
        self.share_acts()
        self._tick(name)
        if take_keys:
            self._give_keys(name, had_keys)

    def fetch(self, name: str) -> None:
        """Back into its column."""
        window = self.away.pop(name, None)
        if window is None:
            return
        had_keys = _focus_in(self._columns.by_name[name].content)
        self._places[name] = window.saveGeometry()
        for act in self._shared.pop(name, []):
            self.main.removeAction(act)
        self._columns.fetch(name)
        window.hide()
        window.deleteLater()
        self._tick(name)
        if had_keys is not None:
            self.main.activateWindow()
            self._give_keys(name, had_keys)

    def toggle_whole(self, name: str) -> bool:
        """The column's own window over its whole screen, or not; False when it has no window."""
        if name not in self.away:
            return False
        self.away[name].setWindowState(self.away[name].windowState() ^ Qt.WindowState.WindowFullScreen)
        return True

    def share_acts(self) -> None:
        """What works everywhere works in every window; asked again when acts have come or gone."""
        live = menus.live_acts(self.main)
        everywhere = [act for name, act in live.items() if actions.action(name).context == actions.EVERYWHERE]
        for name, window in self.away.items():
            content = self._columns.by_name[name].content
            window.addActions(everywhere)
            own = [act for act in everywhere if content is not None and content.isAncestorOf(_owner(act) or self.main)]
            self._shared[name] = own
            self.main.addActions(own)

    def save(self, store: QSettings) -> None:
        """The places, for this set of screens."""
        for name, window in self.away.items():
            self._places[name] = window.saveGeometry()
        key = f"screens_{screens_key(QGuiApplication.screens())}"
        store.setValue(f"{key}_away", ",".join(self.away))
        for name, place in self._places.items():
            store.setValue(f"{key}_{name}", place)

    def restore(self, store: QSettings) -> None:
        """As they were left with this set of screens; with another set everything is at home."""
        key = f"screens_{screens_key(QGuiApplication.screens())}"
        for name in MOVABLE:
            place = store.value(f"{key}_{name}")
            if isinstance(place, QByteArray):
                self._places[name] = place
        found = store.value(f"{key}_away")
        wanted = found if isinstance(found, list) else str(found or "").split(",")
        for name in MOVABLE:
            if name in wanted and name not in self.away:
                self.send(name, take_keys=False)
            elif name not in wanted:
                self.fetch(name)

    def close(self) -> None:
        """The main window goes."""
        for window in self.away.values():
            window.hide()

    def _put(self, name: str, window: AwayWindow) -> None:
        place = self._places.get(name)
        if place is not None and window.restoreGeometry(place):
            return
        here, screens = self.main.screen(), QGuiApplication.screens()
        others = [screen.availableGeometry() for screen in screens if screen is not here]
        window.setGeometry(first_place(here.availableGeometry(), others))
        if others:
            window.setWindowState(window.windowState() | Qt.WindowState.WindowMaximized)

    def _give_keys(self, name: str, focus: QWidget | None) -> None:
        """To the very field that had them, else to the column."""
        if focus is None:
            self._columns.by_name[name].take_focus()
        else:
            focus.activateWindow()
            focus.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tick(self, name: str) -> None:
        for act in self.main.findChildren(QAction, f"view.{name}_away"):
            act.setChecked(name in self.away)

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        for name, window in self.away.items():
            window.set_focused(self._columns.by_name[name].holds(now))

    def _screen_gone(self, screen: QScreen) -> None:
        for name in [name for name, on in self._on.items() if on == screen.name()]:
            self.fetch(name)


def screens_key(screens: Sequence[QScreen]) -> str:
    """A short name of this set of screens: which, how large, how arranged."""
    told = sorted(f"{screen.name()} {screen.geometry().getRect()}" for screen in screens)
    return hashlib.sha256(";".join(told).encode()).hexdigest()[:12]


def first_place(here: QRect, others: Sequence[QRect]) -> QRect:
    """Where a column's window opens for the first time: the largest other screen, else two thirds of this one."""
    if others:
        return max(others, key=lambda other: other.width() * other.height())
    place = QRect(0, 0, here.width() * 2 // 3, here.height() * 2 // 3)
    place.moveBottomRight(here.bottomRight())
    return place


def _focus_in(content: QWidget | None) -> QWidget | None:
    focus = QApplication.focusWidget()
    inside = content is not None and focus is not None and (content is focus or content.isAncestorOf(focus))
    return focus if inside else None


def _owner(act: QAction) -> QWidget | None:
    parent = act.parent()
    return parent if isinstance(parent, QWidget) else None
