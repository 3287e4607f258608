"""Real films that were compressed without loss by others come out bit for bit as their uncompressed originals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from workstation.dicom.pixels import read_stored_values

NEMA = [f"wg04/{syntax}/{film}_{syntax}" for film in ("RG2", "RG3") for syntax in ("J2KR", "JLSL", "JPLL", "RLE")]
CT = "cornerstone/CTImage.dcm"
SAME_CT = [
    "BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2",
    "DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99",
    "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90",
    "JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80",
    "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70",
    "JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57",
    "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1",
    "LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2",
    "RLELosslessTransferSyntax_1.2.840.10008.1.2.5",
]


@pytest.mark.parametrize("name", NEMA)
def test_nemas_lossless_films_equal_their_references(shared: Path, name: str):
    film = name.split("/")[-1][:3]
    reference = pydicom.dcmread(shared / "dicom" / "wg04" / "REF" / f"{film}_UNC").pixel_array
    assert np.array_equal(read_stored_values(shared / "dicom" / name), reference)


@pytest.mark.parametrize("syntax", SAME_CT)
def test_one_picture_in_many_syntaxes_is_one_picture(shared: Path, syntax: str):
    reference = pydicom.dcmread(shared / "dicom" / CT).pixel_array
    assert np.array_equal(read_stored_values(shared / "dicom" / f"{CT}_{syntax}.dcm"), reference)
