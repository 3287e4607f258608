"""Probabilities mean what they say, judged on films that did not set them; order is never turned round."""

import numpy as np
import pytest

from workstation.vlm.training import calibration

RNG = np.random.default_rng(0)


def _overconfident(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits three times too large and shifted by one; truth drawn from the real chances."""
    real = RNG.normal(-1, 1, count)
    truth = (RNG.random(count) < 1 / (1 + np.exp(-real))).astype(float)
    return 3 * real + 1, truth


def test_the_two_numbers_that_made_the_logits_are_found_again():
    logits, truth = _overconfident(40_000)
    found = calibration.fit(logits, truth)
    assert found.slope == pytest.approx(1 / 3, abs=0.02) and found.offset == pytest.approx(-1 / 3, abs=0.05)


def test_it_is_scikit_learns_sigmoid_calibration():
    linear = pytest.importorskip("sklearn.linear_model")
    logits, truth = _overconfident(5000)
    theirs = linear.LogisticRegression(C=1e9).fit(logits[:, None], truth)
    found = calibration.fit(logits, truth)
    assert found.slope == pytest.approx(theirs.coef_[0, 0], rel=0.01)


def test_a_score_that_points_the_wrong_way_is_not_turned_round():
    truth = (np.arange(100) < 20).astype(float)
    found = calibration.fit(np.linspace(-2, 2, 100), truth)
    assert found.slope == calibration.SMALLEST_SLOPE
    assert found(np.array([-1.0])) < found(np.array([1.0]))


def test_calibration_helps_films_it_was_not_fitted_on():
    logits, truth = _overconfident(4000)
    folds = np.arange(4000) % 5
    fair = calibration.cross_fitted(logits[:, None], truth[:, None], folds)[:, 0]
    bare = 1 / (1 + np.exp(-logits))
    assert calibration.calibration_error(truth, fair) < 0.03 < 0.1 < calibration.calibration_error(truth, bare)
    assert calibration.brier(truth, fair) < calibration.brier(truth, bare)


def test_a_fold_is_calibrated_by_the_others_alone():
    logits, truth = RNG.normal(0, 1, (90, 1)), RNG.integers(0, 2, (90, 1)).astype(float)
    folds = np.repeat([0, 1, 2], 30)
    changed = truth.copy()
    changed[folds == 1] = 1 - changed[folds == 1]
    one, two = (calibration.cross_fitted(logits, t, folds)[folds == 1] for t in (truth, changed))
    assert np.array_equal(one, two)


def test_unknown_answers_do_not_count():
    logits, truth = RNG.normal(0, 1, (60, 1)), RNG.integers(0, 2, (60, 1)).astype(float)
    more = np.concatenate([truth, np.full((40, 1), np.nan)])
    wide = np.concatenate([logits, RNG.normal(9, 1, (40, 1))])
    assert calibration.fit_all(wide, more) == calibration.fit_all(logits, truth)


def test_the_error_worked_by_hand():
    """Ten groups of one: promises 0.0, 0.1 ... 0.9, all of them absent: mean distance 0.45."""
    assert calibration.calibration_error(np.zeros(10), np.arange(10) / 10) == pytest.approx(0.45)
    assert calibration.brier(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == 0.25
