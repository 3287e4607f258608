"""Drafts for studies, whether open or not: asks the worker in the backlog's order, keeps what comes with its study.

Emits signals by StudyInstanceUID; knows no pane. A worker that dies is told once and asked again once.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from workstation.drafting.messages import DraftEvent, DraftRequest, FailedEvent, StateEvent, TokenEvent
from workstation.reporting.draft import Draft
from workstation.settings import Settings
from workstation.ui import trouble
from workstation.ui.backlog import BY_HAND, Backlog, Wish
from workstation.ui.bridge import Bridge

if TYPE_CHECKING:
    from workstation.storage.store import Store
    from workstation.workflow.reading import Reader, Reading

STATE_WORDS = {"starting": "starting", "loading": "loading model", "encoding": "drafting", "writing": "drafting"}

WITHOUT_MODEL = {"no_model", "model_missing", "model_damaged", "damaged_model", "model_format", "manifest", "backend"}


class Drafts(QObject):
    """One draft at a time; the opened study goes first."""

    state = Signal(str, object)
    text = Signal(str, object)
    done = Signal(str, object)
    failed = Signal(str, object)
    progress = Signal(str, str)  # study, words for the worklist ("" = none)
    worker_died = Signal()
    model_said = Signal(str, str)  # words, role of the stylesheet
    changed = Signal(str)
    trouble = Signal(object)

    def __init__(
        self, store: Store, bridge: Bridge, settings: Callable[[], Settings], reader: Callable[[], Reader]
    ) -> None:
        super().__init__()
        self._store, self._bridge = store, bridge
        self._settings, self._reader = settings, reader
        self.backlog = Backlog(settings()["draft_when"])
        self._request = ""
        self._of: dict[str, str] = {}  # fingerprints of what is at work
        self._making_way = False
        self._replacement: Wish | None = None  # asked for while the same study was being drafted
        self._closed = False
        self._died_at: set[str] = set()
        self.failures: dict[str, FailedEvent] = {}  # why a study has no draft, for whoever opens it later
        bridge.state.connect(self._on_state)
        bridge.token.connect(self._on_token)
        bridge.drafted.connect(self._on_draft)
        bridge.failed.connect(self._on_failed)

    @property
    def study_at_work(self) -> str:
        return self.backlog.working.study_instance_uid if self.backlog.working else ""

    def expects(self, study: str) -> bool:
        """Whether a draft of this study is being made or waits for its turn."""
        return study == self.study_at_work or self.backlog.waits(study)

    def set_when(self, when: str) -> None:
        self.backlog.when = when
        if when == BY_HAND:
            self.backlog.clear()

    def arrived(self, studies: Iterable[str]) -> None:
        self.backlog.arrived(studies)
        self._next()

    def opened(self, study: str) -> None:
        self.backlog.opened(study)
        self._next()

    def nearing(self, studies: Iterable[str]) -> None:
        """Most likely opened next: before the others that wait, behind what is waited for."""
        self.backlog.nearing(list(studies))
        self._next()

    def asked(self, study: str, anyway: bool = False) -> None:
        """By the reader's hand; a draft of the same study that is being made is replaced."""
        if study == self.study_at_work:
            self._replacement = Wish(study, waited_for=True, anyway=anyway)
            self._bridge.cancel(self._request)
            return
        self.backlog.asked(study, anyway)
        self._next()

    def stop(self, study: str) -> None:
        """Stop at the next word; waiting is dropped."""
        self.backlog.dropped(study)
        self._replacement = None
        if study == self.study_at_work:
            self._bridge.cancel(self._request)

    def close(self) -> None:
        """No more; a draft at work is given up and its study says so."""
        self._closed = True
        wish = self.backlog.working
        if wish is not None:
            self._keeping(lambda: self._reading(wish.study_instance_uid).draft_failed("closed"))
        self.backlog.finished()

    def _next(self) -> None:
        if self._closed:
            return
        if self.backlog.should_make_way() and not self._making_way:
            self._making_way = True
            self._bridge.cancel(self._request)
            return
        while (wish := self.backlog.take()) is not None:
            asked = self._keeping(lambda wish=wish: self._ask(wish))  # type: ignore[misc]
            if asked and self.backlog.working is not None:
                return
            self.backlog.finished()
            if not asked:
                return

    def _ask(self, wish: Wish) -> None:
        """Send the request; a study without a film to draft, or refused before, is passed over."""
        from workstation.workflow import refusals, worklist

        study = wish.study_instance_uid
        films = worklist.films(self._store, study)
        film = worklist.frontal(self._store, study) or (films[0] if films else None)
        if film is None:
            self.backlog.finished()
            return
        settings, reading = self._settings(), self._reading(study)
        self._of = refusals.fingerprint(reading, film.path, settings)
        if not wish.waited_for and refusals.stands(reading, self._of):
            self.backlog.finished()
            self.progress.emit(study, "no draft")
            return
        again = reading.draft_id is not None  # a draft asked for anew that must come out the same would be no use
        request = DraftRequest(
            id=uuid.uuid4().hex,
            path=film.path,
            model=settings["model"] or None,
            backend=_chosen(settings["backend"]),
            device=_chosen(settings["device"]),
            greedy=settings["decoding"] == "greedy" and not again,
            anyway=wish.anyway,
            patient_age=film.patient_age if film.patient_corrected else None,
        )
        self.failures.pop(study, None)
        reading.draft_requested(model=request.model, backend=request.backend, anyway=wish.anyway)
        self._request = request.id
        self._bridge.draft(request)
        self.progress.emit(study, "drafting")
        self.changed.emit(study)

    def _on_state(self, event: StateEvent) -> None:
        if event.id != self._request or not self.study_at_work:
            return
        words = STATE_WORDS.get(event.state, event.state)
        if event.fraction is not None:
            words += f" {round(event.fraction * 100)} %"
        self.progress.emit(self.study_at_work, words)
        self.model_said.emit(_doing(words, event), "careful")
        self.state.emit(self.study_at_work, event)

    def _on_token(self, event: TokenEvent) -> None:
        if event.id == self._request and self.study_at_work:
            self.text.emit(self.study_at_work, event)

    def _on_draft(self, event: DraftEvent) -> None:
        study = self._finish(event.id)
        if not study:
            return
        draft = Draft.from_json(event.draft)
        if self._keeping(lambda: self._reading(study).add_draft(draft)):
            self.done.emit(study, draft)
        if self._replacement is not None:  # too late to stop: the old one is kept, the new one follows
            self.backlog.put_back(self._replacement)
            self._replacement = None
        self.changed.emit(study)
        self.model_said.emit(f"{draft.model.id} on {_device(draft.model.device)}, ready", "secondary")
        self._next()

    def _on_failed(self, event: FailedEvent) -> None:
        if event.id != self._request:
            return
        way, self._making_way = self._making_way and event.code == "stopped", False
        replaced, self._replacement = self._replacement, None
        again = event.code == "worker_died" and self.study_at_work not in self._died_at
        if event.code == "worker_died":
            self._died_at.add(self.study_at_work)
            self.worker_died.emit()
        wish = self.backlog.working
        study = self._finish(event.id)
        if not study or wish is None:
            return
        code = "made_way" if way else event.code
        self._keeping(lambda: self._reading(study).draft_failed(code, event.message, **self._of))
        if replaced is not None:
            self.backlog.put_back(replaced)
        elif way:
            self.backlog.put_back(wish, behind_first=True)
        elif again:
            self.backlog.put_back(wish)
        else:
            self._give_up(study, event)
        self.changed.emit(study)
        self._next()

    def _give_up(self, study: str, event: FailedEvent) -> None:
        """Told once; without a model the studies that wait would only hear the same."""
        self.failures[study] = event
        if event.code != "stopped":
            self.progress.emit(study, "no draft")
        if event.code in WITHOUT_MODEL:
            self.backlog.clear()
            self.model_said.emit("no model to draft with", "careful")
        else:
            self.model_said.emit("model idle", "secondary")
        self.failed.emit(study, event)

    def _finish(self, request: str) -> str:
        if request != self._request or self._closed:
            return ""
        study = self.study_at_work
        self._request, self._making_way = "", False
        self.backlog.finished()
        if study:
            self.progress.emit(study, "")
        return study

    def _reading(self, study: str) -> Reading:
        from workstation.workflow.reading import Reading

        return Reading(self._store, study, self._reader())

    def _keeping(self, verb: Callable[[], object]) -> bool:
        return trouble.done(verb, self.trouble.emit)


def _chosen(value: str) -> str | None:
    return None if value == "auto" else value


def _doing(words: str, event: StateEvent) -> str:
    """While it loads the detail names the model ("loading model toy"), then the device ("drafting on CPU")."""
    if not event.detail:
        return words
    return f"{words} {event.detail}" if event.state == "loading" else f"{words} on {_device(event.detail)}"


def _device(device: str) -> str:
    return device.upper() if device in ("cpu", "cuda") else device
