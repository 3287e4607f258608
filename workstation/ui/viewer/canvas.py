"""One film on a black ground, or a sentence in its place: what is shown, where it lies, how it is painted.

All places are device pixels, so that 1:1 is exact on scaled screens too. Knows one film at a time; what the reader's
hands do to it is `film_view`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QScreen, QTransform
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.ui import style
from workstation.ui.jobs import Job
from workstation.ui.viewer.legend import Legend, Look
from workstation.ui.viewer.place import Place

if TYPE_CHECKING:
    import numpy as np

    from workstation.imaging.film import Film
    from workstation.imaging.geometry import OnScreen, Orientation, ViewTransform
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.picture import Picture
    from workstation.ui.viewer.truesize import TrueSize

# numpy, OpenCV and the rooms that need them are imported with the first film, not with the window.

WORDS_AFTER_MS = 150  # a film that comes sooner is not announced: nothing flickers
SETTLE_AFTER_MS = 60  # a zoom that rests so long is sampled finely
NOTICE_MS = 8000
SETTLED_AT_ONCE = 10_000_000  # film pixels; larger films are sampled finely in a thread


class Painter(Protocol):
    """Something laid over a film, between it and its words."""

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        """Draw into ``area`` (logical pixels) where ``on`` says the film's stored pixels are; called at every frame."""

    def forget(self) -> None:
        """Another film comes, or none."""


