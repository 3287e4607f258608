"""A name that no font can write is told; names from right to left stand at their own place."""

from __future__ import annotations

import pytest

from tests.synthetic import chest, dicom_file
from workstation.ui import scripts
from workstation.ui.viewer.facts import patient_lines
from workstation.workflow import worklist

NAMES = {
    "Greek": "Διονυσιος",
    "Cyrillic": "Люксембург",
    "Hebrew": "שרון^דבורה",
    "Arabic": "قباني^لنزار",
    "Thai": "สมชาย^ใจดี",
    "Korean": "김^희중",
    "Japanese": "やまだ^たろう",
    "Chinese": "王^小东",
}


@pytest.mark.parametrize("script", NAMES)
def test_a_name_tells_its_script(script):
    assert scripts.scripts_of(NAMES[script]) == {script}
    assert scripts.scripts_of("Müller^Änne") == set()


def test_names_of_all_scripts_reach_worklist_corners_and_report(open_window, qtbot, tmp_path):
    for n, name in enumerate(NAMES.values()):
        dicom_file(
            tmp_path / "films" / f"{n}.dcm",
            chest(1, rows=120, columns=110),
            PatientName=name,
            PatientID=f"P-{n}",
            StudyInstanceUID=f"2.25.{n + 1}",
            SOPInstanceUID=f"2.25.9{n}",
            SpecificCharacterSet="ISO_IR 192",
        )
    place = open_window(tmp_path / "films")
    for n, name in enumerate(name.replace("^", " ") for name in NAMES.values()):
        study = f"2.25.{n + 1}"
        assert place.window.worklist.rows.row(study).patient_name == name
        place.furniture.desk.open(study)
        assert place.furniture.report.sign_row.patient.name.text() == name
        film = worklist.films(place.store, study)[0]
        assert patient_lines(film)[0].startswith(f"\u2068{name}\u2069")


def test_a_script_without_a_font_is_said_in_the_status_line(open_window, tmp_path, monkeypatch):
    monkeypatch.setattr(scripts, "unwritable", lambda: frozenset({"Thai"}))
    dicom_file(
        tmp_path / "a.dcm", chest(1, rows=120, columns=110), PatientName="สมชาย", SpecificCharacterSet="ISO_IR 192"
    )
    place = open_window(tmp_path / "a.dcm")
    assert place.window.status.fact("fonts") == "no font for Thai"


def test_nothing_is_said_where_every_name_can_be_written(open_window, two_chests):
    assert open_window(two_chests).window.status.fact("fonts") == ""
