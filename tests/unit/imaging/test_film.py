"""A file becomes a film whatever its form, and its pixels keep their identity."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.synthetic import dicom_file
from workstation.dicom.records import Instance
from workstation.errors import FilmRefused
from workstation.imaging.film import describe, film_of, load, pixel_sha256

VALUES = np.random.default_rng(2).integers(0, 4096, (30, 20)).astype(np.uint16)


def instance(**fields) -> Instance:
    return Instance("", "dicom", "1", "", "", "1", "1", **fields)


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, np.uint32, np.int32])
def test_indices_give_back_every_stored_value(dtype: type):
    limits = np.iinfo(dtype)
    low, high = max(limits.min, -30000), min(limits.max, 30000)
    values = np.linspace(low, high, 600).astype(dtype).reshape(30, 20)
    film = film_of(instance(), values)
    assert film.indices.dtype == np.uint16 and film.indices.flags.c_contiguous
    assert np.array_equal(film.indices.astype(np.int64) - film.offset, values)
    assert film.stored_value(29, 19) == int(values[29, 19])
    assert (film.low, film.high) == (int(values.min()), int(values.max()))


def test_more_than_sixteen_bits_of_greys_are_refused():
    with pytest.raises(FilmRefused) as caught:
        film_of(instance(), np.array([[0, 70000]], np.uint32))
    assert caught.value.code == "unsupported_pixels"


def test_modality_values_are_rescaled():
    film = film_of(instance(rescale_slope=0.5, rescale_intercept=-10.0), VALUES)
    assert film.modality_value(3, 4) == VALUES[3, 4] * 0.5 - 10


def test_the_pixel_hash_is_that_of_the_stored_values_little_endian(tmp_path: Path):
    path = dicom_file(tmp_path / "a.dcm", VALUES, BitsStored=12, HighBit=11)
    film = load(describe(path))
    stored = pydicom.dcmread(path).pixel_array
    assert pixel_sha256(film) == hashlib.sha256(stored.astype("<u2").tobytes()).hexdigest()
    eight = film_of(instance(bits_allocated=8), VALUES.astype(np.uint8))
    assert pixel_sha256(eight) == hashlib.sha256(VALUES.astype(np.uint8).tobytes()).hexdigest()
    signed = film_of(instance(pixel_representation=1), VALUES.astype(np.int16) - 2000)
    assert pixel_sha256(signed) == hashlib.sha256((VALUES.astype("<i2") - 2000).tobytes()).hexdigest()


def test_the_same_film_in_two_syntaxes_has_one_hash(tmp_path: Path):
    plain = load(describe(dicom_file(tmp_path / "a.dcm", VALUES, BitsStored=12, HighBit=11)))
    packed = load(describe(dicom_file(tmp_path / "b.dcm", VALUES, BitsStored=12, HighBit=11, compress=True)))
    assert pixel_sha256(plain) == pixel_sha256(packed)


def test_a_film_that_went_away_is_refused(tmp_path: Path):
    path = dicom_file(tmp_path / "a.dcm", VALUES)
    found = describe(path)
    path.unlink()
    with pytest.raises(FilmRefused) as caught:
        load(found)
    assert caught.value.code == "missing"


def test_the_last_shown_pixel_belongs_to_the_file(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.fromarray(VALUES.astype(np.uint8)).save(path)
    film = load(describe(path))
    assert film.instance.kind == "raster" and film.stored_value(29, 19) == int(VALUES.astype(np.uint8)[29, 19])


def test_a_mirrored_film_says_so(tmp_path: Path):
    path = dicom_file(tmp_path / "a.dcm", VALUES, PatientOrientation=["R", "F"])
    assert any("mirrored" in each for each in describe(path).warnings)
