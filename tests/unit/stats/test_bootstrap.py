"""The bootstrap draws whole patients within strata, reproducibly, and sums exactly."""

import math

import numpy as np
import pytest
from scipy.stats import bootstrap as witness
from sklearn.metrics import roc_auc_score

from workstation.stats import bootstrap
from workstation.stats.bootstrap import Ranked, Sums, p_of_difference, percentile, run, weights


def test_each_stratum_keeps_its_size_in_every_resample():
    strata = np.array([0, 0, 0, 1, 1, 7])
    drawn = np.concatenate(list(weights(strata, 50, 3)))
    assert drawn.shape == (50, 6)
    assert (drawn[:, strata == 0].sum(1) == 3).all() and (drawn[:, strata == 1].sum(1) == 2).all()
    assert (drawn[:, 5] == 1).all()
    assert len(np.unique(drawn, axis=0)) > 10


def test_the_seed_decides():
    strata = np.zeros(30, int)
    first, again, other = (np.concatenate(list(weights(strata, 20, seed))) for seed in (1, 1, 2))
    assert (first == again).all() and (first != other).any()


def test_batches_do_not_change_what_is_drawn_within_one(monkeypatch):
    monkeypatch.setattr(bootstrap, "_BATCH_CELLS", 70)
    batches = list(weights(np.zeros(10, int), 20, 1))
    assert [len(batch) for batch in batches] == [7, 7, 6]


def test_sums_are_those_of_the_drawn_patients():
    generator = np.random.default_rng(2)
    cases, clusters = generator.integers(0, 200, (50, 3)).astype(np.uint8), generator.integers(0, 9, 50)
    drawn = np.concatenate(list(weights(np.zeros(9, int), 8, 0)))
    by_hand = np.array([sum(row[clusters[i]] * cases[i].astype(int) for i in range(50)) for row in drawn])
    assert (Sums(cases, clusters).draw(drawn) == by_hand).all()


def test_the_weighted_auroc_is_scikit_learns_with_weights():
    generator = np.random.default_rng(3)
    truth, scores = generator.random(60) < 0.4, np.round(generator.random(60), 1)
    clusters = generator.integers(0, 20, 60)
    drawn = np.concatenate(list(weights(np.zeros(20, int), 5, 0)))
    found = Ranked(truth, scores, clusters).draw(drawn)[:, 0]
    assert found == pytest.approx([roc_auc_score(truth, scores, sample_weight=row[clusters]) for row in drawn])


def test_a_resample_without_a_class_is_undefined():
    found = Ranked(np.array([True, False]), np.array([0.9, 0.1]), np.array([0, 1])).draw(np.array([[2.0, 0.0]]))
    assert math.isnan(found[0, 0])


def test_the_interval_of_a_mean_agrees_with_scipys():
    values = np.random.default_rng(4).integers(0, 2, 300).astype(np.uint8)
    cases = np.stack([values, np.ones_like(values)], 1)
    drawn = run(np.zeros(300, int), [Sums(cases, np.arange(300))], 4000, 0)[0]
    theirs = witness((values,), np.mean, n_resamples=4000, method="percentile", rng=1).confidence_interval
    assert percentile(drawn[:, 0] / drawn[:, 1]) == pytest.approx((theirs.low, theirs.high), abs=0.01)


def test_clusters_widen_the_interval():
    values = np.repeat(np.random.default_rng(4).integers(0, 2, 60), 5).astype(np.uint8)[:, None]
    alone, together = (
        percentile(run(np.zeros(len(set(clusters)), int), [Sums(values, clusters)], 500, 0)[0][:, 0])
        for clusters in (np.arange(300), np.repeat(np.arange(60), 5))
    )
    assert together.high - together.low > 1.7 * (alone.high - alone.low)


def test_p_is_never_nought_and_never_above_one():
    assert p_of_difference(np.ones(999)) == pytest.approx(0.002)
    assert p_of_difference(np.zeros(999)) == 1.0
    assert math.isnan(p_of_difference(np.array([math.nan])))
    assert all(math.isnan(end) for end in percentile(np.array([math.nan])))
