"""A reader's drawings become graphic and text objects of a presentation state (PS3.3 C.10.5), and back again.

Any program shows the shapes and the numbers beside them; what a shape means to this program (its kind, identity, time)
stands in its Tracking ID, which others show nowhere. Float32 in the file: places return to a thousandth of a pixel.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workstation.dicom.presentation_records import PIXEL, Drawing, Graphic, Words
from workstation.dicom.uid import uid_from_digest
from workstation.imaging.annotation import Annotation, Kind, Point

if TYPE_CHECKING:
    from collections.abc import Sequence

LAYER = "READER"
BESIDE = "beside"  # tracking of the words that only repeat what a shape measures
_MARK = " | "
_PAIRS = (Kind.COBB, Kind.CARDIOTHORACIC_RATIO)
_SHAPES = {Kind.POINT: "POINT", Kind.CURVE: "INTERPOLATED", Kind.ELLIPSE: "ELLIPSE"}
_HEAD = 0.18  # of an arrow's length


def graphics_of(annotation: Annotation) -> list[Graphic]:
    """The shapes of one drawing; none for a text."""
    points, tracking = annotation.points, (tracking_id(annotation), tracking_uid(annotation))
    if annotation.kind is Kind.TEXT:
        return []
    if annotation.kind in _PAIRS:
        return [Graphic("POLYLINE", points[:2], PIXEL, False, *tracking), _line(points[2:], tracking)]
    if annotation.kind is Kind.ARROW:
        return [_line(points, tracking), _line(_head(*points), (f"{BESIDE}{_MARK}{annotation.id}", tracking[1]))]
    if annotation.kind is Kind.RECTANGLE:
        (top, left), (bottom, right) = points
        points = ((top, left), (top, right), (bottom, right), (bottom, left), (top, left))
    if annotation.kind is Kind.ELLIPSE:
        points = _axes(*points)
    return [Graphic(_SHAPES.get(annotation.kind, "POLYLINE"), points, PIXEL, False, *tracking)]


def words_of(annotation: Annotation, label: str) -> list[Words]:
    """A text's own words, or the numbers or an arrow's words beside a shape."""
    uid = tracking_uid(annotation)
    if annotation.kind is Kind.TEXT:
        said = annotation.text or " "
        return [Words(said, None, PIXEL, annotation.points[0], PIXEL, False, tracking_id(annotation), uid)]
    label = label or (annotation.text if annotation.kind is Kind.ARROW else "")
    if not label:
        return []
    beside = f"{BESIDE}{_MARK}{annotation.id}"
    return [Words(label[:1024], None, PIXEL, annotation.points[-1], PIXEL, False, beside, uid)]


def annotations_of(drawings: Iterable[Drawing], sop_instance_uid: str, frame: int = 0) -> tuple[Annotation, ...]:
    """The drawings of a state that this program wrote, as they were before; shapes that only accompany are left out."""
    found: dict[str, tuple[list[Point], str]] = {}
    for drawing in drawings:
        shapes: list[Graphic | Words] = [*drawing.graphics, *drawing.words]
        for shape in shapes:
            if shape.tracking_id.count(_MARK) >= 3:
                places = shape.places if isinstance(shape, Graphic) else (shape.anchor,) if shape.anchor else ()
                said = shape.text if isinstance(shape, Words) else ""
                points, words = found.get(shape.tracking_id, ([], ""))
                found[shape.tracking_id] = ([*points, *places], words or said)
    return tuple(_annotation(key, *value, sop_instance_uid, frame) for key, value in found.items())


def _annotation(key: str, points: list[Point], words: str, sop_instance_uid: str, frame: int) -> Annotation:
    kind, rest = key.split(_MARK, 1)
    text, made_at, identity = rest.rsplit(_MARK, 2)
    meant = Kind(kind)
    places = tuple(points)
    if meant is Kind.ELLIPSE:
        rows, columns = [row for row, _ in places], [column for _, column in places]
        places = ((min(rows), min(columns)), (max(rows), max(columns)))
    if meant is Kind.RECTANGLE:
        places = (places[0], places[2])
    said = words if meant is Kind.TEXT else text
    return Annotation(identity, meant, places, sop_instance_uid, frame, said, made_at=made_at)


def tracking_id(annotation: Annotation) -> str:
    """Kind, identity, time, and what the drawing says besides its shape."""
    besides = "" if annotation.kind is Kind.TEXT else annotation.text
    return _MARK.join((annotation.kind.value, besides, annotation.made_at, annotation.id))


def tracking_uid(annotation: Annotation) -> str:
    """The same drawing, the same UID in every object that speaks of it."""
    return uid_from_digest(hashlib.sha256(f"annotation {annotation.id}".encode()).hexdigest())


def within(annotation: Annotation, rows: int, columns: int) -> bool:
    """Whether every point lies on the film, as C.10.5 asks."""
    return all(0 <= row <= rows and 0 <= column <= columns for row, column in annotation.points)


def items(
    annotations: Sequence[Annotation], labels: Mapping[str, str], rows: int, columns: int
) -> tuple[list[Any], list[Any]]:
    """highdicom's graphic and text objects of these drawings."""
    import numpy as np
    from highdicom.pr import GraphicObject, TextObject

    shapes, texts = [], []
    for annotation in annotations:
        for each in graphics_of(annotation):
            data = np.array([(col, row) for row, col in each.places], float).clip((0, 0), (columns, rows))
            tracking = {"tracking_id": each.tracking_id, "tracking_uid": each.tracking_uid}
            shapes.append(GraphicObject(each.shape, data, "PIXEL", **tracking))
        for said in words_of(annotation, labels.get(annotation.id, "")):
            row, column = said.anchor or (0.0, 0.0)
            tracking = {"tracking_id": said.tracking_id, "tracking_uid": said.tracking_uid}
            anchor = {"anchor_point": (column, row), "anchor_point_visible": False}
            texts.append(TextObject(said.text, "PIXEL", **anchor, **tracking))
    return shapes, texts


def _line(points: tuple[Point, ...], tracking: tuple[str, str]) -> Graphic:
    return Graphic("POLYLINE", points, PIXEL, False, *tracking)


def _axes(first: Point, last: Point) -> tuple[Point, ...]:
    """The ends of the longer axis, then of the shorter, of an upright ellipse (C.10.5.1.2)."""
    (top, left), (bottom, right) = first, last
    row, column = (top + bottom) / 2, (left + right) / 2
    across, down = ((row, left), (row, right)), ((top, column), (bottom, column))
    return (*across, *down) if abs(right - left) >= abs(bottom - top) else (*down, *across)


def _head(tip: Point, end: Point) -> tuple[Point, ...]:
    """The two short strokes of an arrow's head, through its tip."""
    down, across = (end[0] - tip[0]) * _HEAD, (end[1] - tip[1]) * _HEAD
    left = tip[0] + down - across * 0.5, tip[1] + across + down * 0.5
    right = tip[0] + down + across * 0.5, tip[1] + across - down * 0.5
    return left, tip, right
