"""The films that other tests stand on: readable by others, valid, the same each time, showing what was asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pydicom
import pytest

from tests import synthetic
from tests.phantom.studies import FILMS

SMALL = {"rows": 260, "columns": 250}


@pytest.fixture(scope="module")
def normal() -> np.ndarray:
    return synthetic.chest(5, **SMALL)


def test_the_same_seed_makes_the_same_file(tmp_path: Path, normal: np.ndarray) -> None:
    one = synthetic.dicom_file(tmp_path / "a" / "film.dcm", normal)
    two = synthetic.dicom_file(tmp_path / "b" / "film.dcm", synthetic.chest(5, **SMALL))
    assert one.read_bytes() == two.read_bytes()
    assert not np.array_equal(normal, synthetic.chest(6, **SMALL))


def test_lungs_are_dark_and_the_heart_and_belly_bright(normal: np.ndarray) -> None:
    rows, columns = normal.shape

    def mean(y_cm: float, x_cm: float) -> float:
        row, column = int(y_cm / 38.5 * rows), int(columns / 2 + x_cm / 38.5 * rows)
        return float(normal[row - 3 : row + 4, column - 3 : column + 4].mean())

    lungs = [mean(19, -8.5), mean(19, 8.5)]
    assert max(lungs) < 0.6 * min(mean(25, 2.0), mean(33, -6), mean(28, -1))


@pytest.mark.parametrize("finding", ["cardiomegaly", "pleural effusion", "consolidation", "edema"])
def test_disease_makes_the_film_whiter_and_air_makes_it_darker(finding: str) -> None:
    base = synthetic.chest(8, **SMALL).astype(float)
    ill = synthetic.chest(8, findings=(finding,), **SMALL).astype(float)
    lungs = np.s_[90:215, 35:215]
    assert ill[lungs].mean() > base[lungs].mean() + 20


def test_a_finding_that_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="hernia"):
        synthetic.chest(1, findings=("hernia",), **SMALL)


def test_stored_values_come_back_through_pydicom_for_both_codings(tmp_path: Path, normal: np.ndarray) -> None:
    for compress in (False, True):
        path = synthetic.dicom_file(tmp_path / f"{compress}.dcm", normal, compress=compress)
        assert np.array_equal(pydicom.dcmread(path).pixel_array, normal)


def test_tags_override_and_none_takes_away(tmp_path: Path, normal: np.ndarray) -> None:
    path = synthetic.dicom_file(tmp_path / "x.dcm", normal, ViewPosition=None, PatientName="Ärzte^Ö", Rows=17)
    dataset = pydicom.dcmread(path)
    assert "ViewPosition" not in dataset
    assert (str(dataset.PatientName), dataset.Rows) == ("Ärzte^Ö", 17)


def test_the_bundled_samples_are_what_is_declared(samples: Path) -> None:
    assert {path.name for path in samples.glob("*.dcm")} == {film.file for film in FILMS}
    assert sum(path.stat().st_size for path in samples.iterdir()) < 15e6
    assert len({(film.patient, film.study) for film in FILMS}) >= 6
    for film in FILMS:
        dataset = pydicom.dcmread(samples / film.file)
        assert str(dataset.PatientName).startswith("SYNTHETIC^")
        assert dataset.pixel_array.shape == (film.rows, film.columns)
        assert (dataset.PhotometricInterpretation == "MONOCHROME1") == film.monochrome1
        assert ("VOILUTSequence" in dataset) == film.voi_lut


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (dicom3tools) is not installed")
def test_an_independent_validator_finds_no_error(samples: Path) -> None:
    for path in sorted(samples.glob("*.dcm")):
        told = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
        assert "DXImageForPresentation" in told.stderr + told.stdout
        assert "Error" not in told.stderr + told.stdout, path.name
