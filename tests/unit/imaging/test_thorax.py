"""The chest presets: what must be seen in each is seen, whatever the film calls its values; other films say so."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests import synthetic
from workstation.dicom.records import Instance
from workstation.imaging.film import Film, describe, film_of, load
from workstation.imaging.thorax import BONE, LINES, LUNG, MEDIASTINUM, NO_THORAX, presets
from workstation.imaging.window import render

# Boxes (row0, row1, column0, column1) of the phantom, in parts of its sides.
RIGHT_LUNG, SPINE_AND_HEART, ABDOMEN = (0.35, 0.6, 0.2, 0.32), (0.45, 0.65, 0.5, 0.6), (0.85, 0.9, 0.4, 0.5)


@cache
def pixels(view: str = "PA") -> np.ndarray:
    return synthetic.chest(3, view)


def film(values: np.ndarray, **fields) -> Film:
    instance = Instance("f", "dicom", "1", "", "", "1", "1", **{"body_part_examined": "CHEST", **fields})
    return film_of(instance, values)


def spread(shown: np.ndarray, box: tuple[float, float, float, float]) -> tuple[float, float, float]:
    """Median of a box, and how much of it is not black, not white."""
    rows, columns = shown.shape
    part = shown[int(box[0] * rows) : int(box[1] * rows), int(box[2] * columns) : int(box[3] * columns)]
    return float(np.median(part)), float((part > 0).mean()), float((part < 255).mean())


def test_each_preset_shows_its_tissue_in_the_middle_greys():
    made = film(pixels())
    found = presets(made)
    assert list(found) == [LUNG, MEDIASTINUM, BONE, LINES]
    assert [each.label for each in found.values()] == [LUNG, MEDIASTINUM, BONE, LINES]
    lung, lung_not_black, _ = spread(render(made, found[LUNG]), RIGHT_LUNG)
    assert 20 < lung < 150 and lung_not_black > 0.95
    heart, _, heart_not_white = spread(render(made, found[MEDIASTINUM]), SPINE_AND_HEART)
    assert 60 < heart < 245 and heart_not_white > 0.95
    assert spread(render(made, found[LUNG]), ABDOMEN)[0] == 255
    assert spread(render(made, found[MEDIASTINUM]), ABDOMEN)[0] < 255
    assert found[LINES].window.width < found[BONE].window.width


def test_monochrome1_shows_the_same_light():
    straight, turned = film(pixels()), film(4095 - pixels(), photometric_interpretation="MONOCHROME1")
    for one, other in zip(presets(straight).values(), presets(turned).values(), strict=True):
        difference = render(straight, one).astype(int) - render(turned, other)
        assert np.abs(difference).max() <= 1


def test_the_windows_stand_in_modality_values():
    plain, scaled = film(pixels()), film(pixels(), rescale_slope=2.0, rescale_intercept=-1000.0)
    for one, other in zip(presets(plain).values(), presets(scaled).values(), strict=True):
        difference = render(plain, one).astype(int) - render(scaled, other)
        assert np.abs(difference).max() <= 1
        assert other.window.width == pytest.approx(2 * one.window.width, abs=2)


def test_padding_collimation_and_burnt_in_marks_do_not_move_the_windows():
    bare = presets(film(pixels()))
    framed = np.full((1400, 1300), 4095, np.uint16)
    framed[150:1190, 120:1120] = pixels()
    padded = presets(film(framed, pixel_padding_value=4095))
    marked = pixels().copy()
    marked[40:120, 60:400] = 4095
    for other in (padded, presets(film(marked))):
        for name, choice in bare.items():
            assert other[name].window.center == pytest.approx(choice.window.center, rel=0.06)
            assert other[name].window.width == pytest.approx(choice.window.width, rel=0.12)


def test_a_lateral_film_has_lungs_too():
    assert presets(film(pixels("LATERAL"), view_position="LL"))[LUNG].label == LUNG


@pytest.mark.parametrize(
    "other",
    [
        film(synthetic.hand(1), body_part_examined=""),
        film(pixels(), body_part_examined="HAND"),
        film(np.full((300, 200), 70, np.uint16)),
        film(np.full((20, 20), 7, np.uint16), pixel_padding_value=7),
    ],
    ids=["hand by its pixels", "hand by its header", "flat", "nothing but padding"],
)
def test_without_a_thorax_the_label_says_so(other: Film):
    for name, choice in presets(other).items():
        assert choice.label == name + NO_THORAX
        assert choice.window is not None and choice.window.width > 0
        render(other, choice)


def test_colour_has_no_presets():
    assert presets(film(np.zeros((20, 20, 3), np.uint8))) == {}


REAL = ("cxr-simpleitk/cxr.dcm", "dwv/gdcm-CR-MONO1-10-chest.dcm", "derived/chest_explicit_le.dcm")


@pytest.mark.parametrize("name", REAL)
def test_real_chests_are_found(shared: Path, name: str):
    made = load(describe(shared / "dicom" / name))
    found = presets(made)
    assert [each.label for each in found.values()] == list(found)
    white = {name: (render(made, choice) == 255).mean() for name, choice in found.items()}
    assert white[LUNG] > 0.2 > 0.12 > white[LINES] > white[MEDIASTINUM]
