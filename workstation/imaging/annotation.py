"""What a reader, another program or a proposal drew on a film, as records in the film's own pixels.

Points are continuous (row, column) of the stored film, whatever way it is turned on the screen: pixel (0, 0) covers
rows 0..1 and columns 0..1. Knows no widget, no file and no number that is measured (that is ``measure``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

Point = tuple[float, float]  # (row, column)


class Kind(StrEnum):
    """What is drawn; the last four come from other programs only."""

    LENGTH = "length"
    ANGLE = "angle"
    COBB = "cobb"
    CARDIOTHORACIC_RATIO = "cardiothoracic ratio"
    ARROW = "arrow"
    TEXT = "text"
    FREEHAND = "freehand"
    ELLIPSE = "ellipse"
    POINT = "point"
    POLYLINE = "polyline"
    CURVE = "curve"
    RECTANGLE = "rectangle"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One drawing.

    ``points`` by kind: length, arrow (tip first): 2; angle: 3, the corner in the middle; cobb: 4, two lines;
    cardiothoracic ratio: 4, the heart's outermost points at the stored left and right, then the inner
    thorax's; ellipse, rectangle: 2 corners of the upright box; text, point: 1; freehand, polyline, curve: many, closed
    when the first point is repeated at the end. ``source`` is "reader", "proposed" (until the reader moves or accepts
    it) or "foreign" (then ``maker`` says whose, and the reader cannot move it).
    """

    id: str
    kind: Kind
    points: tuple[Point, ...]
    sop_instance_uid: str
    frame: int = 0
    text: str = ""
    source: str = "reader"
    maker: str = ""
    layer: str = ""  # Graphic Layer of a foreign presentation state
    made_at: str = ""  # ISO 8601 UTC


@dataclass(frozen=True, slots=True)
class Calibration:
    """A length that the reader knows: ``mm`` between two points of one film; from then on that film's scale."""

    sop_instance_uid: str
    points: tuple[Point, Point]
    mm: float
    made_at: str = ""


@dataclass(frozen=True, slots=True)
class Markings:
    """Everything the reader left on the films of one study: drawings, calibrations by hand, key images."""

    annotations: tuple[Annotation, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    key_images: tuple[str, ...] = field(default=())  # SOP Instance UIDs

    def of(self, sop_instance_uid: str) -> tuple[Annotation, ...]:
        """The drawings on one film, in the order they were made."""
        return tuple(one for one in self.annotations if one.sop_instance_uid == sop_instance_uid)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Markings:
        """The inverse of `to_json`, also after a journey through text."""
        return cls(
            tuple(
                Annotation(**{**one, "kind": Kind(one["kind"]), "points": _points(one)}) for one in value["annotations"]
            ),
            tuple(Calibration(**{**one, "points": _points(one)}) for one in value["calibrations"]),
            tuple(value["key_images"]),
        )


def _points(value: dict[str, Any]) -> Any:
    return tuple((float(row), float(column)) for row, column in value["points"])
