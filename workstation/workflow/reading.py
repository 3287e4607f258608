"""One reader reading one study: open, draft, reveal, type, decide, sign, call back, addend, withdraw.

Each verb is one transaction: the text and the event that names it stand together or not at all. No Qt; the window
and the commands use the same object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workstation.dicom.records import Instance
from workstation.errors import ReportError
from workstation.reporting import decision as decisions
from workstation.reporting.decision import Decision, Grade
from workstation.reporting.draft import Draft
from workstation.reporting.edits import Difference
from workstation.reporting.report import Sections, Signature, StudyStatus
from workstation.storage import log, reports, studies
from workstation.storage.clock import Clock, seconds_between
from workstation.storage.log import sha256_of
from workstation.storage.store import Store
from workstation.workflow import checks, wording, worklist
from workstation.workflow.checks import Objection
from workstation.workflow.version import ADDENDUM, FINAL, WITHDRAWAL, Version
from workstation.workflow.wording import Facts
from workstation.workflow.working import DRAFTED, TYPED, Span, Working, with_draft

__all__ = ["Objection", "Reader", "Reading", "Span", "Version", "Working"]
RECALL_S = 60.0


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the id in the log, the name and role under the report."""

    id: str
    name: str
    role: str


class Reading:
    """A study in the hands of a reader. Raises `StoreError` (unknown_study) at once, `ReportError` for a verb."""

    def __init__(self, store: Store, study_instance_uid: str, reader: Reader, clock: Clock | None = None) -> None:
        self.store = store
        self.study_instance_uid = study_instance_uid
        self.reader = reader
        self.clock = clock or store.clock
        self.study_key = self.study.study_key

    # What stands in the store

    @property
    def study(self) -> worklist.StudyRow:
        return worklist.study(self.store, self.study_instance_uid)

    @property
    def films(self) -> list[Instance]:
        return worklist.films(self.store, self.study_instance_uid)

    @property
    def status(self) -> StudyStatus:
        return self.study.status

    @property
    def editable(self) -> bool:
        return not self.study.signed

    @property
    def facts(self) -> Facts:
        """What stands around the reader's words: study, films and proven priors."""
        study = self.study
        return Facts(study, self.films, [worklist.study(self.store, uid) for uid in study.priors])

    @property
    def working(self) -> Working:
        """The text last saved; before the first save, what the headers fill in."""
        found = reports.load_working(self.store, self.study_key)
        return Working.from_json(found) if found else Working(wording.default_sections(self.facts))

    @property
    def written(self) -> bool:
        """Whether a text was ever saved."""
        return reports.load_working(self.store, self.study_key) is not None

    @property
    def draft_id(self) -> int | None:
        found = self._drafts()
        return found[-1][0] if found else None

    @property
    def draft(self) -> Draft | None:
        """The latest draft."""
        found = self._drafts()
        return Draft.from_json(found[-1][1]) if found else None

    @property
    def shown_draft(self) -> tuple[int, Draft] | None:
        """The draft last revealed, with its number."""
        number = None
        for event in log.events(self.store, self.study_key, "draft_revealed"):
            number = event.payload["draft"]
        content = reports.document(self.store, number) if number else None
        return (number, Draft.from_json(content)) if number and content else None

    @property
    def revealed(self) -> bool:
        """Whether the latest draft was shown to a reader."""
        shown = self.shown_draft
        return shown is not None and shown[0] == self.draft_id

    @property
    def versions(self) -> list[Version]:
        """Signed versions, oldest first; those called back within their minute are only in the log."""
        recalled = {event.payload["document"] for event in log.events(self.store, self.study_key, "recalled")}
        found = reports.documents(self.store, self.study_key, "version")
        return [Version.from_json(content, number) for number, content in found if number not in recalled]

    @property
    def exports(self) -> list[dict[str, Any]]:
        """Where the report went: version, format, destination, at."""
        return reports.deliveries(self.store, self.study_key)

    def _drafts(self) -> list[tuple[int, dict[str, Any]]]:
        return reports.documents(self.store, self.study_key, "draft")

    # Opening and watching

    def open(self) -> None:
        earlier = sum(1 for _ in log.events(self.store, self.study_key, "study_opened"))
        self.note("study_opened", reopened=earlier, status=self.status.value)

    def close(self) -> None:
        self.note("study_closed", status=self.status.value)

    def note(self, kind: str, **facts: Any) -> None:
        """Log what happened at the screen; ``facts`` are codes and numbers, never text of the report or patient."""
        log.append(self.store, kind, facts, self.study_key, self.reader.id, clock=self.clock)

    # Drafts

    def draft_requested(self, **facts: Any) -> None:
        with self.store.transaction():
            studies.set_drafting(self.store, self.study_instance_uid, self.clock.now())
            self.note("draft_requested", **facts)

    def add_draft(self, draft: Draft) -> int:
        """Keep a finished draft for ever; returns its number."""
        with self.store.transaction(durable=True):
            document = log.add_document(self.store, "draft", self.study_key, draft.to_json())
            studies.set_drafting(self.store, self.study_instance_uid, "", made=1)
            self._log("draft_made", _draft_facts(draft), document)
        return document[0]

    def draft_failed(self, code: str, message: str = "") -> None:
        """No draft came; only the code is logged, because a message may name a file and a file a patient."""
        with self.store.transaction():
            studies.set_drafting(self.store, self.study_instance_uid, "")
            self.note("draft_stopped" if code == "stopped" else "draft_failed", code=code)

    def reveal(self, how: str) -> None:
        """Log that the latest draft was shown; nothing when there is none."""
        number = self.draft_id
        if number is not None:
            self.note("draft_revealed", draft=number, how=how)

    # The text

    def save(self, working: Working) -> None:
        """Keep the working text; cheap. Raises `ReportError` (already_final) once signed."""
        with self.store.transaction():
            study = self._editable_study()
            reports.save_working(self.store, self.study_key, self.reader.id, working.to_json())
            if study.state == "new" and working.has(TYPED):
                studies.set_state(self.store, self.study_instance_uid, "in progress")

    def take_draft(self) -> Working:
        """Put the latest draft's words into the working text, as drafted; raises `ReportError` (no_draft)."""
        draft = self.draft
        if draft is None:
            raise _no_draft()
        working = with_draft(self.working, draft)
        self.save(working)
        return working

    def difference(self) -> Difference | None:
        """The working text against the draft that was shown, else the latest; None without a draft."""
        draft = self._compared()[1]
        return decisions.compare(draft, Sections(self.working.sections)) if draft else None

    def derived_decision(self) -> Decision | None:
        """What the text itself tells the reader did; None unless a draft was shown."""
        shown, working = self.shown_draft, self.working
        return _derive(shown[1], working) if shown else None

    def objections(self) -> list[Objection]:
        """What speaks against signing now."""
        return checks.objections(self.working, self.facts, self.draft, self.shown_draft is not None)

    def _compared(self) -> tuple[int | None, Draft | None]:
        return self.shown_draft or (self.draft_id, self.draft)

    # Signing

    def sign(
        self,
        decision: Decision | None = None,
        grade: Grade | str | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> Version:
        """Sign the working text: final at once. Raises `ReportError`; nothing is changed then.

        Codes: already_final, reader_unknown, decision_contradicted, no_draft, unknown_grade, and the checks' own.
        """
        with self.store.transaction(durable=True):
            self._editable_study()
            working = self.working
            checks.refuse(self.objections(), overrides or {})
            found = self.difference()
            settled = self._settle(decision, found)
            version = self._final(working, settled, self._graded(grade), found, dict(overrides or {}))
            return self._keep(version, "signed", decision)

    def _settle(self, stated: Decision | None, found: Difference | None) -> Decision | None:
        """The stated decision if the text bears it out, else the derived one."""
        if self.shown_draft is None or found is None:
            if stated is not None:
                raise _no_draft()
            return None
        against = decisions.contradiction(Decision(stated), found) if stated else None
        if against:
            told = decisions.derive(found).value
            raise ReportError(against, f"Sign it as {told}, or change the text.", "decision_contradicted")
        return Decision(stated) if stated else decisions.derive(found)

    def _graded(self, grade: Grade | str | None) -> Grade | None:
        if grade is None:
            return None
        if grade not in set(Grade):
            raise ReportError("This is not an acceptability grade.", "Choose A, B, C or D.", "unknown_grade")
        if self.draft is None:
            raise ReportError("There is no draft to grade.", "Sign without a grade.", "no_draft")
        return Grade(grade)

    def _final(
        self,
        working: Working,
        decision: Decision | None,
        grade: Grade | None,
        found: Difference | None,
        overrides: dict[str, str],
    ) -> Version:
        number, draft = self._compared()
        facts, signature = self.facts, self._signature(FINAL)
        sections = Sections(working.sections)
        used = _used(working, decision, found)
        mark = used and draft is not None and not draft.model.clinical
        said = draft if self.shown_draft or used else None
        text = wording.final_text(facts, sections, signature, said, used, mark)
        return Version(
            number=1,
            kind=FINAL,
            sections=sections.to_json(),
            text=text,
            text_sha256=sha256_of(text),
            signature=signature,
            decision=decision,
            grade=grade,
            difference=found.to_json() if found else None,
            draft_id=number,
            signed_at=signature.at,
            research=mark,
            overrides=overrides,
            spans=working.to_json()["spans"],
            sop_instance_uids=tuple(film.sop_instance_uid for film in facts.films),
        )

    def _keep(self, version: Version, kind: str, stated: Decision | None = None) -> Version:
        document = log.add_document(self.store, "version", self.study_key, version.to_json())
        if kind == "signed":
            for check in version.overrides:
                self.note("override", check=check)
            self.note("decision", **_decision_facts(version, stated))
        facts = {"number": version.number, "text_sha256": version.text_sha256, "research": version.research}
        self._log(kind, {**facts, "exports": len(version.exports)}, document)
        state = {FINAL: "final", ADDENDUM: "amended", WITHDRAWAL: "withdrawn"}[version.kind]
        studies.set_state(self.store, self.study_instance_uid, state, version.signature.name, version.signature.at)
        return replace(version, document=document[0])

    def _log(self, kind: str, facts: Mapping[str, Any], document: tuple[int, str]) -> None:
        log.append(self.store, kind, facts, self.study_key, self.reader.id, document, self.clock)

    def _signature(self, kind: str) -> Signature:
        if not self.reader.id.strip():
            raise ReportError(
                "Nobody is named to sign this.", "Give your reader id, name and role in the settings.", "reader_unknown"
            )
        name = self.reader.name.strip() or self.reader.id
        return Signature(self.reader.id, name, self.reader.role, self.clock.now(), wording.MEANING[kind])

    # After signing

    def seconds_to_recall(self) -> float:
        """How long the signature can still be called back; 0 once the minute is over or the report has left."""
        versions = self.versions
        if not versions or versions[-1].kind != FINAL or self.exports:
            return 0.0
        gone = seconds_between(versions[-1].signed_at, self.clock.now())
        # A wall clock that was set back must not reopen an old report.
        return max(0.0, min(RECALL_S, RECALL_S - gone)) if gone > -RECALL_S else 0.0

    def recall(self) -> Working:
        """Take back the own signature within its minute; the text comes back for editing."""
        with self.store.transaction(durable=True):
            last = self._signed()[-1]
            if last.signature.reader != self.reader.id:
                raise ReportError("Somebody else signed this report.", "Only the signer can call it back.", "not_yours")
            if self.seconds_to_recall() <= 0:
                raise ReportError(
                    "The report can no longer be called back: its minute is over or it has left the program.",
                    "Add an addendum, or withdraw the report.",
                    "recall_over",
                )
            facts = {"number": last.number, "document": last.document, "text_sha256": last.text_sha256}
            self.note("recalled", **facts)
            studies.set_state(self.store, self.study_instance_uid, "in progress")
        return self.working

    def addend(self, text: str) -> Version:
        """Sign an addendum under the report; earlier versions stay as they are."""
        with self.store.transaction(durable=True):
            history = self._signed()
            if history[-1].kind == WITHDRAWAL:
                raise _withdrawn()
            if not text.strip():
                raise ReportError("The addendum is empty.", "Write its text.", "empty")
            count = sum(version.kind == ADDENDUM for version in history) + 1
            sections = {**history[-1].sections, f"Addendum {count}": text.strip()}
            version = self._later(history, ADDENDUM, text.strip(), sections)
            text = wording.addended_text(self.facts, [*history, version], self._draft_of(history[0]))
            return self._keep(replace(version, text=text, text_sha256=sha256_of(text)), "addended")

    def withdraw(self, reason: str) -> Version:
        """Withdraw the report as entered in error; the version lists every export that was made."""
        with self.store.transaction(durable=True):
            history = self._signed()
            if history[-1].kind == WITHDRAWAL:
                raise _withdrawn()
            if not reason.strip():
                raise ReportError("A report is not withdrawn without a reason.", "Give the reason.", "empty")
            version = self._later(history, WITHDRAWAL, reason.strip(), {})
            text = wording.withdrawn_text(self.facts, reason, version.signature, history)
            version = replace(version, text=text, text_sha256=sha256_of(text), exports=tuple(self.exports))
            return self._keep(version, "withdrawn")

    def _later(self, history: list[Version], kind: str, note: str, sections: dict[str, str]) -> Version:
        signature = self._signature(kind)
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

    def _draft_of(self, version: Version) -> Draft | None:
        shown = version.draft_id if version.decision or version.research else None
        content = reports.document(self.store, shown) if shown else None
        return Draft.from_json(content) if content else None

    def _signed(self) -> list[Version]:
        versions = self.versions
        if not versions:
            raise ReportError("This report is not signed.", "Sign it first.", "not_signed")
        return versions

    def _editable_study(self) -> studies.Study:
        study = studies.find_study(self.store, self.study_instance_uid)
        if study is None or study.state in worklist.SIGNED:
            raise ReportError(
                "This report is signed and cannot be changed.",
                "Call it back within a minute of signing, or add an addendum.",
                "already_final",
            )
        return study


def _derive(draft: Draft, working: Working) -> Decision:
    return decisions.derive(decisions.compare(draft, Sections(working.sections)))


def _used(working: Working, decision: Decision | None, found: Difference | None) -> bool:
    """Whether drafted words are in the report."""
    kept = found is not None and found.kept > 0
    return working.has(DRAFTED) or kept or decision in (Decision.ACCEPT, Decision.EDIT)


def _draft_facts(draft: Draft) -> dict[str, Any]:
    model, seconds = draft.model, draft.seconds
    return {
        "model": model.id,
        "model_sha256": model.sha256,
        "backend": model.backend,
        "device": model.device,
        "quantisation": model.quantisation,
        "seed": draft.seed,
        "tokens": draft.tokens,
        "stopped_by": draft.stopped_by,
        "override": draft.override,
        "seconds_load": seconds.load,
        "seconds_first_token": seconds.first_token,
        "seconds_total": seconds.total,
    }


def _decision_facts(version: Version, stated: Decision | None) -> dict[str, Any]:
    return {
        "decision": version.decision.value if version.decision else None,
        "stated": stated is not None,
        "grade": version.grade.value if version.grade else None,
        "draft": version.draft_id,
        "difference": version.difference,
        "findings_characters": len(version.sections.get("Findings", "")),
        "impression_characters": len(version.sections.get("Impression", "")),
    }


def _no_draft() -> ReportError:
    return ReportError("No draft was shown for this study.", "Sign without a decision on a draft.", "no_draft")


def _withdrawn() -> ReportError:
    return ReportError("This report was withdrawn.", "Nothing more can be added to it.", "withdrawn")
