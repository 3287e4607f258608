"""One film on a black ground: painting, the verbs that change how it is shown, and the mouse.

Every verb says what it did through ``acted``; keys are the pane's. Knows one film at a time, no study, no thread.
All places are device pixels, so that 1:1 is exact on scaled screens too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFocusEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from workstation.ui import style
from workstation.ui.viewer.facts import pair
from workstation.ui.viewer.hands import Hands
from workstation.ui.viewer.legend import Legend
from workstation.ui.viewer.place import Place

if TYPE_CHECKING:
    from workstation.dicom.records import Window
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.screen import Sampler
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.picture import Picture

# numpy, OpenCV and the rooms that need them are imported with the first film, not with the window.

ZOOM_PER_NOTCH = 1.2
WORDS_AFTER_MS = 150  # a film that comes sooner is not announced: nothing flickers
ZOOM_TOLD_AFTER_MS = 400


class FilmView(QWidget):
    """A film, or a sentence in its place."""

    presentation_changed = Signal(object)
    hovered = Signal(object)  # (row, column) of the film pixel under the cursor, or None
    first_painted = Signal()
    acted = Signal(str, dict)
    full_requested = Signal()
    focused = Signal()
    turned = Signal(int)  # wheel notches, where the wheel goes through films

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Film")
        self.tool = "window"
        self.sensitivity = 1.0
        self.down_brightens = True
        self.wheel_zooms = True
        self.legend = Legend()
        self._place = Place()
        self._hands = Hands(self)
        self._picture: Picture | None = None
        self._shown: Presentation | None = None
        self._first: Presentation | None = None
        self._unpainted = False
        self._message = ("", "", False)
        self._waiting_for = ""
        self._words = self._timer(WORDS_AFTER_MS, self._say_waiting)
        self._zoomed_since = 0.0
        self._zoomed = self._timer(ZOOM_TOLD_AFTER_MS, self._tell_zoom)

    def _timer(self, after_ms: int, slot: object) -> QTimer:
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
    def message(self) -> str:
        """The sentence in the film's place, if there is no film."""
        return self._message[0] if self._picture is None else ""

    def show_film(
        self, film: Film, presentation: Presentation | None = None, sampler: Sampler | None = None
    ) -> None:
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

    def clear(self, message: str = "", remedy: str = "", wrong: bool = False) -> None:
        """Nothing but words on black: an empty place, or what went wrong and what to do."""
        self._let_go()
        self._picture = self._shown = self._first = None
        self._unpainted = False
        self._message = (message, remedy, wrong)
        self.hovered.emit(None)
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
        self._words.stop()
        self._tell_zoom()
        self._hands.let_go()
        self.legend.cursor = None

    # The window

    def set_presentation(self, presentation: Presentation) -> None:
        """Show the same film another way."""
        if self._picture is not None and presentation != self._shown:
            self._shown = presentation
            self.presentation_changed.emit(presentation)
            self.update()

    def choose(self, choice: Presentation) -> None:
        """A named window; the reader's own inversion stays."""
        from workstation.ui.viewer.windowing import named

        if self._shown is not None:
            self.set_presentation(named(self._shown, choice))
            self.acted.emit("window", {"how": "choice", "label": choice.label})

    def linear_window(self) -> Window:
        """The window in force, or the one that comes nearest to the VOI LUT in force."""
        from workstation.ui.viewer.windowing import linear_window

        assert self._picture is not None and self._shown is not None
        return linear_window(self._picture.film, self._shown)

    def can_window(self) -> bool:
        """Colour has no window."""
        return self._picture is not None and self._picture.film.colour is None

    def set_window(self, center: float, width: float) -> None:
        """A typed window."""
        from workstation.ui.viewer.windowing import typed

        if self._picture is None or self._shown is None or not self.can_window():
            return
        before = pair(self.linear_window())
        self.set_presentation(typed(self._picture.film, self._shown, center, width))
        self.acted.emit("window", {"how": "typed", "from": before, "to": pair(self.linear_window())})

    def drag_window(self, dx: float, dy: float) -> None:
        """Widen by ``dx`` and brighten or darken by ``dy`` logical pixels of mouse movement."""
        from workstation.ui.viewer.windowing import dragged_by

        if self._picture is not None and self._shown is not None and self.can_window():
            step = (dx * self.sensitivity, dy * self.sensitivity)
            self.set_presentation(dragged_by(self._picture.film, self._shown, *step, self.down_brightens))

    def auto_window(self) -> None:
        """The window that the film's own values ask for."""
        from workstation.imaging.window import auto

        if self._picture is not None and self.can_window():
            self.choose(auto(self._picture.film))

    def invert(self) -> None:
        """Black for white."""
        if self._shown is not None:
            self.set_presentation(replace(self._shown, invert=not self._shown.invert))
            self.acted.emit("invert", {"on": self._shown.invert})

    def reset(self) -> None:
        """Window, zoom and place as the film first stood."""
        if self._first is not None:
            self._hands.let_go()
            self.set_presentation(self._first)
            self._place.fit()
            self.update()
            self.acted.emit("reset", {})

    # The place

    def place(self, transform: ViewTransform) -> None:
        """Put the film there."""
        if self._picture is not None:
            self._place.put(transform)
            self.update()

    def fit(self) -> None:
        """The whole film, as large as it goes."""
        if self._picture is not None:
            self._place.fit()
            self.update()
            self.acted.emit("fit", {})

    def one_to_one(self) -> None:
        """One film pixel on one screen pixel."""
        if self._picture is not None:
            self._place.one_to_one()
            self.update()
            self.acted.emit("one_to_one", {})

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Closer or further, about ``at`` (logical pixels) or the middle of the view."""
        if self._picture is None:
            return
        self._zoomed_since = self._zoomed_since or self.transform.zoom
        self.zoom_from(self.transform, factor, at if at is not None else QPointF(self.rect().center()))
        self._zoomed.start()

    def zoom_from(self, start: ViewTransform, factor: float, at: QPointF) -> None:
        """Put the film as ``start`` had it, zoomed about ``at`` (logical pixels)."""
        point = at * self.devicePixelRatioF()
        self.place(self._place.zoomed(start, factor, point.x(), point.y()))

    def _tell_zoom(self) -> None:
        """One line in the log for a whole turn of the wheel."""
        self._zoomed.stop()
        before, self._zoomed_since = self._zoomed_since, 0.0
        if before and before != self.transform.zoom:
            self.acted.emit("zoom", {"how": "steps", "from": round(before, 4), "to": round(self.transform.zoom, 4)})

    def _take_size(self) -> None:
        scale = self.devicePixelRatioF()
        self._place.take_view(round(self.width() * scale), round(self.height() * scale))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._take_size()

    # Mouse and focus

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focused.emit()
        if self._picture is not None:
            self._hands.press(event.button(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hands.move(event.position(), event.modifiers())
        if not self._hands.dragging:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        done = self._hands.release(event.button())
        if done is not None:
            self.acted.emit(*done)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.full_requested.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if self.wheel_zooms or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(ZOOM_PER_NOTCH**notches, event.position())
        elif notches:
            self.turned.emit(-1 if notches > 0 else 1)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.focused.emit()
        super().focusInEvent(event)

    def _hover(self, at: QPointF | None) -> None:
        pixel = None
        if at is not None and self._picture is not None:
            point = at * self.devicePixelRatioF()
            pixel = self._place.pixel_at(point.x(), point.y())
        if pixel != self.legend.cursor:
            self.legend.cursor = pixel
            self.hovered.emit(pixel)
            self.update(self.legend.cursor_area(self.rect()))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._picture is None or self._shown is None:
            painter.fillRect(self.rect(), QColor(style.FILM))
            self.legend.paint_message(painter, self.rect(), *self._message)
        else:
            self._paint_film(painter, self._picture, self._shown)
            self.legend.paint(painter, self, self._picture.film, self._shown, self.transform)
            self._tell_first_paint()
        painter.end()

    def _paint_film(self, painter: QPainter, picture: Picture, shown: Presentation) -> None:
        """The image goes onto the screen's own pixels, one to one; only what it leaves free is filled."""
        self._take_size()  # the film may have moved to a screen of another scale
        width, height = self._place.view
        painter.save()
        if (scale := self.devicePixelRatioF()) != 1:
            painter.setWorldTransform(QTransform.fromScale(1 / scale, 1 / scale))
        free = QRegion(QRect(0, 0, width + 1, height + 1))
        if (visible := picture.image(self.transform, shown, width, height)) is not None:
            x, y, image = visible
            painter.drawImage(x, y, image)
            free -= QRegion(x, y, image.width(), image.height())
        for rect in free:
            painter.fillRect(rect, QColor(style.FILM))
        painter.restore()

    def _tell_first_paint(self) -> None:
        if self._unpainted:
            self._unpainted = False
            picture = self._picture
            # After the event, and only if no other film has come meanwhile.
            QTimer.singleShot(0, self, lambda: self.first_painted.emit() if self._picture is picture else None)
