"""Hits of trials -> a proportion's interval. Knows no findings and no films.

`wilson` serves everywhere; `clopper_pearson` where an interval must never be too narrow.
"""

from __future__ import annotations

import math
from typing import NamedTuple

LEVEL = 0.95


class Interval(NamedTuple):
    """Both ends of a confidence interval; NaN where there is none."""

    low: float
    high: float


NOWHERE = Interval(math.nan, math.nan)


def normal_quantile(level: float = LEVEL) -> float:
    """The standard normal's two-sided quantile: 1.96 for 95 %."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(hits: float, trials: float, level: float = LEVEL) -> Interval:
    """Wilson's score interval (1927)."""
    if not trials:
        return NOWHERE
    z, p = normal_quantile(level), hits / trials
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return Interval(max(0.0, middle - half) if hits else 0.0, min(1.0, middle + half) if hits < trials else 1.0)


def clopper_pearson(hits: int, trials: int, level: float = LEVEL) -> Interval:
    """The exact binomial interval (1934): never narrower than it says."""
    if not trials:
        return NOWHERE
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = float(beta.ppf(tail, hits, trials - hits + 1)) if hits else 0.0
    return Interval(low, float(beta.ppf(1 - tail, hits + 1, trials - hits)) if hits < trials else 1.0)
