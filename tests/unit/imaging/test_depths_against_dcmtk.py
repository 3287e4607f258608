"""Depths, signs, tables, frames and presentation look-up tables, as DCMTK renders them: within one grey level."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset

from tests.conftest import shared_folder
from tests.synthetic import dicom_file, voi_lut
from tests.unit.imaging.dcmtk import picture
from workstation.imaging.film import Film, describe, load
from workstation.imaging.window import Presentation, choices, default, display_table, render

FRAMES = (
    "orthanc/MultiframeWindowing.dcm",
    "dcm4che/cplx_p02.dcm",
    "pydicom-data/emri_small.dcm",
    "cornerstone/CT0012.fragmented_no_bot_jpeg_baseline.51.dcm",
)


def table(first: int, bits: int, values: np.ndarray, **more) -> Dataset:
    """A look-up table item."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if first < 0 else "US", [len(values) % 65536, first, bits])
    item.add_new("LUTData", "OW", values.astype("<u2").tobytes())
    for keyword, value in more.items():
        setattr(item, keyword, value)
    return item


def ramp_film(folder: Path, stored: np.ndarray, **tags) -> Film:
    path = dicom_file(folder / "film.dcm", stored, **{"VOILUTSequence": None, **tags})
    return load(describe(path))


def near(ours: np.ndarray, theirs: np.ndarray) -> bool:
    return ours.shape == theirs.shape and int(np.abs(ours.astype(np.int16) - theirs).max()) <= 1


def all_agree(film: Film, folder: Path) -> bool:
    offered = choices(film)
    lut = [each.voi_lut is not None for each in offered]
    numbers = [each.voi_lut + 1 if each.voi_lut is not None else at + 1 for at, each in enumerate(offered)]
    return bool(offered) and all(
        near(render(film, each), picture(film.instance, folder, "+Wl" if is_lut else "+Wi", str(number)))
        for each, is_lut, number in zip(offered, lut, numbers, strict=True)
    )


@pytest.mark.parametrize("signed", [0, 1])
@pytest.mark.parametrize("bits", [8, 9, 10, 11, 12, 13, 14, 15, 16])
def test_every_depth_from_8_to_16_bits(tmp_path: Path, bits: int, signed: int):
    kind = np.uint8 if bits == 8 else np.uint16
    stored = np.linspace(0, 2**bits - 1, 4096).astype(kind).reshape(64, 64)
    middle = 0 if signed else 2 ** (bits - 1)
    film = ramp_film(
        tmp_path,
        stored,
        BitsStored=bits,
        HighBit=bits - 1,
        PixelRepresentation=signed,
        WindowCenter=[middle, middle + 10.5],
        WindowWidth=[2**bits, 2 ** (bits - 2) + 0.5],
    )
    assert (film.low < 0) is bool(signed)
    assert all_agree(film, tmp_path)


def test_stored_bits_that_do_not_begin_at_the_lowest(tmp_path: Path):
    stored = (np.arange(4096, dtype=np.uint16) << 4).reshape(64, 64)
    film = ramp_film(tmp_path, stored, BitsStored=12, HighBit=15, WindowCenter=2048, WindowWidth=4096)
    assert film.high == 4095 and all_agree(film, tmp_path)


MODALITY = np.clip(np.sqrt(np.arange(4096) / 4095) * 1023, 0, 1023)


