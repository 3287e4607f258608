"""A film's header, or a length that the reader knows, becomes the scale that lengths are measured with, and its class.

PS3.3 10.7.1: Imager Pixel Spacing is measured at the detector and is never passed off as a size in the patient. What
the header leaves open is said. Knows no drawing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from workstation.dicom.records import Instance
from workstation.imaging.annotation import Calibration, Point

SAME = 0.002  # relative: spacings that differ by less are the same number, rounded twice
PLAUSIBLE_MM = (0.001, 10.0)  # a pixel of a radiograph lies far inside
PLAUSIBLE_MAGNIFICATION = 3.0  # a tube never stands that close to a chest


class ScaleKind(StrEnum):
    """What a length on this film is a length of; the words are shown beside every number."""

    AT_DETECTOR = "at detector"
    MAGNIFICATION_CORRECTED = "magnification corrected"
    FIDUCIAL = "fiducial"
    BY_HAND = "calibrated by hand"
    PLANE_NOT_STATED = "plane not stated"
    NONE = "no scale"


@dataclass(frozen=True, slots=True)
class Scale:
    """``mm_per_pixel`` is (between rows, between columns); None where the film has no scale: pixels then."""

    kind: ScaleKind
    mm_per_pixel: tuple[float, float] | None
    detail: str

    @property
    def known(self) -> bool:
        return self.mm_per_pixel is not None

    @property
    def unit(self) -> str:
        return "mm" if self.known else "px"

    @property
    def steps(self) -> tuple[float, float]:
        """What one row and one column are in `unit`; without a scale pixels count as square."""
        return self.mm_per_pixel or (1.0, 1.0)

    def apart(self, one: Point, other: Point) -> float:
        """The distance of two points, in `unit`."""
        down, across = self.steps
        return math.hypot((other[0] - one[0]) * down, (other[1] - one[1]) * across)


NO_SCALE = Scale(ScaleKind.NONE, None, "The file gives no usable pixel spacing: lengths are in pixels.")


def scale_of(instance: Instance, calibrations: Iterable[Calibration] = ()) -> Scale:
    """The scale of one film: the reader's own calibration (the last one made) outweighs the file."""
    filed = from_header(instance)
    own = [one for one in calibrations if one.sop_instance_uid == instance.sop_instance_uid]
    return by_hand(filed, own[-1]) if own else filed


def by_hand(filed: Scale, calibration: Calibration) -> Scale:
    """The scale on which the calibration's line is as long as the reader says; the pixel's shape stays the file's."""
    drawn = filed.apart(*calibration.points)
    if not (math.isfinite(calibration.mm) and calibration.mm > 0 and drawn > 0):
        return filed
    down, across = filed.steps
    factor = calibration.mm / drawn
    detail = f"A line on this film was set to {calibration.mm:g} mm; true only in the depth of that object."
    return Scale(ScaleKind.BY_HAND, (down * factor, across * factor), detail)


def from_header(instance: Instance) -> Scale:
    """The scale that the file itself states, with its class (PS3.3 10.7.1.1 and 10.7.1.2)."""
    pixel, imager = _usable(instance.pixel_spacing_mm), _usable(instance.imager_pixel_spacing_mm)
    if pixel is None:
        return _at_detector(instance, imager) if imager is not None else NO_SCALE
    kind = instance.pixel_spacing_calibration_type.upper()
    if kind == "FIDUCIAL":
        return Scale(ScaleKind.FIDUCIAL, pixel, "Calibrated in the file against an object of known size.")
    if imager is not None and _same(pixel, imager):
        return _at_detector(instance, imager)
    if kind == "GEOMETRY":
        return Scale(ScaleKind.MAGNIFICATION_CORRECTED, pixel, "Corrected in the file for a depth that it assumes.")
    if imager is not None:
        detail = "The file's Pixel Spacing differs from its Imager Pixel Spacing: corrected, it does not say how."
        return Scale(ScaleKind.MAGNIFICATION_CORRECTED, pixel, detail)
    detail = "The file gives Pixel Spacing alone: whether magnification is corrected cannot be determined."
    return Scale(ScaleKind.PLANE_NOT_STATED, pixel, detail)


def _at_detector(instance: Instance, imager: tuple[float, float]) -> Scale:
    """As measured at the detector, or divided by the magnification that the file estimates."""
    factor = instance.estimated_radiographic_magnification_factor
    if factor is not None and math.isfinite(factor) and 1.0 < factor <= PLAUSIBLE_MAGNIFICATION:
        detail = f"Imager Pixel Spacing divided by the file's estimated magnification, {factor:g}."
        return Scale(ScaleKind.MAGNIFICATION_CORRECTED, (imager[0] / factor, imager[1] / factor), detail)
    return Scale(ScaleKind.AT_DETECTOR, imager, "Measured at the detector: larger than in the patient.")


def _usable(spacing: tuple[float, float] | None) -> tuple[float, float] | None:
    low, high = PLAUSIBLE_MM
    if spacing is None or not all(math.isfinite(step) and low <= step <= high for step in spacing):
        return None
    return spacing


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return all(math.isclose(a, b, rel_tol=SAME) for a, b in zip(one, other, strict=True))
