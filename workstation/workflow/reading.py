"""One reader reading one study: open, draft, reveal, type, decide, sign, call back, addend, withdraw.

Each verb is one transaction: the text and the event that names it stand together or not at all. No Qt; the window
and the commands use the same object.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workstation.dicom.records import Instance
from workstation.errors import ReportError
from workstation.reporting import decision as decisions
from workstation.reporting.decision import Decision, Grade
from workstation.reporting.draft import Draft
from workstation.reporting.edits import Difference
from workstation.reporting.report import Sections, StudyStatus
from workstation.storage import log, reports, studies
from workstation.storage.clock import Clock
from workstation.storage.store import Store
from workstation.workflow import access, checks, payloads, signing, wording, worklist
from workstation.workflow.checks import Objection
from workstation.workflow.version import Version
from workstation.workflow.wording import Facts
from workstation.workflow.working import MEASURED, TYPED, Span, Working, with_draft

__all__ = ["Objection", "Reader", "Reading", "Span", "Version", "Working"]


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
        self.proved = False  # whether this reader has given the secret that the register asks for

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
    def draft_id(self) -> int | None:
        found = self._drafts()
        return found[-1][0] if found else None

    @property
    def draft(self) -> Draft | None:
        """The latest draft."""
        found = self._drafts()
        return Draft.from_json(found[-1][1]) if found else None

    @property
    def draft_before_opening(self) -> str:
        """When the latest draft was made (ISO UTC), if that was before this study was last opened; else ""."""
        made = self._last("draft_made")
        return made if made and made < self._last("study_opened") else ""

    def _last(self, kind: str) -> str:
        at = ""
        for event in log.events(self.store, self.study_key, kind):
            at = event.at
        return at

    @property
    def shown_draft(self) -> tuple[int, Draft] | None:
        """The draft last revealed, with its number."""
        number = None
        for event in log.events(self.store, self.study_key, "draft_revealed"):
            number = event.payload["draft"]
        content = reports.document(self.store, number) if number else None
        return (number, Draft.from_json(content)) if number and content else None

    @property
    def compared_draft(self) -> tuple[int | None, Draft | None]:
        """The draft that the text is measured against: the one shown, else the latest."""
        return self.shown_draft or (self.draft_id, self.draft)

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
        self.log(kind, facts)

    def log(self, kind: str, facts: Mapping[str, Any], document: tuple[int, str] | None = None) -> None:
        """One event of this study by this reader; ``document`` is the kept text that it brings."""
        log.append(self.store, kind, facts, self.study_key, self.reader.id or None, document, self.clock)

    # Drafts

    def draft_requested(self, **facts: Any) -> None:
        with self.store.transaction():
            studies.set_drafting(self.store, self.study_instance_uid, self.clock.now())
            self.note("draft_requested", **facts)

    def add_draft(self, draft: Draft) -> int:
        """Keep a finished draft for ever; returns its number."""
        with self.store.transaction():  # not durable: it waits for no disk, and a lost draft can be made again
            document = log.add_document(self.store, "draft", self.study_key, draft.to_json())
            studies.set_drafting(self.store, self.study_instance_uid, "", made=1)
            self.log("draft_made", payloads.of_draft(draft), document)
        return document[0]

    def draft_failed(self, code: str, message: str = "", **of: str) -> None:
        """No draft came; the message is not logged, because it may name a file and a file a patient.

        ``of``: fingerprints of film and model, see `workflow.refusals`.
        """
        with self.store.transaction():
            studies.set_drafting(self.store, self.study_instance_uid, "")
            self.note("draft_stopped" if code == "stopped" else "draft_failed", code=code, **of)

    def reveal(self, how: str) -> None:
        """Log that the latest draft was shown; nothing when there is none."""
        number = self.draft_id
        if number is not None:
            self.note("draft_revealed", draft=number, how=how)

    # The text

    def save(self, working: Working) -> None:
        """Keep the working text; cheap. Raises `ReportError` (already_final) once signed."""
        with self.store.transaction():
            study = self.refuse_signed()
            reports.save_working(self.store, self.study_key, self.reader.id, working.to_json())
            if study.state == "new" and (working.has(TYPED) or working.has(MEASURED)):
                studies.set_state(self.store, self.study_instance_uid, "in progress")

    def take_draft(self) -> Working:
        """Put the latest draft's words into the working text, as drafted; raises `ReportError` (no_draft)."""
        draft = self.draft
        if draft is None:
            raise signing.no_draft()
        working = with_draft(self.working, draft)
        self.save(working)
        return working

    def difference(self) -> Difference | None:
        """The working text against the draft that was shown, else the latest; None without a draft."""
        draft = self.compared_draft[1]
        return decisions.compare(draft, Sections(self.working.sections)) if draft else None

    def derived_decision(self) -> Decision | None:
        """What the text itself tells the reader did; None unless a draft was shown."""
        found = self.difference() if self.shown_draft else None
        return decisions.derive(found) if found else None

    def objections(self) -> list[Objection]:
        """What speaks against signing now."""
        return checks.objections(self.working, self.facts, self.draft, self.shown_draft is not None)

    # Signing

    def prove(self, secret: str) -> None:
        """The reader is who they say; raises `ReportError` (reader_unknown, secret_wrong), logged."""
        access.prove(self.store, self.reader.id, secret)
        self.proved = True

    def sign(
        self,
        decision: Decision | None = None,
        grade: Grade | str | None = None,
        overrides: Mapping[str, str] | None = None,
    ) -> Version:
        """Sign the text last saved: final at once. Raises `ReportError`; nothing is changed then.

        Codes: already_final, reader_unknown, secret_needed, decision_contradicted, no_draft, unknown_grade, and those
        of `checks`.
        """
        return signing.sign(self, decision, grade, overrides or {})

    def seconds_to_recall(self) -> float:
        """How long the signature can still be called back; 0 once the minute is over or the report has left."""
        return signing.seconds_to_recall(self)

    def recall(self) -> Working:
        """Take back the own signature within its minute; the text comes back for editing."""
        return signing.recall(self)

    def keep_addendum(self, text: str) -> None:
        """Keep a half-typed addendum; cheap, and no part of the report until it is signed."""
        reports.save_working(self.store, self._addendum_key, self.reader.id, {"text": text})

    @property
    def kept_addendum(self) -> str:
        """The addendum that was typed and never signed."""
        found = reports.load_working(self.store, self._addendum_key)
        return str(found.get("text", "")) if found else ""

    @property
    def _addendum_key(self) -> str:
        return f"{self.study_key} addendum"

    def addend(self, text: str) -> Version:
        """Sign an addendum under the report; earlier versions stay as they are."""
        version = signing.addend(self, text)
        if self.kept_addendum:
            self.keep_addendum("")
        return version

    def withdraw(self, reason: str) -> Version:
        """Withdraw the report as entered in error; the version lists every export that was made."""
        return signing.withdraw(self, reason)

    def refuse_signed(self) -> studies.Study:
        """The study's row; raises `ReportError` (already_final) when its report is signed."""
        study = studies.find_study(self.store, self.study_instance_uid)
        if study is None or study.state in worklist.SIGNED:
            raise ReportError(
                "This report is signed and cannot be changed.",
                "Call it back within a minute of signing, or add an addendum.",
                "already_final",
            )
        return study
