"""The text of a signed report holds what clinical-safety 9 demands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.readings import READER, draft, report, take
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reading
from workstation.workflow.wording import dashed, says_none

PATIENT = {
    "PatientName": "MÜLLER^ÄNNE",
    "PatientID": "P-77",
    "IssuerOfPatientID": "HOSP",
    "PatientBirthDate": "19510203",
    "PatientSex": "F",
    "AccessionNumber": "ACC-9",
    "StudyDescription": "Chest PA and lateral",
    "ReferringPhysicianName": "GP^GOOD",
    "StudyInstanceUID": "1.2.826.0.1.77",
}


@pytest.fixture
def text(home: Home, tmp_path: Path) -> str:
    from tests.unit.readings import film_file

    with Store.open(home) as store:
        take(
            store, home, tmp_path, "prior",
            **{**PATIENT, "StudyInstanceUID": "1.2.826.0.1.76", "StudyDate": "20240506", "AcquisitionDate": "20240506"},
        )  # fmt: skip
        folder = tmp_path / "study"
        film_file(folder, "pa", **PATIENT, AcquisitionDate="20261120", AcquisitionTime="101112")
        film_file(folder, "ll", **PATIENT, ViewPosition="LL", AcquisitionDate="20261120", AcquisitionTime="101230.5")
        assert take_in(store, home, [str(folder)]).count("taken") == 2
        reading = Reading(store, PATIENT["StudyInstanceUID"], READER)
        reading.add_draft(draft())
        reading.reveal("at once")
        reading.save(report(Indication="Cough."))
        return reading.sign().text


@pytest.mark.parametrize(
    "held",
    [
        "Patient: ÄNNE MÜLLER",
        "Patient ID: P-77 (issued by HOSP)",
        "Birth date: 1951-02-03   Sex: F",
        "Accession number: ACC-9",
        "Referring physician: ",
        "Examination: Chest PA and lateral (DX), ",
        "Views: PA, 2026-11-20 10:11:12; left lateral, 2026-11-20 10:12:30",
        "Status: FINAL   Version: 1",
        "INDICATION:\nCough.",
        "TECHNIQUE:\nPA and left lateral radiographs.",
        "COMPARISON:\nChest PA and lateral of 2024-05-06",
        "FINDINGS:\nThe heart is not enlarged.",
        "IMPRESSION:\nSmall left pleural effusion.",
        "Communication of results: none recorded.",
        "Signed by Dr Ada One (Radiologist) at 20",
        "I have read the films of this study and this report is mine.",
        "a draft by test-model, a research model (SHA-256 abababababababab)",
        "SOP Instance 1.2.3",
        "RESEARCH, NOT FOR CLINICAL USE",
    ],
)
def test_a_signed_report_holds(text: str, held: str) -> None:
    assert held in text or held.replace("ÄNNE MÜLLER", "MÜLLER ÄNNE") in text


@pytest.mark.parametrize(
    "said",
    ["", "None.", "none", "No prior films.", "No comparison available", "There are no previous films.", "NIL", "n/a"],
)
def test_words_that_say_there_is_no_prior(said: str) -> None:
    assert says_none(said)


@pytest.mark.parametrize(
    "said",
    ["Chest radiograph of 2024-05-06.", "Film of last year", "No change since 2024-05-06.", "Nonetheless 2024-05-06"],
)
def test_words_that_name_a_prior(said: str) -> None:
    assert not says_none(said)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("19510203", "1951-02-03"), ("20261120101112", "2026-11-20 10:11:12"), ("", "not stated"), ("1951", "1951")],
)
def test_dates_are_shown_as_iso(value: str, shown: str) -> None:
    assert dashed(value) == shown


@pytest.mark.parametrize(("view", "asked"), [("AP", True), ("PA", False)])
def test_a_bedside_report_speaks_of_lines_and_tubes(home: Home, tmp_path: Path, view: str, asked: bool) -> None:
    with Store.open(home) as store:
        reading = Reading(store, take(store, home, tmp_path, ViewPosition=view), READER)
        reading.save(report())
        assert ("LINES AND TUBES:\nNot stated." in reading.sign().text) is asked
