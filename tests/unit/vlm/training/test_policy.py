"""Thresholds do what their rules say, on numbers worked out by hand."""

import numpy as np

from workstation.vlm.training import policy
from workstation.vlm.training.evaluate import make_policy, operating_points
from workstation.vlm.training.grammar import Decisions
from workstation.vlm.training.policy import Thresholds, decide

TRUTH = np.array([0, 0, 0, 1, 0, 1, 1, 1])
SCORES = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8])


def test_scores_are_sorted_into_what_is_said():
    limits = {"a": Thresholds(0.2, 0.5, 0.8), "b": Thresholds(0.0, 0.5, policy.NEVER)}
    assert decide({"a": 0.1, "b": 0.0}, limits) == Decisions((), (), ("a",))
    assert decide({"a": 0.3, "b": 0.99}, limits) == Decisions((), ("b",), ())
    assert decide({"a": 0.8, "b": 0.49}, limits) == Decisions(("a",), (), ())


def test_only_the_likeliest_of_many_possible_findings_are_named():
    limits = {name: Thresholds(0.3, 0.4, 0.9) for name in "abcdef"}
    said = decide({"a": 0.41, "b": 0.8, "c": 0.7, "d": 0.6, "e": 0.95, "f": 0.2}, limits)
    assert said == Decisions(("e",), ("b", "c", "d"), ("f",))


def test_one_threshold_for_all_has_the_best_pooled_f1_and_leaves_the_unknown_out():
    truth = np.array([[1, np.nan], [1, 1], [0, 0], [0, 0]])
    chances = np.array([[0.9, 0.99], [0.5, 0.4], [0.3, 0.1], [0.2, 0.2]])
    assert policy.shared_threshold(truth, chances) == 0.4
    assert policy.naming_threshold(TRUTH, SCORES, 0.1) == 0.2  # its own is 0.4: half-way as a ratio


def test_the_possible_threshold_has_the_best_f1():
    assert policy.possible_threshold(TRUTH, SCORES) == 0.4  # 4 hits of 5 named: F1 8/9


def test_certain_needs_precision_and_company():
    truth, scores = np.tile(TRUTH, 5), np.tile(SCORES, 5)
    assert policy.certain_threshold(truth, scores, 0.0) == 0.3  # 20 of 30 named are right
    assert policy.certain_threshold(truth, scores, 0.55) == 0.6  # never below the floor
    assert policy.certain_threshold(TRUTH, SCORES, 0.0) == policy.NEVER  # too few films to be certain of anything


def test_denial_keeps_nine_positives_of_ten():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 500)
    scores = rng.normal(truth, 1)
    limit = policy.denial_threshold(truth, scores)
    assert abs((scores[truth == 1] >= limit).mean() - policy.DENIABLE_SENSITIVITY) < 0.01


def test_a_useless_score_allows_no_denial_and_a_good_one_does():
    rng = np.random.default_rng(1)
    truth = np.zeros((1000, 16), np.float32)
    truth[:200] = 1
    folds = np.arange(1000) % 5
    useless = rng.random((1000, 16))
    good = 1 / (1 + np.exp(-rng.normal(truth * 3 - 1, 1)))
    scores = {name: {"positives": 200, "auroc_low": 0.7} for name in _targets()}
    for probabilities, expected in ((useless, False), (good, True)):
        allowed, _ = make_policy(truth, probabilities, folds, scores)
        assert all((limits.deny > 0) is expected for limits in allowed.values())


def test_rare_or_weak_findings_are_not_assessed():
    truth = np.zeros((100, 16), np.float32)
    truth[::4] = 1
    scores = {name: {"positives": 25, "auroc_low": 0.9} for name in _targets()}
    scores["edema"] = {"positives": 99, "auroc_low": 0.59}
    allowed, _ = make_policy(truth, np.random.default_rng(0).random((100, 16)), np.arange(100) % 5, scores)
    assert allowed == {}


def test_operating_points_are_judged_at_other_folds_thresholds():
    """A score whose level differs between folds looks perfect within each and is not across them."""
    folds = np.repeat([0, 1], 100)
    truth = np.tile(np.repeat([0, 1], 50), 2)
    scores = truth * 0.1 + folds * 0.5
    points = operating_points(truth, scores, folds, {None: 0.3, 0: 0.6, 1: 0.1})
    assert points["sensitivity"] == 0.5 and points["specificity"] == 0.5


def _targets() -> tuple[str, ...]:
    from workstation.vlm.training.data import TARGETS

    return TARGETS
