"""Overlay planes agree with DCMTK's rendering and with pydicom, and no damage in one costs the film."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset

from tests.synthetic import dicom_file
from workstation.dicom.pixels import read_frame

PIXELS = np.zeros((40, 48), np.uint16)
PLANE = np.random.default_rng(1).random((20, 30)) < 0.3
WITH_PLANES = (
    "fodicom/OutOfBoundsOverlay.dcm",
    "dcm4che/ovly_p01.dcm",
    "pydicom-data/MR-SIEMENS-DICOM-WithOverlays.dcm",
)


def film(folder: Path, pixels: np.ndarray = PIXELS, **elements) -> Path:
    """A film with group 6000 as ``elements`` say, a plane of 20 x 30 at row 5, column 9 unless they say otherwise."""
    path = dicom_file(folder / "film.dcm", pixels, BitsStored=12, HighBit=11)
    dataset = pydicom.dcmread(path)
    plane = {
        "Rows": 20,
        "Columns": 30,
        "Type": "G",
        "Origin": [5, 9],
        "BitsAllocated": 1,
        "BitPosition": 0,
        "Data": packed(PLANE),
        **elements,
    }
    fill(dataset, plane)
    dataset.save_as(path)
    return path


def fill(dataset: Dataset, plane: dict[str, object]) -> None:
    known = {
        "Rows": (0x0010, "US"),
        "Columns": (0x0011, "US"),
        "Frames": (0x0015, "IS"),
        "Description": (0x0022, "LO"),
        "Type": (0x0040, "CS"),
        "Origin": (0x0050, "SS"),
        "FirstFrame": (0x0051, "US"),
        "BitsAllocated": (0x0100, "US"),
        "BitPosition": (0x0102, "US"),
        "Label": (0x1500, "LO"),
        "Data": (0x3000, "OW"),
    }
    for name, value in plane.items():
        if value is not None:
            element, kind = known[name]
            dataset.add_new((0x6000, element), kind, value)


def packed(mask: np.ndarray) -> bytes:
    data = np.packbits(mask.ravel(), bitorder="little").tobytes()
    return data + b"\0" * (len(data) % 2)


def union(path: Path, frame: int = 0) -> np.ndarray:
    found = read_frame(path, frame)
    masks = [plane.over(*found.values.shape[:2]) for plane in found.planes]
    return np.logical_or.reduce([np.zeros(found.values.shape[:2], bool), *masks])


@pytest.mark.parametrize("name", WITH_PLANES)
def test_real_planes_lie_where_dcmtk_paints_them(shared: Path, tmp_path: Path, name: str):
    path = shared / "dicom" / name
    without, with_planes = (dcmtk(path, tmp_path, option) for option in ("-O", "+O"))
    ours = union(path)
    assert ours.any() and (with_planes[ours] == 255).all()
    assert np.array_equal(with_planes[~ours], without[~ours])


def dcmtk(path: Path, folder: Path, option: str) -> np.ndarray:
    target = folder / f"{option}.pgm"
    shown = ["+O", "0", "+Omr"] if option == "+O" else ["-O"]
    try:
        ran = subprocess.run(
            ["dcmj2pnm", "-q", "+Ww", "1000", "9000", *shown, str(path), str(target)], capture_output=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("DCMTK is absent")
    assert ran.returncode == 0
    return np.asarray(Image.open(target))


def test_a_plane_stands_at_its_origin_with_its_names(tmp_path: Path):
    (plane,) = read_frame(film(tmp_path, Label="Marker", Description="Side", Type="R")).planes
    assert np.array_equal(plane.mask(), PLANE)
    assert (plane.top, plane.left, plane.name, plane.description, plane.region) == (4, 8, "Marker", "Side", True)
    assert np.array_equal(plane.over(40, 48)[4:24, 8:38], PLANE)


def test_bits_beside_the_picture_are_a_plane_and_no_picture(tmp_path: Path):
    mask = np.random.default_rng(2).random((40, 48)) < 0.2
    picture = np.arange(40 * 48, dtype=np.uint16).reshape(40, 48)
    pixels = picture | (mask.astype(np.uint16) << 13)
    old = film(tmp_path, pixels, Rows=40, Columns=48, Origin=[1, 1], BitsAllocated=16, BitPosition=13, Data=None)
    found = read_frame(old)
    assert np.array_equal(found.values, picture)
    assert np.array_equal(found.planes[0].over(40, 48), mask)


def test_a_bit_of_the_picture_itself_is_no_plane(tmp_path: Path):
    lying = film(tmp_path, PIXELS + 2048, Rows=40, Columns=48, BitsAllocated=16, BitPosition=11, Data=None)
    assert read_frame(lying).planes == ()


def test_each_frame_has_its_own_plane(tmp_path: Path):
    frames = np.zeros((3, 40, 48), np.uint16)
    planes = np.random.default_rng(3).random((2, 5, 7)) < 0.5
    path = film(tmp_path, frames[0], Rows=5, Columns=7, Frames=2, FirstFrame=2, Data=packed(planes))
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = 3, frames.tobytes()
    dataset.save_as(path)
    assert read_frame(path, 0).planes == ()
    for frame in (1, 2):
        assert np.array_equal(read_frame(path, frame).planes[0].mask(), planes[frame - 1])


def test_a_plane_without_frames_lies_over_every_frame(tmp_path: Path):
    path = film(tmp_path)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = 2, np.zeros((2, 40, 48), np.uint16).tobytes()
    dataset.save_as(path)
    assert all(np.array_equal(read_frame(path, frame).planes[0].mask(), PLANE) for frame in (0, 1))


@pytest.mark.parametrize("big", [False, True])
def test_byte_order_does_not_matter(tmp_path: Path, big: bool):
    path = film(tmp_path)
    if big:
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRBigEndian
        swapped = np.frombuffer(packed(PLANE), "<u2").astype(">u2").tobytes()
        dataset[0x6000, 0x3000].value = swapped
        pydicom.dcmwrite(path, dataset, little_endian=False, implicit_vr=False, force_encoding=True)
    assert np.array_equal(read_frame(path).planes[0].mask(), PLANE)


def test_an_origin_written_unsigned_is_still_negative(tmp_path: Path):
    path = film(tmp_path, Origin=[-3, -2])
    dataset = pydicom.dcmread(path)
    dataset.add_new((0x6000, 0x0050), "US", [0x10000 - 3, 0x10000 - 2])
    dataset.save_as(path)
    (plane,) = read_frame(path).planes
    assert (plane.top, plane.left) == (-4, -3)
    assert np.array_equal(plane.over(40, 48)[:16, :27], PLANE[4:, 3:])


@pytest.mark.parametrize(
    "damage",
    [
        {"Data": b""},
        {"Rows": 0},
        {"Rows": 65535, "Columns": 65535},
        {"Rows": None},
        {"Data": None},
        {"Data": None, "BitsAllocated": 16, "BitPosition": 99},
        {"Origin": [32767, 32767]},
        {"Origin": None, "Frames": "-3"},
        {"FirstFrame": 0},
    ],
)
def test_damage_in_a_plane_does_not_cost_the_film(tmp_path: Path, damage: dict[str, object]):
    found = read_frame(film(tmp_path, **damage))
    assert np.array_equal(found.values, PIXELS)
    assert all(plane.over(40, 48).shape == (40, 48) for plane in found.planes)


def test_a_plane_that_is_cut_off_keeps_its_rows(tmp_path: Path):
    (plane,) = read_frame(film(tmp_path, Data=packed(PLANE)[:36])).planes
    kept = 36 * 8 // 30
    assert np.array_equal(plane.mask()[:kept], PLANE[:kept]) and not plane.mask()[kept + 1 :].any()
