"""A drawing on a film -> its numbers, the words beside it and the sentence for the report.

The class of the scale is always named, and no digit is printed that a drawing by hand does not hold. Knows no
screen and no report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from workstation.dicom.records import Instance
from workstation.imaging.annotation import Annotation, Kind, Point
from workstation.imaging.calibration import Scale, ScaleKind
from workstation.imaging.film import Film
from workstation.imaging.projection import comparability
from workstation.imaging.region import Statistics, ellipse_statistics

ROTATED = "rotated"  # the text of a cardiothoracic ratio that the reader measured on a rotated patient
_IN_SENTENCE = {
    ScaleKind.AT_DETECTOR: "at detector plane",
    ScaleKind.MAGNIFICATION_CORRECTED: "magnification corrected",
    ScaleKind.FIDUCIAL: "calibrated against an object of known size",
    ScaleKind.BY_HAND: "calibrated by hand",
    ScaleKind.PLANE_NOT_STATED: "plane not stated in the file",
    ScaleKind.NONE: "no scale in the file",
}
_UNIT_WORDS = {"deg": "°", "mm2": "mm²", "px2": "px²"}


class Value(NamedTuple):
    """One number; ``unit`` in UCUM ("mm", "deg", "mm2", "1"), "px" and "px2" without a scale."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Measured:
    """``words`` (lines) stand beside the drawing, ``sentence`` goes into the report; both "" for what is no measure."""

    values: tuple[Value, ...] = ()
    words: str = ""
    sentence: str = ""

    def value(self, name: str) -> float | None:
        """The number of that name, if there is one."""
        return next((each.value for each in self.values if each.name == name), None)


NOTHING = Measured()


def measured(annotation: Annotation, of: Film | Instance, scale: Scale, live: bool = False) -> Measured:
    """The numbers of one drawing.

    Parameters
    ----------
    of : the film; its `Instance` alone is enough for everything but region statistics.
    live : while the hand moves, large regions are thinned.
    """
    film, instance = (of, of.instance) if isinstance(of, Film) else (None, of)
    points = annotation.points
    match annotation.kind:
        case Kind.LENGTH if len(points) == 2:
            return _length(points, scale)
        case Kind.ANGLE if len(points) == 3:
            return _angle(points, scale)
        case Kind.COBB if len(points) == 4:
            return _cobb(points, scale)
        case Kind.CARDIOTHORACIC_RATIO if len(points) == 4:
            return _cardiothoracic(points, scale, instance, annotation.text == ROTATED)
        case Kind.ELLIPSE if len(points) == 2:
            return _ellipse(points, scale, instance, ellipse_statistics(film, *points, live=live) if film else None)
        case Kind.FREEHAND if len(points) > 1:
            return _freehand(points, scale)
    return NOTHING


def heart_and_thorax(points: tuple[Point, ...], scale: Scale) -> tuple[float, float]:
    """The transverse widths of heart and inner thorax, both along the thorax' line, in the scale's unit.

    The line between the thorax' points is perpendicular to the body's axis, however film and patient lie; the
    heart's outermost points may stand at different levels.
    """
    steps = scale.steps
    first, second, right, left = (((row * steps[0]), (col * steps[1])) for row, col in points)
    thorax = math.dist(right, left)
    if thorax == 0:
        return 0.0, 0.0
    down, across = (left[0] - right[0]) / thorax, (left[1] - right[1]) / thorax
    return abs((second[0] - first[0]) * down + (second[1] - first[1]) * across), thorax


def _length(points: tuple[Point, ...], scale: Scale) -> Measured:
    long = scale.apart(*points)
    words = _long(long, scale)
    sentence = f"Length {words} ({_IN_SENTENCE[scale.kind]})."
    return Measured((Value("length", long, scale.unit),), f"{words}  {scale.kind}", sentence)


def _angle(points: tuple[Point, ...], scale: Scale) -> Measured:
    first, corner, last = points
    degrees = abs(math.degrees(_direction(corner, first, scale) - _direction(corner, last, scale))) % 360
    degrees = min(degrees, 360 - degrees)
    words = f"{degrees:.0f}°"
    return Measured((Value("angle", degrees, "deg"),), words, f"Angle {words}.")


