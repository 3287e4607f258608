"""What a header says against drafting is found, and a silent or sound header is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.dicom.records import Instance
from workstation.errors import FilmRefused
from workstation.imaging.film import describe
from workstation.imaging.quality import Accepts, age_in_years, header_objections, header_warnings

ADULTS = Accepts(views=("PA", "AP"), age_years=(18, 120))


def codes(**fields) -> list[str]:
    fields = {"modality": "DX", **fields}
    instance = Instance("", "dicom", "1", "", "", "1", "1", **fields)
    return [each.code for each in header_objections(instance, ADULTS)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"modality": ""},
        {"view_position": "PA", "body_part_examined": "CHEST", "patient_age": "018Y"},
        {"view_position": "AP", "study_description": "Chest PA and lateral"},
        {"series_description": "PA", "study_description": "THORAX PA/LAT"},
        {"body_part_examined": "CHEST", "study_description": "r/o rib fracture"},
        {"study_description": "Bilateral infiltrates, thorax"},
        {"study_description": "Röntgen Thorax bed"},
        {"patient_orientation": ("L", "F")},
        {"patient_age": "120Y"},
        {"view_position": "PA", "patient_orientation": ("P", "F")},
    ],
)
def test_sound_and_silent_headers_are_left_alone(fields: dict):
    assert codes(**fields) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"view_position": "LL"}, "lateral"),
        ({"view_position": "RL"}, "lateral"),
        ({"view_position": "LATERAL"}, "lateral"),
        ({"patient_orientation": ("P", "F")}, "lateral"),
        ({"patient_orientation": ("A", "F")}, "lateral"),
        ({"series_description": "Chest lat"}, "lateral"),
        ({"series_description": "W034 Thorax seitlich"}, "lateral"),
        ({"view_position": "LLO"}, "view"),
        ({"body_part_examined": "HAND"}, "not_chest"),
        ({"body_part_examined": "ABDOMEN"}, "not_chest"),
        ({"study_description": "XR KNEE 2 VIEWS"}, "not_chest"),
        ({"series_description": "L-Spine AP"}, "not_chest"),
        ({"modality": "CT", "body_part_examined": "CHEST"}, "not_chest"),
        ({"modality": "MG"}, "not_chest"),
        ({"patient_age": "005Y"}, "age"),
        ({"patient_age": "010M"}, "age"),
        ({"patient_age": "017Y"}, "age"),
        ({"patient_birth_date": "20150601", "study_date": "20240101"}, "age"),
    ],
)
def test_each_reason_is_found(fields: dict, code: str):
    assert codes(**fields) == [code]


def test_the_sentences_are_plain_and_name_nobody():
    instance = Instance(
        "", "dicom", "1", "", "", "1", "1", patient_name="CANARY", modality="MG", patient_age="003Y",
        body_part_examined="HAND", view_position="LL",
    )  # fmt: skip
    found = header_objections(instance, ADULTS)
    assert {each.code for each in found} == {"not_chest", "lateral", "age"}
    for each in found:
        assert each.message.endswith(".") and each.remedy.endswith(".") and "CANARY" not in each.message + each.remedy


@pytest.mark.parametrize(
    ("fields", "years"),
    [
        ({"patient_age": "057Y"}, 57),
        ({"patient_age": "81"}, 81),
        ({"patient_age": "018M"}, 1.5),
        ({"patient_age": "002W"}, 0.04),
        ({"patient_birth_date": "19500101", "study_date": "20200101"}, 70),
        ({"patient_age": "000Y", "patient_birth_date": "19500101", "study_date": "20200101"}, 70),
        ({"patient_birth_date": "17890505", "study_date": "20190604"}, None),
        ({"patient_birth_date": "20300101", "study_date": "20200101"}, None),
        ({"patient_age": "old"}, None),
        ({}, None),
    ],
)
def test_ages_are_read_in_every_form(fields: dict, years: float | None):
    found = age_in_years(Instance("", "dicom", "1", "", "", "1", "1", **fields))
    assert found == (pytest.approx(years, abs=0.02) if years is not None else None)


def test_what_the_header_leaves_open_is_said():
    bare = Instance("", "dicom", "1", "", "", "1", "1")
    assert len(header_warnings(bare)) == 3
    full = Instance(
        "", "dicom", "1", "", "", "1", "1", patient_age="040Y", view_position="PA", patient_orientation=("L", "F")
    )
    assert header_warnings(full) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("wg04/REF/RG2_UNC", "not_chest"),
        ("wg04/REF/RG3_UNC", "not_chest"),
        ("highdicom/dx_image.dcm", "age"),
        ("cxr-simpleitk/cxr.dcm", None),
        ("wg04/J2KI/RG1_J2KI", None),
        ("dwv/gdcm-CR-MONO1-10-chest.dcm", None),
    ],
)
def test_real_films_are_judged_by_their_headers(shared: Path, name: str, code: str | None):
    try:
        found = header_objections(describe(shared / "dicom" / name), ADULTS)
    except FilmRefused:
        pytest.skip("the film is absent")
    assert [each.code for each in found][:1] == ([code] if code else [])
