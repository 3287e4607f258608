"""A signed report -> a DICOM Basic Text SR (PS3.3 A.35.1) in the shape of TID 2000, section by section.

A later version names the one before it as its predecessor; UIDs follow from the signed texts, so that the same version
is the same object wherever it is written. Built with pydicom: highdicom has no builder for TID 2000.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.dicom.uid import uid_from_digest
from workstation.export.film_header import MANUFACTURER, MODEL, UTF_8, quiet, save
from workstation.export.signedreport import SignedReport
from workstation.reporting.report import RESEARCH_MARK

if TYPE_CHECKING:
    from pydicom import Dataset

BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
_TITLE = ("18748-4", "LN", "Diagnostic imaging report")
_ENGLISH = ("en", "RFC5646", "English")
# PS3.16 CID 7001 (headings) and CID 7002 (their text).
_SECTIONS = {
    "Indication": (("18785-6", "LN", "Indications for Procedure"), ("121109", "DCM", "Indications for Procedure")),
    "Comparison": (("18834-2", "LN", "Previous Findings"), ("121069", "DCM", "Previous Finding")),
    "Technique": (("55111-9", "LN", "Current Procedure Descriptions"), ("121065", "DCM", "Procedure Description")),
    "Findings": (("59776-5", "LN", "Findings"), ("121071", "DCM", "Finding")),
    "Lines and tubes": (("59776-5", "LN", "Findings"), ("121071", "DCM", "Finding")),
    "Impression": (("19005-8", "LN", "Impressions"), ("121073", "DCM", "Impression")),
}
_ADDENDUM = (("55107-7", "LN", "Addendum"), ("121079", "DCM", "Addendum"))
_WHOLE = (("55112-7", "LN", "Summary"), ("121111", "DCM", "Summary"))


def write_basic_text_sr(path: str | Path, report: SignedReport) -> None:
    """Write the object; raises `ExportError` when the disk refuses."""
    with quiet():
        save(document(report), path)


def document(report: SignedReport) -> Dataset:
    """The object as a data set with its file meta header."""
    from pydicom import Dataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    _identify(made, report)
    _describe(made, report)
    _verify(made, report)
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    made.ConceptNameCodeSequence = [_code(*_TITLE)]
    made.ContentTemplateSequence = [_dataset(MappingResource="DCMR", TemplateIdentifier="2000")]
    made.ContentSequence = [*_context(report), *_mark(report), *_sections(report), _whole(report)]
    return made


def instance_uid(report: SignedReport, text_sha256: str) -> str:
    """The UID of the version whose signed text has this SHA-256."""
    return uid_from_digest(text_sha256)


def _series_uid(report: SignedReport) -> str:
    import hashlib

    return uid_from_digest(hashlib.sha256(f"SR of {report.study_instance_uid}".encode()).hexdigest())


def _identify(made: Dataset, report: SignedReport) -> None:
    made.SpecificCharacterSet = UTF_8
    made.SOPClassUID, made.SOPInstanceUID = BASIC_TEXT_SR, instance_uid(report, report.text_sha256)
    made.StudyInstanceUID, made.SeriesInstanceUID = report.study_instance_uid, _series_uid(report)
    made.PatientName, made.PatientID = _fit(report.person_name), _fit(report.patient_id)
    if report.issuer_of_patient_id:
        made.IssuerOfPatientID = _fit(report.issuer_of_patient_id)
    born = report.patient_birth_date
    made.PatientBirthDate = born if len(born) == 8 and born.isdigit() else ""
    made.PatientSex = report.patient_sex if report.patient_sex in ("M", "F", "O") else ""
    made.StudyDate, made.StudyTime = report.study_date, report.study_time[:6]
    made.AccessionNumber, made.StudyID = _fit(report.accession_number)[:16], ""
    made.ReferringPhysicianName = _fit(report.referring_physician_name)
    if report.description:
        made.StudyDescription = _fit(report.description)


def _describe(made: Dataset, report: SignedReport) -> None:
    made.Modality, made.SeriesNumber, made.InstanceNumber = "SR", 9100, report.number
    made.Manufacturer, made.ManufacturerModelName = MANUFACTURER, MODEL
    made.ReferencedPerformedProcedureStepSequence, made.PerformedProcedureCodeSequence = [], []
    made.ContentDate, made.ContentTime = _date(report.signed_at), _time(report.signed_at)
    made.InstanceCreationDate, made.InstanceCreationTime = made.ContentDate, made.ContentTime
    made.TimezoneOffsetFromUTC = "+0000"
    if report.films:
        made.CurrentRequestedProcedureEvidenceSequence = [_evidence(report)]
    if report.earlier:
        made.PredecessorDocumentsSequence = [_predecessor(report)]


def _verify(made: Dataset, report: SignedReport) -> None:
    """The signature; a research report is complete, and never called verified or final (clinical-safety 1)."""
    made.CompletionFlag = "COMPLETE"
    if report.research:
        made.CompletionFlagDescription = RESEARCH_MARK
        made.VerificationFlag = "UNVERIFIED"
        return
    made.VerificationFlag, made.PreliminaryFlag = "VERIFIED", "FINAL"
    made.VerifyingObserverSequence = [
        _dataset(
            VerifyingOrganization=_fit(report.institution_name) or "not stated",
            VerificationDateTime=f"{_date(report.signed_at)}{_time(report.signed_at)}+0000",
            VerifyingObserverName=_fit(report.name),
            VerifyingObserverIdentificationCodeSequence=[],
        )
    ]


def _evidence(report: SignedReport) -> Dataset:
    return _dataset(
        StudyInstanceUID=report.study_instance_uid,
        ReferencedSeriesSequence=[
            _dataset(
                SeriesInstanceUID=series,
                ReferencedSOPSequence=[
                    _reference(film.sop_class_uid, film.sop_instance_uid)
                    for film in report.films
                    if film.series_instance_uid == series
                ],
            )
            for series in dict.fromkeys(film.series_instance_uid for film in report.films)
        ],
    )


def _predecessor(report: SignedReport) -> Dataset:
    before = _reference(BASIC_TEXT_SR, instance_uid(report, report.earlier[-1]))
    series = _dataset(SeriesInstanceUID=_series_uid(report), ReferencedSOPSequence=[before])
    return _dataset(StudyInstanceUID=report.study_instance_uid, ReferencedSeriesSequence=[series])


def _context(report: SignedReport) -> list[Dataset]:
    """TID 1204 language, TID 1002 and 1003 the observer."""
    observer = [
        _item(
            "HAS OBS CONTEXT",
            "CODE",
            ("121005", "DCM", "Observer Type"),
            ConceptCodeSequence=[_code("121006", "DCM", "Person")],
        ),
        _item("HAS OBS CONTEXT", "PNAME", ("121008", "DCM", "Person Observer Name"), PersonName=_fit(report.name)),
    ]
    language = ("121049", "DCM", "Language of Content Item and Descendants")
    return [_item("HAS CONCEPT MOD", "CODE", language, ConceptCodeSequence=[_code(*_ENGLISH)]), *observer]


def _mark(report: SignedReport) -> list[Dataset]:
    return [_section(_WHOLE, RESEARCH_MARK)] if report.research else []


def _sections(report: SignedReport) -> list[Dataset]:
    found = []
    for name, text in report.sections.items():
        codes = _SECTIONS.get(name, _ADDENDUM if name.startswith("Addendum") else _SECTIONS["Findings"])
        if text.strip():
            found.append(
                _section(codes, text if name in _SECTIONS and name != "Lines and tubes" else f"{name}: {text}")
            )
    return found


def _whole(report: SignedReport) -> Dataset:
    """The signed text to the byte: header, signature and AI statement are in it."""
    return _section(_WHOLE, report.text)


def _section(codes: tuple[tuple[str, str, str], tuple[str, str, str]], text: str) -> Dataset:
    heading, name = codes
    inside = [_item("CONTAINS", "TEXT", name, TextValue=text)]
    return _item("CONTAINS", "CONTAINER", heading, ContinuityOfContent="SEPARATE", ContentSequence=inside)


def _item(relationship: str, kind: str, name: tuple[str, str, str], **values: Any) -> Dataset:
    return _dataset(RelationshipType=relationship, ValueType=kind, ConceptNameCodeSequence=[_code(*name)], **values)


def _reference(sop_class: str, uid: str) -> Dataset:
    return _dataset(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=uid)


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    return _dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def _dataset(**values: Any) -> Dataset:
    from pydicom import Dataset

    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, value)
    return made


def _fit(text: str) -> str:
    """LO and PN hold 64 characters and no backslash."""
    return text.replace("\\", " ")[:64]


def _date(moment: str) -> str:
    return moment[:10].replace("-", "")


def _time(moment: str) -> str:
    return moment[11:19].replace(":", "")
