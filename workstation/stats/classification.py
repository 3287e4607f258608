"""Counts -> F1, accuracy, sensitivity, specificity; scores -> AUROC with intervals and curves. Undefined is NaN.

Works on arrays of any leading shape, so that a thousand resamples are one call. Knows no findings and no films.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from workstation.stats.proportions import LEVEL, NOWHERE, Interval, normal_quantile


def ratio(part: ArrayLike, whole: ArrayLike) -> np.ndarray:
    """part / whole, NaN where the whole is nothing."""
    above, below = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    return np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)


def rates(counts: np.ndarray) -> dict[str, np.ndarray]:
    """(..., 4) of tp, fp, fn, tn -> f1, accuracy, sensitivity, specificity (...). F1 of 0/0 is NaN."""
    tp, fp, fn, tn = (np.asarray(counts, float)[..., i] for i in range(4))
    return {
        "f1": ratio(2 * tp, 2 * tp + fp + fn),
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "sensitivity": ratio(tp, tp + fn),
        "specificity": ratio(tn, tn + fp),
    }


def auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties halved; NaN without both."""
    positive, negative = _split(truth, scores)
    if not len(positive) or not len(negative):
        return math.nan
    return float(_above(positive, np.sort(negative)).sum() / (len(positive) * len(negative)))


def _split(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truth = np.asarray(truth, bool)
    scores = np.asarray(scores, float)
    return scores[truth], scores[~truth]


def _above(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """How many of the sorted ``others`` each of ``one`` lies above, ties halved."""
    return (np.searchsorted(others, one, "left") + np.searchsorted(others, one, "right")) / 2


def hanley_mcneil(value: float, positives: int, negatives: int, level: float = LEVEL) -> Interval:
    """Hanley and McNeil's variance (1982), inverted: every AUROC that would not reject ``value``. For small classes."""
    if math.isnan(value) or not positives or not negatives:
        return NOWHERE
    grid = np.linspace(0.0, 1.0, 2001)
    q1, q2 = grid / (2 - grid), 2 * grid * grid / (1 + grid)
    spread = grid * (1 - grid) + (positives - 1) * (q1 - grid**2) + (negatives - 1) * (q2 - grid**2)
    reach = normal_quantile(level) * np.sqrt(np.maximum(spread, 0) / (positives * negatives))
    kept = grid[np.abs(value - grid) <= reach + 1e-12]
    return Interval(min(float(kept[0]), value), max(float(kept[-1]), value)) if len(kept) else Interval(value, value)


class Delong(NamedTuple):
    """Two AUROCs on the same cases, their difference and its two-sided p; NaN where undefined."""

    first: float
    second: float
    difference: float
    p: float


def delong(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> Delong:
    """DeLong's paired test (1988) by mid-ranks. Cases must be independent: one film a patient."""
    parts = [_components(truth, scores) for scores in (first, second)]
    one, two = (float(over.mean()) if len(over) else math.nan for over, _ in parts)
    positives, negatives = len(parts[0][0]), len(parts[0][1])
    if positives < 2 or negatives < 2:
        return Delong(one, two, one - two, math.nan)
    variance = sum(
        float(np.var(parts[0][side] - parts[1][side], ddof=1)) / count
        for side, count in ((0, positives), (1, negatives))
    )
    return Delong(one, two, one - two, _two_sided(one - two, variance))


def _components(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of negatives below each positive, and of positives above each negative."""
    positive, negative = _split(truth, scores)
    over = _above(positive, np.sort(negative)) / max(1, len(negative))
    return over, 1 - _above(negative, np.sort(positive)) / max(1, len(positive))


def _two_sided(difference: float, variance: float) -> float:
    if variance <= 0:
        return 1.0 if difference == 0 else 0.0
    return math.erfc(abs(difference) / math.sqrt(2 * variance))


def roc_curve(truth: np.ndarray, scores: np.ndarray, points: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """False and true positive rates from (0, 0) to (1, 1), thinned to about ``points``."""
    positive, negative = (np.sort(part) for part in _split(truth, scores))
    cuts = np.unique(np.concatenate([positive, negative]))[::-1]
    if len(cuts) > points:
        cuts = cuts[np.linspace(0, len(cuts) - 1, points).astype(int)]
    rates_at = [1 - np.searchsorted(part, cuts, "left") / len(part) for part in (negative, positive)]
    return np.concatenate([[0.0], rates_at[0], [1.0]]), np.concatenate([[0.0], rates_at[1], [1.0]])


class Bin(NamedTuple):
    """Cases whose probability lies in one tenth: how many, their mean probability, how many are positive."""

    n: int
    mean: float
    positives: int


def reliability(truth: np.ndarray, probabilities: np.ndarray, bins: int = 10) -> list[Bin]:
    """Calibration in equal tenths of probability; empty ones are left out."""
    truth, probabilities = np.asarray(truth, bool), np.asarray(probabilities, float)
    tenth = np.minimum((probabilities * bins).astype(int), bins - 1)
    found = ((tenth == i) for i in range(bins))
    return [Bin(int(m.sum()), float(probabilities[m].mean()), int(truth[m].sum())) for m in found if m.any()]


def brier(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean squared error of the probabilities; NaN for none."""
    return float(np.mean((np.asarray(truth, float) - probabilities) ** 2)) if len(truth) else math.nan
