"""Scores in bands."""

import pytest

from workstation.reporting.bands import BANDS, band


@pytest.mark.parametrize(
    ("score", "point", "name"),
    [(0.2, 0.2, "high"), (0.1999, 0.2, "middle"), (0.1, 0.2, "middle"), (0.0999, 0.2, "low"), (1.0, 0.9, "high")],
)
def test_a_band_is_measured_by_the_models_own_point(score, point, name):
    assert band(score, point) == name


def test_without_a_point_high_begins_at_two_thirds():
    assert [band(score) for score in (0.67, 0.66, 0.34, 0.33)] == ["high", "middle", "middle", "low"]


def test_no_score_ever_becomes_a_number():
    assert {band(number / 1000, 0.37) for number in range(1001)} == set(BANDS)
