"""The scale of a film is what its header states and no more; its class is always named (PS3.3 10.7.1)."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from workstation.dicom.records import Instance
from workstation.imaging.annotation import Calibration
from workstation.imaging.calibration import ScaleKind, by_hand, from_header, scale_of
from workstation.imaging.film import describe


def film(**fields) -> Instance:
    return Instance("", "dicom", "1.1", "", "", "1", "1", modality="DX", **fields)


@pytest.mark.parametrize(
    ("fields", "kind", "mm"),
    [
        ({"imager_pixel_spacing_mm": (0.2, 0.1)}, ScaleKind.AT_DETECTOR, (0.2, 0.1)),
        (
            {"imager_pixel_spacing_mm": (0.2, 0.1), "pixel_spacing_mm": (0.2, 0.1)},
            ScaleKind.AT_DETECTOR,
            (0.2, 0.1),
        ),
        (
            {"imager_pixel_spacing_mm": (0.143, 0.143), "pixel_spacing_mm": (0.14301, 0.14301)},
            ScaleKind.AT_DETECTOR,
            (0.143, 0.143),
        ),
        (
            {"imager_pixel_spacing_mm": (0.2, 0.2), "pixel_spacing_mm": (0.18, 0.18)},
            ScaleKind.MAGNIFICATION_CORRECTED,
            (0.18, 0.18),
        ),
        (
            {"pixel_spacing_mm": (0.18, 0.18), "pixel_spacing_calibration_type": "GEOMETRY"},
            ScaleKind.MAGNIFICATION_CORRECTED,
            (0.18, 0.18),
        ),
        (
            {"imager_pixel_spacing_mm": (0.2, 0.1), "estimated_radiographic_magnification_factor": 1.25},
            ScaleKind.MAGNIFICATION_CORRECTED,
            (0.16, 0.08),
        ),
        (
            {"pixel_spacing_mm": (0.17, 0.17), "pixel_spacing_calibration_type": "FIDUCIAL"},
            ScaleKind.FIDUCIAL,
            (0.17, 0.17),
        ),
        ({"pixel_spacing_mm": (0.17, 0.17)}, ScaleKind.PLANE_NOT_STATED, (0.17, 0.17)),
    ],
)
def test_each_class_of_spacing_has_its_name(fields: dict, kind: ScaleKind, mm: tuple[float, float]):
    scale = from_header(film(**fields))
    assert scale.kind is kind and scale.mm_per_pixel == pytest.approx(mm) and scale.detail


@pytest.mark.parametrize("spacing", [None, (0.0, 0.0), (math.nan, 0.1), (math.inf, math.inf), (-0.1, 0.1), (0.0, 0.1)])
def test_a_spacing_that_is_none_gives_pixels(spacing):
    scale = from_header(film(pixel_spacing_mm=spacing, imager_pixel_spacing_mm=spacing))
    assert scale.kind is ScaleKind.NONE and scale.mm_per_pixel is None and scale.unit == "px"
    assert scale.apart((0, 0), (3, 4)) == 5


def test_a_magnification_that_magnifies_nothing_changes_nothing():
    for factor in (1.0, 0.5, 40.0, math.nan):
        scale = from_header(
            film(imager_pixel_spacing_mm=(0.2, 0.2), estimated_radiographic_magnification_factor=factor)
        )
        assert scale.kind is ScaleKind.AT_DETECTOR and scale.mm_per_pixel == (0.2, 0.2)


def test_three_four_five_with_pixels_that_are_not_square():
    scale = from_header(film(imager_pixel_spacing_mm=(0.2, 0.1)))
    assert scale.apart((0, 0), (15, 40)) == pytest.approx(5.0)  # 3 mm down, 4 mm across


def test_calibrated_by_hand_the_line_is_as_long_as_the_reader_said_and_pixels_keep_their_shape():
    instance = film(imager_pixel_spacing_mm=(0.2, 0.1))
    scale = scale_of(instance, [Calibration("1.1", ((0, 0), (15, 40)), 10.0)])
    assert scale.kind is ScaleKind.BY_HAND and scale.mm_per_pixel == pytest.approx((0.4, 0.2))
    assert scale_of(film(), [Calibration("1.1", ((0, 0), (0, 50)), 25.0)]).mm_per_pixel == pytest.approx((0.5, 0.5))


def test_the_last_calibration_of_this_very_film_counts():
    made = [Calibration("1.1", ((0, 0), (0, 10)), mm) for mm in (10.0, 20.0)]
    other = Calibration("1.2", ((0, 0), (0, 10)), 90.0)
    assert scale_of(film(), [*made, other]).mm_per_pixel == pytest.approx((2.0, 2.0))


@pytest.mark.parametrize("mm", [0.0, -3.0, math.nan, math.inf])
def test_a_senseless_calibration_changes_nothing(mm: float):
    filed = from_header(film(imager_pixel_spacing_mm=(0.2, 0.2)))
    assert by_hand(filed, Calibration("1.1", ((0, 0), (0, 10)), mm)) is filed
    assert by_hand(filed, Calibration("1.1", ((4, 4), (4, 4)), 10.0)) is filed


def test_a_real_film_with_spacing_zero_is_measured_in_pixels(shared: Path):
    assert from_header(describe(shared / "dicom/wg04/J2KI/RG1_J2KI")).kind is ScaleKind.NONE


def test_a_real_computed_radiograph_is_measured_at_the_detector(shared: Path):
    scale = from_header(describe(shared / "dicom/cxr-simpleitk/cxr.dcm"))
    assert scale.kind in (ScaleKind.AT_DETECTOR, ScaleKind.PLANE_NOT_STATED, ScaleKind.MAGNIFICATION_CORRECTED)
