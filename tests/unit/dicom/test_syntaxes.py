"""Real films in every transfer syntax: lossless ones bit-equal, lossy ones as DCMTK or gdcm decode them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from workstation.dicom.pixels import read_stored_values
from workstation.dicom.reader import read_instance
from workstation.errors import FilmRefused

WG04 = ("RLE", "JLSL", "JPLL", "J2KR")
WG04_LOSSY = {"JPLY": "dcmdjpeg", "JLSN": "dcmdjpls"}
CT = "CTImage.dcm_"
CT_LOSSLESS = (
    "LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2",
    "LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1",
    "DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99",
    "BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2",
    "JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57",
    "JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70",
    "JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80",
    "JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90",
    "RLELosslessTransferSyntax_1.2.840.10008.1.2.5",
)
CT_LOSSY = {
    "JPEGProcess2_4TransferSyntax_1.2.840.10008.1.2.4.51": "dcmdjpeg",
    "JPEGProcess6_8TransferSyntax_1.2.840.10008.1.2.4.53": "dcmdjpeg",
    "JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55": "dcmdjpeg",
    "JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81": "dcmdjpls",
}


def unpacked(tool: str, path: Path, folder: Path) -> np.ndarray:
    """The film as that tool of DCMTK unpacks it."""
    if shutil.which(tool) is None:
        pytest.skip("DCMTK is absent")
    subprocess.run([tool, str(path), str(folder / "raw.dcm")], check=True)
    return pydicom.dcmread(folder / "raw.dcm").pixel_array


@pytest.mark.parametrize("film", ["RG2", "RG3"])
@pytest.mark.parametrize("coding", WG04)
def test_nemas_lossless_films_equal_their_reference(shared: Path, coding: str, film: str) -> None:
    folder = shared / "dicom" / "wg04"
    reference = pydicom.dcmread(folder / "REF" / f"{film}_UNC").pixel_array
    assert np.array_equal(read_stored_values(folder / coding / f"{film}_{coding}"), reference)


@pytest.mark.parametrize("film", ["RG2", "RG3"])
@pytest.mark.parametrize("coding", WG04_LOSSY)
def test_nemas_lossy_films_are_what_dcmtk_decodes(shared: Path, tmp_path: Path, coding: str, film: str) -> None:
    """JPEG Extended 12 bit (JPLY) and JPEG-LS near lossless (JLSN) have one right answer each, up to rounding."""
    path = shared / "dicom" / "wg04" / coding / f"{film}_{coding}"
    ours, theirs = read_stored_values(path).astype(int), unpacked(WG04_LOSSY[coding], path, tmp_path).astype(int)
    assert np.abs(ours - theirs).max() == 0


@pytest.mark.parametrize("film", ["RG1", "RG2", "RG3"])
def test_nemas_lossy_jpeg_2000_is_what_gdcm_decodes(shared: Path, tmp_path: Path, film: str) -> None:
    path = shared / "dicom" / "wg04" / "J2KI" / f"{film}_J2KI"
    if shutil.which("gdcmconv") is None:
        pytest.skip("gdcm's tools are absent")
    subprocess.run(["gdcmconv", "--raw", str(path), str(tmp_path / "raw.dcm")], check=True)
    theirs = pydicom.dcmread(tmp_path / "raw.dcm").pixel_array
    assert np.abs(read_stored_values(path).astype(int) - theirs).max() <= 1  # another version of the same library


@pytest.mark.parametrize("name", CT_LOSSLESS, ids=lambda name: name.rsplit("_", 1)[1])
def test_one_signed_film_is_the_same_in_every_lossless_syntax(shared: Path, name: str) -> None:
    folder = shared / "dicom" / "cornerstone"
    reference = read_stored_values(folder / f"{CT}{CT_LOSSLESS[1]}.dcm")
    assert np.array_equal(reference, pydicom.dcmread(folder / f"{CT}{CT_LOSSLESS[1]}.dcm").pixel_array)
    assert np.array_equal(read_stored_values(folder / f"{CT}{name}.dcm"), reference)


@pytest.mark.parametrize("name", CT_LOSSY, ids=lambda name: name.rsplit("_", 1)[1])
def test_lossy_syntaxes_are_what_dcmtk_decodes(shared: Path, tmp_path: Path, name: str) -> None:
    path = shared / "dicom" / "cornerstone" / f"{CT}{name}.dcm"
    theirs = unpacked(CT_LOSSY[name], path, tmp_path).astype(int)
    assert np.abs(read_stored_values(path).astype(int) - theirs).max() <= 1


def test_high_throughput_jpeg_2000_is_read(shared: Path) -> None:
    """Lossless and lossy of one picture: near each other, and in colour."""
    folder = shared / "dicom" / "pydicom-data"
    exact = read_stored_values(folder / "HTJ2KLossless_08_RGB.dcm")
    lossy = read_stored_values(folder / "HTJ2K_08_RGB.dcm")
    assert exact.shape == lossy.shape and exact.ndim == 3 and np.abs(exact.astype(int) - lossy).mean() < 4


def test_jpeg_xl_is_refused_in_plain_words(shared: Path) -> None:
    with pytest.raises(FilmRefused) as refusal:
        read_instance(shared / "dicom" / "dcm4che" / "will-jxl.dcm")
    assert refusal.value.code == "unsupported_transfer_syntax" and "compressed" in refusal.value.message
