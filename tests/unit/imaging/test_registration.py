"""The prior laid over the film: known moves of phantoms are found again, real follow-ups become more alike, and what
cannot be laid over each other is refused. The limits said here are the limits in the help.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.synthetic import chest, hand
from workstation.dicom.records import Instance
from workstation.imaging.film import describe, film_of, load
from workstation.imaging.registration import LEAST_SIMILARITY, NotRegistered, register, warped

EMPTY = Instance("film", "dicom", "2.25.1", "", "", "2.25.2", "2.25.3")


def film(pixels, **header):
    return film_of(replace(EMPTY, **header), pixels)


def moved(pixels, scale, turn_deg, shift):
    """The film turned, scaled and shifted about its middle: (pixels, matrix old to new, continuous x, y)."""
    rows, columns = pixels.shape
    matrix = cv2.getRotationMatrix2D((columns / 2, rows / 2), turn_deg, scale)
    matrix[:, 2] += shift
    index = matrix.copy()
    index[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    return cv2.warpAffine(pixels, index, (columns, rows), borderMode=cv2.BORDER_REPLICATE), matrix


def worst_error(found, true, rows, columns):
    """Pixels, over the middle of the film."""
    points = np.array([[x, y, 1] for x in (0.25, 0.5, 0.75) for y in (0.25, 0.5, 0.75)]) * (columns, rows, 1)
    return float(np.linalg.norm(points @ found.array.T - points @ true.T, axis=1).max())


@pytest.mark.parametrize(
    ("scale", "turn_deg", "shift"),
    [(1.0, 0.0, (0, 0)), (1.0, 0.0, (60, -40)), (1.12, 0.0, (0, 30)), (0.9, 6.0, (-30, 20)), (1.05, -8.0, (25, 25))],
)
def test_a_known_move_of_a_phantom_is_found_to_half_a_percent_of_the_film(scale, turn_deg, shift):
    prior = chest(11, rows=620, columns=600)
    current, true = moved(prior, scale, turn_deg, shift)
    found = register(film(current), film(prior))
    assert worst_error(found, true, 620, 600) < 3.0
    assert found.scale == pytest.approx(scale, abs=0.02) and found.turn_deg == pytest.approx(-turn_deg, abs=0.6)
    assert found.after >= found.before - 0.02 and found.overlap > 0.5


def test_another_number_of_pixels_and_a_new_effusion_do_not_disturb_it():
    prior = chest(11, rows=1040, columns=1000)
    current = chest(11, findings=("pleural effusion",), rows=520, columns=500)
    found = register(film(current), film(prior))
    assert worst_error(found, np.array([[0.5, 0, 0], [0, 0.5, 0]]), 1040, 1000) < 6.0
    assert found.after > 0.6


def test_films_of_different_size_are_laid_over_each_other_in_millimetres():
    prior = chest(11, rows=620, columns=600)
    cut = prior[60:560, 50:550]
    spacing = {"imager_pixel_spacing_mm": (0.5, 0.5)}
    found = register(film(np.ascontiguousarray(cut), **spacing), film(prior, **spacing))
    assert worst_error(found, np.array([[1.0, 0, -50], [0, 1.0, -60]]), 620, 600) < 4.0


def test_black_and_white_exchanged_by_the_file_is_the_same_film():
    prior = chest(11, rows=520, columns=500)
    turned = film((4095 - prior).astype(np.uint16), photometric_interpretation="MONOCHROME1")
    found = register(film(prior), turned)
    assert worst_error(found, np.array([[1.0, 0, 0], [0, 1.0, 0]]), 520, 500) < 2.0
    laid = warped(turned, found, 600, 500)
    assert laid.shape == (600, 500) and laid[590, 250] == turned.high  # beside the prior it is dark, not white


def test_the_same_films_give_the_same_map():
    one, other = film(chest(21, rows=520, columns=500)), film(chest(11, rows=520, columns=500))
    assert register(one, other) == register(one, other)


def test_a_hand_and_a_film_on_its_side_are_refused_in_words():
    one = chest(11, rows=520, columns=500)
    noise = np.random.default_rng(1).integers(0, 4096, (520, 500)).astype(np.uint16)
    for other in (np.ascontiguousarray(np.rot90(one)), hand(1, 520, 400), noise):
        with pytest.raises(NotRegistered) as refused:
            register(film(one), film(other))
        assert "could not be registered" in refused.value.message


@pytest.fixture(scope="module")
def follow_ups(shared):
    """The two first films of forty people."""
    index = shared / "data" / "nih" / "index.csv"
    if not index.is_file():
        pytest.skip("the NIH follow-up films are absent")
    of_person = defaultdict(list)
    with index.open(newline="") as rows:
        for row in csv.DictReader(rows):
            of_person[row["patient_id_if_known"]].append(index.parent / row["image"])
    return [tuple(sorted(films)[:2]) for films in of_person.values() if len(films) > 1][:40]


def test_real_follow_ups_become_more_alike_or_are_refused(follow_ups):
    gains, refused = [], 0
    for earlier, later in follow_ups:
        try:
            found = register(load(describe(later)), load(describe(earlier)))
        except NotRegistered:
            refused += 1
            continue
        assert found.after >= LEAST_SIMILARITY and 0.7 <= found.scale <= 1.4 and abs(found.turn_deg) <= 15
        gains.append(found.after - found.before)
    assert refused <= 10 and np.median(gains) > 0.15
