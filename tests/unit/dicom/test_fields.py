"""What a header says of exposure, calibration and compression stands in the record, and nothing impossible does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.synthetic import dicom_file
from workstation.dicom.reader import read_instance

PIXELS = np.arange(64 * 48, dtype=np.uint16).reshape(64, 48)


def test_calibration_is_read(tmp_path: Path):
    film = read_instance(
        dicom_file(
            tmp_path / "film.dcm",
            PIXELS,
            EstimatedRadiographicMagnificationFactor="1.15",
            DistanceSourceToDetector="1800",
            DistanceSourceToPatient="1565",
            PixelSpacingCalibrationType="FIDUCIAL",
            PixelSpacingCalibrationDescription="Ball of 25.4 mm",
            PixelAspectRatio=[1, 2],
        )
    )
    assert film.estimated_radiographic_magnification_factor == 1.15
    assert (film.distance_source_to_detector_mm, film.distance_source_to_patient_mm) == (1800, 1565)
    assert film.pixel_spacing_calibration_type == "FIDUCIAL"
    assert film.pixel_spacing_calibration_description == "Ball of 25.4 mm"
    assert film.pixel_aspect_ratio == (1, 2)


def test_compression_and_identity_are_read(tmp_path: Path):
    film = read_instance(
        dicom_file(
            tmp_path / "film.dcm",
            PIXELS,
            LossyImageCompression="01",
            LossyImageCompressionRatio=["12.5", "2"],
            LossyImageCompressionMethod=["ISO_10918_1", "ISO_15444_1"],
            BurnedInAnnotation="YES",
            RecognizableVisualFeatures="NO",
        )
    )
    assert film.lossy_image_compression and film.lossy_image_compression_ratio == (12.5, 2)
    assert film.lossy_image_compression_method == ("ISO_10918_1", "ISO_15444_1")
    assert (film.burned_in_annotation, film.recognizable_visual_features) == ("YES", "NO")


@pytest.mark.parametrize("said", ["0", "-1.2"])
def test_an_impossible_magnification_is_none(tmp_path: Path, said: str):
    path = dicom_file(tmp_path / "film.dcm", PIXELS, EstimatedRadiographicMagnificationFactor=said)
    assert read_instance(path).estimated_radiographic_magnification_factor is None


@pytest.mark.parametrize(
    ("said", "noted"),
    [
        ({"PixelAspectRatio": [1, 2]}, True),
        ({"PixelAspectRatio": [1, 1]}, False),
        ({"PixelSpacing": [0.1, 0.2]}, True),
        ({"PixelSpacing": [0.1, 0.1005]}, False),
        ({"PixelAspectRatio": [0, 0]}, False),
    ],
)
def test_pixels_that_are_not_square_are_noted(tmp_path: Path, said, noted):
    bare = {"PixelSpacing": None, "ImagerPixelSpacing": None}
    film = read_instance(dicom_file(tmp_path / "film.dcm", PIXELS, **{**bare, **said}))
    assert any("not square" in warning for warning in film.warnings) is noted
