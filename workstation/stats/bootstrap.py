"""Clusters in strata -> resamples as weights -> sums and AUROCs of every resample, all from the same weights.

Drawing the same patients for every system makes every comparison a paired one. Weights are counts, so sums over
cases become one matrix product a batch. Knows no findings and no films.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from workstation.stats.proportions import NOWHERE, Interval

REPEATS = 1000
_BATCH_CELLS = 4_000_000
_PIECE = 16_384


class Statistic(Protocol):
    """Anything that turns weights of clusters (b, clusters) into numbers (b, k)."""

    def draw(self, weights: np.ndarray) -> np.ndarray: ...


def weights(strata: np.ndarray, repeats: int = REPEATS, seed: int = 0) -> Iterator[np.ndarray]:
    """Batches (b, clusters) float32: how often each cluster was drawn, with replacement within its stratum."""
    strata = np.asarray(strata)
    groups = [np.flatnonzero(strata == name) for name in np.unique(strata)]
    generator = np.random.default_rng(seed)
    batch = max(1, min(repeats, _BATCH_CELLS // max(1, len(strata))))
    for begun in range(0, repeats, batch):
        size = min(batch, repeats - begun)
        drawn = np.zeros((size, len(strata)), np.float32)
        for members in groups:
            drawn[:, members] = _counts(generator, size, len(members))
        yield drawn


def _counts(generator: np.random.Generator, size: int, members: int) -> np.ndarray:
    flat = generator.integers(0, members, (size, members)) + np.arange(size)[:, None] * members
    return np.bincount(flat.ravel(), minlength=size * members).reshape(size, members)


def run(strata: np.ndarray, statistics: Sequence[Statistic], repeats: int = REPEATS, seed: int = 0) -> list[np.ndarray]:
    """(repeats, k) of every statistic, from the same resamples."""
    drawn: list[list[np.ndarray]] = [[] for _ in statistics]
    for batch in weights(strata, repeats, seed):
        for statistic, out in zip(statistics, drawn, strict=True):
            out.append(statistic.draw(batch))
    return [np.concatenate(out) for out in drawn]


class Sums:
    """Sums over cases (n, k) whose cluster is ``clusters`` (n,): exact, whole numbers below 2**24 a sum.

    Kept as small as the counts allow, and widened in pieces: a hundred thousand patients take megabytes.
    """

    def __init__(self, cases: np.ndarray, clusters: np.ndarray) -> None:
        self._members, sums = by_cluster(cases, clusters)
        self._used = np.flatnonzero(sums.any(0)) if len(sums) else np.zeros(0, int)
        sums, self._columns = sums[:, self._used], cases.shape[1]
        small = cases.dtype == np.uint8 and (not sums.size or sums.max() < 256)
        self._sums = sums.astype(np.uint8) if small else sums

    def draw(self, weights: np.ndarray) -> np.ndarray:
        out = np.zeros((len(weights), self._columns))
        for begun in range(0, len(self._members), _PIECE):
            piece = slice(begun, begun + _PIECE)
            out[:, self._used] += weights[:, self._members[piece]] @ self._sums[piece].astype(np.float32)
        return out


def by_cluster(cases: np.ndarray, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Clusters that occur, ascending, and the sums (c, k) float32 of their cases."""
    if not len(clusters):
        return np.zeros(0, int), np.zeros((0, cases.shape[1]), np.float32)
    order = np.argsort(clusters, kind="stable")
    members, first = np.unique(clusters[order], return_index=True)
    return members, np.add.reduceat(cases[order], first, axis=0, dtype=np.float32)


class Ranked:
    """AUROC (b, 1) of scores (n,) against truth (n,), ties halved; NaN where a resample lacks a class."""

    def __init__(self, truth: np.ndarray, scores: np.ndarray, clusters: np.ndarray) -> None:
        truth = np.asarray(truth, bool)
        order = np.argsort(scores[~truth], kind="stable")
        negative = scores[~truth][order]
        self._negatives, self._positives = clusters[~truth][order], clusters[truth]
        self._below = np.searchsorted(negative, scores[truth], "left")
        self._upto = np.searchsorted(negative, scores[truth], "right")

    def draw(self, weights: np.ndarray) -> np.ndarray:
        passed = np.zeros((len(weights), len(self._negatives) + 1))
        np.cumsum(weights[:, self._negatives], axis=1, out=passed[:, 1:])
        positive = weights[:, self._positives].astype(float)
        above = (positive * (passed[:, self._below] + passed[:, self._upto])).sum(1) / 2
        pairs = positive.sum(1) * passed[:, -1]
        return np.divide(above, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)[:, None]


def percentile(drawn: np.ndarray, level: float = 0.95) -> Interval:
    """Percentile interval of the defined resamples; NaN where there is none."""
    defined = drawn[np.isfinite(drawn)]
    if not len(defined):
        return NOWHERE
    tail = 50 * (1 - level)
    low, high = np.percentile(defined, (tail, 100 - tail))
    return Interval(float(low), float(high))


def p_of_difference(drawn: np.ndarray) -> float:
    """Two-sided p that a paired difference is nought, from its resamples; never below 2 / (resamples + 1)."""
    defined = drawn[np.isfinite(drawn)]
    if not len(defined):
        return math.nan
    tail = min(int((defined <= 0).sum()), int((defined >= 0).sum()))
    return min(1.0, 2 * (tail + 1) / (len(defined) + 1))
