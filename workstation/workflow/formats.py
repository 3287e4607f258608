"""A signed version -> the record that other systems' formats are made of, and the files of these formats.

Knows which format is written by whom; the words are those that were signed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from workstation.dicom.records import Instance
from workstation.errors import ExportError
from workstation.export.signedreport import SeenFilm, SignedReport
from workstation.reporting.draft import Draft
from workstation.workflow import wording
from workstation.workflow.version import Version
from workstation.workflow.worklist import StudyRow

# The format's name, and its module and verb in ``export``; each is imported when it is asked for.
FORMATS = {
    "sr": ("basic_text_sr", "write_basic_text_sr"),
    "fhir": ("fhir", "write_fhir"),
    "hl7": ("hl7", "write_hl7"),
}


def write(format_: str, path: str | Path, report: SignedReport) -> None:
    """Write one file; raises `ExportError`."""
    module, verb = FORMATS[format_]
    writer: Callable[[str | Path, SignedReport], None] = getattr(import_module(f"workstation.export.{module}"), verb)
    writer(path, report)


def signed_report(
    study: StudyRow, films: Sequence[Instance], version: Version, earlier: Sequence[Version], draft: Draft | None
) -> SignedReport:
    """The record of ``version``; ``draft`` is the one it was measured against, named only where its words are in it."""
    read = [film for film in films if film.sop_instance_uid in version.sop_instance_uids] or list(films)
    used = draft is not None and (version.research or wording.HOLDS in version.ai_statement)
    return SignedReport(
        **{name: getattr(study, name) or "" for name in _FROM_STUDY},
        person_name=_person_name(read, study.patient_name),
        films=tuple(_seen(film) for film in read),
        sections=dict(version.sections),
        text=version.text,
        text_sha256=version.text_sha256,
        number=version.number,
        kind=version.kind,
        reader=version.signature.reader,
        name=version.signature.name,
        role=version.signature.role,
        meaning=version.signature.meaning,
        signed_at=version.signed_at,
        research=version.research,
        model_id=draft.model.id if used and draft else "",
        model_sha256=draft.model.sha256 if used and draft else "",
        ai_statement=version.ai_statement,
        earlier=tuple(one.text_sha256 for one in earlier),
    )


_FROM_STUDY = (
    "study_instance_uid",
    "patient_name",
    "patient_id",
    "issuer_of_patient_id",
    "patient_birth_date",
    "patient_sex",
    "accession_number",
    "referring_physician_name",
    "institution_name",
    "study_date",
    "study_time",
    "description",
    "modality",
)


def _seen(film: Instance) -> SeenFilm:
    return SeenFilm(
        film.sop_class_uid, film.sop_instance_uid, film.series_instance_uid, film.modality, film.kind == "dicom"
    )


def _person_name(films: Sequence[Instance], shown: str) -> str:
    """The name with its components, from a film's own header; as shown where no header can be read."""
    from workstation.export.film_header import film_header

    for film in films:
        try:
            return str(film_header(film).PatientName) or shown
        except (ExportError, OSError):
            continue
    return shown
