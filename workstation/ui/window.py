"""The main window's frame: banner, three columns, status line, menus, places remembered, films dropped on it.

Shows itself before any room is loaded; what happens in it is joined in ``application``. Knows no store.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFileDialog, QLineEdit, QMainWindow, QVBoxLayout, QWidget

from workstation.paths import Home
from workstation.ui import actions, menus
from workstation.ui.columns import NAMES, Columns
from workstation.ui.layouts import Layouts
from workstation.ui.refused import RefusedPanel
from workstation.ui.screens import MOVABLE, Screens
from workstation.ui.statusline import Banner, StatusLine
from workstation.ui.worklist import Worklist

FILM_FILES = "Films (*.dcm *.dicom *.ima *.png *.jpg *.jpeg *.tif *.tiff *.bmp *.zip DICOMDIR dicomdir);;All files (*)"
FIRST_SIZE = QSize(1400, 900)
TITLE = "CXR-LLaVA reporting workstation"


class MainWindow(QMainWindow):
    """The frame. ``painted`` once, after the first paint; ``closing`` before it goes."""

    painted = Signal()
    closing = Signal()
    films_given = Signal(list)

    def __init__(self, home: Home) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setAcceptDrops(True)
        self._places = QSettings(str(home.root / "window.ini"), QSettings.Format.IniFormat)
        self.available: Callable[[str], bool] = lambda _act: True
        self.may_close: Callable[[], bool] = lambda: True
        self._painted = False
        self._alone = self._was_whole = False
        self.banner = Banner()
        self.columns = Columns()
        self.screens = Screens(self, self.columns)
        self.layouts = Layouts(self, self._places, [self.columns, self.screens])
        self.status = StatusLine()
        self.worklist = Worklist()
        self.refused = RefusedPanel()
        self.worklist.put_below(self.refused)
        self.columns.put("worklist", self.worklist)
        self._lay_out()
        self._make_acts()
        menus.fill(self)

    def act(self, action_id: str, slot: Callable[[], object]) -> None:
        """Make one of the window's own acts."""
        actions.make(action_id, self, slot)

    def fill_menus(self) -> None:
        """After a column has come with acts and fields of its own."""
        menus.fill(self, self.available)
        self.layouts.fill()
        self.screens.share_acts()
        self._watch_drops()

    def restore_places(self) -> None:
        """Size, place and columns as they were left."""
        geometry = self._places.value("geometry")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            size = first_size(self.screen().availableSize())
            self.columns.shape_for(size)  # first, for columns side by side would hold a narrow window open
            self.resize(size)
        self.layouts.restore()

    def save_places(self) -> None:
        self._show_columns()
        self._places.setValue("geometry", self.saveGeometry())
        self.layouts.save()
        self._places.sync()

    def choose_files(self) -> None:
        folder = str(self._places.value("folder", str(Path.home())))
        names, _ = QFileDialog.getOpenFileNames(self, "Open films", folder, FILM_FILES)
        self._give(names)

    def choose_folder(self) -> None:
        folder = str(self._places.value("folder", str(Path.home())))
        name = QFileDialog.getExistingDirectory(self, "Open folder", folder)
        self._give([name] if name else [])

    def toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_film_alone(self) -> None:
        """The film takes the whole screen; the same again brings window and columns back."""
        if self.screens.toggle_whole("film"):
            return
        if self._alone:
            self._show_columns()
        else:
            self._alone, self._was_whole = True, self.isFullScreen()
            self.setWindowState(self.windowState() | Qt.WindowState.WindowFullScreen)
            self._hidden_before = [name for name in NAMES if self.columns.is_hidden(name)]
            self.columns.set_hidden("film", False)
            for name in ("worklist", "question", "report"):
                self.columns.set_hidden(name, True)

    def _show_columns(self) -> None:
        if self._alone:
            self._alone = False
            if not self._was_whole:
                self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
            for name in NAMES:
                self.columns.set_hidden(name, name in self._hidden_before)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            for act in self.findChildren(actions.QAction, "view.full_screen"):
                act.setChecked(self.isFullScreen())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.save_places()
        self.closing.emit()
        self.screens.close()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self._give([url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Films dropped on a text field are films, not text."""
        if isinstance(event, QDropEvent) and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.dropEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _watch_drops(self) -> None:
        """Fields that take dropped text would take a film's path as words."""
        fields = [*self.findChildren(QLineEdit), *(area.viewport() for area in self.findChildren(QAbstractScrollArea))]
        for field in fields:
            field.removeEventFilter(self)
            field.installEventFilter(self)

    def _give(self, paths: list[str]) -> None:
        if paths:
            parent = Path(paths[0]).parent
            self._places.setValue("folder", str(parent))
            self.films_given.emit(paths)

    def _lay_out(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.banner)
        column.addWidget(self.columns, 1)
        column.addWidget(self.status)
        self.setCentralWidget(middle)
        self.status.set_fact("research", "not for clinical use", "careful", "Research software; not a medical device")
        self.status.set_fact("display", "display not calibrated", "secondary", "No GSDF calibration is known here")

    def _make_acts(self) -> None:
        self.act("file.open", self.choose_files)
        self.act("file.open_folder", self.choose_folder)
        self.act("file.quit", self.close)
        self.act("study.search", self._search)
        self.act("view.cycle", self.columns.cycle_focus)
        self.act("view.full_screen", self.toggle_full_screen)
        for name in NAMES:
            if name != "question":  # made with its pane
                made = actions.make(f"view.{name}", self, partial(self.toggle_column, name))
                made.setChecked(True)
        for name in MOVABLE:
            self.act(f"view.{name}_away", partial(self.screens.toggle, name))
        self.act("view.layout_save", self.layouts.ask_name)
        self.act("view.layout_delete", self.layouts.delete)
        self.act("view.strip", self.columns.toggle_strip)
        self.columns.hidden_changed.connect(self._tick_column)
        self.columns.folded_changed.connect(self._tick_strip)
        self.worklist.unfold_asked.connect(self.columns.unfold)

    def _tick_strip(self, folded: bool) -> None:
        self.worklist.set_folded(folded)
        for act in self.findChildren(actions.QAction, "view.strip"):
            act.setChecked(folded)

    def _search(self) -> None:
        self.columns.set_hidden("worklist", False)
        self.columns.unfold()
        self.worklist.focus_search()

    def toggle_column(self, name: str) -> None:
        """Show or hide one column."""
        self._alone = False
        self.columns.set_hidden(name, not self.columns.is_hidden(name))

    def _tick_column(self, name: str, hidden: bool) -> None:
        for act in self.findChildren(actions.QAction, f"view.{name}"):
            act.setChecked(not hidden)


def first_size(screen: QSize) -> QSize:
    """How large the window opens for the first time: standing on a screen that stands."""
    wanted = FIRST_SIZE.transposed() if screen.height() > screen.width() else FIRST_SIZE
    return wanted.boundedTo(screen)