class FilmCanvas(QWidget):
    """Paints a film as its presentation and its place say."""

    presentation_changed = Signal(object)
    placed = Signal()  # the reader has moved, zoomed or fitted the film
    first_painted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Film")
        self.legend = Legend()
        self.overlays: list[Painter] = []  # whoever has something to lay over the film adds one; the last is on top
        self._place = Place()
        self._picture: Picture | None = None
        self._shown: Presentation | None = None
        self._first: Presentation | None = None
        self._unpainted = False
        self._message = ("", "", False)
        self._waiting_for = ""
        self._true_size: tuple[TrueSize, QScreen] | None = None
        self._finer: Job | None = None
        self._resting = 0.0  # the zoom that the fine sampling waits for
        self._words = self._timer(WORDS_AFTER_MS, self._say_waiting)
        self._rest = self._timer(SETTLE_AFTER_MS, self.settle)
        self._notice = self._timer(NOTICE_MS, self._unsay)

    def _timer(self, after_ms: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(slot)
        return timer

    def sizeHint(self) -> QSize:
        return QSize(640, 640)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 160)

    # What is shown

    @property
    def film(self) -> Film | None:
        return self._picture.film if self._picture else None

    @property
    def presentation(self) -> Presentation | None:
        return self._shown

    @property
    def picture(self) -> Picture | None:
        return self._picture

    @property
    def transform(self) -> ViewTransform:
        return self._place.transform

    @property
    def on_screen(self) -> OnScreen | None:
        """Where the film's stored pixels stand now; None without a film."""
        from workstation.imaging.geometry import OnScreen

        if self._picture is None:
            return None
        rows, columns = self._picture.film.indices.shape[:2]
        return OnScreen(self.transform, self._picture.orientation, rows, columns, self.devicePixelRatioF())

    @property
    def fits(self) -> bool:
        """Whether the whole film is shown as large as it goes."""
        return self._place.fits

    @property
    def message(self) -> str:
        """The sentence in the film's place, if there is no film."""
        return self._message[0] if self._picture is None else ""

    def show_film(self, film: Film, presentation: Presentation | None = None, sampler: Sampler | None = None) -> None:
        """Show ``film`` whole, as the file asks for or as ``presentation`` says; ``sampler`` may be ready for it."""
        from workstation.imaging.window import default
        from workstation.ui.viewer.picture import Picture

        self._let_go()
        self._picture = Picture(film, sampler)
        self._first = self._shown = presentation or default(film)
        self._unpainted = True
        self._take_size()
        self._place.take_film(*film.indices.shape[:2])
        self.presentation_changed.emit(self._shown)
        self.update()

    def show_frame(self, film: Film, first: Presentation, sampler: Sampler | None = None) -> None:
        """Another frame of the same film: place, turn and the reader's own window stay."""
        from workstation.ui.viewer.picture import Picture

        before, shown = self._picture, self._shown
        if before is None or before.film.indices.shape[:2] != film.indices.shape[:2]:
            return self.show_film(film, first, sampler)
        self._picture = Picture(film, sampler, like=before)
        self._shown = first if shown == self._first else shown
        self._first = first
        self.presentation_changed.emit(self._shown)
        self.update()

    def clear(self, message: str = "", remedy: str = "", wrong: bool = False) -> None:
        """Nothing but words on black: an empty place, or what went wrong and what to do."""
        self._let_go()
        self._picture = self._shown = self._first = None
        self._unpainted = False
        self._message = (message, remedy, wrong)
        self.update()

    def wait(self, message: str) -> None:
        """Black at once; the words only if the film takes longer than a glance."""
        self.clear()
        self._waiting_for = message
        self._words.start()

    def _say_waiting(self) -> None:
        self._message = (self._waiting_for, "", False)
        self.update()

    def _let_go(self) -> None:
        """Another film comes, or none."""
        self._words.stop()
        self._rest.stop()
        self._notice.stop()
        self._true_size = None
        self.legend.forget()
        for laid in self.overlays:
            laid.forget()

    def set_presentation(self, presentation: Presentation) -> None:
        """Show the same film another way."""
        if self._picture is not None and presentation != self._shown:
            self._shown = presentation
            self.presentation_changed.emit(presentation)
            self.update()

    @property
    def orientation(self) -> Orientation:
        """How the film is turned."""
        from workstation.imaging.geometry import Orientation

        return self._picture.orientation if self._picture is not None else Orientation()

    def turn(self, orientation: Orientation, by: str = "the reader") -> None:
        """Show the same film turned: its values and what models are given stay; ``by`` is named on the film."""
        if self._picture is None or orientation == self._picture.orientation:
            return
        before = self._picture.orientation
        self._picture.turn(orientation)
        self._place.turn(before, orientation, *self._picture.film.indices.shape[:2])
        self.legend.turned_by = by
        self.update()

    def set_interpolation(self, name: str) -> None:
        """How pixels are drawn larger than they are: a name in ``enlarge.INTERPOLATIONS``."""
        if self._picture is not None and name != self._picture.interpolation:
            self._picture.interpolation = name
            self.update()

    def relight(self) -> None:
        """The display's own curve has changed: the same presentation gives other light."""
        if self._picture is not None:
            self._picture.relight()
            self.update()

    def say(self, words: str) -> None:
        """A sentence on the film for a few seconds: why something that was asked for did not happen."""
        self.legend.notice = words
        self._notice.start()
        self.update()

    def _unsay(self) -> None:
        self.legend.notice = ""
        self.update()

    def enhance(self, pixels: np.ndarray | None, name: str = "") -> None:
        """Show the same film through the display filter ``name``, which made ``pixels`` of it; None ends it."""
        if self._picture is not None:
            self._picture.enhance(pixels, name)
            self.update()

    # Where it lies

    def place(self, transform: ViewTransform) -> None:
        """Put the film there."""
        if self._picture is not None:
            self._place.put(transform)
            self._tell_place()

    def place_whole(self) -> None:
        """The whole film, as large as it goes."""
        if self._picture is not None:
            self._place.fit()
            self._tell_place()

    def _tell_place(self) -> None:
        self.placed.emit()
        self.update()

    def zoom_from(self, start: ViewTransform, factor: float, at: QPointF) -> None:
        """Put the film as ``start`` had it, zoomed about ``at`` (logical pixels)."""
        point = at * self.devicePixelRatioF()
        self.place(self._place.zoomed(start, factor, point.x(), point.y()))

    def _take_size(self) -> None:
        scale = self.devicePixelRatioF()
        self._place.take_view(round(self.width() * scale), round(self.height() * scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._take_size()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:  # a painter left open by an error in one layer would take the whole window with it
            self._paint(painter)
        finally:
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        if self._picture is None or self._shown is None:
            painter.fillRect(self.rect(), QColor(style.FILM))
            self.legend.paint_message(painter, self.rect(), *self._message)
            return
        self._paint_film(painter, self._picture, self._shown)
        self._paint_over(painter)
        self._paint_last(painter, self._picture, self._shown)
        self.write(painter, self, self.transform.zoom)
        self._tell_first_paint()

    def _paint_film(self, painter: QPainter, picture: Picture, shown: Presentation) -> None:
        """The image goes onto the screen's own pixels, one to one; only what it leaves free is filled."""
        self._take_size()  # the film may have moved to a screen of another scale
        width, height = self._place.view
        painter.save()
        if (scale := self.devicePixelRatioF()) != 1:
            painter.setWorldTransform(QTransform.fromScale(1 / scale, 1 / scale))
        if (visible := picture.image(self.transform, shown, width, height)) is not None:
            x, y, image = visible
            painter.drawImage(x, y, image)
            around = _around(QRect(x, y, image.width(), image.height()), width + 1, height + 1)
        else:
            around = [QRect(0, 0, width + 1, height + 1)]
        for rect in around:
            painter.fillRect(rect, Qt.GlobalColor.black)
        painter.restore()
        self._await_rest(picture)

    def _paint_over(self, painter: QPainter) -> None:
        if (on := self.on_screen) is not None:
            for laid in self.overlays:
                painter.save()
                laid.paint(painter, self.rect(), on)
                painter.restore()

    def write(self, painter: QPainter, on: Any, zoom: float) -> None:
        """The words of corners and edges on a widget, or on whatever has its ``rect`` and ``devicePixelRatioF``."""
        if self._picture is not None and self._shown is not None:
            look = replace(self._look(self._picture), zoom=zoom)
            self.legend.paint(painter, on, self._picture.film, self._shown, look)

    def warn(self, painter: QPainter, area: QRect, scale: float) -> None:
        """Of all words only those that a picture which leaves may not be without."""
        if self._picture is not None:
            self.legend.warn(painter, area, self._look(self._picture), scale)

    def _paint_last(self, painter: QPainter, picture: Picture, shown: Presentation) -> None:
        """Above everything but the words."""

    def _look(self, picture: Picture) -> Look:
        zoom, true = self.transform.zoom, self._true_size
        if true is not None and (true[0].zoom != zoom or true[1] is not self.screen()):
            true = self._true_size = None  # zoomed since, or moved to another monitor
        return Look(
            zoom,
            picture.orientation,
            picture.interpolation,
            picture.settled,
            picture.enhancement,
            true[0] if true is not None else None,
        )

    def _await_rest(self, picture: Picture) -> None:
        """Sample finely once the zoom has rested; each new zoom waits anew."""
        waiting = self._rest.isActive() and self.transform.zoom == self._resting
        if not picture.settled and not waiting and self._finer is None:
            self._resting = self.transform.zoom
            self._rest.start()

    def settle(self) -> None:
        """From the quick sampling of a zoom to the fine one; the window does not wait for a large film's."""
        picture, zoom = self._picture, self.transform.zoom
        if picture is None or picture.settled:
            return
        sampler = picture.sampler
        if picture.film.indices.size <= SETTLED_AT_ONCE:
            self._take_fine(sampler, zoom, sampler.fine(zoom))
        elif self._finer is None:
            done = partial(self._take_fine, sampler, zoom)
            self._finer = Job("fine sampling", lambda _job: sampler.fine(zoom), done, parent=self).start()

    def _take_fine(self, sampler: Sampler, zoom: float, pixels: np.ndarray) -> None:
        """Show them, if the film is still there and still at that zoom; else the next frame asks again."""
        if self._finer is not None:
            self._finer.deleteLater()
            self._finer = None
        sampler.settle(zoom, pixels)
        self.update()

    def _tell_first_paint(self) -> None:
        if self._unpainted:
            self._unpainted = False
            picture = self._picture
            # After the event, and only if no other film has come meanwhile.
            QTimer.singleShot(0, self, lambda: self.first_painted.emit() if self._picture is picture else None)


def _around(film: QRect, width: int, height: int) -> list[QRect]:
    """What of a view of ``width`` x ``height`` the film leaves free: above, below, left and right of it."""
    right, bottom = film.x() + film.width(), film.y() + film.height()
    free = [
        QRect(0, 0, width, film.y()),
        QRect(0, bottom, width, height - bottom),
        QRect(0, film.y(), film.x(), film.height()),
        QRect(right, film.y(), width - right, film.height()),
    ]
    return [rect for rect in free if not rect.isEmpty()]
