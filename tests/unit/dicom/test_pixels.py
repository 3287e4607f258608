"""Stored values come out exactly, in every transfer syntax radiography uses, and only the bits that are the film's."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from tests.conftest import shared_folder
from tests.synthetic import dicom_file
from workstation.dicom.codestream import frame_size
from workstation.dicom.pixels import read_film, read_stored_values
from workstation.dicom.reader import read_instance
from workstation.errors import FilmRefused

PIXELS = np.random.default_rng(3).integers(0, 4090, (40, 56)).astype(np.uint16)


def film(folder: Path, pixels: np.ndarray = PIXELS, **tags) -> Path:
    bits = {"BitsStored": 12, "HighBit": 11} if pixels.dtype == np.uint16 else {}
    return dicom_file(folder / "film.dcm", pixels, **{**bits, **tags})


def refused(path: Path, frame: int = 0) -> str:
    with pytest.raises(FilmRefused) as caught:
        read_stored_values(path, frame)
    return caught.value.code


def test_sixteen_bits_are_read_as_stored(tmp_path: Path):
    values = read_stored_values(film(tmp_path))
    assert values.dtype == np.uint16 and values.flags.c_contiguous and np.array_equal(values, PIXELS)


def test_eight_bits_with_an_odd_length_are_read_as_stored(tmp_path: Path):
    pixels = PIXELS[:13, :11].astype(np.uint8)
    assert np.array_equal(read_stored_values(film(tmp_path, pixels)), pixels)


def test_junk_above_the_stored_bits_is_removed(tmp_path: Path):
    path = film(tmp_path, PIXELS | 0xF000)
    assert np.array_equal(read_stored_values(path), PIXELS)


def test_a_high_bit_above_the_stored_bits_shifts_them_down(tmp_path: Path):
    path = film(tmp_path, (PIXELS << 4) | 0xF, HighBit=15)
    assert np.array_equal(read_stored_values(path), PIXELS)


def test_signed_values_are_extended_from_their_own_sign_bit(tmp_path: Path):
    signed = PIXELS.astype(np.int16) - 2048
    path = film(tmp_path, signed.view(np.uint16) & 0x0FFF, PixelRepresentation=1)
    values = read_stored_values(path)
    assert values.dtype == np.int16 and np.array_equal(values, signed)


def test_big_endian_is_read(tmp_path: Path):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = PIXELS.astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    pydicom.dcmwrite(path, dataset, implicit_vr=False, little_endian=False)
    assert np.array_equal(read_stored_values(path), PIXELS)


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_lossless_compression_gives_back_the_stored_values(tmp_path: Path, syntax: str):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.compress(syntax, generate_instance_uid=False)
    dataset.save_as(path)
    assert np.array_equal(read_stored_values(path), PIXELS)


def test_each_frame_is_read_by_its_number(tmp_path: Path):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = 3
    dataset.PixelData = b"".join((PIXELS + shift).tobytes() for shift in range(3))
    dataset.save_as(path)
    for frame in range(3):
        assert np.array_equal(read_stored_values(path, frame), PIXELS + frame)
    assert refused(path, 3) == refused(path, -1) == "no_such_frame"


def test_frames_that_are_missing_are_told(tmp_path: Path):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = 3
    dataset.PixelData = PIXELS.tobytes() * 2
    dataset.save_as(path)
    found = read_instance(path)
    assert found.number_of_frames == 2 and any("3 pictures" in each for each in found.warnings)


def test_compressed_frames_that_are_missing_are_told(tmp_path: Path):
    path = dicom_file(tmp_path / "rle.dcm", PIXELS, compress=True)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames = 7
    dataset.save_as(path)
    found = read_instance(path)
    assert found.number_of_frames == 1 and any("7 pictures" in each for each in found.warnings)
    assert np.array_equal(read_stored_values(path), PIXELS)


def test_more_pixels_than_promised_are_a_warning(tmp_path: Path):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = PIXELS.tobytes() + bytes(100)
    dataset.save_as(path)
    instance, values = read_film(path)
    assert np.array_equal(values, PIXELS) and any("more pixel data" in each for each in instance.warnings)


def test_colour_comes_out_as_rgb(tmp_path: Path):
    colour = np.random.default_rng(1).integers(0, 255, (20, 24, 3)).astype(np.uint8)
    path = film(tmp_path, colour[:, :, 0])
    dataset = pydicom.dcmread(path)
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation, dataset.PlanarConfiguration = 3, "RGB", 1
    dataset.PixelData = np.ascontiguousarray(colour.transpose(2, 0, 1)).tobytes()
    dataset.save_as(path)
    assert np.array_equal(read_stored_values(path), colour)


def encapsulated(folder: Path, frame: bytes, syntax: str) -> Path:
    path = film(folder)
    dataset = pydicom.dcmread(path)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.save_as(path)
    return path


def test_a_codestream_of_another_size_is_refused_before_it_is_decoded(tmp_path: Path):
    header = b"\xff\x4f\xff\x51" + struct.pack(">HHIIII", 47, 0, 30000, 30000, 0, 0) + bytes(40)
    assert frame_size(header) == (30000, 30000)
    assert refused(encapsulated(tmp_path, header, JPEG2000Lossless)) == "lying_header"


def test_a_few_bytes_that_claim_a_large_film_are_a_bomb(tmp_path: Path):
    path = encapsulated(tmp_path, bytes(400), RLELossless)
    dataset = pydicom.dcmread(path)
    dataset.Rows = dataset.Columns = 9000
    dataset.save_as(path)
    assert refused(path) == "bomb"


def test_a_compressed_film_that_is_cut_off_is_refused_by_its_header_alone(tmp_path: Path):
    path = encapsulated(tmp_path, bytes(400), RLELossless)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(FilmRefused) as caught:
        read_instance(path)
    assert caught.value.code == "truncated"


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless, JPEG2000Lossless, JPEGLosslessSV1])
def test_damaged_compression_is_refused(tmp_path: Path, syntax: str):
    assert refused(encapsulated(tmp_path, b"\xff\xd8" + bytes(600), syntax)) == "decode_failed"


REAL = sorted((folder / "dicom" / "derived").glob("*.dcm")) if (folder := shared_folder()) else []
LOSSY = ("base8", "ext12", "near", "lossy", "truncated")


@pytest.mark.skipif(not REAL, reason="the folder of real films is absent")
@pytest.mark.parametrize("path", [p for p in REAL if not any(word in p.name for word in LOSSY)], ids=lambda p: p.stem)
def test_one_film_in_every_lossless_syntax_is_the_same_film(path: Path, shared: Path):
    reference = pydicom.dcmread(shared / "dicom" / "derived" / "chest_explicit_le.dcm").pixel_array
    assert np.array_equal(read_stored_values(path), reference)


@pytest.mark.parametrize("name", ["derived/chest_jpeg_ext12.dcm", "wg04/JPLY/RG2_JPLY", "cxr-simpleitk/cxr.dcm"])
def test_what_only_gdcm_reads_equals_dcmtk(shared: Path, tmp_path: Path, name: str):
    if shutil.which("dcmdjpeg") is None:
        pytest.skip("DCMTK is absent")
    subprocess.run(["dcmdjpeg", str(shared / "dicom" / name), str(tmp_path / "raw.dcm")], check=True)
    assert np.array_equal(
        read_stored_values(shared / "dicom" / name), pydicom.dcmread(tmp_path / "raw.dcm").pixel_array
    )


def test_the_real_truncated_films_are_refused(shared: Path):
    for path in (shared / "dicom" / "derived").glob("*truncated*"):
        assert refused(path) == "truncated"
