"""The model's words as an immutable record. Knows nothing of models, films or screens.

The JSON shape is CONTRACT's ``draft``; keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One drafted sentence.

    ``contradicts`` names findings whose head score speaks against it, ``disputed`` findings of which another sentence
    of the same draft says the opposite. ``denied`` are the findings that a foreign model's sentence denies, each with
    its measured sensitivity, None = unmeasured (clinical-safety 2).
    """

    text: str
    section: str  # "findings" or "impression"
    score: float | None = None
    contradicts: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    denied: tuple[tuple[str, float | None], ...] = ()


@dataclass(frozen=True, slots=True)
class DraftModel:
    """Which weights wrote it, where they ran."""

    id: str
    sha256: str
    backend: str  # "torch" or "llama.cpp"
    device: str  # "cpu" or "cuda (NVIDIA ...)"
    quantisation: str
    clinical: bool = False
    hash_checked: str = "full"  # "full" or "size and time" (the full hash runs in the background)


@dataclass(frozen=True, slots=True)
class Decoding:
    """Sampling settings; temperature 0 is greedy."""

    temperature: float
    top_p: float
    top_k: int
    max_new_tokens: int


@dataclass(frozen=True, slots=True)
class DraftSeconds:
    """Seconds from the request; ``total`` includes ``load``."""

    load: float
    encode: float
    first_token: float
    total: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What the model wrote about one film. Never changed after it is made."""

    findings: str
    impression: str
    text: str
    not_assessed: tuple[str, ...]
    sentences: tuple[DraftSentence, ...]
    probabilities: Mapping[str, float] | None
    model: DraftModel
    prompt: str
    decoding: Decoding
    seed: int
    pixel_sha256: str
    seconds: DraftSeconds
    tokens: int
    stopped_by: str  # "end", "length", "stop"
    warnings: tuple[str, ...]
    sop_instance_uids: tuple[str, ...] = ()
    created_at: str = ""  # ISO 8601 UTC
    override: str = ""  # the refusal code that --anyway overrode, or ""
    token_ids: tuple[int, ...] = ()  # all that the model wrote, before anything was taken out of it

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in CONTRACT's shape."""
        return _plain(asdict(self))

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Draft:
        """The inverse of `to_json`; unknown keys are ignored so that newer drafts open."""
        return Draft(**_parts(Draft, value, ("not_assessed", "warnings", "sop_instance_uids", "token_ids")))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model answered to one question on a film. It never enters a report by itself."""

    text: str
    task: str  # "question" or "differential"
    question: str  # as the reader asked it; "" for a differential
    sentences: tuple[DraftSentence, ...]
    model: DraftModel
    prompt: str
    decoding: Decoding
    seed: int
    pixel_sha256: str
    seconds: DraftSeconds
    tokens: int
    stopped_by: str  # "end", "length"
    warnings: tuple[str, ...]
    sop_instance_uids: tuple[str, ...] = ()
    created_at: str = ""  # ISO 8601 UTC
    override: str = ""  # the refusal code that --anyway overrode, or ""
    token_ids: tuple[int, ...] = ()  # all that the model wrote, before anything was taken out of it
    turns_used: int = 0  # of the chat before, how many question-answer pairs the model was given

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; keys as a draft's where they mean the same."""
        return _plain(asdict(self))

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Answer:
        """The inverse of `to_json`; unknown keys are ignored."""
        return Answer(**_parts(Answer, value, ("warnings", "sop_instance_uids", "token_ids")))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which regions of a film change the score of one finding when they are covered (clinical-safety 8).

    ``grid`` (rows, columns), at most 64 x 64, row 0 at the top of the film as it is stored: how much the logit of the
    finding falls when the cell is covered, negative where it rises. ``rectangle`` is what the grid covers, in stored
    pixels: (row0, column0, row1, column1), ends outside. Never exported, never part of a report.
    """

    finding: str
    score: float
    grid: tuple[tuple[float, ...], ...]
    rectangle: tuple[float, float, float, float]
    model: DraftModel
    pixel_sha256: str
    seconds: float
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        return _plain(asdict(self))

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Evidence:
        """The inverse of `to_json`; unknown keys are ignored."""
        known = {name: value[name] for name in Evidence.__slots__ if name in value}
        known["grid"] = tuple(tuple(float(drop) for drop in row) for row in value["grid"])
        known["rectangle"] = tuple(float(edge) for edge in value["rectangle"])
        known["model"] = _model(value["model"])
        return Evidence(**known)


def _plain(value: Any) -> Any:
    """Tuples become lists at any depth, mappings dicts."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (tuple, list)) else value


def _parts(kind: type, value: Mapping[str, Any], tuples: tuple[str, ...]) -> dict[str, Any]:
    """The fields of ``kind`` that JSON's ``value`` has, each as its own record again."""
    known = {name: value[name] for name in kind.__slots__ if name in value}  # type: ignore[attr-defined]
    known["sentences"] = tuple(_sentence(sentence) for sentence in value.get("sentences", ()))
    known["model"] = _model(value["model"])
    known["decoding"] = Decoding(**value["decoding"])
    known["seconds"] = DraftSeconds(**value["seconds"])
    return known | {key: tuple(value.get(key, ())) for key in tuples}


def _sentence(value: Mapping[str, Any]) -> DraftSentence:
    denied = tuple((finding, sensitivity) for finding, sensitivity in value.get("denied", ()))
    against, disputed = tuple(value.get("contradicts", ())), tuple(value.get("disputed", ()))
    return DraftSentence(value["text"], value["section"], value.get("score"), against, disputed, denied)


def _model(value: Mapping[str, Any]) -> DraftModel:
    return DraftModel(**{key: item for key, item in value.items() if key in DraftModel.__slots__})
