"""The Graphic Annotation Sequence of a presentation state (PS3.3 C.10.5) becomes `Drawing` records.

What cannot be drawn truthfully is refused (numbers that are none, too many of them); what is only unknown here is
left out with a sentence. Coordinates are (column, row) in the file and (row, column) afterwards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from pydicom import Dataset

from workstation.dicom.presentation_records import DISPLAY, PIXEL, Drawing, Graphic, Layer, Place, Reference, Words
from workstation.dicom.refusals import refusal
from workstation.dicom.text import integer, raw, text

POINTS_LIMIT, OBJECTS_LIMIT, ITEMS_LIMIT, TEXT_LIMIT = 500_000, 10_000, 1_000, 1024
FARTHEST = 1e6  # pixels from the film's corner; nothing honest is drawn further away
_NEEDS = {"POINT": (1, 1), "POLYLINE": (2, POINTS_LIMIT), "INTERPOLATED": (2, POINTS_LIMIT), "CIRCLE": (2, 2)}
_NEEDS["ELLIPSE"] = (4, 4)
LEFT_OUT = "Some of its drawings are of a kind that is not shown here (compound graphics, matrix coordinates)."
NO_FILM = "Some of its drawings name no film."


def items(dataset: Dataset, keyword: str, most: int = ITEMS_LIMIT) -> list[Dataset]:
    """The items of a sequence; raises `FilmRefused` when there are absurdly many."""
    found = dataset[keyword].value if keyword in dataset else None
    if not found:
        return []
    if isinstance(found, bytes | str) or not isinstance(found[0], Dataset):
        raise refusal("malformed")
    if len(found) > most:
        raise refusal("too_complex")
    return list(found)


def references(dataset: Dataset) -> tuple[Reference, ...]:
    """The films that an item names in its Referenced Image Sequence."""
    found = []
    for item in items(dataset, "ReferencedImageSequence", OBJECTS_LIMIT):
        uid = text(item, "ReferencedSOPInstanceUID", [])
        frames = _numbers(item, "ReferencedFrameNumber")
        if uid:
            found.append(Reference(uid, tuple(int(each) - 1 for each in frames)))
    return tuple(found)


def layers(dataset: Dataset, charset: list[str]) -> tuple[Layer, ...]:
    """The Graphic Layer Sequence (C.10.7)."""
    return tuple(
        Layer(
            text(item, "GraphicLayer", charset),
            integer(item, "GraphicLayerOrder") or 0,
            text(item, "GraphicLayerDescription", charset),
        )
        for item in items(dataset, "GraphicLayerSequence")
    )


def drawings(dataset: Dataset, charset: list[str]) -> tuple[tuple[Drawing, ...], list[str]]:
    """Every drawing that can be shown, and what was left out.

    Raises
    ------
    FilmRefused
        malformed (a coordinate that is no number, points missing) or too_complex.
    """
    found, said, budget = [], set(), _Budget()
    for item in items(dataset, "GraphicAnnotationSequence"):
        graphics = [_graphic(each, budget) for each in items(item, "GraphicObjectSequence", OBJECTS_LIMIT)]
        words = [_words(each, charset, budget) for each in items(item, "TextObjectSequence", OBJECTS_LIMIT)]
        if None in graphics or None in words or items(item, "CompoundGraphicSequence", OBJECTS_LIMIT):
            said.add(LEFT_OUT)
        shown = [each for each in graphics if each is not None], [each for each in words if each is not None]
        found.append(Drawing(text(item, "GraphicLayer", charset), references(item), tuple(shown[0]), tuple(shown[1])))
    return tuple(found), sorted(said)


class _Budget:
    """How much may still come: a file of a few megabytes must not hold the window up."""

    def __init__(self) -> None:
        self.points, self.objects = POINTS_LIMIT, OBJECTS_LIMIT

    def spend(self, points: int) -> None:
        self.points -= points
        self.objects -= 1
        if self.points < 0 or self.objects < 0:
            raise refusal("too_complex")


def _graphic(item: Dataset, budget: _Budget) -> Graphic | None:
    shape, units = text(item, "GraphicType", []).upper(), text(item, "GraphicAnnotationUnits", []).upper()
    if shape not in _NEEDS or units not in (PIXEL, DISPLAY) or (integer(item, "GraphicDimensions") or 2) != 2:
        budget.spend(0)
        return None
    places = _places(item, "GraphicData")
    budget.spend(len(places))
    least, most = _NEEDS[shape]
    declared = integer(item, "NumberOfGraphicPoints")
    if not least <= len(places) <= most or (declared is not None and declared != len(places)):
        raise refusal("malformed")
    tracked = text(item, "TrackingID", []), text(item, "TrackingUID", [])
    return Graphic(shape, places, units, text(item, "GraphicFilled", []) == "Y", *tracked)


def _words(item: Dataset, charset: list[str], budget: _Budget) -> Words | None:
    budget.spend(0)
    box_units = text(item, "BoundingBoxAnnotationUnits", []).upper() or PIXEL
    anchor_units = text(item, "AnchorPointAnnotationUnits", []).upper() or PIXEL
    corners = [
        *_places(item, "BoundingBoxTopLeftHandCorner")[:1],
        *_places(item, "BoundingBoxBottomRightHandCorner")[:1],
    ]
    anchor = _places(item, "AnchorPoint")[:1]
    if not (len(corners) == 2 or anchor) or not {box_units, anchor_units} <= {PIXEL, DISPLAY}:
        return None
    return Words(
        lines(item, "UnformattedTextValue", charset)[:TEXT_LIMIT],
        (corners[0], corners[1]) if len(corners) == 2 else None,
        box_units,
        anchor[0] if anchor else None,
        anchor_units,
        text(item, "AnchorPointVisibility", []) != "N",
        text(item, "TrackingID", []),
        text(item, "TrackingUID", []),
    )


def lines(item: Dataset, keyword: str, charset: list[str]) -> str:
    """A text of several lines (VR ST): `text` would join them."""
    value = raw(item, keyword)
    if isinstance(value, bytes):
        parts = value.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        holder = Dataset()
        said = []
        for part in parts:
            holder.add_new(keyword, "ST", part)
            said.append(text(holder, keyword, charset))
        return "\n".join(said).strip()
    return "\n".join(" ".join(line.split()) for line in str(value or "").splitlines()).strip()


def _places(item: Dataset, keyword: str) -> tuple[Place, ...]:
    """(row, column) pairs of (column, row) values; raises `FilmRefused` on NaN, infinity, absurdity, odd counts."""
    values = _numbers(item, keyword)
    if len(values) % 2 or not all(math.isfinite(each) and abs(each) <= FARTHEST for each in values):
        raise refusal("malformed")
    return tuple((values[at + 1], values[at]) for at in range(0, len(values), 2))


def _numbers(item: Dataset, keyword: str) -> tuple[float, ...]:
    """Every value, NaN among them: here nothing may be left out, because then all that follows would shift."""
    try:
        value = item[keyword].value if keyword in item else None
    except Exception:  # what pydicom cannot convert is no number
        raise refusal("malformed") from None
    if value is None or value == "" or value == []:
        return ()
    if isinstance(value, bytes):
        if len(value) % 4:
            raise refusal("malformed")
        return tuple(float(each) for each in np.frombuffer(value, "<f4"))
    many: Iterable[object] = value if isinstance(value, list | tuple) or hasattr(value, "insert") else [value]
    return tuple(float(each) for each in many)  # type: ignore[arg-type]
