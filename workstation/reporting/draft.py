"""The model's words as an immutable record. Knows nothing of models, films or screens.

The JSON shape is CONTRACT's ``draft``; keys are only ever added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """One drafted sentence; ``contradicts`` names findings whose head score speaks against it."""

    text: str
    section: str  # "findings" or "impression"
    score: float | None = None
    contradicts: tuple[str, ...] = ()


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

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values in CONTRACT's shape."""
        out = asdict(self)
        for key in ("not_assessed", "warnings", "sop_instance_uids", "sentences"):
            out[key] = list(out[key])
        for sentence in out["sentences"]:
            sentence["contradicts"] = list(sentence["contradicts"])
        if self.probabilities is not None:
            out["probabilities"] = dict(self.probabilities)
        return out

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Draft:
        """The inverse of `to_json`; unknown keys are ignored so that newer drafts open."""
        known = {name: value[name] for name in Draft.__slots__ if name in value}
        known["sentences"] = tuple(
            DraftSentence(s["text"], s["section"], s.get("score"), tuple(s.get("contradicts", ())))
            for s in value["sentences"]
        )
        known["model"] = DraftModel(**{k: v for k, v in value["model"].items() if k in DraftModel.__slots__})
        known["decoding"] = Decoding(**value["decoding"])
        known["seconds"] = DraftSeconds(**value["seconds"])
        for key in ("not_assessed", "warnings", "sop_instance_uids"):
            known[key] = tuple(value.get(key, ()))
        return Draft(**known)
