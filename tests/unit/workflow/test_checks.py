"""What speaks against signing."""

import pytest

from tests.unit.readings import READER, report, take
from workstation.dicom.records import Instance
from workstation.errors import ReportError
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow.checks import objections
from workstation.workflow.reading import Reading
from workstation.workflow.wording import Facts
from workstation.workflow.working import Working


def failed(findings):
    facts = Facts(None, [], [])  # type: ignore[arg-type]
    found = objections(Working({"Findings": findings, "Impression": "Effusion."}), facts, None, True)
    return {each.check: each for each in found}


@pytest.mark.parametrize("text", ["Small [right/left] effusion.", "[Middle lobe/lingula] atelectasis."])
def test_a_side_that_is_still_open_cannot_be_signed(text):
    assert not failed(text)["side_not_chosen"].can_override


def test_a_chosen_side_can():
    assert failed("Small left effusion [sic].") == {}


@pytest.fixture
def reading(home, tmp_path):
    with Store.open(home) as store:
        tags = {"PatientSex": "M", "PatientBirthDate": "19600101", "StudyDate": "20200101", "PatientAge": ""}
        yield Reading(store, take(store, home, tmp_path, **tags), READER)


@pytest.mark.parametrize(
    ("check", "findings", "impression"),
    [
        ("contradiction", "Small left pleural effusion.", "No pleural effusion."),
        ("side_conflict", "Small left pleural effusion.", "Small right pleural effusion."),
        ("sex_conflict", "She has clear lungs.", "Normal."),
        ("age_conflict", "20-year-old with clear lungs.", "Normal."),
        ("unfilled", "Clear lungs, tube at ___ cm.", "Normal."),
        ("unit_missing", "A nodule measuring 12.", "Nodule."),
    ],
)
def test_a_doubt_holds_the_signature_until_a_reason_is_given_and_logged(reading, check, findings, impression):
    reading.save(report(findings, impression))
    with pytest.raises(ReportError) as refused:
        reading.sign()
    assert refused.value.code == check
    version = reading.sign(overrides={check: "seen and meant"})
    assert version.overrides == {check: "seen and meant"}
    assert [event.payload for event in log.events(reading.store, kind="override")] == [{"check": check}]


def test_the_header_of_the_films_is_held_against_the_words():
    uids = ("1", "2", "3", "4", "5")
    films = [Instance("f", "dicom", *uids, image_laterality="L", patient_id=number) for number in ("71", "82")]
    facts = Facts(None, films, [])  # type: ignore[arg-type]
    found = objections(Working({"Findings": "Right clavicle intact.", "Impression": "Normal."}), facts, None, True)
    assert {each.check for each in found} == {"films_of_two_patients", "side_of_film"}
    assert not any(number in each.message for each in found for number in ("71", "82")), "no identifier in a message"
