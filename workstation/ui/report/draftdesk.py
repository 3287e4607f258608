"""The draft of the open study: asked for, awaited, hidden or shown as the reveal setting says, logged as shown.

A hidden draft is known here only by the fact that it exists: no word, score or sentence of it reaches a widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from workstation.catalog import installed
from workstation.catalog.manifest import Manifest
from workstation.drafting.messages import FailedEvent, StateEvent, TokenEvent
from workstation.errors import ModelError
from workstation.paths import Home
from workstation.reporting.draft import Draft
from workstation.reporting.report import StudyStatus
from workstation.ui import actions
from workstation.ui.report import ink
from workstation.ui.report.bands import banded
from workstation.ui.report.body import ReportBody
from workstation.ui.report.drafthead import DraftHead
from workstation.ui.report.guest import Guest
from workstation.ui.report.refusals import ABOUT_THE_FILM, last_refusal
from workstation.ui.report.reservations import about_the_draft
from workstation.workflow.reading import Reading

AT_ONCE, ON_KEY, AFTER_IMPRESSION = "at once", "on key", "after impression"
UNKNOWN_MODEL = "A demonstration model: what it writes is often wrong"


class DraftDesk(QObject):
    """``landed``: drafted words are on the screen now. ``redo(anyway)``: a new draft is wished for."""

    landed = Signal(object)
    redo = Signal(bool)

    def __init__(self, body: ReportBody, head: DraftHead, note: Callable[..., Any]) -> None:
        super().__init__(body)
        self._body, self._head, self._note = body, head, note
        self.guest = Guest(body)
        self._reading: Reading | None = None
        self._policy = AT_ONCE
        self._waiting: Draft | None = None  # complete, not shown
        self.shown: Draft | None = None
        self._joined_late = False

    def attach(self, reading: Reading | None, policy: str) -> None:
        """Another study; its draft, if there is one, is met as the policy says."""
        self.guest.clear()
        self._reading, self._policy = reading, policy
        self._waiting = self.shown = None
        if reading is None:
            self._head.say("")
            return
        self._joined_late = reading.status is StudyStatus.DRAFTING
        draft = reading.draft
        if draft is not None:
            self._meet(draft)
        elif self._joined_late:
            self._head.say("A draft is being made.")
            self._head.stop_button.show()
        else:
            self._head.say("No draft yet.", "Draft")
            self._tell_refusal(reading)

    def _tell_refusal(self, reading: Reading) -> None:
        refusal = last_refusal(reading)
        if refusal is not None:
            code, message, remedy = refusal
            self._head.notice.tell(message, remedy, "careful", *self._remedies(code))

    # the worker speaks

    def state(self, event: StateEvent) -> None:
        with self._body.still():
            self._state(event)

    def _state(self, event: StateEvent) -> None:
        if self._reading is None:
            return
        if event.state != "writing":
            self._joined_late = False
        self._head.work(event)

    def token(self, event: TokenEvent) -> None:
        """Words are shown while they come only if the draft would be shown at once, and from its first word on."""
        if self._reading is not None and self._policy == AT_ONCE and not self._joined_late:
            self.guest.hear(event.section, event.text)

    def done(self, draft: Draft) -> None:
        self._joined_late = False
        if self._reading is not None:
            with self._body.still():
                self._meet(draft)

    def failed(self, event: FailedEvent) -> None:
        """No draft came: what happened and what to do, on the spot. What was shown before stands."""
        if self._reading is not None:
            with self._body.still():
                self._failed(event)

    def _failed(self, event: FailedEvent) -> None:
        seen = self.guest.heard_characters
        self.guest.forget()
        if seen:
            self._note("draft_shown", complete=False, characters=seen)
        if self.shown is not None:
            self._show_head(self.shown)
        elif self._waiting is not None:
            self.tell_waiting()
        else:
            self._head.say("Drafting was stopped." if event.code == "stopped" else "No draft.", "Redo")
        if event.code != "stopped":
            self._head.notice.tell(event.message, event.remedy, "careful", *self._remedies(event.code))

    def _remedies(self, code: str) -> list[tuple[str, Callable[[], object]]]:
        if code in ABOUT_THE_FILM:
            return [("Draft anyway", lambda: self.redo.emit(True))]
        return [(actions.label("report.redo"), lambda: self.redo.emit(False))] if code == "worker_died" else []

    # revealing

    def _meet(self, draft: Draft) -> None:
        assert self._reading is not None
        self.guest.forget()
        if self._reading.revealed:
            self._show_again(draft)
        elif self._policy == AT_ONCE:
            self._show(draft, AT_ONCE)
        else:
            self._waiting = draft
            self.shown = None
            self.tell_waiting()

    def reveal(self) -> None:
        """The reader's key."""
        with self._body.still():
            self._reveal()

    def _reveal(self) -> None:
        if self._waiting is not None and (self._policy != AFTER_IMPRESSION or self._own_impression()):
            self._show(self._waiting, self._policy)
        else:
            self.tell_waiting()

    def tell_waiting(self) -> None:
        """Say that a draft waits, and what shows it; nothing else of it."""
        if self._waiting is None:
            return
        key = actions.key_text("report.reveal")
        said = f"Draft ready, hidden. {key} shows it."
        if self._policy == AFTER_IMPRESSION and not self._own_impression():
            said = f"Draft ready, hidden. Write your own impression first; then {key} shows it."
        self._head.say(said)

    def hidden_words(self) -> str:
        """Why the model must not say anything of this study yet: the reader wants to look first; "" = it may."""
        key = actions.key_text("report.reveal")
        if self._waiting is not None:
            return f"The draft of this study is still hidden: {key} shows it, and then the model answers."
        unseen = self._reading is not None and self._reading.editable and self.shown is None
        if unseen and self._policy == AFTER_IMPRESSION and not self._own_impression():
            return "Write your own impression first: so the setting for drafts says."
        return ""

    def _own_impression(self) -> bool:
        """Words of the reader stand in Impression."""
        document = self._body.edits["Impression"].document()
        typed = [run for block in ink.blocks(document) for run in ink.runs(block) if run.sentence is None]
        return any(run.end - run.start > 1 for run in typed)

    def _show(self, draft: Draft, how: str) -> None:
        assert self._reading is not None
        self._reading.reveal(how)
        self._waiting, self.shown = None, draft
        self.guest.land(draft)
        self._show_head(draft)
        self.landed.emit(draft)

    def _show_again(self, draft: Draft) -> None:
        """It was shown in an earlier sitting: the saved text tells what became of it."""
        assert self._reading is not None
        self._waiting, self.shown = None, draft
        working = self._reading.working
        if working.marks or any(working.spans.values()):
            self.guest.come_back(draft)
        else:
            self.guest.land(draft)
        self._show_head(draft)
        self.landed.emit(draft)

    def _show_head(self, draft: Draft) -> None:
        assert self._reading is not None
        manifest = manifest_of(self._reading.store.home, draft.model.id)
        statement = manifest.statement if manifest else UNKNOWN_MODEL
        bands = banded(draft.probabilities, manifest.thresholds if manifest else {})
        on_the_film = [note for film in self._reading.films for note in film.warnings]
        reservations = about_the_draft(draft.warnings, on_the_film)
        said = "" if draft.model.clinical and not manifest else statement
        self._head.show_draft(draft, said, bands, reservations, manifest is not None and crops(manifest))
        self._head.say_when(self._reading.draft_before_opening)


def crops(manifest: Manifest) -> bool:
    """Whether the model sees a film's centre only (the original CXR-LLaVA's preparation)."""
    return manifest.preprocess.method == "clip-centre-crop"


def manifest_of(home: Home, model: str) -> Manifest | None:
    """What the model's maker says of it; None when it is not installed any more."""
    try:
        return installed.find(home, model).manifest
    except ModelError:
        return None
