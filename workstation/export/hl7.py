"""A signed report -> an HL7 v2.5.1 ORU^R01 message in a file, UTF-8, one OBX a section and one for the whole text.

A report with drafted words of a research model is never ``F`` (clinical-safety 1): its results are ``R`` (not verified)
and the message says that it is no production message. Nothing is sent.
"""

from __future__ import annotations

from pathlib import Path

from workstation.export.signedreport import ADDENDUM, FINAL, WITHDRAWAL, SignedReport
from workstation.export.text import write_text
from workstation.reporting.report import RESEARCH_MARK

# Table 0123 (OBR-25) and table 0085 (OBX-11) share these letters.
STATUS = {FINAL: "F", ADDENDUM: "C", WITHDRAWAL: "W"}
_ORDER_STATUS = {WITHDRAWAL: "X"}
RESEARCH_STATUS = "R"
_LOINC = {
    "Indication": "18785-6^Radiology Reason for study^LN",
    "Comparison": "18834-2^Radiology Comparison study observation^LN",
    "Technique": "55111-9^Current imaging procedure descriptions^LN",
    "Findings": "59776-5^Procedure findings^LN",
    "Impression": "19005-8^Radiology Imaging study Impression^LN",
}
_REPORT = "18748-4^Diagnostic imaging study^LN"
_ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"}


def write_hl7(path: str | Path, report: SignedReport) -> None:
    """Write the message with carriage returns after its segments; raises `ExportError`."""
    write_text(path, oru(report))


def status(report: SignedReport) -> str:
    """OBX-11 of every result."""
    return RESEARCH_STATUS if report.research and report.kind != WITHDRAWAL else STATUS[report.kind]


def oru(report: SignedReport) -> str:
    """The whole message."""
    segments = [_msh(report), _pid(report), "PV1|1|N", _obr(report), *_observations(report)]
    return "".join(f"{segment}\r" for segment in segments)


def escaped(text: str) -> str:
    """HL7 v2.5.1 2.7.1 for delimiters; line ends become ``.br``, other control characters go."""
    lines = text.strip("\n").split("\n")
    return "\\.br\\".join("".join(_ESCAPES.get(one, one) for one in line if ord(one) >= 32) for line in lines)


def _msh(report: SignedReport) -> str:
    fields = [
        "MSH",
        "^~\\&",
        "CXR-LLAVA",
        escaped(report.institution_name),
        "",
        "",
        _stamp(report.signed_at),
    ]
    kind = "T" if report.research else "P"
    fields += ["", "ORU^R01^ORU_R01", report.text_sha256[:20], kind, "2.5.1", "", "", "", "", "", "UNICODE UTF-8"]
    return "|".join(fields)


def _pid(report: SignedReport) -> str:
    issuer = escaped(report.issuer_of_patient_id)
    identifier = f"{escaped(report.patient_id)}^^^{issuer}" if issuer else escaped(report.patient_id)
    name = _person(report.person_name) or '""'
    sex = report.patient_sex if report.patient_sex in ("M", "F", "O") else ""
    return "|".join(["PID", "1", "", identifier or '""', "", name, "", report.patient_birth_date, sex])


def _person(name: str) -> str:
    """PN (family, given, middle, prefix, suffix) as XPN, whose suffix comes before the prefix."""
    group = next((part for part in name.split("=") if part.strip("^ ")), "")
    parts = [escaped(part) for part in (*group.split("^"), "", "", "", "", "")[:5]]
    return "^".join([*parts[:3], parts[4], parts[3]]).rstrip("^")


def _obr(report: SignedReport) -> str:
    fields = [""] * 33
    fields[0], fields[1], fields[3] = "OBR", "1", escaped(report.accession_number)
    fields[4] = "30745-4^" + escaped(report.description or "XR Chest Views") + "^LN"
    fields[7] = (report.study_date + report.study_time[:6]) if report.study_date else ""
    fields[16] = f"^{escaped(report.referring_physician_name)}" if report.referring_physician_name else ""
    fields[18], fields[22], fields[24] = escaped(report.accession_number), _stamp(report.signed_at), "RAD"
    fields[25] = RESEARCH_STATUS if report.research else _ORDER_STATUS.get(report.kind, STATUS[report.kind])
    if report.research and report.kind == WITHDRAWAL:
        fields[25] = _ORDER_STATUS[WITHDRAWAL]
    fields[32] = f"{escaped(report.reader)}&{escaped(report.name)}"
    return "|".join(fields)


def _observations(report: SignedReport) -> list[str]:
    """The whole signed text first, then its sections under LOINC's names, then how it was made."""
    rows = [(_REPORT, report.text)]
    for name, text in report.sections.items():
        rows.append((_LOINC.get(name, f"{escaped(name)}^{escaped(name)}^L"), text))
    if report.research:
        rows.append(("RESEARCH^Research mark^L", RESEARCH_MARK))
    if report.ai_statement:
        rows.append(("AI^AI statement^L", report.ai_statement))
    state = status(report)
    return [
        f"OBX|{at}|FT|{code}||{escaped(text)}||||||{state}|||{_stamp(report.signed_at)}"
        for at, (code, text) in enumerate(rows, start=1)
        if text.strip()
    ]


def _stamp(moment: str) -> str:
    """``2026-11-23T20:43:29.802Z`` -> ``20261123204329+0000``."""
    return f"{moment[:4]}{moment[5:7]}{moment[8:10]}{moment[11:13]}{moment[14:16]}{moment[17:19]}+0000"
