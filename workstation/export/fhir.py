"""A signed report -> a FHIR R4 DiagnosticReport, with patient, signer, study and model contained in it.

A report with drafted words of a research model is never ``final`` (clinical-safety 1); drafted words carry the security
label AIAST (AI Transparency on FHIR). Nothing is sent: the file is whole in itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import Any

from workstation.export.signedreport import ADDENDUM, FINAL, WITHDRAWAL, SignedReport
from workstation.export.text import write_text
from workstation.reporting.report import RESEARCH_MARK

STATUS = {FINAL: "final", ADDENDUM: "appended", WITHDRAWAL: "entered-in-error"}
AI_LABEL = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "AIAST",
    "display": "Artificial Intelligence asserted",
}
_CHEST_VIEWS = {"system": "http://loinc.org", "code": "30745-4", "display": "XR Chest Views"}
_RADIOLOGY = {"system": "http://terminology.hl7.org/CodeSystem/v2-0074", "code": "RAD", "display": "Radiology"}
_SEX = {"M": "male", "F": "female", "O": "other"}


def write_fhir(path: str | Path, report: SignedReport) -> None:
    """Write the resource as UTF-8 JSON; raises `ExportError`."""
    write_text(path, json.dumps(diagnostic_report(report), ensure_ascii=False, indent=2) + "\n")


def status(report: SignedReport) -> str:
    """FHIR's word for the state; ``unknown`` stands for a research report, which is none of the clinical states."""
    if report.research and report.kind != WITHDRAWAL:
        return "unknown"
    return STATUS[report.kind]


def diagnostic_report(report: SignedReport) -> dict[str, Any]:
    """The resource; its narrative and its presented form hold the whole signed text."""
    found: dict[str, Any] = {
        "resourceType": "DiagnosticReport",
        "id": report.text_sha256[:32],
        "meta": _meta(report),
        "text": {"status": "generated", "div": _narrative(report.text)},
        "contained": [_patient(report), _signer(report), _study(report), *_model(report)],
        "identifier": [_identifier(report)],
        "status": status(report),
        "category": [{"coding": [_RADIOLOGY]}],
        "code": {"coding": [_CHEST_VIEWS], "text": report.description or "chest radiograph"},
        "subject": {"reference": "#patient"},
        "issued": report.signed_at,
        "performer": [{"reference": "#signer"}],
        "resultsInterpreter": [{"reference": "#signer"}],
        "imagingStudy": [{"reference": "#study"}],
        "conclusion": _conclusion(report),
        "presentedForm": [_presented(report)],
    }
    if report.study_moment:
        found["effectiveDateTime"] = report.study_moment
    return {name: value for name, value in found.items() if value not in ("", None)}


def _meta(report: SignedReport) -> dict[str, Any]:
    meta: dict[str, Any] = {"versionId": str(report.number)}
    if report.drafted:
        meta["security"] = [AI_LABEL]
    if report.research:
        meta["tag"] = [{"display": RESEARCH_MARK}]
    return meta


def _conclusion(report: SignedReport) -> str:
    said = report.sections.get("Impression", "").strip()
    return f"{RESEARCH_MARK}. {said}".strip() if report.research else said


def _identifier(report: SignedReport) -> dict[str, Any]:
    return {"system": "urn:dicom:uid", "value": f"urn:oid:{report.study_instance_uid}"}


def _patient(report: SignedReport) -> dict[str, Any]:
    found: dict[str, Any] = {"resourceType": "Patient", "id": "patient"}
    if report.patient_id:
        assigner = {"assigner": {"display": report.issuer_of_patient_id}} if report.issuer_of_patient_id else {}
        found["identifier"] = [{"value": report.patient_id, **assigner}]
    if report.patient_name:
        found["name"] = [{"text": report.patient_name, **_parts(report.person_name)}]
    born = report.patient_birth_date
    if len(born) == 8 and born.isdigit():
        found["birthDate"] = f"{born[:4]}-{born[4:6]}-{born[6:]}"
    if report.patient_sex:
        found["gender"] = _SEX.get(report.patient_sex, "unknown")
    return found


def _parts(person_name: str) -> dict[str, Any]:
    family, given, *_ = (*person_name.split("=")[0].split("^"), "", "")
    parts: dict[str, Any] = {"family": family.strip()} if family.strip() else {}
    return {**parts, "given": [given.strip()]} if given.strip() else parts


def _signer(report: SignedReport) -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "id": "signer",
        "identifier": [{"value": report.reader}],
        "name": [{"text": report.name}],
        **({"qualification": [{"code": {"text": report.role}}]} if report.role else {}),
    }


def _study(report: SignedReport) -> dict[str, Any]:
    found: dict[str, Any] = {
        "resourceType": "ImagingStudy",
        "id": "study",
        "identifier": [{"system": "urn:dicom:uid", "value": f"urn:oid:{report.study_instance_uid}"}],
        "status": "available",
        "subject": {"reference": "#patient"},
        "series": [_series(report, uid) for uid in dict.fromkeys(film.series_instance_uid for film in report.films)],
    }
    if report.accession_number:
        found["identifier"].append({"type": {"text": "Accession number"}, "value": report.accession_number})
    if report.referring_physician_name:
        found["referrer"] = {"display": report.referring_physician_name}
    if report.study_moment:
        found["started"] = report.study_moment
    return found if found["series"] else {name: value for name, value in found.items() if name != "series"}


def _series(report: SignedReport, uid: str) -> dict[str, Any]:
    films = [film for film in report.films if film.series_instance_uid == uid]
    kind = "urn:ietf:rfc:3986"
    return {
        "uid": uid,
        "modality": {"system": "http://dicom.nema.org/resources/ontology/DCM", "code": films[0].modality or "OT"},
        "instance": [
            {"uid": film.sop_instance_uid, "sopClass": {"system": kind, "code": f"urn:oid:{film.sop_class_uid}"}}
            for film in films
        ],
    }


def _model(report: SignedReport) -> list[dict[str, Any]]:
    """The model as a Device, named by the bytes of its weights."""
    if not report.drafted:
        return []
    return [
        {
            "resourceType": "Device",
            "id": "model",
            "identifier": [{"system": "urn:sha256", "value": report.model_sha256}],
            "deviceName": [{"name": report.model_id, "type": "model-name"}],
            "note": [{"text": report.ai_statement}] if report.ai_statement else [{"text": "Drafted words."}],
        }
    ]


def _narrative(text: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml"><pre>{escape(_plain(text))}</pre></div>'


def _plain(text: str) -> str:
    """XML 1.0 knows no other control characters."""
    return "".join(one for one in text if one in "\n\t" or ord(one) >= 32)


def _presented(report: SignedReport) -> dict[str, Any]:
    data = report.text.encode("utf-8")
    title = f"{RESEARCH_MARK}: chest radiograph report" if report.research else "Chest radiograph report"
    return {
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(data).decode("ascii"),
        "size": len(data),
        "hash": base64.b64encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii"),  # FHIR: SHA-1
        "title": title,
        "creation": report.signed_at,
    }
