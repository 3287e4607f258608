"""A patient is corrected: shown everywhere instead of the header, logged without names, never in a signed report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, TestClock, film_file, signed, take
from workstation.errors import ReportError, StoreError
from workstation.paths import Home
from workstation.storage import corrections, log, reports, studies
from workstation.storage.store import Store
from workstation.workflow import delivery, wording
from workstation.workflow.identity import as_sent, correct, correction
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reading
from workstation.workflow.working import Working
from workstation.workflow.worklist import films, study, worklist

WRONG = {"PatientName": "Wrong^Canary", "PatientID": "W-1", "PatientBirthDate": "19600102", "PatientSex": "F"}
RIGHT = {
    "patient_name": "Right Ada",
    "patient_id": "R-1",
    "patient_birth_date": "19500102",
    "patient_sex": "M",
}


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


@pytest.fixture
def uid(store: Store, home: Home, tmp_path: Path) -> str:
    return take(store, home, tmp_path, "wrong", StudyInstanceUID="1.2.3", StudyDate="20250601", **WRONG)


def test_worklist_search_and_films_follow_the_correction(store: Store, uid: str) -> None:
    done = correct(store, uid, RIGHT, "films of two patients were swapped", READER)
    assert set(done.fields) == set(corrections.FIELDS) and not done.signed
    row = worklist(store, "right r-1")[0]
    assert (row.patient_name, row.patient_id, row.patient_birth_date, row.patient_sex) == tuple(RIGHT.values())
    assert row.corrected_at and not worklist(store, "wrong")
    film = films(store, uid)[0]
    assert (film.patient_name, film.patient_id, film.patient_corrected) == ("Right Ada", "R-1", True)
    found = studies.find_instance(store, film.sop_instance_uid)
    assert found is not None and found[0].patient_id == "R-1"


@pytest.mark.parametrize("kind", ["text", "pdf", "sr", "fhir", "hl7", "clipboard"])
def test_words_that_name_the_former_patient_do_not_leave_under_the_new_name(
    store: Store, uid: str, tmp_path: Path, kind: str
) -> None:
    reading = signed(Reading(store, uid, READER, TestClock()))
    verbs = {
        "text": lambda: delivery.export_text(store, uid, tmp_path / "out"),
        "pdf": lambda: delivery.export_pdf(store, uid, tmp_path / "out"),
        "clipboard": lambda: delivery.clipboard_text(store, uid),
    }
    verb = verbs.get(kind, lambda: delivery.export_format(store, uid, kind, tmp_path / "out"))
    correct(store, uid, RIGHT, "films of two patients were swapped", READER)
    with pytest.raises(ReportError) as refused:
        verb()
    assert refused.value.code == "patient_corrected" and not (tmp_path / "out").exists() and not reading.exports
    Reading(store, uid, READER).withdraw("entered for the wrong patient")
    verb()


def test_the_age_follows_the_birth_date(store: Store, uid: str) -> None:
    correct(store, uid, RIGHT, "wrong patient", READER)
    assert study(store, uid).patient_age == films(store, uid)[0].patient_age == "075Y"


@pytest.mark.parametrize(
    ("born", "at", "age"),
    [
        ("20250530", "20250601", "002D"),
        ("20240102", "20250601", "016M"),
        ("19500602", "20250601", "074Y"),
        ("20250602", "20250601", ""),
        ("", "20250601", ""),
        ("19501399", "20250601", ""),
    ],
)
def test_an_age_is_told_as_dicom_tells_it(born: str, at: str, age: str) -> None:
    assert corrections.age(born, at) == age


def test_the_report_is_about_the_corrected_patient(store: Store, uid: str) -> None:
    correct(store, uid, RIGHT, "wrong patient", READER)
    reading = Reading(store, uid, READER)
    reading.save(Working({"Findings": "The lungs are clear.", "Impression": "Clear lungs."}))
    version = reading.sign(overrides={one.check: "test" for one in reading.objections()})
    assert "Patient: Right Ada" in version.text and "Patient ID: R-1" in version.text
    assert "corrected" in version.text and "Wrong" not in version.text


def test_a_signed_report_keeps_its_words(store: Store, uid: str) -> None:
    reading = Reading(store, uid, READER)
    reading.save(Working({"Findings": "The lungs are clear.", "Impression": "Clear lungs."}))
    reading.sign(overrides={one.check: "test" for one in reading.objections()})
    assert correct(store, uid, RIGHT, "wrong patient", READER).signed
    assert "Patient: Wrong Canary" in Reading(store, uid, READER).versions[-1].text


def test_priors_follow_the_corrected_patient(store: Store, home: Home, tmp_path: Path, uid: str) -> None:
    tags = {"PatientName": "Right^Ada", "PatientID": "R-1", "PatientBirthDate": "19500102", "PatientSex": "M"}
    earlier = take(store, home, tmp_path, "earlier", StudyInstanceUID="1.2.9", AcquisitionDate="20240101", **tags)
    assert study(store, uid).priors == ()
    correct(store, uid, RIGHT, "wrong patient", READER)
    assert study(store, uid).priors == (earlier,)
    assert "2024-01-01" in wording.comparison(Reading(store, uid, READER).facts)


def test_the_log_names_fields_and_nobody(store: Store, uid: str) -> None:
    correct(store, uid, {**RIGHT, "patient_sex": "F"}, "Canary was swapped", READER)
    event = next(log.events(store, study(store, uid).study_key, "patient_corrected"))
    assert event.payload["fields"] == ["patient_name", "patient_id", "patient_birth_date"]
    words = "".join(str(one.payload) for one in log.events(store))
    assert not any(word in words for word in ("Canary", "Right", "R-1", "1950"))
    kept = reports.documents(store, event.study or "", "correction")[0][1]
    assert kept["before"]["patient_id"] == "W-1" and kept["reason"] == "Canary was swapped"


def test_the_headers_own_values_take_the_correction_away(store: Store, uid: str) -> None:
    sent = as_sent(store, uid)
    correct(store, uid, RIGHT, "wrong patient", READER)
    correct(store, uid, sent, "it was right before", READER)
    assert correction(store, uid) is None and not study(store, uid).corrected_at
    assert study(store, uid).patient_id == "W-1" and not films(store, uid)[0].patient_corrected
    assert len(list(log.events(store, kind="patient_corrected"))) == 2


def test_a_later_film_of_the_study_does_not_undo_it(store: Store, home: Home, tmp_path: Path, uid: str) -> None:
    correct(store, uid, {**RIGHT, "patient_sex": ""}, "wrong patient", READER)
    for name, tags in (("late", WRONG), ("mended", {**WRONG, "PatientID": "R-1"})):
        path = film_file(tmp_path, name, StudyInstanceUID=uid, **tags)
        assert take_in(store, home, [str(path)]).count("taken") == 1
    row = study(store, uid)
    assert (row.patient_id, row.patient_sex, row.instances) == ("R-1", "", 3)
    assert {film.patient_id for film in films(store, uid)} == {"R-1"}
    stranger = film_file(tmp_path, "stranger", StudyInstanceUID=uid, PatientID="X-9")
    assert take_in(store, home, [str(stranger)]).files[0].code == "other_patient"


@pytest.mark.parametrize(
    "change",
    [
        {"patient_name": "", "patient_id": " "},
        {"patient_birth_date": "19571332"},
        {"patient_birth_date": "1957"},
        {"patient_birth_date": "29990101"},
        {"patient_sex": "X"},
        {"patient_id": "a\\b"},
        {"patient_name": "x" * 65},
    ],
)
def test_what_no_patient_can_be_is_refused(store: Store, uid: str, change: dict[str, str]) -> None:
    with pytest.raises(StoreError) as refusal:
        correct(store, uid, {**RIGHT, **change}, "wrong patient", READER)
    assert refusal.value.code == "invalid_patient" and study(store, uid).patient_id == "W-1"


def test_no_reason_no_correction(store: Store, uid: str) -> None:
    with pytest.raises(StoreError) as refusal:
        correct(store, uid, RIGHT, " ", READER)
    assert refusal.value.code == "no_reason"


def test_the_films_bytes_stay_as_they_were_sent(store: Store, uid: str) -> None:
    path = Path(films(store, uid)[0].path)
    before = path.read_bytes()
    correct(store, uid, RIGHT, "wrong patient", READER)
    assert path.read_bytes() == before


def test_the_other_script_of_a_wrong_name_goes_with_it(store: Store, home: Home, tmp_path: Path) -> None:
    uid = take(store, home, tmp_path, "two", StudyInstanceUID="1.2.5", PatientName="Wang^X=王^小東")
    assert films(store, uid)[0].patient_name_ideographic == "王 小東"
    correct(store, uid, RIGHT, "wrong patient", READER)
    assert films(store, uid)[0].patient_name_ideographic == ""
