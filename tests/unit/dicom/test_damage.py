"""Films damaged at random are shown or refused in two sentences; nothing else ever comes out."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from tests.synthetic import dicom_file, voi_lut
from workstation.dicom.pixels import read_film
from workstation.errors import FilmRefused

ROUNDS = 150
LENGTHS = (b"\xff\xff\xff\xff", b"\x00\x00\x00\x80", b"\x00\x00\x00\x00", b"\xfe\xff\x00\xe0", b"SQ\x00\x00")
PIXELS = (np.add.outer(np.arange(64), np.arange(64)) * 20).astype(np.uint16)


@pytest.mark.parametrize("syntax", [None, RLELossless, JPEGLSLossless, JPEG2000Lossless])
def test_damaged_films_are_shown_or_refused(tmp_path: Path, syntax: str | None):
    path = tmp_path / "film.dcm"
    dicom_file(path, PIXELS, BitsStored=12, HighBit=11, VOILUTSequence=[voi_lut("CURVE", 1.0)])
    if syntax:
        dataset = pydicom.dcmread(path)
        dataset.compress(syntax, generate_instance_uid=False)
        dataset.save_as(path)
    assert outcomes(path, path.read_bytes())["refused"] > ROUNDS // 10


def test_damaged_real_films_are_shown_or_refused(shared: Path, tmp_path: Path):
    names = ("chest_implicit_le", "chest_explicit_be", "chest_deflated", "chest_no_meta", "chest_jpeg_base8")
    for name in names:
        data = (shared / "dicom" / "derived" / f"{name}.dcm").read_bytes()
        assert outcomes(tmp_path / name, data)["refused"] > 0


def outcomes(path: Path, data: bytes) -> Counter[str]:
    """How many of the damaged copies were shown and how many refused; anything else fails the test."""
    counted: Counter[str] = Counter()
    for seed in range(ROUNDS):
        path.write_bytes(damaged(random.Random(seed), data))
        try:
            instance, values = read_film(path)
        except FilmRefused:
            counted["refused"] += 1
        else:
            assert values.shape[:2] == (instance.rows, instance.columns)
            counted["shown"] += 1
    return counted


def damaged(rng: random.Random, data: bytes) -> bytes:
    """One of: cut off, bytes changed anywhere, bytes changed in the header, a lying length, a piece lost or added."""
    result, header = bytearray(data), min(len(data), 4000)
    kind = rng.randrange(6)
    if kind == 0:
        del result[rng.randrange(len(result)) :]
    elif kind in (1, 2):
        for _ in range(rng.randint(1, 12)):
            result[rng.randrange(len(result) if kind == 1 else header)] = rng.randrange(256)
    elif kind == 3:
        at = rng.randrange(header)
        result[at : at + 4] = rng.choice(LENGTHS)
    elif kind == 4:
        at = rng.randrange(len(result))
        del result[at : at + rng.randrange(1, 800)]
    else:
        at = rng.randrange(len(result))
        result[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 200)))
    return bytes(result)


def test_an_explicit_film_that_is_labelled_implicit_is_not_shifted(tmp_path: Path):
    """pydicom reads such a header as explicit; its pixels then begin four bytes later than implicit ones would."""
    path = dicom_file(tmp_path / "film.dcm", PIXELS)
    path.write_bytes(path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2\0\0\0", 1))
    assert np.array_equal(read_film(path)[1], PIXELS)


def test_an_unclear_sign_of_the_grey_values_is_told(tmp_path: Path):
    instance, _ = read_film(dicom_file(tmp_path / "film.dcm", PIXELS, PixelRepresentation=7))
    assert any("negative" in warning for warning in instance.warnings)
