"""The one preprocessing: the original's, recorded from its own code, and ours, for films of every kind."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.synthetic import chest, dicom_file
from workstation.dicom.records import Instance, Window
from workstation.errors import WorkstationError
from workstation.imaging.film import Film, describe, film_of, load
from workstation.imaging.prepare import METHODS, prepare

MEAN, STD = np.float32(0.5518136078431373), np.float32(0.3821719215686275)  # of the published model


def film(values: np.ndarray, **fields) -> Film:
    return film_of(Instance("", "dicom", "1", "", "", "1", "1", **fields), values)


@pytest.mark.parametrize("name", ["wide_700x512", "square_1024", "tall_611x873"])
def test_the_originals_pixels_are_met_exactly(shared: Path, name: str):
    folder = shared / "golden" / "preprocess"
    picture = prepare(load(describe(folder / f"{name}.png")), 512, "clip-centre-crop")
    # The recorded arrays are normalised; undone, they must be whole grey levels, ours and no others.
    expected = np.load(folder / "expected.npz")[name][0, 0]
    normalised = ((picture * (1 / 255)).astype(np.float32) - MEAN) / STD
    assert np.abs(normalised - expected).max() == 0


@pytest.mark.parametrize("shape", [(64, 64), (300, 200), (37, 900), (3000, 2500)])
@pytest.mark.parametrize("method", [each for each in METHODS if each != "whole"])
@pytest.mark.parametrize("side", [64, 192, 256])
def test_every_film_becomes_a_square_of_bytes(shape: tuple[int, int], method: str, side: int):
    values = np.random.default_rng(0).integers(0, 4096, shape).astype(np.uint16)
    picture = prepare(film(values), side, method)
    assert picture.shape == (side, side) and picture.dtype == np.uint8 and picture.flags.c_contiguous


@pytest.mark.parametrize(("shape", "expected"), [((300, 200), (64, 43)), ((37, 900), (3, 64)), ((40, 50), (40, 50))])
def test_whole_keeps_the_films_shape_and_never_enlarges_it(shape: tuple[int, int], expected: tuple[int, int]):
    values = np.random.default_rng(0).integers(0, 4096, shape).astype(np.uint16)
    picture = prepare(film(values), 64, "whole")
    assert picture.shape == expected and picture.dtype == np.uint8


def test_letterbox_keeps_the_whole_film_and_pads_with_black():
    values = np.full((400, 200), 3000, np.uint16)
    values[::2] = 2900
    made = film(values, windows=(Window(1500, 3000),))
    picture = prepare(made, 192, "letterbox")
    assert not picture[:, :48].any() and not picture[:, 144:].any()
    assert picture[:, 49:143].min() > 200


def test_resolution_leaves_no_trace():
    fine = chest(seed=4, rows=1200, columns=1000)
    coarse = np.asarray(Image.fromarray(fine.astype(np.float32)).resize((500, 600), Image.Resampling.BOX))
    a = prepare(film(fine, windows=(Window(2048, 4096),)), 192, "letterbox").astype(int)
    b = prepare(film(coarse.astype(np.uint16), windows=(Window(2048, 4096),)), 192, "letterbox").astype(int)
    assert np.abs(a - b).mean() < 0.5 and np.percentile(np.abs(a - b), 99.9) <= 4


@pytest.mark.parametrize("method", METHODS)
def test_a_film_and_its_negative_are_the_same_picture(method: str):
    values = chest(seed=1, rows=300, columns=260)
    window = Window(2048, 4096)
    plain = prepare(film(values, windows=(window,), bits_stored=12), 128, method)
    negative = film(4095 - values, windows=(window,), bits_stored=12, photometric_interpretation="MONOCHROME1")
    assert np.abs(prepare(negative, 128, method).astype(int) - plain).max() <= 1


@pytest.mark.parametrize(
    ("orientation", "turned"),
    [
        (("R", "F"), lambda p: p[:, ::-1]),
        (("L", "H"), lambda p: p[::-1]),
        (("R", "H"), lambda p: p[::-1, ::-1]),
        (("F", "L"), lambda p: p.T),
        (("F", "R"), lambda p: p[:, ::-1].T),
        (("H", "L"), lambda p: p[::-1].T),
        (("L", "F"), lambda p: p),
        (("P", "F"), lambda p: p),
        ((), lambda p: p),
    ],
)
def test_the_model_sees_the_standard_position(orientation: tuple[str, ...], turned):
    standard = chest(seed=2, rows=256, columns=256)
    window = (Window(2048, 4096),)
    stored = film(np.ascontiguousarray(turned(standard)), windows=window, patient_orientation=orientation)
    assert np.array_equal(prepare(stored, 128, "letterbox"), prepare(film(standard, windows=window), 128, "letterbox"))


def test_colour_is_seen_by_its_luminance():
    colour = np.random.default_rng(5).integers(0, 256, (80, 80, 3)).astype(np.uint8)
    made = film(colour, samples_per_pixel=3, photometric_interpretation="RGB")
    grey = film(np.asarray(Image.fromarray(colour).convert("L")))
    raster = dataclasses.replace(grey.instance, kind="raster", bits_stored=8)
    assert np.array_equal(
        prepare(made, 80, "clip-centre-crop"), prepare(film_of(raster, grey.indices), 80, "clip-centre-crop")
    )


def test_a_dicom_film_is_seen_in_its_default_presentation(tmp_path: Path):
    values = chest(seed=3, rows=240, columns=200)
    path = dicom_file(tmp_path / "a.dcm", values, WindowCenter=1000, WindowWidth=1200, BitsStored=12, HighBit=11)
    narrow = prepare(load(describe(path)), 128, "letterbox")
    wide = dicom_file(tmp_path / "b.dcm", values, WindowCenter=2048, WindowWidth=4096, BitsStored=12, HighBit=11)
    assert narrow.mean() > prepare(load(describe(wide)), 128, "letterbox").mean() + 10


def test_an_unknown_method_is_refused():
    with pytest.raises(WorkstationError):
        prepare(film(np.zeros((10, 10), np.uint16)), 64, "squash")
