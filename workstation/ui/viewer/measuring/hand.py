"""The mouse on a film -> drawings made, chosen and moved; a `Guest` of the view.

A press begins, a click or the end of a drag sets each further point. A drawing is taken hold of by its points with any
tool, by its lines with the film's own tools. What became of it goes to the book, which can go back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from workstation.imaging.annotation import Annotation, Calibration, Kind, Point
from workstation.imaging.geometry import OnScreen
from workstation.ui.viewer.measuring.book import Book
from workstation.ui.viewer.measuring.field import Field
from workstation.ui.viewer.measuring.sheet import Sheet, Sketch
from workstation.ui.viewer.measuring.tools import Tool

if TYPE_CHECKING:
    from workstation.ui.viewer.film_view import FilmView

MOVED_PX = 3.0  # less is a click
CLOSES_PX = 12.0  # a line that ends so near its start is an outline
STEP_PX = 2.0  # between two points of a line that follows the hand
MOST_POINTS = 3000


class Hand:
    """One view's mouse. ``completed`` turns a finished sketch into a drawing (or None: nothing comes of it)."""

    def __init__(
        self,
        view: FilmView,
        sheet: Sheet,
        book: Callable[[], Book],
        tool: Callable[[], Tool | None],
        completed: Callable[[Tool, tuple[Point, ...], OnScreen], Annotation | None],
        now: Callable[[], str],
    ) -> None:
        self._view, self.sheet, self._book, self._tool = view, sheet, book, tool
        self._completed, self._now = completed, now
        self._from = QPointF()
        self._moved = False
        self._down = False  # our button is down
        self._fresh = False  # this press has set a point; its release sets one only after a drag
        self._grip: tuple[Annotation, int | None, Point] | None = None
        self._field: Field | None = None
        self._shape: Qt.CursorShape | None = None  # the cursor before it pointed at a drawing
        self.may_draw = True  # on a prior what was drawn is seen, not changed

    # the mouse

    def press(self, event: QMouseEvent, on: OnScreen) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or not self.may_draw:
            return False
        at, tool = event.position(), self._tool()
        self._from, self._moved, self._fresh = at, False, False
        if self.sheet.sketch is None and self._take_hold(at, on, lines=tool is None):
            self._down = True
        elif tool is not None:
            self._down = True
            self._begin(tool, self._point(at, on))
        return self._down

    def _begin(self, tool: Tool, point: Point) -> None:
        """The next point: at once where a line begins, else when the button comes up."""
        points: tuple[Point, ...] = ()
        if self.sheet.sketch is not None:
            tool, points = self.sheet.sketch.tool, self.sheet.sketch.points
        if len(points) in tool.begins:
            points, self._fresh = (*points, point), True
        self._draw(Sketch(tool, points, None if self._fresh else point))

    def move(self, event: QMouseEvent, on: OnScreen) -> bool:
        at = event.position()
        if self._down and (at - self._from).manhattanLength() >= MOVED_PX:
            self._moved = True
        if self._grip is not None:
            if self._moved:
                self._carry(self._point(at, on))
            return True
        sketch = self.sheet.sketch
        if sketch is None:
            self._show_grasp(at, on)
            return self._down
        self._follow(sketch, at, on)
        return self._down

    def release(self, event: QMouseEvent, on: OnScreen) -> bool:
        if event.button() != Qt.MouseButton.LeftButton or not self._down:
            return False
        self._down = False
        if self._grip is not None:
            self._let_down()
        elif (sketch := self.sheet.sketch) is not None:
            self._set(sketch, self._point(event.position(), on), on)
        return True

    def double_click(self, event: QMouseEvent, on: OnScreen) -> bool:
        """The second press of two quick clicks is a press like any other; on words it opens them."""
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        free = self._tool() is None and self.may_draw
        hit = self._hit(event.position(), on, lines=True) if free else None
        if hit is not None and hit[0].kind in (Kind.TEXT, Kind.ARROW):
            self.edit_words(hit[0], on)
            return True
        return self.press(event, on)

    # making

    def _follow(self, sketch: Sketch, at: QPointF, on: OnScreen) -> None:
        point = self._point(at, on)
        if sketch.tool.points == 0:
            far = (at - QPointF(*on.to_logical(*sketch.points[-1]))).manhattanLength()
            if far >= STEP_PX and len(sketch.points) < MOST_POINTS:
                self._draw(replace(sketch, points=(*sketch.points, point)))
        else:
            self._draw(replace(sketch, moving=point))

    def _set(self, sketch: Sketch, point: Point, on: OnScreen) -> None:
        """The button came up: a point stands, and the last one ends the drawing."""
        points = sketch.points
        if sketch.tool.points == 0:
            self._end(sketch.tool, _closed(points, on), on)
            return
        if self._moved or not self._fresh:
            points = (*points, point)
        if len(points) < sketch.tool.points:
            self._draw(Sketch(sketch.tool, points, None))
        else:
            self._end(sketch.tool, points, on)

    def _end(self, tool: Tool, points: tuple[Point, ...], on: OnScreen) -> None:
        self._draw(None)
        if len(points) < max(tool.points, 2 if tool.points == 0 else 1) or _is_dot(points):
            return
        if tool.name == "calibrate":
            self._ask_length(points, on)
            return
        one = self._completed(tool, points, on)
        if one is None:
            return
        if tool.asks:
            self.edit_words(one, on, new=True)
        else:
            self.keep(one)

    def keep(self, one: Annotation) -> None:
        """A new drawing stands, and is chosen."""
        self.sheet.selected = one.id
        self._book().add(one)
        self._view.acted.emit("measure", {"kind": one.kind.value, "source": one.source})

    def new(self, kind: Kind, points: tuple[Point, ...], **more: str) -> Annotation:
        """A drawing of this film and frame, with an id of its own."""
        film = self._view.film
        assert film is not None
        uid = film.instance.sop_instance_uid
        return Annotation(uuid.uuid4().hex, kind, points, uid, film.frame, made_at=self._now(), **more)

    def drop(self) -> bool:
        """End what is in the making; whether anything was. Words being typed stand as they are."""
        if self._field is not None:
            self._field.finish(self._field.text().strip(), back=False)
        busy = self.sheet.sketch is not None or self._grip is not None
        self._down, self._grip, self.sheet.held = False, None, None
        if self._shape is not None:
            self._view.setCursor(self._shape)
            self._shape = None
        self._draw(None)
        return busy

    # words and millimetres, typed on the film

    def edit_words(self, one: Annotation, on: OnScreen, new: bool = False) -> None:
        """A field where the words stand; a text without words is no drawing."""

        def done(text: str | None) -> None:
            if new and (text if one.kind is Kind.TEXT else text is not None):
                self.keep(replace(one, text=text or ""))
            elif not new and text:
                self._book().put(replace(one, text=text))

        self._ask(one.points[-1], on, "Words", one.text, done)

    def _ask_length(self, points: tuple[Point, ...], on: OnScreen) -> None:
        def done(text: str | None) -> None:
            mm = _millimetres(text)
            if mm is not None and (film := self._view.film) is not None:
                uid = film.instance.sop_instance_uid
                self._book().calibrate(Calibration(uid, (points[0], points[1]), mm, self._now()))
                self._view.acted.emit("measure", {"kind": "calibration"})

        self._ask(points[-1], on, "Its length in mm", "", done)

    def _ask(self, point: Point, on: OnScreen, asks: str, text: str, done: Callable[[str | None], object]) -> None:
        if self._field is not None:
            self._field.finish(None, back=False)

        def ended(answer: str | None) -> None:
            self._field = None
            done(answer)
            self._view.update()

        self._field = Field(self._view, QPointF(*on.to_logical(*point)) + QPointF(8, 8), asks, text, ended)

    # choosing and moving

    def _hit(self, at: QPointF, on: OnScreen, lines: bool) -> tuple[Annotation, int | None] | None:
        """The topmost drawing under the mouse, and which of its points (None: its line)."""
        for laid in reversed(self.sheet.laid(on)):
            one = self.sheet.drawing(laid.id)
            if one is None or one.source == "foreign":
                continue
            handle = laid.outline.handle_at(at)
            if handle is not None or (lines and laid.outline.touches(at)):
                return one, handle
        return None

    def _take_hold(self, at: QPointF, on: OnScreen, lines: bool) -> bool:
        hit = self._hit(at, on, lines)
        if hit is None:
            self._select("")
            return False
        one, handle = hit
        self._grip = (one, handle, self._point(at, on))
        self._select(one.id)
        return True

    def _carry(self, to: Point) -> None:
        """The point, or the whole drawing, follows the hand."""
        assert self._grip is not None
        one, handle, start = self._grip
        if handle is not None:
            points = tuple(to if n == handle else point for n, point in enumerate(one.points))
        else:
            down, across = to[0] - start[0], to[1] - start[1]
            points = tuple((row + down, col + across) for row, col in one.points)
        self.sheet.held = replace(one, points=points, source="reader")
        self._view.update()

    def _let_down(self) -> None:
        held, self.sheet.held, self._grip = self.sheet.held, None, None
        if held is not None:
            self._book().put(held)
            self._view.acted.emit("measure", {"kind": held.kind.value, "moved": True})
        self._view.update()

    def _select(self, identity: str) -> None:
        if identity != self.sheet.selected:
            self.sheet.selected = identity
            self._view.update()

    def _show_grasp(self, at: QPointF, on: OnScreen) -> None:
        """The cursor says what a press would do."""
        hit = self.may_draw and self._hit(at, on, lines=self._tool() is None) is not None
        if hit and self._shape is None:
            self._shape = self._view.cursor().shape()
            self._view.setCursor(Qt.CursorShape.PointingHandCursor)
        elif not hit and self._shape is not None:
            self._view.setCursor(self._shape)
            self._shape = None

    def _draw(self, sketch: Sketch | None) -> None:
        if sketch != self.sheet.sketch:
            self.sheet.sketch = sketch
            self._view.update()

    def _point(self, at: QPointF, on: OnScreen) -> Point:
        """Stored (row, column) under the mouse, held on the film."""
        row, col = on.from_logical(at.x(), at.y())
        return min(max(row, 0.0), float(on.rows)), min(max(col, 0.0), float(on.columns))


def _closed(points: tuple[Point, ...], on: OnScreen) -> tuple[Point, ...]:
    """An outline where the line comes back to its start."""
    first, last = (QPointF(*on.to_logical(*point)) for point in (points[0], points[-1]))
    near = len(points) > 8 and (last - first).manhattanLength() <= CLOSES_PX
    return (*points, points[0]) if near else points


def _is_dot(points: tuple[Point, ...]) -> bool:
    """Two points or more that are all one."""
    return len(points) > 1 and len(set(points)) == 1


def _millimetres(text: str | None) -> float | None:
    """What was typed as a length; None when it is none."""
    try:
        mm = float((text or "").lower().removesuffix("mm").strip().replace(",", "."))
    except ValueError:
        return None
    return mm if 0 < mm < 10_000 else None
