"""What is drawn on one film: the study's drawings, the one in hand, their numbers; painted from kept paths and images.

Nothing is worked out again while nothing changes: a window drag repaints what is kept. Knows no keys and no mouse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from workstation.imaging.annotation import Annotation, Kind, Markings, Point
from workstation.imaging.calibration import Scale, scale_of
from workstation.imaging.geometry import OnScreen
from workstation.imaging.measure import Measured, measured
from workstation.ui import style
from workstation.ui.viewer.kept import KeptLayer
from workstation.ui.viewer.measuring.book import CALIBRATION
from workstation.ui.viewer.measuring.outline import Outline, outline
from workstation.ui.viewer.measuring.tools import Tool
from workstation.ui.viewer.measuring.words import Words

if TYPE_CHECKING:
    from workstation.imaging.film import Film
    from workstation.ui.viewer.film_view import FilmView

DRAWN = "#f2f4f6"
DASH_PX, GAP_PX = 8.0, 5.0
KEY_IMAGE = "★ Key image"
_TOP_PX, _ABOVE_CORNERS_PX = 56, 84


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing in the making: points set, and the one under the mouse."""

    tool: Tool
    points: tuple[Point, ...]
    moving: Point | None = None

    @property
    def shown(self) -> tuple[Point, ...]:
        return self.points if self.moving is None else (*self.points, self.moving)


@dataclass(frozen=True, slots=True)
class Laid:
    """One drawing where it lies now."""

    id: str
    outline: Outline
    colour: str
    dashed: bool
    in_hand: bool
    words: QImage | None


class Sheet:
    """One view's drawings; a `Painter` of the canvas. ``plain``: for a picture that leaves, without what is in hand."""

    leaves = "drawing"

    def __init__(self, view: FilmView, markings: Callable[[], Markings], tool: Callable[[], Tool | None]) -> None:
        self._view, self._markings, self._tool = view, markings, tool
        self.shows = True
        self.plain = False
        self.sketch: Sketch | None = None
        self.held: Annotation | None = None  # as the hand is moving it
        self.selected = ""
        self._words = Words()
        self._key: tuple[object, ...] = ()
        self._laid: list[Laid] = []
        self._layer = KeptLayer()
        self._notes: list[tuple[QPointF, QImage]] = []
        self._numbers: dict[tuple[Annotation, Scale], Measured] = {}

    def forget(self) -> None:
        """Another film comes, or none."""
        self.sketch = self.held = None
        self.selected = ""
        self._key, self._laid, self._notes = (), [], []
        self._numbers.clear()
        self._layer.forget()

    # what there is

    @property
    def film(self) -> Film | None:
        return self._view.film

    def scale(self) -> Scale:
        """This film's scale, by the reader's calibration or the file."""
        assert self.film is not None
        return scale_of(self.film.instance, self._markings().calibrations)

    def drawings(self) -> list[Annotation]:
        """All drawings on this frame, calibration lines included, the one in hand as it is held."""
        film = self.film
        if film is None:
            return []
        markings, uid = self._markings(), film.instance.sop_instance_uid
        found = [
            Annotation(f"{CALIBRATION}{n}", Kind.LENGTH, one.points, uid, text=f"{one.mm:g} mm set by hand")
            for n, one in enumerate(markings.calibrations)
            if one.sop_instance_uid == uid
        ]
        found += [one for one in markings.of(uid) if one.frame == film.frame]
        return [self.held if self.held is not None and one.id == self.held.id else one for one in found]

    def drawing(self, identity: str) -> Annotation | None:
        return next((one for one in self.drawings() if one.id == identity), None)

    def numbers(self, one: Annotation, live: bool = False) -> Measured:
        """The numbers of a drawing on this film, worked out once."""
        film = self.film
        assert film is not None
        key = (one, self.scale())
        if live:
            return measured(one, film, key[1], live=True)
        if key not in self._numbers:
            if len(self._numbers) > 200:
                self._numbers.clear()
            self._numbers[key] = measured(one, film, key[1])
        return self._numbers[key]

    def laid(self, on: OnScreen, area: QRect | None = None) -> list[Laid]:
        """All drawings where they lie now, the topmost last; ``area`` where it is not the view's own."""
        area = area or self._view.rect()
        tool = None if self.plain else self._tool()
        key = (
            self._markings(),
            self.film,
            on,
            area,
            self.shows,
            self.plain,
            self.sketch,
            self.held,
            self.selected,
            tool,
        )
        if len(key) != len(self._key) or any(a is not b and a != b for a, b in zip(key, self._key, strict=True)):
            self._key = key
            self._laid = [self._lay(one, on) for one in self.drawings()] if self.shows else []
            if self.sketch is not None and not self.plain:
                self._laid.append(self._lay_sketch(self.sketch, on))
            self._notes = self._noted(area, tool, on.scale)
        return self._laid

    def _lay(self, one: Annotation, on: OnScreen) -> Laid:
        proposed, here = one.source == "proposed", one.id == self.selected and not self.plain
        colour = style.ON_FILM.AMBER if proposed else style.ON_FILM.ACCENT if here else DRAWN
        words = self._words_of(one)
        if proposed:
            words = f"proposed: {words}"
        image = self._words.image(words, colour, on.scale) if words else None
        made = outline(one.kind, one.points, on, self._words.width(words))
        return Laid(one.id, made, colour, proposed, here, image)

    def _words_of(self, one: Annotation) -> str:
        if one.id.startswith(CALIBRATION) or one.kind in (Kind.TEXT, Kind.ARROW):
            return one.text
        return self.numbers(one, live=one is self.held).words

    def _lay_sketch(self, sketch: Sketch, on: OnScreen) -> Laid:
        film = self.film
        assert film is not None
        points = sketch.shown
        one = Annotation("", sketch.tool.kind, points, film.instance.sop_instance_uid, film.frame)
        words = "" if sketch.tool.asks else self.numbers(one, live=True).words
        image = self._words.image(words, style.ON_FILM.ACCENT, on.scale) if words else None
        return Laid("", outline(one.kind, points, on), style.ON_FILM.ACCENT, False, True, image)

    def _noted(self, area: QRect, tool: Tool | None, scale: float) -> list[tuple[QPointF, QImage]]:
        """The key image's mark on top; what the next click sets, below."""
        notes = []
        film = self.film
        if film is not None and film.instance.sop_instance_uid in self._markings().key_images:
            notes.append((float(_TOP_PX), self._words.image(KEY_IMAGE, DRAWN, scale)))
        if tool is not None:
            done = len(self.sketch.points) if self.sketch is not None else 0
            tool = self.sketch.tool if self.sketch is not None else tool
            hint = tool.hints[min(done, len(tool.hints) - 1)]
            notes.append(
                (float(area.height() - _ABOVE_CORNERS_PX), self._words.image(hint, style.ON_FILM.ACCENT, scale))
            )
        width = area.width()
        return [(QPointF((width - image.deviceIndependentSize().width()) / 2, top), image) for top, image in notes]

    # painting

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        laid = self.laid(on, area)
        self._layer.paint(painter, area, on.scale, laid, lambda painter: self._draw(painter, laid, area))

    def _draw(self, painter: QPainter, laid: list[Laid], area: QRect) -> None:
        if laid:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = places(laid, area)
        for one in laid:
            if one.in_hand or not one.outline.unseen:
                _stroke(painter, one.outline.path, one.colour, one.dashed)
            if not one.outline.faint.isEmpty():
                _stroke(painter, one.outline.faint, one.colour, True)
            if one.in_hand:
                _paint_handles(painter, one.outline.handles, one.colour)
            if one.words is not None:
                painter.drawImage(at[id(one)], one.words)
        for top_left, image in self._notes:
            painter.drawImage(top_left, image)


