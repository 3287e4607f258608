"""Our figures are scikit-learn's and statsmodels' textbook figures; intervals respect patients."""

import math

import numpy as np
import pytest

from workstation.vlm.training import scores

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("levels", [3, 1000])
def test_auroc_is_scikit_learns_ties_included(levels):
    metrics = pytest.importorskip("sklearn.metrics")
    truth = RNG.integers(0, 2, 300)
    values = RNG.integers(0, levels, 300).astype(float)
    assert scores.auroc(truth, values) == pytest.approx(metrics.roc_auc_score(truth, values))


def test_auroc_without_both_classes_is_undefined():
    assert math.isnan(scores.auroc(np.ones(4), RNG.random(4)))


def test_wilson_as_published():
    found = scores.wilson(81, 263)  # Newcombe 1998, table I, method 3
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    assert scores.wilson(0, 10).low == 0.0 and scores.wilson(10, 10).high == pytest.approx(1.0)


def test_films_of_one_patient_are_drawn_together():
    patients = [str(i // 4) for i in range(80)]
    for rows in scores.resampled(patients, 20):
        counts = np.bincount(rows, minlength=80).reshape(20, 4)
        assert (counts == counts[:, :1]).all() and counts[:, 0].sum() == 20


def test_repeated_films_widen_the_interval():
    truth = RNG.integers(0, 2, 60)
    values = truth + RNG.normal(0, 1.5, 60)
    alone = scores.interval(lambda r: scores.auroc(truth[r], values[r]), [str(i) for i in range(60)], 300)
    t, v = np.repeat(truth, 6), np.repeat(values, 6)
    grouped = scores.interval(lambda r: scores.auroc(t[r], v[r]), [str(i // 6) for i in range(360)], 300)
    assert grouped.high - grouped.low == pytest.approx(alone.high - alone.low, rel=0.3)


def test_few_positives_have_a_wide_inverted_interval():
    truth = np.array([1] * 3 + [0] * 50)
    found = scores.hanley_mcneil(truth, np.linspace(1, 0, 53))
    assert found.value == 1.0 and found.high == pytest.approx(0.999) and found.low < 0.8


def test_logistic_finds_the_direction_that_scikit_learn_finds():
    linear = pytest.importorskip("sklearn.linear_model")
    x = RNG.normal(0, 1, (400, 3))
    y = (RNG.random(400) < 1 / (1 + np.exp(-(x @ [1.0, -2.0, 0.0])))).astype(float)
    ours = scores.logistic(x, y, x)
    z = (x - x.mean(0)) / x.std(0)
    theirs = linear.LogisticRegression(C=1.0).fit(z, y).decision_function(z)
    assert np.abs(ours - theirs).max() < 0.01


def test_macro_leaves_out_unknown_rows_and_empty_columns():
    truth = np.array([[1, np.nan, 0], [0, 1, 0], [0, 0, 0]], float)
    assert scores.macro_auroc(truth, np.array([[0.9, 0.0, 1], [0.1, 0.8, 1], [0.2, 0.1, 1]])) == 1.0
