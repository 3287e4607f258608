"""Two judgements of the same cases -> is one better? McNemar's exact test, Newcombe's paired interval, Holm's steps.

Stands on pairs alone: without them it refuses to give a p. Knows no findings and no films.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from workstation.stats.proportions import LEVEL, NOWHERE, Interval, wilson


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p of the discordant pairs; 1 when there are none."""
    from scipy.stats import binomtest

    discordant = only_first + only_second
    return float(binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0


def newcombe_paired(both: int, only_first: int, only_second: int, neither: int, level: float = LEVEL) -> Interval:
    """Difference first - second of two proportions on the same cases: Newcombe (1998, paired, method 10)."""
    n = both + only_first + only_second + neither
    if not n:
        return NOWHERE
    hits, others = both + only_first, both + only_second
    p, q = hits / n, others / n
    a, b = wilson(hits, n, level), wilson(others, n, level)
    r = _correlation(both, only_first, only_second, neither)
    low = _radius(p - a.low, b.high - q, r)
    return Interval(p - q - low, p - q + _radius(a.high - p, q - b.low, r))


def _radius(a: float, b: float, r: float) -> float:
    return math.sqrt(max(0.0, a * a - 2 * r * a * b + b * b))


def _correlation(both: int, only_first: int, only_second: int, neither: int) -> float:
    """Phi of the four cells, continuity-corrected when positive, as Newcombe has it."""
    n = both + only_first + only_second + neither
    margins = (both + only_first) * (only_second + neither) * (both + only_second) * (only_first + neither)
    if not margins:
        return 0.0
    product = both * neither - only_first * only_second
    return (max(product - n / 2, 0.0) if product > 0 else product) / math.sqrt(margins)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjustment, in the order given; NaN stays NaN and does not count."""
    known = sorted((p, i) for i, p in enumerate(p_values) if not math.isnan(p))
    adjusted, worst = [math.nan] * len(p_values), 0.0
    for step, (p, i) in enumerate(known):
        worst = max(worst, min(1.0, p * (len(known) - step)))
        adjusted[i] = worst
    return adjusted
