"""The records that a presentation state becomes (PS3.3 A.33): what is drawn on which films, and how they are shown.

Places are (row, column): in stored pixels of the film, pixel (0, 0) covering rows 0..1 and columns 0..1, or in
fractions of the displayed area ("DISPLAY"). Knows no file and no screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from workstation.dicom.records import LookupTable, Window
from workstation.dicom.shutter import Shutter

Place = tuple[float, float]  # (row, column)
PIXEL, DISPLAY = "PIXEL", "DISPLAY"


@dataclass(frozen=True, slots=True)
class Reference:
    """One film, or some of its frames (counted from 0; none named is all of them)."""

    sop_instance_uid: str
    frames: tuple[int, ...] = ()

    def means(self, sop_instance_uid: str, frame: int) -> bool:
        """Whether this frame of this film is meant."""
        return self.sop_instance_uid == sop_instance_uid and (not self.frames or frame in self.frames)


@dataclass(frozen=True, slots=True)
class Graphic:
    """A graphic object (C.10.5): POINT, POLYLINE, INTERPOLATED, CIRCLE (centre, edge) or ELLIPSE (ends of its axes)."""

    shape: str
    places: tuple[Place, ...]
    units: str = PIXEL
    filled: bool = False
    tracking_id: str = ""
    tracking_uid: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A text object (C.10.5): its words, the corners of their box or None, the point they speak of or None."""

    text: str
    box: tuple[Place, Place] | None = None
    box_units: str = PIXEL
    anchor: Place | None = None
    anchor_units: str = PIXEL
    anchor_visible: bool = True
    tracking_id: str = ""
    tracking_uid: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn together on these films (none named: every film of the state), on one layer."""

    layer: str
    references: tuple[Reference, ...]
    graphics: tuple[Graphic, ...] = ()
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Layer:
    """A graphic layer (C.10.7); the lowest order is drawn first."""

    name: str
    order: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """A displayed area (C.10.4) of these films: first and last pixel as (row, column) from 0, whichever way turned."""

    references: tuple[Reference, ...]
    first: tuple[int, int]
    last: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Voi:
    """Windows and VOI LUTs (C.11.8) for these films (none named: for all)."""

    references: tuple[Reference, ...]
    windows: tuple[Window, ...]
    luts: tuple[LookupTable, ...]


@dataclass(frozen=True, slots=True)
class PresentationState:
    """One presentation state as its file describes it. The turn is clockwise first, then flipped left to right."""

    path: str
    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    series_instance_uid: str
    patient_id: str = ""
    manufacturer: str = ""
    model: str = ""
    creator: str = ""
    label: str = ""
    description: str = ""
    created: str = ""  # YYYYMMDD[HHMMSS]
    references: tuple[Reference, ...] = ()
    layers: tuple[Layer, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    quarter_turns: int = 0
    mirrored: bool = False
    areas: tuple[Area, ...] = ()
    vois: tuple[Voi, ...] = ()
    presentation_lut_shape: str = ""
    presentation_lut: LookupTable | None = None
    shutter: Shutter | None = None  # over every film that it names, in place of the film's own
    warnings: tuple[str, ...] = ()

    @property
    def maker(self) -> str:
        """Whose it is, as far as it says."""
        return self.manufacturer or self.creator or "another program"

    def voi_of(self, sop_instance_uid: str, frame: int = 0) -> Voi | None:
        """The grey window that this state gives to one frame, or None."""
        return next((voi for voi in self.vois if _meant(voi.references, sop_instance_uid, frame)), None)

    def area_of(self, sop_instance_uid: str, frame: int = 0) -> Area | None:
        """The displayed area of one frame, or None."""
        return next((area for area in self.areas if _meant(area.references, sop_instance_uid, frame)), None)

    def drawn_on(self, sop_instance_uid: str, frame: int = 0) -> tuple[Drawing, ...]:
        """What is drawn on one frame, the lowest layer first; nothing where the state does not name the film."""
        if not self.concerns(sop_instance_uid, frame):
            return ()
        order = {layer.name: layer.order for layer in self.layers}
        mine = [each for each in self.drawings if _meant(each.references, sop_instance_uid, frame)]
        return tuple(sorted(mine, key=lambda each: order.get(each.layer, 0)))

    def concerns(self, sop_instance_uid: str, frame: int = 0) -> bool:
        """Whether the state is about this frame."""
        return any(each.means(sop_instance_uid, frame) for each in self.references)


def _meant(references: tuple[Reference, ...], sop_instance_uid: str, frame: int) -> bool:
    return not references or any(each.means(sop_instance_uid, frame) for each in references)
