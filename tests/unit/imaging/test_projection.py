"""What stands behind a cardiothoracic ratio says in which films it means something."""

from __future__ import annotations

import pytest

from workstation.dicom.records import Instance
from workstation.imaging.projection import comparability, projection


def film(**fields) -> Instance:
    return Instance("", "dicom", "1.1", "", "", "1", "1", modality="DX", **fields)


@pytest.mark.parametrize(
    ("fields", "rotated", "said"),
    [
        ({"view_position": "PA"}, False, "PA projection"),
        ({"view_position": "AP"}, False, "AP projection: heart magnified, not comparable with the PA norm"),
        (
            {"view_position": "AP", "study_description": "Chest supine portable"},
            False,
            "AP projection, supine: heart magnified, not comparable with the PA norm",
        ),
        (
            {"series_description": "THORAX_BEDSIDE"},
            False,
            "projection not stated, bedside film: heart magnified, not comparable with the PA norm",
        ),
        ({"view_position": "PA"}, True, "PA projection, patient rotated: not comparable with the PA norm"),
        (
            {"view_position": "PA", "series_description": "Chest PA rotated"},
            False,
            "PA projection, patient rotated: not comparable with the PA norm",
        ),
        ({}, False, "projection not stated: comparable with the norm only if it is PA"),
    ],
)
def test_the_words_behind_a_ratio(fields: dict, rotated: bool, said: str):
    assert comparability(film(**fields), rotated) == said


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"view_position": "PA", "study_description": "Chest AP"}, "PA"),
        ({"study_description": "Chest AP/lat"}, "AP"),
        ({"series_description": "Thorax p.a."}, "PA"),
        ({"view_position": "LL"}, "lateral"),
        ({"study_description": "Map of the chest"}, ""),
        ({"study_description": "Repeat of the chest, better view"}, ""),
    ],
)
def test_the_projection_is_what_the_header_says(fields: dict, found: str):
    assert projection(film(**fields)) == found


def test_a_better_film_is_no_bedside_film():
    said = comparability(film(view_position="PA", series_description="Chest PA, better inspiration"))
    assert said == "PA projection"
    assert "bedside film" in comparability(film(series_description="Thorax Bettaufnahme"))
