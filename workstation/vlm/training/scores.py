"""Truth and scores -> AUROC, sensitivity, specificity with intervals that respect patients. Knows no films."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

REPEATS = 1000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


def auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Chance that a positive scores above a negative, ties halved; NaN without both."""
    positives = truth == 1
    count, others = int(positives.sum()), int((~positives).sum())
    if not count or not others:
        return math.nan
    ranks = _ranks(scores)
    return float((ranks[positives].sum() - count * (count + 1) / 2) / (count * others))


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Ranks from 1, ties averaged."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return ((last - counts + 1 + last) / 2)[inverse]


def wilson(hits: int, count: int) -> Estimate:
    """A proportion with Wilson's score interval; NaN for none of none."""
    if not count:
        return Estimate(math.nan, 0.0, 1.0)
    z, p = 1.959964, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count))
    return Estimate(p, max(0.0, middle - half), min(1.0, middle + half))


def resampled(patients: Sequence[str], repeats: int = REPEATS, seed: int = 0) -> Iterator[np.ndarray]:
    """Row indices of as many patients drawn with replacement, every film of each, again and again."""
    groups: dict[str, list[int]] = {}
    for index, patient in enumerate(patients):
        groups.setdefault(patient, []).append(index)
    members = [np.array(rows) for rows in groups.values()]
    generator = np.random.default_rng(seed)
    for _ in range(repeats):
        yield np.concatenate([members[i] for i in generator.integers(0, len(members), len(members))])


def interval(statistic: Callable[[np.ndarray], float], patients: Sequence[str], repeats: int = REPEATS) -> Estimate:
    """``statistic`` of row indices, with percentiles of its bootstrap by patient."""
    drawn = np.array([statistic(rows) for rows in resampled(patients, repeats)])
    low, high = np.nanpercentile(drawn, (2.5, 97.5)) if np.isfinite(drawn).any() else (math.nan, math.nan)
    return Estimate(statistic(np.arange(len(patients))), float(low), float(high))


def hanley_mcneil(truth: np.ndarray, scores: np.ndarray) -> Estimate:
    """AUROC with an interval by inverting Hanley and McNeil's variance: for fewer than ten positives."""
    value, count = auroc(truth, scores), int((truth == 1).sum())
    others = len(truth) - count
    grid = np.linspace(0.001, 0.999, 999)
    q1, q2 = grid / (2 - grid), 2 * grid * grid / (1 + grid)
    variance = (grid * (1 - grid) + (count - 1) * (q1 - grid**2) + (others - 1) * (q2 - grid**2)) / max(
        1, count * others
    )
    inside = grid[np.abs(value - grid) <= 1.959964 * np.sqrt(variance)]
    return Estimate(value, *((float(inside[0]), float(inside[-1])) if len(inside) else (math.nan, math.nan)))


def macro_auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    """Mean over columns (n, findings); truth NaN = unknown, columns without both classes left out."""
    values = []
    for column in range(truth.shape[1]):
        known = ~np.isnan(truth[:, column])
        values.append(auroc(truth[known, column], scores[known, column]))
    return float(np.nanmean(values))


def logistic(train: np.ndarray, truth: np.ndarray, test: np.ndarray, ridge: float = 1.0) -> np.ndarray:
    """Ridge logistic regression by Newton's steps: (n, k), (n,) 0/1, (m, k) -> scores (m,)."""
    middle, spread = train.mean(0), train.std(0) + 1e-9
    x, y = (_with_one((part - middle) / spread) for part in (train, test))
    weights = np.zeros(x.shape[1])
    penalty = np.diag([0.0] + [ridge] * (x.shape[1] - 1))
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (p - truth) + penalty @ weights
        weights -= np.linalg.solve((x.T * (p * (1 - p) + 1e-6)) @ x + penalty, slope)
    return np.asarray(y @ weights)


def _with_one(part: np.ndarray) -> np.ndarray:
    return np.concatenate([np.ones((len(part), 1)), part], 1)
