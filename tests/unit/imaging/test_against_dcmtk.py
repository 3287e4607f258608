"""Renderings agree with DCMTK's within one grey level on every real film that lies beside the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.imaging.dcmtk import film_id, picture, real_films
from workstation.dicom.records import VoiLutFunction, Window
from workstation.imaging.film import Film, describe, load
from workstation.imaging.window import Presentation, auto, choices, default, render

FILMS, COLOURED = real_films(), real_films(colour=True)
pytestmark = pytest.mark.skipif(not FILMS, reason="the folder of real films is absent")


@pytest.fixture(scope="module", params=FILMS, ids=film_id)
def film(request) -> Film:
    return load(describe(request.param))


def test_header_windows_and_voi_luts_agree(film: Film, tmp_path: Path):
    offered = choices(film)
    if not offered:
        pytest.skip("the header brings no window and no VOI LUT")
    for at, presentation in enumerate(offered):
        number = str(at + 1 if presentation.voi_lut is None else presentation.voi_lut + 1)
        option = "+Wl" if presentation.voi_lut is not None else "+Wi"
        assert_agree(render(film, presentation), picture(film.instance, tmp_path, option, number))


def test_windows_of_the_reader_agree(film: Film, tmp_path: Path):
    for window in windows_to_try(film):
        flag = "+Wfl" if window.function is VoiLutFunction.LINEAR else "+Wfs"
        shown = render(film, Presentation(window=window))
        assert_agree(shown, picture(film.instance, tmp_path, "+Ww", f"{window.center}", f"{window.width}", flag))


def windows_to_try(film: Film) -> list[Window]:
    """About the film's middle: the hard step, a narrow one with fractions, and a sigmoid."""
    wide = auto(film).window
    assert wide is not None
    middle, narrow = float(round(wide.center)), round(max(wide.width / 3, 1.5), 3)
    return [Window(middle, 1), Window(middle + 0.25, narrow), Window(middle, narrow, VoiLutFunction.SIGMOID)]


@pytest.mark.parametrize("path", COLOURED, ids=film_id)
def test_colour_agrees(path: Path, tmp_path: Path):
    film = load(describe(path))
    assert film.colour is not None
    assert_agree(render(film, default(film)), picture(film.instance, tmp_path))


def assert_agree(ours: np.ndarray, theirs: np.ndarray):
    assert ours.shape == theirs.shape
    assert int(np.abs(ours.astype(np.int16) - theirs).max()) <= 1