def _stroke(painter: QPainter, path: QPainterPath, colour: str, dashed: bool) -> None:
    """The line over its dark halo: it reads on white and on black."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((QColor(0, 0, 0, 170), 3.6), (QColor(colour), 1.5)):
        pen = QPen(ink, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([DASH_PX / width, GAP_PX / width])
        painter.setPen(pen)
        painter.drawPath(path)


def _paint_handles(painter: QPainter, handles: list[QPointF], colour: str) -> None:
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.2))
    painter.setBrush(QColor(colour))
    for handle in handles:
        painter.drawEllipse(handle, 4.0, 4.0)


def places(laid: list[Laid], area: QRect) -> dict[int, QPointF]:
    """Where each drawing's words stand; a text stands where it was put, numbers make way."""
    taken: list[QRectF] = []
    found: dict[int, QPointF] = {}
    for one in sorted(laid, key=lambda each: not each.outline.unseen):
        if one.words is not None:
            wanted = QRectF(_inside(one.outline, one.words, area), one.words.deviceIndependentSize())
            taken.append(wanted if one.outline.unseen else clear_of(taken, wanted, area))
            found[id(one)] = taken[-1].topLeft()
    return found


def clear_of(taken: list[QRectF], wanted: QRectF, area: QRect) -> QRectF:
    """The next place below where no other words stand; where the view has none, the wanted one."""
    place = wanted
    while (over := next((other for other in taken if other.intersects(place)), None)) is not None:
        place = place.translated(0, over.bottom() + 1 - place.top())
    return place if place.bottom() <= area.bottom() else wanted


def _inside(outline: Outline, image: QImage, area: QRect) -> QPointF:
    """Words never run out of the view: what has no room on the right goes to the left of its drawing."""
    at, size = outline.words_at, image.deviceIndependentSize()
    before = outline.path.boundingRect().left() - size.width() - 8
    if at.x() + size.width() > area.right() and before > area.left():
        return QPointF(before, at.y())
    x = min(max(at.x(), area.left() + 2.0), area.right() - size.width() - 2)
    y = min(max(at.y(), area.top() + 2.0), area.bottom() - size.height() - 2)
    return QPointF(x, y)
