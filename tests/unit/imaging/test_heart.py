"""The proposed cardiothoracic ratio against phantoms whose heart and thorax are known, and films it must refuse."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from tests.phantom import body
from tests.phantom.plate import Plate
from tests.synthetic import chest, hand
from workstation.dicom.records import Instance
from workstation.imaging.borders import changes, follow
from workstation.imaging.film import Film, film_of
from workstation.imaging.geometry import Orientation
from workstation.imaging.heart import NotSeen, chest_of, propose

ROWS, COLUMNS = 520, 500


def film(values: np.ndarray, **fields) -> Film:
    rows, columns = values.shape[:2]
    return film_of(Instance("", "dicom", "1", "", "", "1", "1", rows=rows, columns=columns, **fields), values)


@cache
def phantom(seed: int, view: str, *findings: str) -> np.ndarray:
    return chest(seed, view, findings, rows=ROWS, columns=COLUMNS)


def truth(seed: int, view: str, *findings: str) -> float:
    """The heart's outline (frontal.heart_thickness) in the widest row that both lungs have."""
    patient = body.patient(np.random.default_rng(seed), view, findings, "M")
    heart_cm = 4.5 * patient.heart + 9.0 * (1 + (patient.heart - 1) * 1.25)
    plate = Plate(ROWS, COLUMNS)
    right, left = (body.lung_mask(plate, patient, side) > 0.5 for side in (body.RIGHT, body.LEFT))
    rows = np.flatnonzero(right.any(axis=1) & left.any(axis=1))
    widest = max(np.flatnonzero(left[row])[-1] - np.flatnonzero(right[row])[0] for row in rows)
    return heart_cm * plate.scale / widest


def ratio(points) -> float:
    return float((points[1][1] - points[0][1]) / (points[3][1] - points[2][1]))


@pytest.mark.parametrize("seed", [2, 4, 5, 7])
def test_on_upright_films_the_proposal_is_within_four_hundredths(seed: int):
    assert ratio(propose(film(phantom(seed, "PA")))) == pytest.approx(truth(seed, "PA"), abs=0.04)


@pytest.mark.parametrize("seed", [0, 3, 6])
def test_a_large_heart_is_proposed_large(seed: int):
    found = ratio(propose(film(phantom(seed, "PA", "cardiomegaly"))))
    assert found == pytest.approx(truth(seed, "PA", "cardiomegaly"), abs=0.08) and found > 0.55


def test_an_inverted_film_gives_the_same_proposal():
    values = phantom(2, "PA")
    inverted = film(np.uint16(4095) - values, photometric_interpretation="MONOCHROME1")
    assert ratio(propose(inverted)) == pytest.approx(ratio(propose(film(values))), abs=0.02)


def test_points_come_back_in_stored_pixels_however_the_film_is_stored():
    """On its side and mirrored: seen through the reader's turn it is the same chest."""
    values, plain = phantom(2, "PA"), ratio(propose(film(phantom(2, "PA"))))
    sideways = propose(film(np.ascontiguousarray(np.rot90(values))), Orientation(1))
    assert abs((sideways[1][0] - sideways[0][0]) / (sideways[3][0] - sideways[2][0])) == pytest.approx(plain, abs=0.02)
    mirrored = propose(film(np.ascontiguousarray(values[:, ::-1])), Orientation(0, True))
    assert abs(ratio(mirrored)) == pytest.approx(plain, abs=0.02)


def test_walls_are_found_at_the_level_that_was_clicked():
    chest_found = chest_of(film(phantom(2, "PA")))
    level = 27.0 * ROWS / 38.5
    right, left = chest_found.walls_at((level, COLUMNS / 2))
    assert right[0] == left[0] == pytest.approx(level, abs=2)
    assert (left[1] - right[1]) / (ROWS / 38.5) == pytest.approx(27.7, abs=1.0)  # centimetres
    assert chest_found.walls_at((1.0, COLUMNS / 2)) is None


@pytest.mark.parametrize(
    "values",
    [
        np.full((300, 300), 7, np.uint16),
        np.random.default_rng(3).integers(0, 4096, (300, 300), dtype=np.uint16),
        np.tile(np.arange(300, dtype=np.uint16), (300, 1)),
        np.zeros((3, 5), np.uint16),
    ],
    ids=["flat", "noise", "ramp", "tiny"],
)
def test_what_is_no_chest_is_refused_in_two_sentences(values: np.ndarray):
    with pytest.raises(NotSeen) as refused:
        propose(film(values))
    assert refused.value.code == "not_seen" and refused.value.remedy


def test_a_hand_is_refused():
    with pytest.raises(NotSeen):
        propose(film(hand(rows=400, columns=320)))


def test_a_colour_picture_is_refused():
    with pytest.raises(NotSeen):
        propose(film(np.zeros((60, 60, 3), np.uint8)))


def test_a_border_is_followed_through_a_gap():
    light = np.zeros((40, 30))
    for row in range(40):
        light[row, 8 + row // 4 :] = 1.0
    light[15:19] = 0.5
    path = follow(changes(light, 1, 3), 0.1)
    assert np.abs(path - (8 + np.arange(40) // 4)).max() <= 1


def test_the_change_stands_at_the_first_brighter_sample():
    light = np.zeros((1, 20))
    light[:, 10:] = 2.0
    assert changes(light, 1, 3)[0].argmax() == 10 and changes(light, 1, 3)[0].max() == 2.0
    assert changes(light.T, 0, 3)[:, 0].argmax() == 10
