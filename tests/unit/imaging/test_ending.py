"""A film that ends in a band which only a decoder can have painted is told; collimation and honest films are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.synthetic import chest, dicom_file
from workstation.dicom.soundness import JPEG_8
from workstation.errors import FilmRefused
from workstation.imaging.ending import FLAT_END, ending_warning
from workstation.imaging.film import describe, load


@pytest.fixture
def jpeg(tmp_path):
    """A record that says of itself that it is a baseline JPEG; its pixels do not matter."""
    import dataclasses

    instance = describe(dicom_file(tmp_path / "film.dcm", chest(3, rows=100, columns=90)))
    return dataclasses.replace(instance, transfer_syntax_uid=JPEG_8)


def ended(level: int, rows: int = 20) -> np.ndarray:
    values = chest(3, rows=100, columns=90)
    values[-rows:] = level
    return values


def test_a_grey_end_is_told(jpeg):
    assert ending_warning(jpeg, ended(1234)) == FLAT_END


def test_black_and_white_ends_are_collimation(jpeg):
    whole = chest(3, rows=100, columns=90)
    assert ending_warning(jpeg, ended(int(whole.min()))) == ""
    assert ending_warning(jpeg, ended(int(whole.max()))) == ""


def test_a_line_or_two_and_an_evenly_grey_picture_are_not_told(jpeg):
    assert ending_warning(jpeg, ended(1234, 2)) == ""
    assert ending_warning(jpeg, np.full((100, 90), 7, np.uint16)) == ""


def test_no_film_that_is_whole_is_suspected(shared: Path):
    looked = 0
    for path in sorted((shared / "dicom").rglob("*")):
        if path.is_file() and path.suffix not in (".json", ".dump", ".txt") and path.stat().st_size > 1000:
            try:
                film = load(describe(path))
            except FilmRefused:
                continue
            looked += 1
            assert FLAT_END not in film.instance.warnings, path.name
    assert looked > 60
