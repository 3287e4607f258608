"""A report or the log -> what leaves the program: JSON for programs, text, PDF, clipboard, tables.

Only signed reports leave, exactly as they were signed; each departure is logged and ends the minute of recall.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from workstation.errors import ReportError
from workstation.export import tables, text
from workstation.reporting.draft import Draft
from workstation.reporting.report import Sections
from workstation.settings import load_settings
from workstation.storage import log, reports
from workstation.storage.log import Event, Head
from workstation.storage.store import Store
from workstation.workflow import formats, wording, worklist
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.version import Version
from workstation.workflow.working import DRAFTED

NOBODY = Reader("", "", "")


def report_json(store: Store, study_instance_uid: str) -> dict[str, Any]:
    """CONTRACT's ``report show``: the latest version, or the working text when nothing is signed."""
    reading = Reading(store, study_instance_uid, NOBODY)
    versions = reading.versions
    latest = versions[-1] if versions else None
    draft = _draft_of(reading, latest) if latest else reading.compared_draft[1]
    shared = {
        "study_instance_uid": study_instance_uid,
        "status": reading.status.value,
        "draft": draft.to_json() if draft else None,
        "versions": [_version_json(version) for version in versions],
        "exports": reading.exports,
    }
    return {**shared, **(_signed_json(latest) if latest else _unsigned_json(reading))}


def _draft_of(reading: Reading, version: Version) -> Draft | None:
    """The draft that a signed version was measured against; one made later is not its draft."""
    content = reports.document(reading.store, version.draft_id) if version.draft_id else None
    return Draft.from_json(content) if content else None


def _signed_json(version: Version) -> dict[str, Any]:
    found = _version_json(version)
    return {"version": found.pop("number"), **found}


def _unsigned_json(reading: Reading) -> dict[str, Any]:
    working, found, draft = reading.working, reading.difference(), reading.compared_draft[1]
    sections = Sections(working.sections)
    research = working.has(DRAFTED) and draft is not None and not draft.model.clinical
    nothing = dict.fromkeys(("version", "kind", "decision", "grade", "text_sha256", "signature"))
    told = {"sections": sections.to_json(), "text": sections.as_text(), "diff": found.to_json() if found else None}
    return {**nothing, **told, "research": research}


def _version_json(version: Version) -> dict[str, Any]:
    return {
        "number": version.number,
        "kind": version.kind,
        "decision": version.decision.value if version.decision else None,
        "grade": version.grade.value if version.grade else None,
        "sections": dict(version.sections),
        "text": version.text,
        "text_sha256": version.text_sha256,
        "signature": asdict(version.signature),
        "diff": version.difference,
        "research": version.research,
        "note": version.note,
        "overrides": dict(version.overrides),
    }


def export_text(store: Store, study_instance_uid: str, path: str | Path, reader: Reader = NOBODY) -> None:
    """Write the signed text; raises `ReportError` (not_signed), `ExportError`."""
    version = _signed(store, study_instance_uid)
    text.write_text(path, version.text)
    _delivered(store, study_instance_uid, version, "text", str(path), reader)


def export_pdf(store: Store, study_instance_uid: str, path: str | Path, reader: Reader = NOBODY) -> tuple[str, ...]:
    """Print the signed text on A4; returns warnings (characters that no font of this machine can draw)."""
    from workstation.export.page import Page, write_pdf

    version = _signed(store, study_instance_uid)
    study = worklist.study(store, study_instance_uid)
    mark = wording.RESEARCH_MARK if version.research else ""
    letterhead = load_settings(store.home)["letterhead"]
    page = Page(version.text, wording.patient_line(study), mark, version.text_sha256, letterhead)
    warnings = write_pdf(path, page)
    _delivered(store, study_instance_uid, version, "pdf", str(path), reader)
    return warnings


def export_format(
    store: Store, study_instance_uid: str, format_: str, path: str | Path, reader: Reader = NOBODY
) -> None:
    """Write the latest signed version as sr, fhir or hl7; raises `ReportError` (not_signed), `ExportError`."""
    reading = Reading(store, study_instance_uid, NOBODY)
    version, earlier = _signed(store, study_instance_uid), reading.versions[:-1]
    report = formats.signed_report(reading.study, reading.films, version, earlier, _draft_of(reading, version))
    formats.write(format_, path, report)
    _delivered(store, study_instance_uid, version, format_, str(path), reader)


def clipboard_text(store: Store, study_instance_uid: str, reader: Reader = NOBODY) -> str:
    """The signed text for the clipboard; logged as having left."""
    version = _signed(store, study_instance_uid)
    _delivered(store, study_instance_uid, version, "clipboard", "clipboard", reader)
    return version.text


def _signed(store: Store, study_instance_uid: str) -> Version:
    reading = Reading(store, study_instance_uid, NOBODY)
    versions = reading.versions
    if not versions:
        raise ReportError(
            "This report is not signed, so it cannot be exported.", "Sign the report first.", "not_signed"
        )
    if reading.study.corrected_at > versions[-1].signed_at:
        raise ReportError(
            "The patient was corrected after this report was signed, so its words name another patient.",
            "Withdraw the report; it can then leave as withdrawn.",
            "patient_corrected",
        )
    return versions[-1]


def _delivered(
    store: Store, study_instance_uid: str, version: Version, format_: str, destination: str, reader: Reader
) -> None:
    key = worklist.study(store, study_instance_uid).study_key
    with store.transaction(durable=True):
        reports.add_delivery(store, key, version.number, format_, destination)
        facts = {"format": format_, "number": version.number, "text_sha256": version.text_sha256}
        log.append(store, "exported", facts, key, reader.id or None)


LOG_COLUMNS = ("row", "version", "kind", "at", "monotonic_ns", "session", "study", "reader", "payload")


def export_log(
    store: Store, csv: str | Path | None = None, jsonl: str | Path | None = None, texts: bool = False
) -> int:
    """Write the log as codes and numbers with keyed pseudonyms; ``texts`` adds drafts and reports. Returns the rows."""
    columns = (*LOG_COLUMNS, "text") if texts else LOG_COLUMNS
    with store.snapshot():  # both files hold the same rows
        count = log.head(store).events
        if csv is not None:
            tables.write_csv(csv, columns, log_rows(store, texts))
        if jsonl is not None:
            tables.write_jsonl(jsonl, log_rows(store, texts))
    for format_ in [name for name, path in (("csv", csv), ("jsonl", jsonl)) if path is not None]:
        log.append(store, "log_exported", {"format": format_, "events": count, "texts": texts})
    return count


def log_rows(store: Store, texts: bool = False) -> Iterator[dict[str, Any]]:
    """The events as analysts get them, streamed; readers and studies under pseudonyms of this store."""
    key = store.pseudonym_key()
    for event in log.events(store):
        row = {name: getattr(event, name) for name in LOG_COLUMNS}
        row["reader"] = pseudonym(key, "R", event.reader)
        row["study"] = pseudonym(key, "S", event.study)
        yield {**row, "text": _text(store, event)} if texts else row


def pseudonym(key: bytes, kind: str, name: str | None) -> str | None:
    """A stable code for a name that cannot be turned back without the store's key."""
    return f"{kind}-{hmac.new(key, f'{kind}{name}'.encode(), hashlib.sha256).hexdigest()[:12]}" if name else None


def _text(store: Store, event: Event) -> Any:
    return reports.document(store, event.document) if event.document else None


def log_head(store: Store) -> Head:
    """The log's end, to be kept elsewhere: it tells a cut tail and a rewritten log."""
    return log.head(store)
