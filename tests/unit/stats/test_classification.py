"""Rates, AUROC and calibration against scikit-learn; small classes against a published figure."""

import math

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from workstation.stats import classification
from workstation.stats.classification import Delong, auroc, delong, hanley_mcneil, rates, reliability, roc_curve


@pytest.fixture
def drawn():
    generator = np.random.default_rng(5)
    truth = generator.random(400) < 0.3
    return truth, np.round(np.clip(generator.normal(0.4 + 0.2 * truth, 0.2), 0, 1), 2)  # with ties


def test_rates_are_scikit_learns(drawn):
    truth, scores = drawn
    said = scores > 0.5
    tn, fp, fn, tp = metrics.confusion_matrix(truth, said).ravel()
    found = {name: float(value) for name, value in rates(np.array([tp, fp, fn, tn])).items()}
    assert found == pytest.approx(
        {
            "f1": metrics.f1_score(truth, said),
            "accuracy": metrics.accuracy_score(truth, said),
            "sensitivity": metrics.recall_score(truth, said),
            "specificity": metrics.recall_score(truth, said, pos_label=0),
        }
    )


def test_what_is_undefined_stays_undefined():
    found = rates(np.array([[0, 0, 0, 9], [0, 0, 5, 4], [0, 0, 0, 0], [3, 0, 0, 0]]))
    assert np.isnan(found["f1"]).tolist() == [True, False, True, False]
    assert found["f1"][1] == 0  # silence over positives is 0, not undefined
    assert np.isnan(found["sensitivity"]).tolist() == [True, False, True, False]
    assert np.isnan(found["specificity"]).tolist() == [False, False, True, True]


def test_auroc_is_scikit_learns_with_ties(drawn):
    assert auroc(*drawn) == pytest.approx(metrics.roc_auc_score(*drawn), abs=1e-12)


def test_auroc_needs_both_classes():
    assert math.isnan(auroc(np.array([1, 1]), np.array([0.2, 0.3])))


def test_the_curve_encloses_the_auroc(drawn):
    across, up = roc_curve(*drawn, points=1000)
    assert np.trapezoid(up, across) == pytest.approx(metrics.roc_auc_score(*drawn), abs=1e-12)
    assert len(roc_curve(*drawn, points=30)[0]) <= 32


def test_hanley_and_mcneils_interval_holds_the_values_that_do_not_reject():
    low, high = hanley_mcneil(0.893, 51, 58)  # their own example's sizes: standard error about 0.032
    assert 0.8 < low < 0.83 and 0.93 < high < 0.95
    assert hanley_mcneil(1.0, 3, 200).low < 0.9 and hanley_mcneil(1.0, 3, 200).high == 1.0
    wide, narrow = hanley_mcneil(0.8, 3, 100), hanley_mcneil(0.8, 60, 100)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert all(math.isnan(end) for end in hanley_mcneil(math.nan, 0, 4))


def test_delongs_variance_is_that_of_the_difference_over_many_samples():
    """The test's own p, and that it rejects a true null in about 5 of 100."""
    generator = np.random.default_rng(1)
    rejected = 0
    for _ in range(400):
        truth = np.arange(120) < 50
        shared = generator.normal(0, 1, 120) + truth
        found = delong(truth, shared + generator.normal(0, 1, 120), shared + generator.normal(0, 1, 120))
        rejected += found.p < 0.05
    assert 8 <= rejected <= 34


def test_delong_of_the_same_scores_is_no_difference(drawn):
    truth, scores = drawn
    value = auroc(truth, scores)
    assert delong(truth, scores, scores) == Delong(pytest.approx(value), pytest.approx(value), 0.0, 1.0)


def test_calibration_is_scikit_learns(drawn):
    truth, scores = drawn
    observed, predicted = calibration_curve(truth, scores, n_bins=10)
    found = [part for part in reliability(truth, scores) if part.n]
    assert sum(part.n for part in found) == len(truth)
    # scikit-learn closes its bins at the right end, so scores on an edge may lie in the neighbour: off the edges
    moved = np.clip(scores + 0.001, 0, 0.999)
    observed, predicted = calibration_curve(truth, moved, n_bins=10)
    found = reliability(truth, moved)
    assert [part.positives / part.n for part in found] == pytest.approx(list(observed))
    assert [part.mean for part in found] == pytest.approx(list(predicted))
    assert classification.brier(truth, scores) == pytest.approx(metrics.brier_score_loss(truth, scores))
