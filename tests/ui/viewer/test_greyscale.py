"""A film on the screen, by real keys, is the film that the render command writes and that DCMTK makes of it."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from main import main
from tests.synthetic import voi_lut
from tests.ui.viewer.hands import pixels_of, ramp
from tests.unit.imaging.dcmtk import picture
from workstation.imaging.film import describe

SIGMOID = {"WindowCenter": ["2000", "1200"], "WindowWidth": ["1500", "700"], "VOILUTFunction": "SIGMOID"}
TABLES = {
    "WindowCenter": "2000",
    "WindowWidth": "1500",
    "VOILUTSequence": [voi_lut("SOFT", 2.0), voi_lut("HARD", 9.0, 0.3)],
}
REAL = (
    "cxr-simpleitk/cxr.dcm",  # MONOCHROME1, INVERSE and a Modality LUT that lies about its depth
    "fodicom/CR-ModalitySequenceLUT.dcm",
    "pydicom-data/vlut_04.dcm",
    "pydicom-data/mlut_18.dcm",
    "dwv/gdcm-CR-MONO1-10-chest.dcm",
    "wg04/JPLY/RG2_JPLY",
)
COLOUR = ("cornerstone/no-pixel-spacing.dcm", "dcm4che/YBR_422.dcm", "pydicom-data/HTJ2K_08_RGB.dcm")


def press(pane, key) -> None:
    QTest.keyClick(pane.view, key)


def on_screen(pane) -> tuple[np.ndarray, tuple[slice, slice]]:
    """What is seen at 1:1 away from all words, and which part of the film it is."""
    press(pane, Qt.Key.Key_Asterisk)
    view = pane.view
    (row0, col0), (row1, col1) = (view.on_screen.from_logical(*at) for at in _middle(view))
    rows = slice(max(0, round(row0)), min(view.film.rows, round(row1)))
    columns = slice(max(0, round(col0)), min(view.film.columns, round(col1)))
    x, y = (round(each) for each in view.on_screen.to_logical(rows.start, columns.start))
    seen = pixels_of(view)[y : y + rows.stop - rows.start, x : x + columns.stop - columns.start]
    return seen, (rows, columns)


def _middle(view) -> tuple[tuple[float, float], tuple[float, float]]:
    width, height = view.width(), view.height()
    return (width * 0.2, height * 0.2), (width * 0.8, height * 0.8)


def rendered(film, folder: Path, *options: str) -> np.ndarray:
    """What the command writes."""
    out = folder / "rendered.png"
    assert main(["render", film.path, "--out", str(out), *options]) == 0
    return cv2.cvtColor(cv2.imread(str(out)), cv2.COLOR_BGR2RGB)


def same(seen: np.ndarray, wanted: np.ndarray, most: int = 0) -> bool:
    wanted = wanted if wanted.ndim == 3 else np.repeat(wanted[:, :, None], 3, axis=2)
    return seen.size > 0 and int(np.abs(seen.astype(int) - wanted).max()) <= most


@pytest.mark.parametrize("name", REAL)
def test_a_real_film_is_shown_as_it_is_rendered(reading, shared, tmp_path, name):
    film = describe(shared / "dicom" / name)
    pane = reading(film)
    seen, part = on_screen(pane)
    assert same(seen, rendered(film, tmp_path)[part])


@pytest.mark.parametrize("name", COLOUR)
def test_colour_is_shown_as_it_is_rendered_and_as_dcmtk_shows_it(reading, shared, tmp_path, name):
    film = describe(shared / "dicom" / name)
    pane = reading(film)
    seen, part = on_screen(pane)
    assert same(seen, rendered(film, tmp_path)[part])
    assert same(seen, picture(film, tmp_path)[part], most=1)


@pytest.mark.parametrize(("key", "number"), [(Qt.Key.Key_1, 0), (Qt.Key.Key_2, 1)])
def test_sigmoid_windows_come_by_number(reading, film_file, tmp_path, key, number):
    film = film_file(ramp(500, 500), BitsStored=12, HighBit=11, VOILUTSequence=None, **SIGMOID)
    pane = reading(film)
    press(pane, key)
    seen, part = on_screen(pane)
    assert same(seen, rendered(film, tmp_path, "--voi", str(number))[part])
    assert same(seen, picture(film, tmp_path, "+Wi", str(number + 1))[part], most=1)


@pytest.mark.parametrize(("key", "table"), [(Qt.Key.Key_2, 1), (Qt.Key.Key_3, 2)])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
def test_voi_tables_come_by_number(reading, film_file, tmp_path, key, table, photometric):
    look = {"PhotometricInterpretation": photometric, "PresentationLUTShape": None}
    film = film_file(ramp(500, 500), BitsStored=12, HighBit=11, **TABLES, **look)
    pane = reading(film)
    press(pane, key)
    assert pane.view.presentation.label == ("SOFT", "HARD")[table - 1]
    seen, part = on_screen(pane)
    assert same(seen, rendered(film, tmp_path, "--voi", str(table))[part])
    assert same(seen, picture(film, tmp_path, "+Wl", str(table))[part], most=1)


def test_inverting_exchanges_black_and_white_once(reading, film_file, tmp_path):
    """MONOCHROME1 and INVERSE say the same; the reader's own key is another exchange."""
    look = {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}
    film = film_file(ramp(500, 500), BitsStored=12, HighBit=11, WindowCenter="2000", WindowWidth="3000", **look)
    pane = reading(film)
    seen, part = on_screen(pane)
    press(pane, Qt.Key.Key_I)
    turned, _ = on_screen(pane)
    assert same(seen, rendered(film, tmp_path)[part]) and same(turned, rendered(film, tmp_path, "--invert")[part])
    assert int(np.abs(seen.astype(int) + turned - 255).max()) <= 1
