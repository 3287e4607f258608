"""The words in the corners say what the file says, and say so when it says nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workstation.dicom.records import Instance, VoiLutFunction, Window
from workstation.imaging.geometry import Orientation
from workstation.imaging.window import Presentation
from workstation.ui.viewer import facts


def instance(**fields) -> Instance:
    return Instance("film.dcm", "dicom", "1", "", "", "1", "1", **fields)


def test_the_patient_is_named_with_sex_age_id_and_birth_date():
    patient = instance(patient_name="Kim Test", patient_sex="F", patient_age="057Y", patient_id="7")
    lines = facts.patient_lines(replace(patient, patient_birth_date="19690102"))
    assert lines == ["\u2068Kim Test\u2069   F   57 y", "ID 7", "Born 1969-01-02"]


def test_a_missing_patient_is_said():
    assert facts.patient_lines(instance()) == ["No patient name", "No patient ID", ""]


@pytest.mark.parametrize(("written", "expected"), [("ISO", "2026-11-23"), ("DD.MM.YYYY", "23.11.2026")])
def test_dates_follow_the_setting(written, expected):
    film = instance(patient_birth_date="20261123", study_date="20261123")
    assert facts.patient_lines(film, written)[2] == f"Born {expected}"
    assert facts.examination_lines(film, written)[1] == expected


def test_the_examination_names_its_view_once():
    film = instance(modality="DX", study_description="CHEST PA", view_position="PA", study_date="20261123")
    lines = facts.examination_lines(replace(film, study_time="081400"))
    assert lines[:2] == ["DX CHEST PA", "2026-11-23 08:14"]
    lateral = instance(modality="DX", body_part_examined="CHEST", view_position="LL")
    assert facts.examination_lines(lateral)[0] == "DX CHEST LL"


def test_the_window_names_its_function_unless_it_is_the_plain_one():
    window = Window(512, 940)
    assert facts.window_line(Presentation(window, label="NORMAL")) == "C 512  W 940   NORMAL"
    sigmoid = Window(512.25, 940, VoiLutFunction.SIGMOID)
    assert facts.window_line(Presentation(sigmoid, invert=True)) == "C 512.2  W 940  SIGMOID   inverted"
    assert facts.window_line(Presentation(voi_lut=1, label="HARD")) == "VOI LUT 2   HARD"


def test_orientation_letters_stand_opposite_each_other_or_not_at_all():
    letters = facts.edges(instance(patient_orientation=("L", "F")))
    assert letters == {"left": "R", "right": "L", "top": "H", "bottom": "F"}
    oblique = facts.edges(instance(patient_orientation=("A", "FL")))
    assert oblique == {"left": "P", "right": "A", "top": "HR", "bottom": "FL"}
    for unknown in ((), ("L",), ("L", ""), ("X", "F")):
        assert facts.edges(instance(patient_orientation=unknown)) == {}


def test_notes_are_counted_and_on_demand_written_out():
    noted = instance(warnings=("The pixel spacing in the header is zero; lengths cannot be measured.",))
    assert facts.notes(noted, 40, False, "N") == ["1 note on this file   N"]
    assert " ".join(facts.notes(noted, 40, True, "N")) == noted.warnings[0]
    assert facts.notes(instance(), 40, True, "N") == []


def test_a_turned_film_bears_the_letters_of_what_is_there_now():
    """Worked by hand: turned clockwise, what was at the top (the head) is at the right."""
    film = instance(patient_orientation=("L", "F"))
    right = facts.edges(film, Orientation(1))
    assert right == {"left": "F", "right": "H", "top": "R", "bottom": "L"}
    assert facts.edges(film, Orientation(0, True)) == {"left": "L", "right": "R", "top": "H", "bottom": "F"}
    assert facts.edges(film, Orientation(1, True)) == {"left": "H", "right": "F", "top": "R", "bottom": "L"}
    assert facts.edges(film, Orientation(2, True)) == {"left": "R", "right": "L", "top": "F", "bottom": "H"}
    assert facts.edges(instance(), Orientation(1)) == {}


def test_how_a_film_was_turned_is_said_and_a_mirrored_one_is_never_called_turned_only():
    assert facts.turned_words(Orientation()) == ""
    assert facts.turned_words(Orientation(3)) == "Turned by the reader   90° left"
    assert facts.turned_words(Orientation(0, True)) == "MIRRORED by the reader   left for right"
    assert facts.turned_words(Orientation(2, True)) == "MIRRORED by the reader   top for bottom"
    assert all(facts.turned_words(Orientation(n, True)).startswith("MIRRORED") for n in range(4))


def test_a_loss_is_named_with_its_method_and_its_ratio():
    assert facts.lossy_mark(instance()) == ""
    lossy = instance(lossy_image_compression=True)
    assert facts.lossy_mark(lossy) == "Lossy compression"
    twice = replace(lossy, lossy_image_compression_ratio=(4.0, 2.5), lossy_image_compression_method=("ISO_10918_1",))
    assert facts.lossy_mark(twice) == "Lossy   JPEG   10 : 1"
    several = replace(twice, lossy_image_compression_method=("ISO_10918_1", "ISO_15444_1", "ISO_15444_1"))
    assert facts.lossy_mark(several) == "Lossy   JPEG, JPEG 2000   10 : 1"
    silent = replace(instance(), transfer_syntax_uid="1.2.840.10008.1.2.4.51")
    assert facts.lossy_mark(silent) == "Lossy compression", "the coding itself loses, whatever the header says"


def test_words_burnt_into_the_film_are_named_if_the_header_knows_of_them():
    assert facts.burnt_in_mark(instance(burned_in_annotation="YES")) == "Annotation burnt into the film"
    assert facts.burnt_in_mark(instance(burned_in_annotation="NO")) == facts.burnt_in_mark(instance()) == ""
