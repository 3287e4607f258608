"""Signing a report, calling it back, adding to it, withdrawing it: what makes a version and what forbids one.

Each verb is one transaction at synchronous FULL: version, events and state stand together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workstation.errors import ReportError
from workstation.reporting import decision as decisions
from workstation.reporting.decision import Decision, Grade
from workstation.reporting.edits import Difference
from workstation.reporting.report import Sections, Signature
from workstation.storage import log, studies
from workstation.storage.clock import seconds_between
from workstation.storage.log import sha256_of
from workstation.workflow import access, checks, payloads, wording
from workstation.workflow.version import ADDENDUM, FINAL, WITHDRAWAL, Version
from workstation.workflow.working import DRAFTED, Working

if TYPE_CHECKING:
    from workstation.workflow.reading import Reading

RECALL_S = 60.0
_STATE = {FINAL: "final", ADDENDUM: "amended", WITHDRAWAL: "withdrawn"}
_EVENT = {FINAL: "signed", ADDENDUM: "addended", WITHDRAWAL: "withdrawn"}


def sign(reading: Reading, stated: Decision | None, grade: Grade | str | None, overrides: Mapping[str, str]) -> Version:
    """Make version 1 of the working text; see `Reading.sign`."""
    with reading.store.transaction(durable=True):
        reading.refuse_signed()
        working = reading.working
        checks.refuse(reading.objections(), overrides)
        found = reading.difference()
        settled = _settled(reading, stated, found)
        version = _final(reading, working, settled, found)
        version = replace(version, grade=_graded(reading, grade), overrides=dict(overrides))
        for check in overrides:
            reading.note("override", check=check)
        reading.note("decision", **payloads.of_decision(version, stated is not None))
        return _keep(reading, version)


def _settled(reading: Reading, stated: Decision | None, found: Difference | None) -> Decision | None:
    """The stated decision if the text bears it out, else the derived one; None when no draft was shown."""
    if reading.shown_draft is None or found is None:
        if stated is not None:
            raise no_draft()
        return None
    against = decisions.contradiction(Decision(stated), found) if stated else None
    if against:
        told = decisions.derive(found).value
        raise ReportError(against, f"Sign it as {told}, or change the text.", "decision_contradicted")
    return Decision(stated) if stated else decisions.derive(found)


def _graded(reading: Reading, grade: Grade | str | None) -> Grade | None:
    if grade is None:
        return None
    if grade not in set(Grade):
        raise ReportError("This is not an acceptability grade.", "Choose A, B, C or D.", "unknown_grade")
    if reading.draft_id is None:
        raise ReportError("There is no draft to grade.", "Sign without a grade.", "no_draft")
    return Grade(grade)


def _final(reading: Reading, working: Working, decision: Decision | None, found: Difference | None) -> Version:
    number, draft = reading.compared_draft
    facts, signature = reading.facts, _signature(reading, FINAL)
    sections = Sections(working.sections)
    used = _drafted_words(working, decision, found)
    mark = used and draft is not None and not draft.model.clinical
    statement = wording.ai_statement(draft if reading.shown_draft or used else None, used)
    text = wording.final_text(facts, sections, signature, statement, mark)
    return Version(
        number=len(reading.versions) + 1,
        kind=FINAL,
        sections=sections.to_json(),
        text=text,
        text_sha256=sha256_of(text),
        signature=signature,
        decision=decision,
        grade=None,
        difference=found.to_json() if found else None,
        draft_id=number,
        signed_at=signature.at,
        research=mark,
        ai_statement=statement,
        spans=working.to_json()["spans"],
        sop_instance_uids=tuple(film.sop_instance_uid for film in facts.films),
    )


def _drafted_words(working: Working, decision: Decision | None, found: Difference | None) -> bool:
    """Whether words of the draft are in the report."""
    kept = found is not None and decisions.standing(found) > 0
    return working.has(DRAFTED) or kept or decision in (Decision.ACCEPT, Decision.EDIT)


def _keep(reading: Reading, version: Version) -> Version:
    store, signature = reading.store, version.signature
    document = log.add_document(store, "version", reading.study_key, version.to_json())
    reading.log(_EVENT[version.kind], payloads.of_version(version), document)
    studies.set_state(store, reading.study_instance_uid, _STATE[version.kind], signature.name, signature.at)
    return replace(version, document=document[0])


def _signature(reading: Reading, kind: str) -> Signature:
    reader = reading.reader
    if not reader.id.strip():
        raise ReportError(
            "Nobody is named to sign this.", "Give your reader id, name and role in the settings.", "reader_unknown"
        )
    own = reader.name.strip() or reader.id
    entered = access.refuse_unproved(reading.store, reader.id, own, reading.proved)
    name, role = (entered.name, entered.role) if entered else (own, reader.role)
    if entered and entered.credentials:
        name = f"{name}, {entered.credentials}"
    return Signature(reader.id, name, role, reading.clock.now(), wording.MEANING[kind])


def seconds_to_recall(reading: Reading) -> float:
    """What is left of the minute; 0 once it is over or the report has left."""
    versions = reading.versions
    if not versions or versions[-1].kind != FINAL or reading.exports:
        return 0.0
    gone = seconds_between(versions[-1].signed_at, reading.clock.now())
    # A wall clock that was set back must not reopen an old report.
    return max(0.0, min(RECALL_S, RECALL_S - gone)) if gone > -RECALL_S else 0.0


def recall(reading: Reading) -> Working:
    """Take back the own signature; see `Reading.recall`."""
    with reading.store.transaction(durable=True):
        last = _history(reading)[-1]
        if last.signature.reader != reading.reader.id:
            raise ReportError("Somebody else signed this report.", "Only the signer can call it back.", "not_yours")
        access.refuse_unproved(reading.store, reading.reader.id, reading.reader.name, reading.proved)
        if seconds_to_recall(reading) <= 0:
            raise ReportError(
                "The report can no longer be called back: its minute is over or it has left the program.",
                "Add an addendum, or withdraw the report.",
                "recall_over",
            )
        reading.note("recalled", **payloads.of_recall(last))
        studies.set_state(reading.store, reading.study_instance_uid, "in progress")
    return reading.working


def addend(reading: Reading, text: str) -> Version:
    """Sign an addendum; see `Reading.addend`."""
    with reading.store.transaction(durable=True):
        history = _living(reading)
        if not text.strip():
            raise ReportError("The addendum is empty.", "Write its text.", "empty")
        count = sum(version.kind == ADDENDUM for version in history) + 1
        sections = {**history[-1].sections, f"Addendum {count}": text.strip()}
        version = _later(reading, history, ADDENDUM, text.strip(), sections)
        return _keep(reading, _worded(version, wording.addended_text(reading.facts, [*history, version])))


def withdraw(reading: Reading, reason: str) -> Version:
    """Withdraw as entered in error; see `Reading.withdraw`."""
    with reading.store.transaction(durable=True):
        history = _living(reading)
        if not reason.strip():
            raise ReportError("A report is not withdrawn without a reason.", "Give the reason.", "empty")
        version = _later(reading, history, WITHDRAWAL, reason.strip(), {})
        version = replace(version, exports=tuple(reading.exports))
        return _keep(reading, _worded(version, wording.withdrawn_text(reading.facts, version, history)))


def _worded(version: Version, text: str) -> Version:
    return replace(version, text=text, text_sha256=sha256_of(text))


def _later(reading: Reading, history: list[Version], kind: str, note: str, sections: dict[str, str]) -> Version:
    signature = _signature(reading, kind)
    return replace(
        history[0],
        number=history[-1].number + 1,
        kind=kind,
        sections=sections,
        signature=signature,
        signed_at=signature.at,
        note=note,
        overrides={},
        spans={},
    )


def _history(reading: Reading) -> list[Version]:
    versions = reading.versions
    if not versions:
        raise ReportError("This report is not signed.", "Sign it first.", "not_signed")
    return versions


def _living(reading: Reading) -> list[Version]:
    history = _history(reading)
    if history[-1].kind == WITHDRAWAL:
        raise ReportError("This report was withdrawn.", "Nothing more can be added to it.", "withdrawn")
    return history


def no_draft() -> ReportError:
    return ReportError("No draft was shown for this study.", "Sign without a decision on a draft.", "no_draft")
