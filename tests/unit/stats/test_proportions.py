"""Intervals of a proportion against statsmodels, scipy and the paper's own table."""

import math

import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from workstation.stats.proportions import clopper_pearson, wilson

COUNTS = [(0, 1), (1, 1), (0, 10), (10, 10), (3, 17), (109, 150), (1, 100_000)]


@pytest.mark.parametrize(("hits", "trials"), COUNTS)
def test_wilson_is_statsmodels(hits, trials):
    assert wilson(hits, trials) == pytest.approx(proportion_confint(hits, trials, method="wilson"), abs=1e-12)


@pytest.mark.parametrize(("hits", "trials"), COUNTS)
def test_clopper_pearson_is_scipys_exact_interval(hits, trials):
    exact = binomtest(hits, trials).proportion_ci(method="exact")
    assert clopper_pearson(hits, trials) == pytest.approx((exact.low, exact.high), abs=1e-9)


@pytest.mark.parametrize(
    ("counts", "hits", "interval"),
    [
        ((77, 32, 8, 33), (0, 1), (0.650, 0.792)),
        ((81, 45, 6, 18), (0, 1), (0.773, 0.890)),
        ((77, 32, 8, 33), (0,), (0.434, 0.592)),
        ((81, 45, 6, 18), (0,), (0.460, 0.618)),
        ((77, 32, 8, 33), (3,), (0.161, 0.293)),
        ((81, 45, 6, 18), (3,), (0.077, 0.182)),
    ],
)
def test_wilson_of_the_papers_radiologist_study(counts, hits, interval):
    assert wilson(sum(counts[i] for i in hits), sum(counts)) == pytest.approx(interval, abs=5e-4)


def test_none_of_none_has_no_interval():
    assert all(math.isnan(end) for end in (*wilson(0, 0), *clopper_pearson(0, 0)))
