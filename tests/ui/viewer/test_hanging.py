"""The hanging rule and what an earlier film is called, worked by hand."""

from __future__ import annotations

import pytest

from workstation.dicom.records import Instance
from workstation.ui.viewer.hanging import Earlier, hung, interval, is_lateral, like, mark


def film(view: str = "", words: str = "") -> Instance:
    return Instance(view, "dicom", view, "", "", "2.25.1", "2.25.2", view_position=view, series_description=words)


def test_frontal_hangs_left_and_lateral_right_otherwise_as_they_came():
    films = [film("LL"), film("AP"), film("PA")]
    assert [one.view_position for one in hung(films)] == ["AP", "PA", "LL"]


def test_the_side_is_read_from_the_view_or_from_the_words_where_there_is_no_view():
    assert is_lateral(film("RL")) and is_lateral(film("", "Chest lat")) and not is_lateral(film("PA", "lateral"))


def test_beside_a_film_hangs_its_like_else_the_first():
    prior = [film("PA"), film("LL")]
    assert like(film("AP"), prior) == 0 and like(film("RL"), prior) == 1
    assert like(film("RL"), prior[:1]) == 0 and like(None, prior) == 0


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ("20260105", "20260105", "the same day"),
        ("20260104", "20260105", "1 day earlier"),
        ("20251224", "20260105", "12 days earlier"),
        ("20250805", "20260105", "5 months earlier"),
        ("20240611101500", "20260105", "19 months earlier"),
        ("20200101", "20260105", "6 years earlier"),
        ("20270105", "20260105", "12 months LATER"),
        ("", "20260105", ""),
        ("20251301", "20260105", ""),
    ],
)
def test_how_much_earlier(then, now, words):
    assert interval(then, now) == words


def test_a_mark_says_prior_and_a_possible_prior_is_never_called_one():
    sure = Earlier("2.25.3", "key", "20240203", (film("PA"),), True)
    assert mark(sure, "20240710", "DD.MM.YYYY") == "PRIOR 03.02.2024, 5 months earlier"
    assert mark(Earlier("2.25.3", "key", "", (), False), "20240710").startswith("POSSIBLE PRIOR")
