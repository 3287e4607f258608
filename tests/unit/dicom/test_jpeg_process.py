"""The process that unpacks JPEG Lossless stays for the next film, and its death costs one film at most."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLosslessSV1

from tests.synthetic import dicom_file
from workstation.dicom import jpeg_process
from workstation.dicom.jpeg_process import CHILD
from workstation.dicom.pixels import read_stored_values
from workstation.errors import FilmRefused

LOSSLESS = Path("dicom") / "derived" / "chest_jpeg_ll_p14sv1.dcm"


@pytest.fixture
def film(shared: Path) -> Path:
    return shared / LOSSLESS


def damaged(folder: Path) -> Path:
    """What gdcm cannot read."""
    path = dicom_file(folder / "damaged.dcm", np.zeros((40, 56), np.uint16))
    dataset = pydicom.dcmread(path)
    dataset.PixelData = encapsulate([b"\xff\xd8" + bytes(600)])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    dataset.save_as(path)
    return path


def test_one_process_serves_film_after_film(film: Path) -> None:
    first = read_stored_values(film)
    process = CHILD._process
    assert process is not None and np.array_equal(read_stored_values(film), first) and CHILD._process is process


def test_after_its_death_another_takes_its_place(film: Path) -> None:
    before = read_stored_values(film)
    process = CHILD._process
    assert process is not None
    process.kill()
    process.wait()
    assert np.array_equal(read_stored_values(film), before) and CHILD._process is not process


def test_damage_is_one_refusal_and_no_more(film: Path, tmp_path: Path) -> None:
    with pytest.raises(FilmRefused) as refusal:
        read_stored_values(damaged(tmp_path))
    assert refusal.value.code == "decode_failed"
    assert read_stored_values(film).any()


def test_it_is_given_up_on_when_it_hangs(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg_process, "TIMEOUT_S", 0.0)
    with pytest.raises(FilmRefused):
        read_stored_values(film)
    monkeypatch.undo()
    assert read_stored_values(film).any()


def test_threads_wait_for_each_other(film: Path) -> None:
    reference = read_stored_values(film)
    with ThreadPoolExecutor(4) as several:
        found = list(several.map(lambda _: read_stored_values(film), range(12)))
    assert all(np.array_equal(values, reference) for values in found)


def test_nothing_of_a_film_stays_behind(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpeg_process, "_roomy", lambda _instance: tmp_path)
    read_stored_values(film)
    assert os.listdir(tmp_path) == []
    with pytest.raises(FilmRefused):
        read_stored_values(damaged(tmp_path))
    assert os.listdir(tmp_path) == ["damaged.dcm"]
