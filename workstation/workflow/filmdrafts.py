"""Cases and an installed model -> greedy drafts of their films by the worker process, kept as they come.

A run that was stopped goes on where it was; a film that the model refuses is written down with its reason; what fails
inside the program is not, so that the next run tries it again. Knows no scores and no model's insides.
"""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from workstation.catalog.installed import InstalledModel
from workstation.dicom.refusals import REASONS
from workstation.drafting.client import Worker
from workstation.drafting.messages import DraftEvent, DraftRequest, Event, FailedEvent
from workstation.errors import ModelError
from workstation.evaluation.cases import Cases
from workstation.paths import Home
from workstation.workflow.draftjournal import DraftJournal, state_of

# A film's own fault, or the model's verdict on the film; every other code is the program's.
FILM_CODES = (set(REASONS) - {"memory"}) | {"lateral", "not_chest", "age", "view"}
FAILURES_IN_A_ROW = 3
_GLANCE_S = 0.5
Progress = Callable[[str, int, int, float | None], None]


class FilmDrafts:
    """Drafts of one model; `run` makes those that are missing."""

    def __init__(self, home: Home, model: InstalledModel, folder: Path, command: Sequence[str] | None = None) -> None:
        self.model, self._home, self._command = model, home, command
        self.journal = DraftJournal(folder, model.manifest.id, model.manifest.sha256)
        self.failed: dict[str, int] = {}
        self._last: FailedEvent | None = None

    def run(self, cases: Cases, progress: Progress) -> None:
        """Draft every film that has no draft yet; raises `ModelError` when the model cannot draft at all."""
        wanted = list(self._wanted(cases))
        done, began, name = len(cases.images) - len(wanted), time.monotonic(), self.model.manifest.id
        progress(name, done, len(cases.images), None)
        if not wanted:
            return
        desk = _Desk(self._home, self._command)
        try:
            for made, image in enumerate(wanted, 1):
                self._draft(desk, cases, image)
                left = (time.monotonic() - began) / made * (len(wanted) - made)
                progress(name, done + made, len(cases.images), left)
        finally:
            desk.close()
        if self._last is not None and next(self.journal.entries(), None) is None:
            raise _unable(self._last)  # silence of a model that never spoke is no result

    def _wanted(self, cases: Cases) -> Iterator[str]:
        for number, image in enumerate(cases.images):
            try:
                if not self.journal.holds(image, state_of(cases.path(number))):
                    yield image
            except OSError:
                yield image

    def _draft(self, desk: _Desk, cases: Cases, image: str) -> None:
        path = (cases.folder / image).absolute()
        try:
            state = state_of(path)
        except OSError:
            self.failed["missing"] = self.failed.get("missing", 0) + 1
            return
        answer = desk.ask(DraftRequest(uuid.uuid4().hex, str(path), model=self.model.manifest.id, seed=0, greedy=True))
        if isinstance(answer, DraftEvent):
            self.journal.add(image, state, _kept(answer.draft))
            desk.in_a_row = 0
        elif answer.code in FILM_CODES:
            self.journal.add(image, state, {"refused": answer.code})
            desk.in_a_row = 0
        else:
            self._failed(desk, answer)

    def _failed(self, desk: _Desk, answer: FailedEvent) -> None:
        self.failed[answer.code] = self.failed.get(answer.code, 0) + 1
        self._last = answer
        desk.in_a_row += 1
        if desk.in_a_row >= FAILURES_IN_A_ROW:
            raise _unable(answer)

    def close(self) -> None:
        self.journal.close()


class _Desk:
    """One question at a time to the worker."""

    def __init__(self, home: Home, command: Sequence[str] | None) -> None:
        self._answers: queue.Queue[DraftEvent | FailedEvent] = queue.Queue()
        self._worker = Worker(home, self._take, command)
        self.in_a_row = 0

    def _take(self, event: Event) -> None:
        if isinstance(event, (DraftEvent, FailedEvent)):
            self._answers.put(event)

    def ask(self, request: DraftRequest) -> DraftEvent | FailedEvent:
        self._worker.draft(request)
        while True:
            try:
                answer = self._answers.get(timeout=_GLANCE_S)  # short, so that Ctrl+C is heard on every system
            except queue.Empty:
                continue
            if answer.id == request.id:
                return answer

    def close(self) -> None:
        self._worker.close()


def _unable(answer: FailedEvent) -> ModelError:
    return ModelError(answer.message, answer.remedy, answer.code)


def _kept(draft: Any) -> dict[str, Any]:
    """What scoring needs of a draft."""
    model = draft["model"]
    ran = {key: model[key] for key in ("id", "sha256", "backend", "device", "quantisation")}
    return {"text": draft["text"], "probabilities": draft["probabilities"] or {}, "model": ran}
