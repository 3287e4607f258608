"""Secondary captures in colour: palettes, RGB and YBR come out as DCMTK shows them, or as worked by hand."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.synthetic import dicom_file
from workstation.dicom.pixels import read_stored_values
from workstation.dicom.reader import read_instance
from workstation.errors import FilmRefused

RNG = np.random.default_rng(7)
CHANNELS = ("Red", "Green", "Blue")


def capture(folder: Path, values: np.ndarray, **tags) -> pydicom.Dataset:
    """A file's dataset, to be given colours and saved."""
    path = dicom_file(folder / "film.dcm", values, **{"PresentationLUTShape": None, "VOILUTSequence": None, **tags})
    return pydicom.dcmread(path)


def palette(dataset: pydicom.Dataset, tables: list[np.ndarray], bits: int, first: int = 0) -> Path:
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for channel, entries in zip(CHANNELS, tables, strict=True):
        descriptor = [len(entries) % 65536, first, bits]
        dataset.add_new(f"{channel}PaletteColorLookupTableDescriptor", "US", descriptor)
        dataset.add_new(f"{channel}PaletteColorLookupTableData", "OW", entries.astype("<u2").tobytes())
    return save(dataset)


def save(dataset: pydicom.Dataset) -> Path:
    path = Path(dataset.filename)
    dataset.save_as(path)
    return path


def dcmtk(path: Path) -> np.ndarray:
    target = path.with_name("theirs.ppm")
    try:
        subprocess.run(["dcmj2pnm", "-q", "-O", str(path), str(target)], check=True)
    except FileNotFoundError:
        pytest.skip("DCMTK is absent")
    return np.asarray(Image.open(target))


def near(ours: np.ndarray, theirs: np.ndarray) -> bool:
    return ours.shape == theirs.shape and int(np.abs(ours.astype(int) - theirs).max()) <= 1


@pytest.mark.parametrize("stored", [np.uint8, np.uint16])
@pytest.mark.parametrize("bits", [8, 16])
def test_palettes_agree_with_dcmtk(tmp_path: Path, bits: int, stored: type):
    values = RNG.integers(0, 256, (30, 40)).astype(stored)
    tables = [RNG.integers(0, 2**bits, 256) for _ in CHANNELS]
    depth = {"BitsStored": 8, "HighBit": 7} if stored is np.uint8 else {"BitsStored": 12, "HighBit": 11}
    path = palette(capture(tmp_path, values, **depth), tables, bits)
    assert near(read_stored_values(path), dcmtk(path))


def test_a_palette_that_does_not_begin_at_zero_answers_with_its_ends(tmp_path: Path):
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    tables = [RNG.integers(0, 65536, 100) for _ in CHANNELS]
    path = palette(capture(tmp_path, values, BitsStored=8, HighBit=7), tables, 16, first=50)
    ours = read_stored_values(path)
    places = np.clip(values.astype(int) - 50, 0, 99)
    assert np.array_equal(ours, np.stack([table[places] >> 8 for table in tables], axis=2))


def test_a_palette_of_eight_bits_that_calls_itself_sixteen_is_not_black(tmp_path: Path):
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    tables = [np.arange(256), np.arange(256)[::-1], np.full(256, 200)]
    path = palette(capture(tmp_path, values, BitsStored=8, HighBit=7), tables, 16)
    assert np.array_equal(read_stored_values(path), np.stack([table[values] for table in tables], axis=2))


def test_a_segmented_palette_is_unrolled(tmp_path: Path):
    """PS3.3 C.7.9.2: discrete 0, then linear to 65280 over 255 steps, worked by hand."""
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    dataset = capture(tmp_path, values, BitsStored=8, HighBit=7)
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    for channel in CHANNELS:
        dataset.add_new(f"{channel}PaletteColorLookupTableDescriptor", "US", [256, 0, 16])
        segments = struct.pack("<6H", 0, 1, 0, 1, 255, 65280)
        dataset.add_new(f"Segmented{channel}PaletteColorLookupTableData", "OW", segments)
    ours = read_stored_values(save(dataset))
    assert np.array_equal(ours, np.repeat(values[:, :, None], 3, axis=2))


def test_a_palette_without_its_tables_is_refused(tmp_path: Path):
    dataset = capture(tmp_path, np.zeros((8, 8), np.uint8), BitsStored=8, HighBit=7)
    dataset.PhotometricInterpretation = "PALETTE COLOR"
    with pytest.raises(FilmRefused) as refused:
        read_stored_values(save(dataset))
    assert refused.value.code in ("decode_failed", "lying_header")


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
def test_three_samples_agree_with_dcmtk(tmp_path: Path, photometric: str, planar: int):
    colour = RNG.integers(0, 256, (20, 24, 3)).astype(np.uint8)
    dataset = capture(tmp_path, colour[:, :, 0], BitsStored=8, HighBit=7)
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, planar
    dataset.PhotometricInterpretation = photometric
    dataset.PixelData = (colour.transpose(2, 0, 1) if planar else colour).tobytes()
    path = save(dataset)
    theirs = dcmtk(path)
    assert int(np.abs(read_stored_values(path).astype(int) - theirs).max()) <= 2


def test_colours_for_some_of_the_greys_are_told_and_left_out(tmp_path: Path):
    """Supplemental Palette Color (PS3.3 C.7.6.19): the film is shown grey, and says so."""
    dataset = capture(tmp_path, np.arange(256, dtype=np.uint8).reshape(16, 16), BitsStored=8, HighBit=7)
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PixelPresentation = "COLOR"
    for channel in CHANNELS:
        dataset.add_new(f"{channel}PaletteColorLookupTableDescriptor", "US", [16, 240, 8])
        dataset.add_new(f"{channel}PaletteColorLookupTableData", "OW", bytes(range(16)))
    path = save(dataset)
    assert read_stored_values(path).shape == (16, 16)
    assert any("shown grey" in warning for warning in read_instance(path).warnings)
