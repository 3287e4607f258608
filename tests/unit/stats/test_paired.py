"""Paired tests against statsmodels and Newcombe's published examples."""

import math

import pytest
from statsmodels.stats.contingency_tables import mcnemar as witness
from statsmodels.stats.multitest import multipletests

from workstation.stats.paired import holm, mcnemar, newcombe_paired


@pytest.mark.parametrize("cells", [(0, 0), (1, 0), (5, 12), (25, 8), (300, 260)])
def test_mcnemar_is_statsmodels_exact_test(cells):
    only_first, only_second = cells
    expected = witness([[7, only_first], [only_second, 9]], exact=True).pvalue if sum(cells) else 1.0
    assert mcnemar(*cells) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("cells", "interval"),
    [  # Newcombe 1998, Statistics in Medicine 17:2635, Table II, method 10
        ((36, 12, 2, 0), (0.0569, 0.3404)),
        ((54, 0, 0, 0), (-0.0664, 0.0664)),
    ],
)
def test_newcombes_paired_interval_is_the_published_one(cells, interval):
    assert newcombe_paired(*cells) == pytest.approx(interval, abs=1e-4)


def test_without_cases_there_is_no_interval():
    assert all(math.isnan(end) for end in newcombe_paired(0, 0, 0, 0))


def test_holm_is_statsmodels_and_leaves_the_undefined_alone():
    values = [0.04, 0.01, 0.2, 0.03]
    assert holm(values) == pytest.approx(multipletests(values, method="holm")[1])
    found = holm([0.04, math.nan, 0.01])
    assert found[0] == pytest.approx(0.04) and math.isnan(found[1]) and found[2] == pytest.approx(0.02)
