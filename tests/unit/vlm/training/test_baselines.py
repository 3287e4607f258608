"""Baselines against numbers worked by hand, and never with a glance at the film's own fold."""

import numpy as np
import pytest

from workstation.vlm.training import baselines
from workstation.vlm.training.data import LABELS
from workstation.vlm.training.evaluate import micro_f1, naming_difference, naming_scores, text_scores

RNG = np.random.default_rng(0)


def test_the_most_alike_film_is_found_whatever_its_light():
    known = RNG.integers(40, 200, (30, 8, 8)).astype(np.uint8)
    films = np.clip(known[[7, 3, 21]] * 0.5 + 60, 0, 255).astype(np.uint8)
    assert baselines.neighbours(films, known).tolist() == [7, 3, 21]


def test_a_neighbour_comes_from_another_fold():
    """Each film has its twin in its own fold and a likeness in the other: the likeness speaks."""
    first = RNG.integers(0, 256, (2, 8, 8)).astype(np.uint8)
    alike = np.clip(first + RNG.normal(0, 30, first.shape), 0, 255).astype(np.uint8)
    films, folds = np.concatenate([first, first, alike]), np.array([0, 0, 0, 0, 1, 1])
    labels = np.array([[1, 0], [0, 1], [1, 0], [0, 1], [0, 0], [1, 1]], float)
    found = baselines.retrieved_across(films, labels, folds)
    assert found[:4].tolist() == [[False, False], [True, True]] * 2


def test_frequencies_come_from_the_other_folds():
    labels, folds = np.array([[1.0], [1.0], [0.0], [1.0]]), np.array([0, 0, 1, 1])
    assert baselines.sampled_across(labels, folds).ravel().tolist() == [0.5, 0.5, 1.0, 1.0]


def test_micro_f1_worked_by_hand():
    truth = np.array([[1, 0], [1, 1], [0, 0], [0, 0]], float)
    assert micro_f1(truth, np.array([[1, 1], [0, 1], [0, 0], [1, 0]], bool)) == pytest.approx(2 * 2 / (4 + 3))
    assert micro_f1(truth, np.zeros((4, 2), bool)) == 0.0
    chances = baselines.sampled(truth, 4)  # 0.5 and 0.25: 1.0 + 0.25 hits of 3 named and 3 there
    assert micro_f1(truth, chances) == pytest.approx(2 * 1.25 / 6)


def test_drawing_again_and_again_gives_what_the_chances_give():
    truth = (RNG.random((400, 5)) < [0.1, 0.2, 0.3, 0.4, 0.5]).astype(float)
    chances = baselines.sampled(truth, 400)
    drawn = [micro_f1(truth, RNG.random(truth.shape) < chances) for _ in range(300)]
    assert np.mean(drawn) == pytest.approx(micro_f1(truth, chances), abs=0.005)


def test_silence_scores_nothing_and_a_better_writer_is_better_by_its_interval():
    truth = (RNG.random((200, len(LABELS))) < 0.3).astype(float)
    patients = [str(i // 2) for i in range(200)]
    silent = np.zeros(truth.shape, bool)
    assert naming_scores(silent, truth, patients)["micro F1, all"] == 0.0
    away = naming_difference(truth == 1, silent, truth, patients)
    assert away["micro F1, all"] == 1.0 and away["micro F1, all_low"] == 1.0


def test_a_text_is_set_beside_its_rivals():
    truth = np.zeros((4, len(LABELS)))
    truth[:2, LABELS.index("edema")] = 1
    texts = ["FINDINGS:\nThere is pulmonary edema."] * 2 + ["FINDINGS:\nNo edema is seen."] * 2
    found = text_scores(texts, truth, list("abcd"), {"silence": np.zeros(truth.shape, bool)})
    assert found["micro F1, paper six"] == 1.0 and found["distinct"] == 2
    assert found["over silence"]["micro F1, paper six"] == 1.0
    assert found["findings"]["edema"] == {
        "positives": 2, "named": 2, "named rightly": 2, "denied": 2, "denied wrongly": 0
    }  # fmt: skip
