"""Mouse drags on a film -> window, place and zoom, step by step, and one fact for the log at the end.

A drag begins only after the mouse has really moved, so that a click never changes the film. Ctrl is faster,
Ctrl+Shift faster still, Shift finer, at any moment of the drag. Knows the view by its verbs only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from workstation.ui.viewer.facts import pair

if TYPE_CHECKING:
    from workstation.imaging.geometry import OnScreen, ViewTransform
    from workstation.ui.viewer.film_view import FilmView

FASTER, FASTEST, FINER = 4.0, 10.0, 0.2
STARTS_AFTER = 3.0  # logical pixels
ZOOM_STEP = 200.0  # logical pixels for a factor e


class Drag(Protocol):
    """One drag from press to release."""

    kind: str

    def move(self, step: QPointF, speed: float) -> None:
        """Follow the mouse by ``step`` logical pixels."""

    def facts(self) -> dict[str, Any]:
        """What changed from start to end."""


class Guest(Protocol):
    """Takes the mouse on a film before the film's own tools do; each answer says whether the event was taken.

    ``on.from_logical(x, y)`` of the event's position is the stored (row, column) under the mouse.
    """

    def press(self, event: QMouseEvent, on: OnScreen) -> bool: ...

    def move(self, event: QMouseEvent, on: OnScreen) -> bool: ...

    def release(self, event: QMouseEvent, on: OnScreen) -> bool: ...

    def double_click(self, event: QMouseEvent, on: OnScreen) -> bool: ...


class WindowDrag:
    """Across for width, up and down for centre, relative to the window in force."""

    kind = "window"

    def __init__(self, view: FilmView) -> None:
        self._view = view
        self._start = view.linear_window()

    def move(self, step: QPointF, speed: float) -> None:
        self._view.drag_window(step.x() * speed, step.y() * speed)

    def facts(self) -> dict[str, Any]:
        return {"how": "drag", "from": pair(self._start), "to": pair(self._view.linear_window())}


class PanDrag:
    """The film follows the hand."""

    kind = "pan"

    def __init__(self, view: FilmView) -> None:
        self._view = view
        self._start = view.transform
        self._moved = QPointF()

    def move(self, step: QPointF, speed: float) -> None:
        self._moved += step
        scale = self._view.devicePixelRatioF()
        self._view.place(self._start.panned(self._moved.x() * scale, self._moved.y() * scale))

    def facts(self) -> dict[str, Any]:
        end = self._view.transform
        return {"x": round(end.left - self._start.left), "y": round(end.top - self._start.top)}


class ZoomDrag:
    """Up is closer; the point under the press stays where it is."""

    kind = "zoom"

    def __init__(self, view: FilmView, anchor: QPointF) -> None:
        self._view = view
        self._start: ViewTransform = view.transform
        self._anchor = anchor
        self._up = 0.0

    def move(self, step: QPointF, speed: float) -> None:
        self._up -= step.y() * speed
        self._view.zoom_from(self._start, math.exp(self._up / ZOOM_STEP), self._anchor)

    def facts(self) -> dict[str, Any]:
        return {"how": "drag", "from": round(self._start.zoom, 4), "to": round(self._view.transform.zoom, 4)}


class Hands:
    """Which button with which tool begins which drag, and when it has really begun."""

    def __init__(self, view: FilmView) -> None:
        self._view = view
        self._pressed: Qt.MouseButton | None = None
        self._from = QPointF()
        self._at = QPointF()
        self._drag: Drag | None = None

    @property
    def dragging(self) -> bool:
        return self._drag is not None

    @property
    def clicking(self) -> bool:
        """A button is down and the mouse has not moved yet."""
        return self._pressed is not None and self._drag is None

    def press(self, button: Qt.MouseButton, at: QPointF) -> None:
        """Remember where a drag would start; a second button during a drag is ignored."""
        if self._pressed is None and self._kind(button):
            self._pressed, self._from, self._at = button, at, at

    def move(self, at: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Begin the drag, or follow."""
        if self._pressed is None:
            return
        if self._drag is None:
            if (at - self._from).manhattanLength() < STARTS_AFTER:
                return
            self._drag = self._begun(self._kind(self._pressed))
            if getattr(self._drag, "from_press", False):  # what is drawn begins where the button went down
                self._drag.move(at - self._from, 1.0)
            self._at = at
            return
        step, self._at = at - self._at, at
        self._drag.move(step, _speed(modifiers))

    def release(self, button: Qt.MouseButton) -> tuple[str, dict[str, Any]] | None:
        """End the drag; what happened, if anything did."""
        if button != self._pressed:
            return None
        drag, self._drag, self._pressed = self._drag, None, None
        return (drag.kind, drag.facts()) if drag is not None else None

    def let_go(self) -> None:
        """Another film came: whatever was held is not held any more."""
        self._drag = self._pressed = None

    def _kind(self, button: Qt.MouseButton) -> str:
        return {
            Qt.MouseButton.LeftButton: self._view.tool,
            Qt.MouseButton.MiddleButton: self._view.middle_drag,
            Qt.MouseButton.RightButton: self._view.right_drag,
        }.get(button, "")

    def _begun(self, kind: str) -> Drag:
        return self._view.tools.get(kind, _window)(self._view, self._from)


def _window(view: FilmView, _at: QPointF) -> Drag:
    return WindowDrag(view)


def _pan(view: FilmView, _at: QPointF) -> Drag:
    return PanDrag(view)


# The tool's name, and the drag that it begins at a place (logical pixels). A view holds its own copy to add to.
ToolFactory = Callable[["FilmView", QPointF], Drag]
TOOLS: dict[str, ToolFactory] = {"window": _window, "pan": _pan, "zoom": ZoomDrag}


def _speed(modifiers: Qt.KeyboardModifier) -> float:
    finer = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    if modifiers & Qt.KeyboardModifier.ControlModifier:
        return FASTEST if finer else FASTER
    return FINER if finer else 1.0
