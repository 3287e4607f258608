"""What is known of a monitor -> the light of the films on it, and the words that say so.

P-values go through the monitor's own curve as the last step, on the screen only: no model, no export and no command
sees it. A film that goes to another monitor gets that one's curve. Knows the pane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import QPainter, QScreen

from workstation.ui.display.book import DisplayBook
from workstation.ui.viewer import monitor
from workstation.ui.viewer.kits.kit import Kit

if TYPE_CHECKING:
    from collections.abc import Callable

    from workstation.imaging.geometry import OnScreen
    from workstation.ui.viewer.film_pane import FilmPane
    from workstation.ui.viewer.film_view import FilmView
    from workstation.ui.viewer.stage import Slot

IN_COLOUR = "Colour as stored, not through a display curve"


class Display(Kit):
    """Lights every film for the monitor that it is on."""

    def __init__(self, pane: FilmPane) -> None:
        super().__init__(pane)
        self.book = DisplayBook(None, pane)
        self._views: list[FilmView] = []
        self.book.changed.connect(self.relight)

    def take_book(self, book: DisplayBook) -> None:
        """Whoever knows where it is kept brings the book."""
        self.book = book
        book.changed.connect(self.relight)
        self.relight()

    def adopt(self, slot: Slot) -> None:
        view = slot.view
        self._views.append(view)
        view.overlays.append(ScreenWatch(view, lambda: self._light(view)))
        self._light(view)

    def film_came(self, slot: Slot) -> None:
        self._light(slot.view)

    def frame_came(self, slot: Slot) -> None:
        self._light(slot.view)

    def relight(self) -> None:
        """A monitor's curve has changed."""
        for view in self._views:
            self._light(view)

    def state(self) -> str:
        """What may be claimed of the monitor that the active film is on."""
        return self.book.state(monitor.key_of(self.pane.view.screen()))

    def _light(self, view: FilmView) -> None:
        curve = self.book.curve(key := monitor.key_of(view.screen()))
        picture = view.picture
        coloured = picture is not None and picture.film.colour is not None
        view.legend.display = IN_COLOUR if coloured and curve is not None else self.book.state(key)
        if picture is not None:
            picture.levels = None if curve is None or curve.kind == "calibrated" else curve.levels
            view.relight()


class ScreenWatch:
    """Laid over a film, it draws nothing and notices when the film is painted on another monitor."""

    def __init__(self, view: FilmView, moved: Callable[[], object]) -> None:
        self._view, self._moved = view, moved
        self._screen: QScreen | None = view.screen()

    def forget(self) -> None:
        """Nothing is kept of a film."""

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        if (screen := self._view.screen()) is not self._screen:
            self._screen = screen
            QTimer.singleShot(0, self._view, self._moved)
