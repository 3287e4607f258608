"""manifest.toml -> `Manifest`: what a model is, which films it accepts, what it may deny, whose bytes it has.

Knows TOML and plain values only: no weights, no torch, no films.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workstation.errors import ModelError

NAME = "manifest.toml"
_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WEIGHTS = (".safetensors", ".gguf")
OURS, PUBLISHED, FOREIGN_GGUF = "cxr-llava", "cxr-llava-v2", "gguf-vision"
KINDS = (OURS, PUBLISHED, FOREIGN_GGUF)


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model and the bytes it must have."""

    name: str
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """Films the model was made for; age in completed years, both ends included."""

    views: tuple[str, ...] = ("PA", "AP")
    age_years: tuple[float, float] = (18, 150)


@dataclass(frozen=True, slots=True)
class Preprocess:
    """How `imaging.prepare` brings a film to the encoder; ``side`` in pixels."""

    side: int
    method: str


@dataclass(frozen=True, slots=True)
class DecodingDefaults:
    """The model's own sampling settings."""

    temperature: float = 0.2
    top_p: float = 0.8
    top_k: int = 50
    max_new_tokens: int = 256


@dataclass(frozen=True, slots=True)
class Manifest:
    """One model as its maker describes it.

    ``kind`` says which loader reads it. ``deniable`` are findings whose absence it may state (clinical-safety 2);
    ``thresholds`` the finding head's operating points; ``gate`` the score of a film class ("lateral chest", "other",
    "child") from which it is refused. ``parameters`` counts weights and one answer's memory, see `catalog.needs`.
    """

    id: str
    name: str
    files: tuple[ModelFile, ...]
    preprocess: Preprocess
    kind: str = OURS
    version: str = ""
    description: str = ""
    clinical: bool = False
    statement: str = ""
    terms: str = ""
    source: str = ""
    findings: tuple[str, ...] = ()
    deniable: tuple[str, ...] = ()
    paper_findings: tuple[str, ...] = ()
    accepts: Accepted = Accepted()
    decoding: DecodingDefaults = DecodingDefaults()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    gate: Mapping[str, float] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    prompt: str = ""
    prompts: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)
    needs_bytes: int = 0
    backends: tuple[str, ...] = ("torch",)
    quantisations: tuple[str, ...] = ("F32",)
    tasks: tuple[str, ...] = ("report",)  # and "differential", "question": what it was trained for

    @property
    def foreign(self) -> bool:
        """Whether others made it: its denials stand, each with its measured sensitivity (clinical-safety 2)."""
        return self.kind != OURS

    @property
    def weights(self) -> tuple[ModelFile, ...]:
        """The files that hold weights, by name."""
        return tuple(file for file in self.files if file.name.endswith(_WEIGHTS))

    @property
    def sha256(self) -> str:
        """The weights' hash; of several shards, the hash of their ``sha256  name`` lines in order of name."""
        if len(self.weights) == 1:
            return self.weights[0].sha256
        lines = "".join(f"{file.sha256}  {file.name}\n" for file in self.weights)
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(file.bytes for file in self.files)


def read(folder: Path) -> Manifest:
    """``folder/manifest.toml`` -> `Manifest`; raises `ModelError` (code ``manifest``)."""
    try:
        return parse(tomllib.loads((folder / NAME).read_text(encoding="utf-8")))
    except OSError as error:
        raise _damaged(folder.name, "cannot be read") from error
    except (ValueError, OverflowError, RecursionError) as error:
        raise _damaged(folder.name, "is damaged") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise _damaged(folder.name, "lacks a value or holds one of the wrong kind") from error


def parse(value: Mapping[str, Any]) -> Manifest:
    """TOML's tables -> `Manifest`; raises KeyError, TypeError or ValueError for what cannot be used."""
    files = tuple(sorted((_file(n, f) for n, f in value["files"].items()), key=lambda file: file.name))
    manifest = Manifest(
        id=_matching(_ID, value["id"]),
        name=_text(value, "name") or value["id"],
        files=files,
        kind=_kind(value.get("kind", OURS)),
        preprocess=Preprocess(_positive(value["preprocess"]["side"]), str(value["preprocess"]["method"])),
        clinical=value.get("clinical", False) is True,
        accepts=_accepts(value.get("accepts", {})),
        decoding=_decoding(value.get("decoding", {})),
        thresholds=_numbers(value.get("thresholds", {})),
        gate=_numbers(value.get("gate", {})),
        scores=dict(value.get("scores", {})),
        needs_bytes=int(value.get("needs_bytes", 0)) or sum(file.bytes for file in files) * 2,
        version=_text(value, "version"),
        description=_text(value, "description"),
        statement=_text(value, "statement"),
        terms=_text(value, "terms"),
        source=_text(value, "source"),
        prompt=_text(value, "prompt"),
        prompts={str(key): str(text) for key, text in value.get("prompts", {}).items()},
        parameters={str(key): int(number) for key, number in value.get("parameters", {}).items()},
        findings=_words(value.get("findings", ())),
        deniable=_words(value.get("deniable", ())),
        paper_findings=_words(value.get("paper_findings", ())),
        backends=_words(value.get("backends", ("torch",))),
        quantisations=_words(value.get("quantisations", ("F32",))),
        tasks=_words(value.get("tasks", ("report",))),
    )
    if not manifest.weights:
        raise ValueError("no weights")
    return manifest


def _file(name: str, value: Mapping[str, Any]) -> ModelFile:
    # A manifest that came from elsewhere must not point outside its own folder.
    if Path(name).is_absolute() or ".." in Path(name).parts or "\\" in name or ":" in name:
        raise ValueError("a file outside the model's folder")
    return ModelFile(name, _matching(_SHA256, value["sha256"]), int(value["bytes"]))


def _accepts(value: Mapping[str, Any]) -> Accepted:
    low, high = value.get("age_years", Accepted().age_years)
    return Accepted(_words(value.get("views", Accepted().views)), (float(low), float(high)))


def _decoding(value: Mapping[str, Any]) -> DecodingDefaults:
    default = DecodingDefaults()
    return DecodingDefaults(
        float(value.get("temperature", default.temperature)),
        float(value.get("top_p", default.top_p)),
        int(value.get("top_k", default.top_k)),
        _positive(value.get("max_new_tokens", default.max_new_tokens)),
    )


def _matching(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError("not of the expected form")
    return value


def _kind(value: object) -> str:
    if value not in KINDS:
        raise ValueError("a kind of model that this program does not know")
    return str(value)


def _text(value: Mapping[str, Any], key: str) -> str:
    return str(value.get(key, "")).strip()


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, (list, tuple)):
        raise TypeError("not a list")
    return tuple(str(item) for item in value)


def _numbers(value: Mapping[str, Any]) -> dict[str, float]:
    return {str(key): float(number) for key, number in value.items()}


def _positive(value: object) -> int:
    if not isinstance(value, int) or value <= 0:
        raise ValueError("not a positive number")
    return value


def _damaged(name: str, what: str) -> ModelError:
    return ModelError(
        f"The manifest of the model {name} {what}.",
        "Remove the model's folder and install the model again.",
        "manifest",
    )
