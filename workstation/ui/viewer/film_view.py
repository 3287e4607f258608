"""A film in the reader's hands: the verbs that change how it is shown, and the mouse.

Every verb says what it did through ``acted``; keys are the pane's. Knows no study and no thread.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QCursor, QEnterEvent, QFocusEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from workstation.ui.viewer.canvas import FilmCanvas
from workstation.ui.viewer.facts import pair
from workstation.ui.viewer.hands import TOOLS, Guest, Hands
from workstation.ui.viewer.lens import Lens

if TYPE_CHECKING:
    from workstation.dicom.records import Window
    from workstation.imaging.geometry import Orientation
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.picture import Picture
    from workstation.ui.viewer.truesize import TrueSize

ZOOM_PER_NOTCH = 1.2
ZOOM_TOLD_AFTER_MS = 400


class FilmView(FilmCanvas):
    """One film, windowed, moved and asked about by hand."""

    hovered = Signal(object)  # (row, column) of the film pixel under the cursor, or None
    acted = Signal(str, dict)
    full_requested = Signal()
    focused = Signal()
    menu_requested = Signal(object)  # QPoint of the screen: a right click that did not become a drag
    turned = Signal(int)  # wheel notches, where the wheel goes through films
    lens_left = Signal()  # Esc, while the magnifier is out

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.tool = "window"  # what the left button does: a name in `tools`
        self.tools = dict(TOOLS)
        self.guest: Guest | None = None  # asked first at every mouse event
        self.sensitivity = 1.0
        self.down_brightens = True
        self.wheel_zooms = True  # nothing else is there for the wheel to go through
        self.wheel_always_zooms = False
        self.middle_drag, self.right_drag = "pan", "zoom"
        self.lens = Lens()
        self._hands = Hands(self)
        self._zoomed_since = 0.0
        self._zoomed = self._timer(ZOOM_TOLD_AFTER_MS, self._tell_zoom)

    def _let_go(self) -> None:
        super()._let_go()
        self._tell_zoom()
        self._hands.let_go()
        self.lens.frozen = None
        self.hovered.emit(None)

    # The window

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
        """Window, zoom, turn and place as the film first stood; the magnifier alone, while it is out."""
        from workstation.imaging.geometry import Orientation

        if self.lens.on:
            self.lens_left.emit()
        elif self._first is not None:
            self._hands.let_go()
            self.set_presentation(self._first)
            self.turn(Orientation())
            self._place.fit()
            self._tell_place()
            self.acted.emit("reset", {})

    # The turn

    def turn_by(self, quarters: int) -> None:
        """Clockwise by quarters, as the eye sees it."""
        self._turn("right" if quarters > 0 else "left", self.orientation.turned(quarters))

    def flip_across(self) -> None:
        """Left for right, as the eye sees it."""
        self._turn("across", self.orientation.flipped_across())

    def flip_down(self) -> None:
        """Top for bottom, as the eye sees it."""
        self._turn("down", self.orientation.flipped_down())

    def _turn(self, how: str, to: Orientation) -> None:
        if self._picture is not None:
            self.turn(to)
            self.acted.emit("turn", {"how": how, "quarter_turns": to.quarter_turns, "mirrored": to.mirrored})

    # The place

    def fit(self) -> None:
        """The whole film, as large as it goes."""
        if self._picture is not None:
            self._place.fit()
            self._tell_place()
            self.acted.emit("fit", {})

    def one_to_one(self) -> None:
        """One film pixel on one screen pixel."""
        if self._picture is not None:
            self._place.one_to_one()
            self._tell_place()
            self.acted.emit("one_to_one", {})

    def size_truly(self, true: TrueSize) -> None:
        """As large as ``true`` says, with its words; or why that cannot be."""
        if self._picture is None:
            return
        if true.zoom is None:
            self.say(true.words)
            return
        self._place.size(true.zoom)
        self._true_size = true, self.screen()
        self.update()
        self.acted.emit("true_size", {"zoom": round(true.zoom, 4), "words": true.words, "measured": not true.doubt})

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Closer or further, about ``at`` (logical pixels) or the middle of the view."""
        if self._picture is None:
            return
        self._zoomed_since = self._zoomed_since or self.transform.zoom
        self.zoom_from(self.transform, factor, at if at is not None else QPointF(self.rect().center()))
        self._zoomed.start()

    def _tell_zoom(self) -> None:
        """One line in the log for a whole turn of the wheel."""
        self._zoomed.stop()
        before, self._zoomed_since = self._zoomed_since, 0.0
        if before and before != self.transform.zoom:
            self.acted.emit("zoom", {"how": "steps", "from": round(before, 4), "to": round(self.transform.zoom, 4)})

    # The magnifier

    def show_lens(self, on: bool) -> None:
        """Bring the magnifier out, or put it away."""
        if on:
            self.lens.on = True
            self._move_lens(QPointF(self.mapFromGlobal(QCursor.pos())) if self.underMouse() else self.lens.at)
        else:
            self.lens.put_away()
        self.update()

    def _move_lens(self, at: QPointF | None) -> None:
        """Only what it covers now and covered before is painted anew."""
        before = self.lens.area()
        self.lens.at = at
        for area in (before, self.lens.area()):
            if not area.isEmpty():
                self.update(area)

    def _paint_last(self, painter: QPainter, picture: Picture, shown: Presentation) -> None:
        if (on := self.on_screen) is not None:
            self.lens.paint(painter, picture, shown, on)

    # Mouse and focus

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.focused.emit()
        if self._picture is not None and not self._taken("press", event):
            self._hands.press(event.button(), event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._hands.dragging and self._taken("move", event):
            self._hover(event.position())
            return
        self._hands.move(event.position(), event.modifiers())
        if not self._hands.dragging:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._hands.dragging and self._taken("release", event):
            return
        right = event.button() == Qt.MouseButton.RightButton
        if right and self._hands.clicking and self._picture is not None:
            self.menu_requested.emit(event.globalPosition().toPoint())
        done = self._hands.release(event.button())
        if done is not None:
            self.acted.emit(*done)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._taken("double_click", event) and event.button() == Qt.MouseButton.LeftButton:
            self.full_requested.emit()

    def _taken(self, verb: str, event: QMouseEvent) -> bool:
        """Whether a guest wants this event for itself."""
        on = self.on_screen if self.guest is not None else None
        return on is not None and bool(getattr(self.guest, verb)(event, on))

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if self.lens.on and not event.modifiers():
            self.lens.closer(notches)
            self.update(self.lens.area())
        elif self.wheel_zooms or self.wheel_always_zooms or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
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

    def pixel_at(self, at: QPointF) -> tuple[int, int] | None:
        """Stored (row, column) under ``at`` (logical pixels), or None beside the film."""
        point, on = at * self.devicePixelRatioF(), self.on_screen
        if on is None:
            return None
        row, col = (math.floor(each) for each in on.to_film(int(point.x()) + 0.5, int(point.y()) + 0.5))
        return (row, col) if 0 <= row < on.rows and 0 <= col < on.columns else None

    def _hover(self, at: QPointF | None) -> None:
        self._move_lens(at)
        pixel = None
        if at is not None and self._picture is not None:
            pixel = self.pixel_at(at)
        if pixel != self.legend.cursor:
            self.legend.cursor = pixel
            self.hovered.emit(pixel)
            self.update(self.legend.cursor_area(self.rect()))
