"""Out-of-fold scores -> what the model may say: which findings it assesses, which it may deny, and from which score on.

The rules stand here once, in words and numbers, and the card prints them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from workstation.vlm.training.grammar import Decisions

ASSESSED_POSITIVES = 30  # fewer out-of-fold positives: not assessed
ASSESSED_AUROC_LOW = 0.60  # lower bound of the out-of-fold AUROC
DENIABLE_POSITIVES = 50
DENIABLE_SENSITIVITY = 0.90  # aimed at when the threshold of denial is set
DENIABLE_SENSITIVITY_LOW = 0.80  # required of the cross-fitted sensitivity's Wilson lower bound
DENIABLE_SPECIFICITY = 0.25  # a denial must be informed: at least this share of the negatives is denied
CERTAIN_PRECISION = 0.60  # a sentence without "possible" is right at least this often out of fold
CERTAIN_COUNT = 10
MOST_POSSIBLE = 3  # at most so many findings are "possible": a longer list tells a reader nothing
NEVER = 2.0  # a threshold that no probability reaches


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities: below ``deny`` denied, from ``possible`` on possible, from ``certain`` on present."""

    deny: float
    possible: float
    certain: float


Policy = Mapping[str, Thresholds]


def decide(probabilities: Mapping[str, float], policy: Policy) -> Decisions:
    """What a report says when the scores are these."""
    present = tuple(name for name, limits in policy.items() if probabilities[name] >= limits.certain)
    possible = {
        name: probabilities[name] / limits.possible
        for name, limits in policy.items()
        if limits.possible <= probabilities[name] < limits.certain
    }
    likeliest = sorted(possible, key=lambda name: -possible[name])[:MOST_POSSIBLE]
    absent = tuple(n for n, limits in policy.items() if probabilities[n] < min(limits.deny, limits.possible))
    return Decisions(present, tuple(name for name in policy if name in likeliest), absent)


def denial_threshold(truth: np.ndarray, scores: np.ndarray) -> float:
    """The highest score below which at most 1 - `DENIABLE_SENSITIVITY` of the positives lie."""
    return float(np.quantile(scores[truth == 1], 1 - DENIABLE_SENSITIVITY))


def possible_threshold(truth: np.ndarray, scores: np.ndarray) -> float:
    """The score with the best F1."""
    limits, named, hits = _cuts(truth, scores)
    return float(limits[int((2 * hits / (named + truth.sum())).argmax())])


def shared_threshold(truth: np.ndarray, probabilities: np.ndarray) -> float:
    """The one probability from which naming any finding gives the best pooled F1 over (n, findings).

    NaN = unknown, left out. Only calibrated probabilities can be compared over findings.
    """
    known = ~np.isnan(truth)
    return possible_threshold(truth[known], probabilities[known])


def naming_threshold(truth: np.ndarray, scores: np.ndarray, shared: float) -> float:
    """Half-way (as a ratio) between the finding's own best F1 and the threshold that all share.

    The first alone names rare findings in every second film, the second alone never names them.
    """
    return float(np.sqrt(possible_threshold(truth, scores) * shared))


def certain_threshold(truth: np.ndarray, scores: np.ndarray, floor: float) -> float:
    """The lowest score from `floor` on above which precision reaches `CERTAIN_PRECISION`; `NEVER` if there is none."""
    limits, named, hits = _cuts(truth, scores)
    fits = (hits / named >= CERTAIN_PRECISION) & (named >= CERTAIN_COUNT) & (limits >= floor)
    return float(limits[np.flatnonzero(fits)[-1]]) if fits.any() else NEVER


def _cuts(truth: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Each different score from the highest down: how many films reach it, and how many of them are positive."""
    order = np.argsort(-scores)
    ordered = scores[order]
    last = np.append(ordered[1:] != ordered[:-1], True)
    return ordered[last], np.flatnonzero(last) + 1, np.cumsum(truth[order])[last]


def thresholds(truth: np.ndarray, scores: np.ndarray, deniable: bool, shared: float) -> Thresholds:
    possible = naming_threshold(truth, scores, shared)
    deny = min(denial_threshold(truth, scores), possible) if deniable else 0.0
    return Thresholds(deny, possible, certain_threshold(truth, scores, possible))


def to_json(policy: Policy) -> dict[str, dict[str, float]]:
    return {finding: asdict(limits) for finding, limits in policy.items()}


def from_json(value: Mapping[str, Mapping[str, float]]) -> dict[str, Thresholds]:
    return {finding: Thresholds(**limits) for finding, limits in value.items()}


def deniable(findings: Sequence[str], policy: Policy) -> tuple[str, ...]:
    """The findings whose denial `policy` allows."""
    return tuple(finding for finding in findings if policy[finding].deny > 0)
