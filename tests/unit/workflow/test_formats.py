"""A signed report as SR, FHIR and HL7, judged by programs and schemas that are not ours."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom
import pytest

from installer.witness import schema
from tests.unit.readings import READER, draft, report, take
from workstation.errors import ReportError
from workstation.paths import Home
from workstation.reporting.report import RESEARCH_MARK
from workstation.storage.store import Store
from workstation.workflow import delivery
from workstation.workflow.reading import Reading

NAME = "Müller|Ärzte^Anna^^Dr^"  # a delimiter of HL7 in a name, and letters beyond ASCII
IMPRESSION = "Small left effusion & nothing | strange ^ here.\nSecond line \\ end."


@pytest.fixture
def reading(home: Home, tmp_path: Path) -> Iterator[Reading]:
    tags = {
        "PatientName": NAME,
        "PatientID": "P-1",
        "PatientBirthDate": "19600229",
        "PatientSex": "F",
        "AccessionNumber": "A-77",
        "StudyDate": "20260102",
        "ReferringPhysicianName": "Ref^Erring",
        "SpecificCharacterSet": "ISO_IR 192",
    }
    with Store.open(home) as store:
        yield Reading(store, take(store, home, tmp_path, **tags), READER)


def plain(reading: Reading) -> Reading:
    """Signed without any draft."""
    reading.save(report(impression=IMPRESSION))
    reading.sign()
    return reading


def drafted(reading: Reading, clinical: bool = False) -> Reading:
    """Signed with a model's words taken over."""
    reading.add_draft(draft(clinical=clinical))
    reading.reveal("at once")
    reading.take_draft()
    reading.sign()
    return reading


def written(reading: Reading, format_: str, folder: Path) -> Path:
    path = folder / f"report.{format_}"
    delivery.export_format(reading.store, reading.study_instance_uid, format_, path)
    return path


def words(dataset: pydicom.Dataset) -> list[str]:
    return [str(item.value) for item in dataset.iterall() if item.keyword == "TextValue"]


@pytest.mark.parametrize("format_", ["sr", "fhir", "hl7"])
def test_only_what_is_signed_leaves_and_it_is_known(reading: Reading, tmp_path: Path, format_: str) -> None:
    reading.save(report())
    with pytest.raises(ReportError) as refused:
        written(reading, format_, tmp_path)
    assert refused.value.code == "not_signed" and not (tmp_path / f"report.{format_}").exists()
    reading.sign()
    written(reading, format_, tmp_path)
    assert [(one["format"], one["version"]) for one in reading.exports] == [(format_, 1)]
    assert reading.seconds_to_recall() == 0


# DICOM Basic Text SR


@pytest.mark.parametrize("make", [plain, drafted], ids=["typed", "drafted"])
def test_foreign_programs_accept_the_structured_report(reading: Reading, tmp_path: Path, make) -> None:
    path = written(make(reading), "sr", tmp_path)
    if shutil.which("dciodvfy") is None or shutil.which("dsrdump") is None:
        pytest.skip("dicom3tools or DCMTK is not installed")
    judged = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True).stderr
    assert [line for line in judged.splitlines() if line.startswith("Error")] == []
    dumped = subprocess.run(["dsrdump", "+U8", str(path)], capture_output=True, text=True)
    assert dumped.returncode == 0 and "E:" not in dumped.stderr
    assert "Basic Text SR" in dumped.stdout and "Impression" in dumped.stdout


def test_the_structured_report_holds_the_signed_words_and_who_signed(reading: Reading, tmp_path: Path) -> None:
    found = pydicom.dcmread(written(plain(reading), "sr", tmp_path))
    assert IMPRESSION in words(found) and reading.versions[0].text in words(found)
    assert str(found.PatientName) == NAME.rstrip("^") or str(found.PatientName) == NAME
    assert (found.PatientID, found.AccessionNumber, found.StudyInstanceUID) == (
        "P-1",
        "A-77",
        reading.study_instance_uid,
    )
    assert (found.VerificationFlag, found.PreliminaryFlag, found.CompletionFlag) == ("VERIFIED", "FINAL", "COMPLETE")
    assert str(found.VerifyingObserverSequence[0].VerifyingObserverName) == READER.name
    film = found.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert film.ReferencedSOPInstanceUID == reading.films[0].sop_instance_uid


def test_an_addendum_is_a_later_object_that_names_the_earlier(reading: Reading, tmp_path: Path) -> None:
    first = pydicom.dcmread(written(plain(reading), "sr", tmp_path))
    reading.addend("The left clavicle is broken.")
    second = pydicom.dcmread(written(reading, "sr", tmp_path))
    before = second.PredecessorDocumentsSequence[0].ReferencedSeriesSequence[0].ReferencedSOPSequence[0]
    assert before.ReferencedSOPInstanceUID == first.SOPInstanceUID != second.SOPInstanceUID
    assert any("The left clavicle is broken." in text for text in words(second))


# FHIR R4


def official() -> dict[str, Any]:
    if not schema().is_file():
        pytest.skip("HL7's FHIR R4 schema is not in the cache; the test command fetches it where npm works")
    return dict(json.loads(schema().read_text(encoding="utf-8")))


