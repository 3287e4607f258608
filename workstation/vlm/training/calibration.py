"""Out-of-fold logits -> probabilities that mean what they say: Platt's two numbers a finding.

Slope and offset are fitted on out-of-fold logits and folded into the shipped finding head; what they are worth is
measured cross-fitted, each fold with numbers from the others. They hold for the mix of films they were fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SMALLEST_SLOPE = 0.05  # calibration never turns an order round
BINS = 10
FARTHEST = 60.0  # a logit beyond which a probability is 0 or 1 to the last digit


@dataclass(frozen=True, slots=True)
class Platt:
    """probability = 1 / (1 + exp(-(slope * logit + offset)))."""

    slope: float
    offset: float

    def __call__(self, logits: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-np.clip(self.slope * logits + self.offset, -FARTHEST, FARTHEST))))


def fit(logits: np.ndarray, truth: np.ndarray) -> Platt:
    """Logistic regression of ``truth`` (n,) 0/1 on ``logits`` (n,) with Platt's smoothed targets, by Newton's steps."""
    positives = float(truth.sum())
    high, low = (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2)
    wanted = np.where(truth == 1, high, low)
    x = np.stack([logits, np.ones_like(logits)], 1).astype(np.float64)
    weights = np.array([0.0, np.log(wanted.mean() / (1 - wanted.mean()))])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ weights))
        curve = (x.T * (p * (1 - p) + 1e-9)) @ x + 1e-9 * np.eye(2)
        weights = _shortened(x, wanted, weights, np.linalg.solve(curve, x.T @ (p - wanted)))
    return Platt(max(float(weights[0]), SMALLEST_SLOPE), float(weights[1]))


def _shortened(x: np.ndarray, wanted: np.ndarray, weights: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Newton's step, halved until it no longer makes the loss worse."""
    for shortening in range(30):
        tried = weights - step * 0.5**shortening
        if _loss(x @ tried, wanted) <= _loss(x @ weights, wanted):
            return tried
    return weights


def _loss(logits: np.ndarray, wanted: np.ndarray) -> float:
    return float(np.sum(np.logaddexp(0, logits) - wanted * logits))


def fit_all(logits: np.ndarray, truth: np.ndarray) -> list[Platt]:
    """One a column of (n, findings); ``truth`` NaN = unknown."""
    known = ~np.isnan(truth)
    return [fit(logits[known[:, c], c], truth[known[:, c], c]) for c in range(truth.shape[1])]


def cross_fitted(logits: np.ndarray, truth: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Probabilities (n, findings) of each fold by numbers that were fitted on the others."""
    out = np.zeros(logits.shape, np.float64)
    for fold in np.unique(folds):
        here = folds == fold
        for column, platt in enumerate(fit_all(logits[~here], truth[~here])):
            out[here, column] = platt(logits[here, column])
    return out


def brier(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean squared error of a probability; lower is better."""
    return float(np.mean((probabilities - truth) ** 2))


def calibration_error(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean distance of promised and observed share over `BINS` groups of equal number, from the lowest score up."""
    groups = np.array_split(np.argsort(probabilities, kind="stable"), BINS)
    away = [len(g) * abs(probabilities[g].mean() - truth[g].mean()) for g in groups if len(g)]
    return float(sum(away) / len(truth))
