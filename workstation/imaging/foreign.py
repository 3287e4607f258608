"""What a foreign presentation state draws on one frame becomes `Annotation` records in that film's stored pixels.

Shapes that the program does not draw itself (circles, ellipses of any tilt) become closed lines. Places in fractions of
the displayed area are turned back by the state's own turn (PS3.3 C.10.5.1.2). Knows no screen and no file.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from workstation.dicom.presentation_records import DISPLAY, Graphic, Place, PresentationState, Words
from workstation.dicom.records import Instance
from workstation.imaging.adjust import window_of
from workstation.imaging.annotation import Annotation, Kind, Point
from workstation.imaging.film import Film
from workstation.imaging.geometry import Orientation
from workstation.imaging.window import Presentation

CORNERS = 72  # of a circle
_KINDS = {"POINT": Kind.POINT, "POLYLINE": Kind.POLYLINE, "INTERPOLATED": Kind.CURVE}
_ToFilm = Callable[[Place, str], Point]


def drawn_on(state: PresentationState, instance: Instance, frame: int = 0) -> tuple[Annotation, ...]:
    """The state's drawings on this frame; empty where it names another film."""
    to_film = _placing(state, instance, frame)
    found: list[Annotation] = []
    for drawing in state.drawn_on(instance.sop_instance_uid, frame):
        shapes = [(_KINDS.get(each.shape, Kind.POLYLINE), _points(each, to_film), "") for each in drawing.graphics]
        shapes += [part for words in drawing.words for part in _written(words, to_film)]
        for kind, points, text in shapes:
            name = f"{state.sop_instance_uid} {len(found)}"
            made = Annotation(name, kind, points, instance.sop_instance_uid, frame, text, "foreign", state.maker)
            found.append(made)
    return tuple(found)


def orientation_of(state: PresentationState) -> Orientation:
    """How the state turns its films."""
    return Orientation(state.quarter_turns, state.mirrored)


def presentation_of(state: PresentationState, film: Film) -> Presentation | None:
    """The state's window on this film, or the one nearest to its table; None where it says nothing of greys."""
    instance = film.instance
    voi = state.voi_of(instance.sop_instance_uid, film.frame)
    if voi is None or not (voi.windows or voi.luts):
        return None
    turned = bool(state.presentation_lut_shape) and (state.presentation_lut_shape == "INVERSE") != instance.inverted
    if voi.windows:
        return Presentation(window=voi.windows[0], invert=turned, label=f"By {state.maker}")
    tabled = replace(film, instance=replace(instance, voi_luts=voi.luts[:1]))
    nearest = window_of(tabled, Presentation(voi_lut=0))
    return Presentation(window=nearest, invert=turned, label=f"Nearest to the table by {state.maker}")


def _placing(state: PresentationState, instance: Instance, frame: int) -> _ToFilm:
    """From the state's units to stored pixels."""
    area = state.area_of(instance.sop_instance_uid, frame)
    first, last = (area.first, area.last) if area else ((0, 0), (instance.rows - 1, instance.columns - 1))
    rows, columns = last[0] - first[0] + 1, last[1] - first[1] + 1
    orientation = orientation_of(state)
    high, wide = orientation.size(rows, columns)

    def place(at: Place, units: str) -> Point:
        if units != DISPLAY:
            return at
        row, column = orientation.to_stored(at[0] * high, at[1] * wide, rows, columns)
        return first[0] + row, first[1] + column

    return place


def _points(graphic: Graphic, to_film: _ToFilm) -> tuple[Point, ...]:
    points = tuple(to_film(each, graphic.units) for each in graphic.places)
    if graphic.shape == "CIRCLE":
        centre, edge = points
        radius = math.dist(centre, edge)
        return _closed(centre, (radius, 0.0), (0.0, radius))
    if graphic.shape == "ELLIPSE":
        one, other, third, fourth = points
        centre = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        return _closed(centre, _half(one, other), _half(third, fourth))
    return points


def _half(start: Point, end: Point) -> Point:
    return (end[0] - start[0]) / 2, (end[1] - start[1]) / 2


def _closed(centre: Point, one: Point, other: Point) -> tuple[Point, ...]:
    """An ellipse by its centre and its two half axes."""
    turns = [2 * math.pi * at / CORNERS for at in range(CORNERS)]
    points = [tuple(centre[n] + one[n] * math.cos(turn) + other[n] * math.sin(turn) for n in (0, 1)) for turn in turns]
    return tuple((point[0], point[1]) for point in [*points, points[0]])


def _written(words: Words, to_film: _ToFilm) -> list[tuple[Kind, tuple[Point, ...], str]]:
    """The words at the middle of their box or at their point, and the line from the one to the other."""
    box = tuple(to_film(each, words.box_units) for each in words.box) if words.box else ()
    anchor = to_film(words.anchor, words.anchor_units) if words.anchor else None
    middle = ((box[0][0] + box[1][0]) / 2, (box[0][1] + box[1][1]) / 2) if box else anchor
    if middle is None:
        return []
    parts: list[tuple[Kind, tuple[Point, ...], str]] = [(Kind.TEXT, (middle,), words.text)]
    if box and anchor and words.anchor_visible:
        parts.append((Kind.POLYLINE, (anchor, middle), ""))
    return parts