@pytest.mark.parametrize(
    "tags",
    [
        {"WindowCenter": 512, "WindowWidth": 1024},
        {"WindowCenter": 512, "WindowWidth": 300, "VOILUTFunction": "SIGMOID"},
        {"VOILUTSequence": [table(0, 8, np.arange(1024) // 4)]},
        {"VOILUTSequence": [table(200, 8, np.arange(600) * 255 // 599)]},
    ],
    ids=["linear", "sigmoid", "voi lut", "voi lut within"],
)
def test_a_modality_table_before_the_voi(tmp_path: Path, tags):
    modality = table(0, 10, MODALITY, ModalityLUTType="US")
    stored = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    film = ramp_film(tmp_path, stored, BitsStored=12, HighBit=11, ModalityLUTSequence=[modality], **tags)
    assert all_agree(film, tmp_path)


def test_a_voi_table_that_begins_below_zero(tmp_path: Path):
    lut = table(-1000, 10, np.arange(2000) * 1023 // 1999)
    stored = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    film = ramp_film(
        tmp_path, stored, BitsStored=12, HighBit=11, PixelRepresentation=1, RescaleIntercept="-50", VOILUTSequence=[lut]
    )
    assert all_agree(film, tmp_path)


@pytest.mark.skipif(shared_folder() is None, reason="the folder of real films is absent")
@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_agrees(tmp_path: Path, shared: Path, name: str):
    """Where the header names no window for all frames alike, DCMTK is given the one that we use."""
    instance = describe(shared / "dicom" / name)
    for frame in range(min(instance.number_of_frames, 4)):
        film = load(instance, frame)
        shown = Presentation(window=default(film).window)
        center, width = shown.window.center, shown.window.width
        if film.instance.rescale_slope is not None:  # DCMTK does not look into functional groups
            center = (center - 0.5 - film.instance.rescale_intercept) / film.instance.rescale_slope + 0.5
            width = (width - 1) / film.instance.rescale_slope + 1
        options = ("+F", str(frame + 1), "-M", "+Ww", f"{center}", f"{width}", "+Wfl")
        assert near(render(film, shown), picture(film.instance, tmp_path, *options))


PRESENTATION = {
    "inverse": np.linspace(65535, 0, 256),
    "bright": (np.linspace(0, 1, 1024) ** 0.4) * 65535,
    "coarse": np.linspace(0, 65535, 16),
}


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("name", PRESENTATION)
def test_a_presentation_table_gives_what_dcmtk_makes_of_it(tmp_path: Path, name: str, photometric: str):
    """Its answers are P-values, whatever the film's photometric interpretation is."""
    stored = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    lut = table(0, 16, PRESENTATION[name])
    tags = {
        "BitsStored": 12, "HighBit": 11, "WindowCenter": 2000, "WindowWidth": 3000,
        "PhotometricInterpretation": photometric, "PresentationLUTShape": None,
    }  # fmt: skip
    film = ramp_film(tmp_path, stored, **tags, PresentationLUTSequence=[lut])
    theirs = with_presentation_lut(dicom_file(tmp_path / "bare.dcm", stored, VOILUTSequence=None, **tags), lut)
    ours = display_table(film, default(film))[film.indices].astype(np.int16)
    # Where the window is exactly full, the last bit of DCMTK's float decides for the entry before the last.
    assert np.count_nonzero(np.abs(ours - theirs) > 1) <= 1


def with_presentation_lut(path: Path, lut: Dataset) -> np.ndarray:
    """DCMTK's rendering of a film through a presentation state that holds the table."""
    state, target = path.with_name("state.dcm"), path.with_name("theirs.pgm")
    run("dcmpsmk", "+Vw", str(path), str(state))
    dataset = pydicom.dcmread(state)
    if "PresentationLUTShape" in dataset:
        del dataset.PresentationLUTShape
    dataset.PresentationLUTSequence = [lut]
    window = Dataset()
    window.WindowCenter, window.WindowWidth = "2000", "3000"
    dataset.SoftcopyVOILUTSequence = [window]
    dataset.save_as(state)
    run("dcmp2pgm", "-p", str(state), str(path), str(target))
    return np.asarray(Image.open(target))


def run(tool: str, *options: str) -> None:
    try:
        ran = subprocess.run([tool, *options], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("DCMTK is absent")
    assert ran.returncode == 0, ran.stderr.decode()


def test_voi_tables_of_eight_bits_packed_two_to_a_word(tmp_path: Path):
    item = voi_lut("CURVE", 6.0, bits=8)
    wide = np.frombuffer(item.LUTData, "<u2").astype(np.uint8)
    item.add_new("LUTData", "OW", wide.tobytes())
    stored = np.arange(256, dtype=np.uint8).reshape(16, 16)
    film = ramp_film(tmp_path, stored, BitsStored=8, HighBit=7, VOILUTSequence=[item])
    assert np.array_equal(render(film, choices(film)[-1]), wide[stored])
