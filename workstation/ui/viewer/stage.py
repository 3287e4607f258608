"""The place of the films: one view each, side by side or one at a time, the active one under an accent line.

Decides who is seen and who is active; keeps every film's own window and zoom by giving it its own view. Knows
neither decoding nor windows.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from workstation.dicom.records import Instance
from workstation.ui import style
from workstation.ui.viewer.film_view import FilmView
from workstation.ui.viewer.loading import Prepared, key_of

NARROWEST_PAIR = 760  # logical pixels: below, two films side by side are both too small
LINE_PX = 2


class Slot(QWidget):
    """One film's view under a thin line that shows whether it is active and has the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = FilmView()
        self.instance: Instance | None = None
        self.prepared: Prepared | None = None
        self._line = style.FILM
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, LINE_PX, 0, 0)
        layout.addWidget(self.view)

    def await_film(self, instance: Instance) -> None:
        """From now on this place is that film's and no other's."""
        self.instance, self.prepared = instance, None
        self.view.wait("Decoding film …")

    def holds(self, instance: Instance) -> bool:
        """Whether this place waits for, or shows, exactly this film."""
        return self.instance is not None and key_of(self.instance) == key_of(instance)

    def show_film(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.view.show_film(prepared.film, prepared.presentation, prepared.sampler)

    def empty(self) -> None:
        self.instance = self.prepared = None
        self.view.clear()

    def mark(self, colour: str) -> None:
        """The line's colour."""
        if colour != self._line:
            self._line = colour
            self.update(0, 0, self.width(), LINE_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), LINE_PX, QColor(self._line))
        painter.end()


class Stage(QWidget):
    """All films of one study."""

    activated = Signal(int)
    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slots: list[Slot] = []
        self.active = 0
        self.used = 0
        self.together: bool | None = None  # the reader's wish; without one the room decides
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.need(1)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]

    @property
    def current(self) -> Slot:
        return self.slots[self.active]

    def need(self, count: int) -> list[Slot]:
        """``count`` places in use (at least one stands, empty if need be); returns the new ones."""
        made = []
        while len(self.slots) < max(1, count):
            slot = Slot(self)
            slot.view.focused.connect(lambda slot=slot: self.activate(self.slots.index(slot)))
            self.slots.append(slot)
            self._layout.addWidget(slot, 1)
            made.append(slot)
        self.used, self.active = count, 0
        for slot in self.slots[count:]:
            slot.empty()
        self.arrange()
        return made

    def shown(self) -> range:
        """The indices of the films that are on the screen."""
        roomy = self.width() >= NARROWEST_PAIR
        if self.used >= 2 and (roomy if self.together is None else self.together):
            first = min(max(0, self.active - (self.active % 2)), self.used - 2)
            return range(first, first + 2)
        return range(self.active, self.active + 1)

    def view_size(self) -> tuple[int, int]:
        """(width, height) in screen pixels of the view that a film of this study gets."""
        shown, scale = len(self.shown()), self.devicePixelRatioF()
        width = (self.width() - (shown - 1) * self._layout.spacing()) // shown
        return max(1, round(width * scale)), max(1, round((self.height() - LINE_PX) * scale))

    def all_shown(self) -> bool:
        """Whether no film of the study is out of sight."""
        return len(self.shown()) >= self.used

    def arrange(self) -> None:
        """Show who fits."""
        shown = self.shown()
        for n, slot in enumerate(self.slots):
            slot.setVisible(n in shown)
            slot.view.wheel_zooms = self.all_shown()
        self._mark()
        self.arranged.emit()

    def activate(self, n: int) -> None:
        """Film ``n`` takes the keys if its neighbour had them; nothing else loses the focus."""
        if n == self.active or not 0 <= n < self.used:
            return
        had_keys = self.has_keys()
        self.active = n
        self.arrange()
        if had_keys:
            self.current.view.setFocus()
        self.activated.emit(n)

    def has_keys(self) -> bool:
        """Whether the keyboard belongs to the films."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.arrange()

    def _focus_changed(self) -> None:
        self._mark()

    def _mark(self) -> None:
        keys = self.has_keys()
        for n, slot in enumerate(self.slots):
            resting = style.SECONDARY if self.used > 1 and len(self.shown()) > 1 else style.FILM
            slot.mark(style.FILM if n != self.active else style.ACCENT if keys else resting)
