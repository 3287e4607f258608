"""A film without names: nothing of the patient in any byte, the standard's table kept, the same pixels, still valid."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from tests.synthetic import dicom_file
from tests.unit.export.witness import errors_of
from tests.unit.imaging.dcmtk import film_id, real_films
from workstation.dicom.reader import read_instance
from workstation.errors import ExportError
from workstation.export import identifiers
from workstation.export.deidentify import Cover, deidentify
from workstation.imaging.film import describe, load, pixel_sha256

# By hand from PS3.15 Table E.1-1 (basic profile): X removed, Z empty, D a dummy, U a new UID.
REMOVED = {
    "PatientAge": "057Y",
    "PatientAddress": "Canary Street 1",
    "PatientBirthName": "Canary^Birth",
    "PatientComments": "Canary comment",
    "PatientTelephoneNumbers": "0049-CANARY",
    "OtherPatientIDs": "CANARY-OTHER",
    "EthnicGroup": "Canarian",
    "Occupation": "Canary keeper",
    "AdditionalPatientHistory": "Canary history",
    "Allergies": "canaries",
    "MedicalAlerts": "canary alert",
    "ImageComments": "Canary image",
    "InstitutionAddress": "Canary Road 2",
    "InstitutionalDepartmentName": "Canary Ward",
    "PerformingPhysicianName": "Canary^Performer",
    "NameOfPhysiciansReadingStudy": "Canary^Reader",
    "PhysiciansOfRecord": "Canary^Record",
    "StudyDescription": "CANARY CHEST",
    "SeriesDescription": "CANARY PA",
    "AdmissionID": "CANARY-ADM",
    "RequestingPhysician": "Canary^Requester",
    "DerivationDescription": "by Canary",
    "ScheduledProcedureStepDescription": "canary step",
}
EMPTY = {
    "AccessionNumber": "CANARY-ACC",
    "ReferringPhysicianName": "Canary^Referrer",
    "PatientBirthDate": "19570328",
    "PatientSex": "F",
    "StudyDate": "20260105",
    "StudyTime": "083000",
    "StudyID": "CANARYST",
}
REPLACED = {
    "OperatorsName": "Canary^Operator",
    "InstitutionName": "Canary Hospital",
    "StationName": "CANARYSTN",
    "DeviceSerialNumber": "CANARY-SN-77",
}
GONE_OR_EMPTY = {"InstanceCreationDate": "20260105", "AcquisitionDate": "20260105", "ContentTime": "083000"}
GONE_OR_EMPTY |= {"RequestedProcedureDescription": "Canary procedure"}
NEW_UIDS = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID", "IrradiationEventUID")


def item(**tags: Any) -> Dataset:
    made = Dataset()
    for keyword, value in tags.items():
        setattr(made, keyword, value)
    return made


def canary_film(folder: Path, number: int = 1, **tags: Any) -> Path:
    """A film that names its patient wherever a film can, nested and private too."""
    uids = {keyword: generate_uid() for keyword in NEW_UIDS}
    uids |= {"StudyInstanceUID": "1.2.3.4.5555.77777", "SeriesInstanceUID": "1.2.3.4.5555.77777.1"}
    nested = item(
        PatientName="Canary^Nested",
        AccessionNumber="CANARY-ACC",
        ReferencedSOPInstanceUID="1.2.3.4.5555.77777.1.9",
        ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.1.1",
        PurposeOfReferenceCodeSequence=[
            item(CodeValue="121", CodingSchemeDesignator="DCM", CodeMeaning="by CANARY-ACC")
        ],
    )
    everything = {
        "PatientName": "Canary^Anna^Maria",
        "PatientID": "CANARY-12345",
        **REMOVED,
        **EMPTY,
        **REPLACED,
        **GONE_OR_EMPTY,
        **uids,
        "SourceImageSequence": [nested],
        "RequestAttributesSequence": [item(RequestedProcedureID="CANARY-RP", ScheduledProcedureStepID="CANARY-SPS")],
        "AnatomicRegionSequence": [
            item(
                CodeValue="51185008",
                CodingSchemeDesignator="SCT",
                CodeMeaning="Chest",
                SelectorLOValue="of CANARY-12345",
            )
        ],
        "WindowCenterWidthExplanation": "FOR CANARY-12345",
    }
    path = dicom_file(folder / f"film{number}.dcm", np.full((40, 30), 700, np.uint16), **{**everything, **tags})
    dataset = pydicom.dcmread(path)
    block = dataset.private_block(0x0029, "CANARY MAKER", create=True)
    block.add_new(0x10, "LO", "Canary^Private")
    dataset.AnatomicRegionSequence[0].private_block(0x0031, "CANARY INNER", create=True).add_new(
        1, "LO", "Canary inner"
    )
    for element, vr, value in (
        (0x10, "US", 40),
        (0x11, "US", 30),
        (0x22, "LO", "Canary overlay"),
        (0x3000, "OW", b"\1\2" * 75),
    ):
        dataset.add_new((0x6000, element), vr, value)
    dataset.file_meta.SourceApplicationEntityTitle = "CANARYAET"
    dataset.preamble = b"CANARY PREAMBLE".ljust(128, b"\0")
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def cleaned(tmp_path: Path) -> tuple[Path, Path]:
    source, target = canary_film(tmp_path), tmp_path / "out.dcm"
    deidentify(source, target, Cover())
    return source, target


def test_no_string_of_the_patient_is_in_any_byte(cleaned: tuple[Path, Path]) -> None:
    before, after = (path.read_bytes().lower() for path in cleaned)
    for word in (b"canar", b"anna", b"maria", b"19570328", b"20260105", b"083000", b"1.2.3.4.5555"):
        assert word in before, word
        assert word not in after, word


def test_the_table_of_the_standard_is_kept(cleaned: tuple[Path, Path]) -> None:
    before, after = (pydicom.dcmread(path) for path in cleaned)
    assert [keyword for keyword in REMOVED if keyword in after] == []
    assert [keyword for keyword in EMPTY if keyword not in after or after[keyword].value not in (None, "")] == []
    assert [keyword for keyword in REPLACED if after.get(keyword) == before.get(keyword)] == []
    assert [keyword for keyword in GONE_OR_EMPTY if after.get(keyword) == before.get(keyword)] == []
    for keyword in NEW_UIDS:
        assert after[keyword].value != before[keyword].value, keyword
        assert str(after[keyword].value).startswith("2.25."), keyword
    assert "SourceImageSequence" not in after and "RequestAttributesSequence" not in after
    assert not [element for element in after.iterall() if element.tag.is_private]
    assert not [element for element in after if element.tag.group == 0x6000]


def test_the_librarys_own_table_is_kept_in_every_item(cleaned: tuple[Path, Path]) -> None:
    from dicomanonymizer.dicomfields_selector import dicom_anonymization_database_selector

    table = dicom_anonymization_database_selector("dicomfields_2026c")
    gone = {tag for tag in table["X_TAGS"] if len(tag) == 2}
    empty = {tag for tag in table["Z_TAGS"] if len(tag) == 2}
    after = pydicom.dcmread(cleaned[1])
    ours = {"PatientIdentityRemoved", "DeidentificationMethod", "PatientName", "PatientID"}
    for element in after.iterall():
        tag = (element.tag.group, element.tag.element)
        assert tag not in gone or element.keyword in ours, element.keyword
        assert tag not in empty or element.keyword in ours or element.is_empty, element.keyword


def test_the_film_says_that_and_how_it_was_done(cleaned: tuple[Path, Path]) -> None:
    after = pydicom.dcmread(cleaned[1])
    assert (after.PatientIdentityRemoved, after.LongitudinalTemporalInformationModified) == ("YES", "REMOVED")
    assert "PS3.15" in after.DeidentificationMethod
    assert [code.CodeValue for code in after.DeidentificationMethodCodeSequence] == ["113100"]
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID
    assert "SourceApplicationEntityTitle" not in after.file_meta and after.preamble == b"\0" * 128


def test_films_of_one_export_belong_together_and_of_two_do_not(tmp_path: Path) -> None:
    sources = [canary_film(tmp_path, number) for number in (1, 2)]
    cover, out = Cover(), []
    for number, source in enumerate(sources):
        deidentify(source, tmp_path / f"out{number}.dcm", cover)
        out.append(pydicom.dcmread(tmp_path / f"out{number}.dcm"))
    assert out[0].StudyInstanceUID == out[1].StudyInstanceUID and out[0].SeriesInstanceUID == out[1].SeriesInstanceUID
    assert out[0].SOPInstanceUID != out[1].SOPInstanceUID
    deidentify(sources[0], tmp_path / "again.dcm", Cover())
    again = pydicom.dcmread(tmp_path / "again.dcm")
    assert again.StudyInstanceUID != out[0].StudyInstanceUID and again.PatientID != out[0].PatientID


@pytest.mark.parametrize("path", real_films() + real_films(colour=True), ids=film_id)
def test_every_real_film_keeps_its_pixels_and_is_as_valid_as_before(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.dcm"
    known = identifiers.identifiers(pydicom.dcmread(path, force=True, stop_before_pixels=True))
    deidentify(path, target, Cover())
    assert pixel_sha256(load(describe(target))) == pixel_sha256(load(describe(path)))
    assert plain(errors_of(target)) <= plain(errors_of(path))
    assert identifiers.survivors(target.read_bytes(), known) == ()
    assert read_instance(target).patient_name == "ANONYMOUS"


def plain(errors: set[str]) -> set[str]:
    """Without the values that they quote, which are new."""
    import re

    return {re.sub(r"<[^>]*>|\"[^\"]*\"", "", each) for each in errors}


def test_a_number_is_found_as_a_whole_and_not_within_a_longer_one() -> None:
    known = frozenset({b"2.25.9", b"123456", b"canary"})
    assert identifiers.survivors(b"2.25.98 0.123456.1 99123456", known) == ()
    assert set(identifiers.survivors(b"\0" + b"2.25.9" + b"\0ID123456 CANARYBIRD", known)) == known


def test_a_name_in_the_compressed_picture_keeps_the_film_here(tmp_path: Path) -> None:
    path = canary_film(tmp_path)
    dataset = pydicom.dcmread(path)
    pixels = bytearray(dataset.PixelData)
    pixels[100:112] = b"CANARY-12345"
    dataset.PixelData = bytes(pixels)
    dataset.save_as(path)
    with pytest.raises(ExportError) as refused:
        deidentify(path, tmp_path / "out.dcm", Cover())
    assert refused.value.code == "identifiers_left" and "CANARY" not in str(refused.value)
    assert not (tmp_path / "out.dcm").exists()
