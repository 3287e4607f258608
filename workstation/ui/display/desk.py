"""The display check and what comes of it: the monitor that it stands on, the book, the films' light, the status line.

Reminds nobody of anything. The window is made when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QFileDialog, QWidget

from workstation.errors import SettingsError
from workstation.ui.display.book import UNKNOWN, DisplayBook
from workstation.ui.viewer import monitor
from workstation.ui.viewer.kits.display import Display

if TYPE_CHECKING:
    from workstation.imaging.gsdf import DisplayCurve
    from workstation.paths import Home
    from workstation.ui.display.window import DisplayCheck
    from workstation.ui.statusline import StatusLine
    from workstation.ui.viewer.film_pane import FilmPane

FILES = "Luminance curves (*.lut *.txt *.csv *.dat);;All files (*)"
NO_SUCH_PIXEL = "No monitor has such pixels: measure the bar from outer edge to outer edge, in millimetres."


class DisplayDesk(QObject):
    """Joins window, book and films."""

    def __init__(self, parent: QWidget, film: FilmPane, status: StatusLine, home: Home) -> None:
        super().__init__(parent)
        self._parent, self._film, self._status = parent, film, status
        self.today: Callable[[], str] = lambda: date.today().isoformat()
        self.window: DisplayCheck | None = None
        monitor.keep_in(home.root / "monitors.ini")
        self.book = DisplayBook(home.root / "displays.json", self)
        self._kit = film.kit(Display)
        self._kit.take_book(self.book)
        self.book.changed.connect(self._tell_state)
        film.film_shown.connect(self._tell_state)
        self._tell_state()

    def show(self) -> None:
        """The display check, on the monitor where the films are."""
        from workstation.ui.display.window import DisplayCheck

        if self.window is None:
            self.window = DisplayCheck(self._parent)
            panel = self.window.panel
            panel.kept.connect(self._keep)
            panel.load_asked.connect(self._ask_file)
            panel.measured.connect(self._measure)
            panel.checked.connect(self._check)
            self.window.moved.connect(self._follow)
        self._key = ""
        self.window.show()
        self.window.raise_()
        self.window.activateWindow()
        self._follow()

    def load(self, path: str | Path) -> None:
        """Enter a measured curve from a file; used only once the reader says so."""
        from workstation.imaging.luminance_file import read_luminances

        assert self.window is not None
        try:
            self.window.panel.show_curve(read_luminances(path, made=self.today()))
        except SettingsError as error:
            self.window.panel.refuse(str(error))

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.window, "Load a measured curve", str(Path.home()), FILES)
        if name:
            self.load(name)

    @property
    def _screen(self) -> QScreen:
        assert self.window is not None
        return self.window.screen()

    def _follow(self) -> None:
        """The monitor that the window stands on may be another now."""
        assert self.window is not None
        panel, key = self.window.panel, monitor.key_of(self._screen)
        if key != self._key:
            self._key = key
            panel.show_curve(self.book.curve(key))
        panel.monitor.setText(self._screen.name() or "Monitor")
        panel.monitor.setToolTip(key)
        panel.state.setText(self.book.state(key))
        day = self.book.checked(key)
        panel.last.setText(f"Last checked {day}." if day else "Never checked.")
        panel.bar.setText(f"{self._pixel_words()} The pattern's bar is {self.window.view.bar_pixels()} pixels long.")

    def _pixel_words(self) -> str:
        size = monitor.pixel_size(self._screen)
        if size is None:
            return "Not known: measure the bar."
        return f"{size.mm:.4f} mm, {'measured' if size.measured else 'as the monitor reports it'}."

    def _keep(self, curve: DisplayCurve | None) -> None:
        self._try(lambda: self.book.set_curve(monitor.key_of(self._screen), curve))
        state = self.book.state(monitor.key_of(self._screen))
        self._film.acted.emit("display", {"state": state})

    def _check(self) -> None:
        self._try(lambda: self.book.check(monitor.key_of(self._screen), self.today()))
        self._film.acted.emit("display checked", {"day": self.today()})

    def _measure(self, length_mm: float) -> None:
        assert self.window is not None
        pixels = self.window.view.bar_pixels()
        try:
            monitor.set_mm_per_pixel(self._screen, length_mm / pixels)
        except ValueError:
            self.window.panel.bar.setText(NO_SUCH_PIXEL)
            return
        self._follow()
        self._film.acted.emit("pixel size", {"mm": round(length_mm / pixels, 4)})

    def _try(self, keep: Callable[[], None]) -> None:
        assert self.window is not None
        try:
            keep()
        except SettingsError as error:
            self.window.panel.refuse(str(error))
            return
        self._follow()

    def _tell_state(self) -> None:
        state = self._kit.state()
        role = "secondary" if state == UNKNOWN else "plain"
        tip = "No GSDF calibration is known here" if state == UNKNOWN else "Films go through this monitor's curve"
        self._status.set_fact("display", state[0].lower() + state[1:] if state == UNKNOWN else state, role, tip)
