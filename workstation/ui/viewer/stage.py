"""The place of the films: one view each, side by side or one at a time, the active one under an accent line.

Decides who is seen and who is active; keeps every film's own window and zoom by giving it its own view. Beside the
study's own films one film of a prior may hang, in a place that is never a film of the study. Knows neither decoding
nor windows.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from workstation.dicom.records import Instance
from workstation.ui import style
from workstation.ui.viewer.film_view import FilmView
from workstation.ui.viewer.filmwords import FilmWords
from workstation.ui.viewer.loading import Prepared, key_of

NARROWEST_PAIR = 760  # logical pixels: below, two films side by side are both too small
CLEARLY = 1.2
LINE_PX = 2


class Slot(QWidget):
    """One film's view under a thin line that shows whether it is active and has the keys.

    ``of_study`` is False for the place of a prior: nothing in it may be measured, drafted from or reported.
    """

    def __init__(self, parent: QWidget | None = None, of_study: bool = True) -> None:
        super().__init__(parent)
        self.of_study = of_study
        self.view = FilmView()
        self.band = FilmWords()
        self.instance: Instance | None = None
        self.prepared: Prepared | None = None
        self._line = style.FILM
        below = QVBoxLayout(self)
        below.setContentsMargins(0, LINE_PX, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.band)
        below.addWidget(self.view, 1)

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

    def show_frame(self, prepared: Prepared) -> None:
        """Another frame of the film that stands here."""
        self.prepared = prepared
        self.view.show_frame(prepared.film, prepared.presentation, prepared.sampler)

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

    activated = Signal(int)  # a film of the study
    turned_to = Signal(object)  # the Slot that has become the active one, a prior's too
    arranged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slots: list[Slot] = []
        self.active = 0
        self.used = 0
        self.together: bool | None = None  # the reader's wish; without one the room decides
        self.prior: Slot | None = None  # the place beside the study's films, once one has hung there
        self.hangs_prior = False
        self._on_prior = False
        self.swapped = False
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self.need(1)
        QApplication.instance().focusChanged.connect(self._focus_changed)  # type: ignore[union-attr]

    @property
    def current(self) -> Slot:
        """The film that keys and windows concern: one of the study's, or the prior's."""
        return self.prior if self._on_prior and self.prior is not None else self.slots[self.active]

    @property
    def of_study(self) -> Slot:
        """The study's own film that is active, whatever hangs beside it."""
        return self.slots[self.active]

    @property
    def places(self) -> list[Slot]:
        """Every place that has been made, the prior's last."""
        return [*self.slots, *([self.prior] if self.prior is not None else [])]

    def make_prior(self) -> Slot:
        """The place for a film of a prior; made once, shown by `hang_prior`."""
        assert self.prior is None
        self.prior = Slot(self, of_study=False)
        self.prior.view.focused.connect(self.turn_to_prior)
        self.prior.hide()
        self._layout.addWidget(self.prior, 1)
        return self.prior

    def hang_prior(self, hangs: bool) -> None:
        """Show the prior's place beside the active film, or put it away; the keyboard never stays in what is away."""
        self.hangs_prior = hangs
        if not hangs and self._on_prior:
            had_keys, self._on_prior = self.has_keys(), False
            if had_keys:
                self.current.view.setFocus()
            self.turned_to.emit(self.current)
        self.arrange()

    def turn_to_prior(self) -> None:
        """The prior's film becomes the active one."""
        if not self._on_prior and self.hangs_prior and self.prior is not None:
            self._on_prior = True
            self.arrange()
            self.turned_to.emit(self.prior)

    def swap(self) -> None:
        """Left for right, or upper for lower."""
        self.swapped = not self.swapped
        self._direct()

    @property
    def stacked(self) -> bool:
        """Whether two films stand one above the other: where the room is so tall that each is clearly larger so."""
        width, height = self.width(), self.height()
        return min(width, height / 2) > CLEARLY * min(width / 2, height)

    @property
    def roomy(self) -> bool:
        """Whether two films have room enough each."""
        return (self.height() if self.stacked else self.width()) >= NARROWEST_PAIR

    def _direct(self) -> None:
        ways = QBoxLayout.Direction
        across = ways.RightToLeft if self.swapped else ways.LeftToRight
        down = ways.BottomToTop if self.swapped else ways.TopToBottom
        self._layout.setDirection(down if self.stacked else across)

    def need(self, count: int) -> list[Slot]:
        """``count`` places in use (at least one stands, empty if need be); returns the new ones."""
        made = []
        while len(self.slots) < max(1, count):
            slot = Slot(self)
            slot.view.focused.connect(lambda slot=slot: self.activate(self.slots.index(slot)))
            self.slots.append(slot)
            self._layout.addWidget(slot, 1)
            made.append(slot)
        self.used, self.active, self._on_prior, self.hangs_prior = count, 0, False, False
        for slot in self.slots[count:]:
            slot.empty()
        self.arrange()
        return made

    def shown(self) -> range:
        """The indices of the study's films that are on the screen."""
        if self.hangs_prior:
            return range(self.active, self.active + 1)
        if self.used >= 2 and self._pairs():
            first = min(max(0, self.active - (self.active % 2)), self.used - 2)
            return range(first, first + 2)
        return range(self.active, self.active + 1)

    def _pairs(self) -> bool:
        """Whether two films stand together: the reader's wish, else as the room allows."""
        return self.roomy if self.together is None else self.together

    def view_size(self, films: int | None = None) -> tuple[int, int]:
        """(width, height) in screen pixels of the view that a film of this study gets, or of one with so many films."""
        shown = len(self.shown()) + self.hangs_prior if films is None else 1 + (films >= 2 and self._pairs())
        scale = self.devicePixelRatioF()
        width, height, gaps = self.width(), self.height(), (shown - 1) * self._layout.spacing()
        if self.stacked:
            height = (height - gaps) // shown
        else:
            width = (width - gaps) // shown
        return max(1, round(width * scale)), max(1, round((height - LINE_PX) * scale))

    def all_shown(self) -> bool:
        """Whether no film of the study is out of sight."""
        return len(self.shown()) >= self.used

    def arrange(self) -> None:
        """Show who fits."""
        shown = self.shown()
        for n, slot in enumerate(self.slots):
            slot.setVisible(n in shown)
            slot.view.wheel_zooms = self.all_shown()
        if self.prior is not None:
            self.prior.setVisible(self.hangs_prior)
        self._mark()
        self.arranged.emit()

    def activate(self, n: int) -> None:
        """Film ``n`` takes the keys if its neighbour had them; nothing else loses the focus."""
        if not 0 <= n < self.used or (n == self.active and not self._on_prior):
            return
        had_keys, same = self.has_keys(), n == self.active
        self.active, self._on_prior = n, False
        self.arrange()
        if had_keys:
            self.current.view.setFocus()
        self.turned_to.emit(self.current)
        if not same:
            self.activated.emit(n)

    def has_keys(self) -> bool:
        """Whether the keyboard belongs to the films."""
        focus = QApplication.focusWidget()
        return focus is not None and self.isAncestorOf(focus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._direct()
        self.arrange()

    def _focus_changed(self) -> None:
        self._mark()

    def _mark(self) -> None:
        keys = self.has_keys()
        for n, slot in enumerate(self.slots):
            resting = style.ON_FILM.SECONDARY if len(self.shown()) + self.hangs_prior > 1 else style.FILM
            active = n == self.active and not self._on_prior
            slot.mark(style.FILM if not active else style.ON_FILM.ACCENT if keys else resting)
        if self.prior is not None:
            self.prior.mark(style.ON_FILM.ACCENT if keys and self._on_prior else style.ON_FILM.AMBER)
