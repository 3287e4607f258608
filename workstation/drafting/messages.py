"""The lines that the window and its worker exchange: one JSON object a line, UTF-8.

Requests go down the worker's stdin, events come up its stdout. Only paths cross the border, never pixels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """Please draft this film. ``path`` is the frontal film of the study."""

    id: str
    path: str
    frame: int = 0
    model: str | None = None  # None: the default model
    backend: str | None = None  # None: the best there is; "torch" or "llama.cpp"
    device: str | None = None  # None: the best there is; "cpu" or "cuda"
    seed: int | None = None
    greedy: bool = False
    anyway: bool = False
    prior_given: bool = False
    quantisation: str | None = None  # None: the setting's, or the most exact that fits
    patient_age: str | None = None  # DICOM AS of a patient whom a reader corrected; None: the header's stands

    def line(self) -> str:
        return json.dumps({"op": "draft", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class AskRequest:
    """Please answer about this film. ``turns`` are the (question, answer) pairs before, oldest first; a differential
    in the chat has the question "" and a differential needs none."""

    id: str
    path: str
    task: str = "question"  # "question" or "differential"
    question: str = ""
    turns: tuple[tuple[str, str], ...] = ()
    frame: int = 0
    model: str | None = None
    backend: str | None = None
    device: str | None = None
    seed: int | None = None
    greedy: bool = False
    anyway: bool = False

    def line(self) -> str:
        return json.dumps({"op": "ask", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class EvidenceRequest:
    """Which regions of the film change the score of ``finding``? (clinical-safety 8)"""

    id: str
    path: str
    finding: str
    frame: int = 0
    model: str | None = None
    backend: str | None = None
    device: str | None = None

    def line(self) -> str:
        return json.dumps({"op": "evidence", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class JobRequest:
    """Please import (``folder``), convert (``model``, ``quantisation``) or verify (``model``) a model."""

    id: str
    verb: str  # "import", "convert" or "verify"
    folder: str = ""
    model: str = ""
    quantisation: str = ""
    accepted_terms: bool = False

    def line(self) -> str:
        return json.dumps({"op": "job", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """Which model is in memory, where, since when idle?"""

    id: str

    def line(self) -> str:
        return json.dumps({"op": "status", **asdict(self)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class StateEvent:
    """What the worker is doing for request ``id``: starting, loading, encoding, writing."""

    id: str
    state: str
    detail: str = ""  # e.g. the model's id and device
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class TokenEvent:
    """New text for request ``id`` at the end of its section ("findings", "impression"; "answer" of a question)."""

    id: str
    text: str
    section: str


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """The finished draft, as CONTRACT's JSON (see `reporting.draft.Draft.from_json`)."""

    id: str
    draft: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AnswerEvent:
    """The finished answer to an `AskRequest`, as JSON (see `reporting.draft.Answer`)."""

    id: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EvidenceEvent:
    """The evidence grid of an `EvidenceRequest`, as JSON (see `reporting.draft.Evidence`)."""

    id: str
    evidence: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """The result of a `JobRequest`."""

    id: str
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatusEvent:
    """``loaded``: None or {id, backend, device, quantisation, bytes, idle_s, keep_warm_s}; ``busy``: the id of the
    request at work, or ""; ``waiting``: how many wait behind it."""

    id: str
    loaded: Mapping[str, Any] | None = None
    busy: str = ""
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """No result: refused, stopped by the reader (code ``stopped``), failed, or the worker died (``worker_died``)."""

    id: str
    code: str
    message: str
    remedy: str


Request = DraftRequest | AskRequest | EvidenceRequest | JobRequest | StatusRequest
Event = StateEvent | TokenEvent | DraftEvent | AnswerEvent | EvidenceEvent | JobEvent | StatusEvent | FailedEvent
LAST = (DraftEvent, AnswerEvent, EvidenceEvent, JobEvent, StatusEvent, FailedEvent)  # one of these ends a request
_KINDS: dict[str, type] = {
    "state": StateEvent,
    "token": TokenEvent,
    "draft": DraftEvent,
    "answer": AnswerEvent,
    "evidence": EvidenceEvent,
    "job": JobEvent,
    "status": StatusEvent,
    "failed": FailedEvent,
}


def event_line(event: Event) -> str:
    """An event as one line."""
    kind = next(name for name, cls in _KINDS.items() if isinstance(event, cls))
    return json.dumps({"event": kind, **asdict(event)}, ensure_ascii=False)


def parse_event(line: str) -> Event | None:
    """One line from the worker; anything that is not an event (a library's chatter) is None."""
    try:
        value = json.loads(line)
        return _KINDS[value.pop("event")](**value)  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def cancel_line(request_id: str) -> str:
    """Stop at the next token."""
    return json.dumps({"op": "cancel", "id": request_id})


def shutdown_line() -> str:
    """Finish and leave."""
    return json.dumps({"op": "shutdown"})
