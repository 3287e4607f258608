"""One line of the worker's stdin -> a request whose every value has the type and range that its record states.

The window is trusted no more than any other writer: what is wrong is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any

from workstation.drafting.messages import (
    AskRequest,
    DraftRequest,
    EvidenceRequest,
    JobRequest,
    Request,
    StatusRequest,
)

LONGEST_QUESTION = 4000  # characters
MOST_TURNS = 200
TASKS = ("question", "differential")
VERBS = ("import", "convert", "verify")
OPS: Mapping[str, type[Request]] = {
    "draft": DraftRequest,
    "ask": AskRequest,
    "evidence": EvidenceRequest,
    "job": JobRequest,
    "status": StatusRequest,
}


def request_of(value: Mapping[str, Any]) -> Request:
    """A decoded line -> its request; keys of newer windows are passed over. Raises ValueError for what is wrong."""
    kind = OPS[value["op"]]
    found = {field.name: _checked(field, value) for field in fields(kind) if _stated(field, value)}
    request = kind(**found)
    if not _sound(request):
        raise ValueError(f"{value['op']}: a value that cannot be")
    return request


def _stated(field: Field[Any], value: Mapping[str, Any]) -> bool:
    if field.name not in value and field.default is MISSING:
        raise ValueError(f"{field.name} is missing")
    return field.name in value


def _checked(field: Field[Any], value: Mapping[str, Any]) -> Any:
    return _TYPES[str(field.type)](value[field.name])


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def check(item: Any) -> Any:
        if type(item) not in kinds:  # a bool is no int here
            raise ValueError("a value of the wrong type")
        return item

    return check


def _turns(item: Any) -> tuple[tuple[str, str], ...]:
    text = _exactly(str)
    pairs = tuple(tuple(text(part) for part in _exactly(list)(pair)) for pair in _exactly(list)(item))
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("a turn is a question and an answer")
    return pairs  # type: ignore[return-value]


_TYPES: Mapping[str, Callable[[Any], Any]] = {
    "str": _exactly(str),
    "int": _exactly(int),
    "bool": _exactly(bool),
    "str | None": _exactly(str, type(None)),
    "int | None": _exactly(int, type(None)),
    "tuple[tuple[str, str], ...]": _turns,
}


def _sound(request: Request) -> bool:
    if not request.id:
        return False
    if isinstance(request, AskRequest):
        return _sound_question(request)
    if isinstance(request, JobRequest):
        wanted = request.folder if request.verb == "import" else request.model
        return request.verb in VERBS and bool(wanted) and (request.verb != "convert" or bool(request.quantisation))
    return not isinstance(request, EvidenceRequest) or bool(request.finding)


def _sound_question(request: AskRequest) -> bool:
    asked = request.task == "differential" or bool(request.question.strip())
    short = len(request.question) <= LONGEST_QUESTION and len(request.turns) <= MOST_TURNS
    return request.task in TASKS and asked and short
