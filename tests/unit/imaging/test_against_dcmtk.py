"""Renderings agree with DCMTK's within one grey level on every real film that lies beside the project."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.unit.imaging.dcmtk import film_id, picture, real_films
from workstation.dicom.records import VoiLutFunction, Window
from workstation.imaging.film import Film, describe, load
from workstation.imaging.window import Presentation, auto, choices, render

FILMS = real_films()
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


@pytest.mark.parametrize("function", [VoiLutFunction.LINEAR, VoiLutFunction.SIGMOID])
def test_windows_of_the_reader_agree(film: Film, tmp_path: Path, function: VoiLutFunction):
    flag = "+Wfl" if function is VoiLutFunction.LINEAR else "+Wfs"
    for center, width in windows_to_try(film):
        shown = render(film, Presentation(window=Window(center, width, function)))
        assert_agree(shown, picture(film.instance, tmp_path, "+Ww", f"{center:.3f}", f"{width:.3f}", flag))


def windows_to_try(film: Film) -> list[tuple[float, float]]:
    """About the film's middle: wide, narrow, the hard step, and one with fractions."""
    window = auto(film).window
    assert window is not None
    middle = float(round(window.center))
    return [(middle, 1.0), (middle, float(round(max(window.width, 2)))), (middle + 0.25, max(window.width / 3, 1.5))]


def assert_agree(ours: np.ndarray, theirs: np.ndarray):
    assert ours.shape == theirs.shape
    assert int(np.abs(ours.astype(np.int16) - theirs).max()) <= 1
