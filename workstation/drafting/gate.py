"""What the encoder takes a film for -> the kind of film that speaks against a draft, or none (clinical-safety 3).

Knows scores, records and sentences; no pixels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

REFUSE_FROM = 0.5  # where the manifest states no score
_CODES = {"frontal": "", "lateral": "lateral", "child": "age", "": "not_chest"}
_SPOKEN = {
    "lateral": (
        "To this model the film looks like a lateral view.",
        "Draft the frontal film of the study, or ask for a draft anyway if this is the frontal one.",
    ),
    "age": (
        "To this model the film looks like a child's chest, and it was made for adults.",
        "Write the report yourself, or ask for a draft anyway if the patient is grown up.",
    ),
    "not_chest": (
        "To this model the film does not look like a frontal chest film.",
        "Choose the chest film of the study, or ask for a draft anyway if this is one.",
    ),
}


class Seeming(NamedTuple):
    """A kind of film that the model must not draft, with how sure the encoder is."""

    code: str
    message: str
    remedy: str
    score: float


def seeming(gate: Mapping[str, float] | None, limits: Mapping[str, float]) -> Seeming | None:
    """The likeliest kind that speaks against a draft and reaches its limit; None when none does, or without a gate."""
    against = {kind: score for kind, score in (gate or {}).items() if code_of(kind)}
    if not against:
        return None
    lines = {kind: limits.get(kind, REFUSE_FROM) for kind in against}
    reached = {kind: score for kind, score in against.items() if score >= lines[kind]}
    # Limits of a card are judged kind by kind, as the card's own figures are; without a card two kinds may share
    # what the frontal chest lacks, and the larger is named.
    if not reached and (limits or sum(against.values()) < REFUSE_FROM):
        return None
    candidates = reached or against
    kind = max(candidates, key=lambda name: candidates[name])
    message, remedy = _SPOKEN[code_of(kind)]
    return Seeming(code_of(kind), message, remedy, against[kind])


def code_of(kind: str) -> str:
    """The refusal's code of a gate class; "" for the film that is wanted."""
    return next(code for word, code in _CODES.items() if word in kind)