def _cobb(points: tuple[Point, ...], scale: Scale) -> Measured:
    """Between two lines, whichever way each was drawn: 0 to 90 degrees."""
    one, other = _direction(points[0], points[1], scale), _direction(points[2], points[3], scale)
    degrees = abs(math.degrees(one - other)) % 180
    degrees = min(degrees, 180 - degrees)
    return Measured((Value("Cobb angle", degrees, "deg"),), f"Cobb {degrees:.0f}°", f"Cobb angle {degrees:.0f}°.")


def _direction(start: Point, end: Point, scale: Scale) -> float:
    down, across = scale.steps
    return math.atan2((end[0] - start[0]) * down, (end[1] - start[1]) * across)


def _cardiothoracic(points: tuple[Point, ...], scale: Scale, instance: Instance, rotated: bool) -> Measured:
    heart, thorax = heart_and_thorax(points, scale)
    if thorax == 0:
        return NOTHING
    ratio, around = heart / thorax, comparability(instance, rotated)
    values = (
        Value("cardiothoracic ratio", ratio, "1"),
        Value("heart width", heart, scale.unit),
        Value("thorax width", thorax, scale.unit),
    )
    words = f"CTR {ratio:.2f}\n{around}"
    return Measured(values, words, f"Cardiothoracic ratio {ratio:.2f} ({around}).")


def _ellipse(points: tuple[Point, ...], scale: Scale, instance: Instance, found: Statistics | None) -> Measured:
    down, across = scale.steps
    area = math.pi / 4 * abs((points[1][0] - points[0][0]) * down * (points[1][1] - points[0][1]) * across)
    words = f"{_area(area, scale)}  {scale.kind}"
    values = [Value("area", area, f"{scale.unit}2")]
    sentence = f"Region of {_area(area, scale)} ({_IN_SENTENCE[scale.kind]})"
    if found is None:
        return Measured(tuple(values), words, f"{sentence}.")
    unit = instance.rescale_type if instance.rescale_type.upper() not in ("", "US") else ""
    values += [
        Value("mean", found.mean, unit or "1"),
        Value("standard deviation", found.sd, unit or "1"),
        Value("minimum", found.minimum, unit or "1"),
        Value("maximum", found.maximum, unit or "1"),
        Value("skewness", found.skewness, "1"),
        Value("pixels", found.pixels, "1"),
    ]
    spread = f"mean {_grey(found.mean)}, SD {_grey(found.sd)}, {_grey(found.minimum)} to {_grey(found.maximum)}"
    words = f"{words}\n{spread}\nn {found.pixels:,}  {unit or 'grey values'}"
    return Measured(tuple(values), words, f"{sentence}: {spread} ({unit or 'grey values'}, n = {found.pixels:,}).")


def _freehand(points: tuple[Point, ...], scale: Scale) -> Measured:
    long = sum(scale.apart(a, b) for a, b in pairwise(points))
    if len(points) < 4 or points[0] != points[-1]:
        words = _long(long, scale)
        sentence = f"Length along a curve {words} ({_IN_SENTENCE[scale.kind]})."
        return Measured((Value("length", long, scale.unit),), f"{words}  {scale.kind}", sentence)
    area = _enclosed(points) * math.prod(scale.steps)
    words = f"{_area(area, scale)}, around {_long(long, scale)}"
    values = (Value("area", area, f"{scale.unit}2"), Value("perimeter", long, scale.unit))
    return Measured(values, f"{words}\n{scale.kind}", f"Outlined area {words} ({_IN_SENTENCE[scale.kind]}).")


def _enclosed(points: tuple[Point, ...]) -> float:
    """Area of a closed outline in pixels (shoelace); what it crosses twice counts as it is enclosed."""
    pairs = pairwise(points)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def _long(value: float, scale: Scale) -> str:
    """Whole millimetres; tenths only below one centimetre on a film whose pixels are fine enough."""
    fine = scale.known and value < 9.95 and max(scale.steps) <= 0.2
    return f"{value:.{1 if fine else 0}f} {scale.unit}"


def _area(value: float, scale: Scale) -> str:
    if not scale.known:
        return f"{value:,.0f} px²"
    return f"{value / 100:.3g} cm²" if value >= 100 else f"{value:.2g} mm²"


def _grey(value: float) -> str:
    """Whole values from a hundred on, else three digits."""
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