def acts(reading: Reading, act: str) -> Reading:
    if act in ("addended", "withdrawn"):
        plain(reading)
        reading.addend("More.") if act == "addended" else reading.withdraw("wrong patient")
        return reading
    return {"typed": plain, "drafted": drafted}[act](reading)


@pytest.mark.parametrize("act", ["typed", "drafted", "addended", "withdrawn"])
def test_the_official_schema_accepts_the_resource(reading: Reading, tmp_path: Path, act: str) -> None:
    import jsonschema

    resource = json.loads(written(acts(reading, act), "fhir", tmp_path).read_text(encoding="utf-8"))
    definitions = official()["definitions"]
    judge = jsonschema.Draft6Validator({"$ref": "#/definitions/DiagnosticReport", "definitions": definitions})
    assert [error.message[:200] for error in judge.iter_errors(resource)] == []
    spoilt = {**resource, "status": "signed"}
    assert list(judge.iter_errors(spoilt)), "the schema must be able to say no"


@pytest.mark.parametrize(
    ("act", "status"),
    [("typed", "final"), ("drafted", "unknown"), ("addended", "appended"), ("withdrawn", "entered-in-error")],
)
def test_the_status_word_is_the_true_one(reading: Reading, tmp_path: Path, act: str, status: str) -> None:
    resource = json.loads(written(acts(reading, act), "fhir", tmp_path).read_text(encoding="utf-8"))
    assert resource["status"] == status
    form = resource["presentedForm"][0]
    data = base64.b64decode(form["data"])
    assert data.decode() == reading.versions[-1].text
    assert base64.b64decode(form["hash"]) == hashlib.sha1(data).digest()


def test_drafted_words_carry_the_label_and_typed_ones_do_not(reading: Reading, tmp_path: Path) -> None:
    typed = json.loads(written(plain(reading), "fhir", tmp_path).read_text(encoding="utf-8"))
    assert "security" not in typed["meta"] and RESEARCH_MARK not in json.dumps(typed)
    assert [part["resourceType"] for part in typed["contained"]] == ["Patient", "Practitioner", "ImagingStudy"]


def test_a_research_report_is_marked_everywhere_and_never_final(reading: Reading, tmp_path: Path) -> None:
    drafted(reading)
    resource = json.loads(written(reading, "fhir", tmp_path).read_text(encoding="utf-8"))
    assert [label["code"] for label in resource["meta"]["security"]] == ["AIAST"]
    assert resource["conclusion"].startswith(RESEARCH_MARK) and RESEARCH_MARK in resource["text"]["div"]
    assert resource["contained"][-1]["identifier"][0]["value"] == "ab" * 32
    message = written(reading, "hl7", tmp_path).read_bytes().decode()
    results = [segment.split("|") for segment in message.split("\r") if segment.startswith("OBX")]
    assert {fields[11] for fields in results} == {"R"} and any(RESEARCH_MARK in fields[5] for fields in results)
    assert message.split("|")[10] == "T"
    found = pydicom.dcmread(written(reading, "sr", tmp_path))
    assert found.VerificationFlag == "UNVERIFIED" and "PreliminaryFlag" not in found
    assert words(found)[0] == RESEARCH_MARK


def test_a_clinical_model_makes_a_final_report_that_still_names_it(reading: Reading, tmp_path: Path) -> None:
    resource = json.loads(written(drafted(reading, clinical=True), "fhir", tmp_path).read_text(encoding="utf-8"))
    assert resource["status"] == "final" and resource["meta"]["security"][0]["code"] == "AIAST"


# HL7 v2.5.1


def hl7apy_errors():
    return pytest.importorskip("hl7apy.exceptions", reason="hl7apy is not installed")


@pytest.mark.parametrize("act", ["typed", "drafted", "addended", "withdrawn"])
def test_a_foreign_parser_reads_every_field_back(reading: Reading, tmp_path: Path, act: str) -> None:
    hl7apy = pytest.importorskip("hl7apy.parser", reason="hl7apy is not installed")
    text = written(acts(reading, act), "hl7", tmp_path).read_bytes().decode()
    message = hl7apy.parse_message(text)
    assert message.validate(), "the structure of ORU_R01"
    with pytest.raises(hl7apy_errors().ValidationError):
        hl7apy.parse_message(text.replace("\rOBR|", "\rZZZ|")).validate()
    result = message.oru_r01_patient_result
    person = result.oru_r01_patient.pid
    assert person.pid_3.pid_3_1.value == "P-1" and person.pid_7.value == "19600229" and person.pid_8.value == "F"
    assert person.pid_5.value == "Müller\\F\\Ärzte^Anna^^^Dr"
    order = result.oru_r01_order_observation
    letter = {"typed": "F", "drafted": "R", "addended": "C", "withdrawn": "X"}[act]
    assert order.obr.obr_25.value == letter


def test_delimiters_in_the_words_are_words(reading: Reading, tmp_path: Path) -> None:
    message = written(plain(reading), "hl7", tmp_path).read_bytes().decode()
    impression = next(segment for segment in message.split("\r") if "19005-8" in segment).split("|")[5]
    for escape, character in (("\\.br\\", "\n"), ("\\F\\", "|"), ("\\S\\", "^"), ("\\T\\", "&"), ("\\E\\", "\\")):
        impression = impression.replace(escape, character)
    assert impression == IMPRESSION
