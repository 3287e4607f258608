"""A folder that somebody downloaded -> what it holds for us: kind, files to take, what stays behind, its terms.

Reads names, sizes and small texts only; what is inside the weights is `vlm`'s to judge. Never opens pickle, runs none
of the folder's code and follows no link out of it.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.catalog import manifest as manifests
from workstation.catalog import terms
from workstation.catalog.manifest import FOREIGN_GGUF, OURS, PUBLISHED, Manifest
from workstation.errors import ModelError

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
INDEX = "model.safetensors.index.json"
_WORDS = ("tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")
_BESIDE = {
    PUBLISHED: ("config.json", "generation_config.json", INDEX, *_WORDS),
    OURS: ("CARD.md", "run.json"),  # how it was trained stays with it
    FOREIGN_GGUF: (),
}
_PAPERS = ("README.md", "LICENSE", "LICENSE.txt", "LICENSE.md", "USE_POLICY.md", "NOTICE")
_UNFINISHED = (".incomplete", ".part", ".crdownload", ".aria2", ".download", ".tmp")
_POINTER = b"version https://git-lfs.github.com/"
_AGAIN = "Download the model's folder again."


@dataclass(frozen=True, slots=True)
class Source:
    """One file to take: its name in the folder, its size, and the hash that its maker states ("" = none)."""

    name: str
    bytes: int
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A folder that may become a model; ``left_out`` names what is not taken, with the reason."""

    folder: Path
    kind: str
    files: tuple[Source, ...]
    left_out: tuple[tuple[str, str], ...]
    terms: str
    manifest: Manifest | None = None  # the folder's own

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def examine(folder: Path) -> Candidate:
    """Raises `ModelError` for a folder that holds no model for this program, or whose files are none."""
    folder = _resolved(folder)
    names = sorted(entry.name for entry in os.scandir(folder))
    kind, own = _kind(folder, names)
    files = tuple(_source(folder, name, own) for name in _wanted(folder, kind, names, own))
    left = tuple((name, _why_left(folder / name)) for name in names if name not in {file.name for file in files})
    said = own.terms if own and own.terms else terms.stated(folder)
    return Candidate(folder, kind, files, left, said, own)


def safe_id(name: str) -> str:
    """A folder's name as an id: lower case, digits, ``. _ -``, at most 56 characters."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:56].strip("-._")
    return plain or "model"


def _resolved(folder: Path) -> Path:
    if folder.is_dir():
        return folder.resolve()
    if folder.name.endswith(PICKLED):
        raise pickled(folder.name)
    if folder.is_file():
        raise ModelError(f"{folder.name} is a file.", "Choose the folder that holds the whole model.", "model_missing")
    raise ModelError(f"There is no folder {folder.name}.", "Choose the model's folder.", "model_missing")


def _kind(folder: Path, names: list[str]) -> tuple[str, Manifest | None]:
    if manifests.NAME in names:
        own = manifests.read(folder)
        return own.kind, own
    has = {suffix: any(name.endswith(suffix) for name in names) for suffix in (".safetensors", ".gguf", *PICKLED)}
    if has[".gguf"] and not has[".safetensors"]:
        return FOREIGN_GGUF, None
    if _model_type(folder) == OURS and "run.json" in names:  # train encoder, train contrast
        raise ModelError(
            "The folder holds an encoder that has no language model yet.",
            "Go on with: main.py train align --start FOLDER, and import what that writes.",
            "model_missing",
        )
    if _model_type(folder) == OURS:
        raise ModelError(
            "The folder holds a model of this program without its manifest.toml.",
            "Choose the folder that the training run wrote, with its manifest.",
            "model_missing",
        )
    if not has[".safetensors"] and any(has[suffix] for suffix in PICKLED):
        raise pickled(next(name for name in names if name.endswith(PICKLED)))
    if not names or not (has[".safetensors"] or "config.json" in names or INDEX in names):
        raise ModelError(
            f"The folder {folder.name} holds no model.",
            "Choose the folder with config.json, tokenizer and safetensors files.",
            "model_missing",
        )
    return PUBLISHED, None


def _wanted(folder: Path, kind: str, names: list[str], own: Manifest | None) -> list[str]:
    beside = [name for name in (*_BESIDE[kind], *_PAPERS) if name in names]
    if own is not None:
        return list(dict.fromkeys([*(file.name for file in own.files), *beside]))
    if kind == FOREIGN_GGUF:
        return [*(name for name in names if name.endswith(".gguf")), *beside]
    named = _indexed(folder / INDEX)  # those that exist: which are missing is told with the check of the shards
    return [*beside, *(name for name in names if name.endswith(".safetensors") and (not named or name in named))]


def _indexed(path: Path) -> set[str]:
    found = _json(path)
    table = found.get("weight_map") if isinstance(found, dict) else None
    return {name for name in table.values() if isinstance(name, str)} if isinstance(table, dict) else set()


def _model_type(folder: Path) -> object:
    found = _json(folder / "config.json")
    return found.get("model_type") if isinstance(found, dict) else None


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None  # damaged or missing is told by the check of the contents


def _source(folder: Path, name: str, own: Manifest | None) -> Source:
    path = folder / name
    if name.endswith(PICKLED):
        raise pickled(name)
    if not path.resolve().is_relative_to(folder):
        raise ModelError(
            f"{name} is a link to a file outside the folder.",
            "Copy the model into a folder of its own, the files themselves instead of links, and import that.",
            "model_format",
        )
    stated = {file.name: file for file in own.files} if own else {}
    size = _size(path, _unfinished(folder, name))
    if name in stated and stated[name].bytes != size:
        raise ModelError(f"{name} has not the size that its manifest states.", _AGAIN, "model_damaged")
    return Source(name, size, stated[name].sha256 if name in stated else "")


def _size(path: Path, unfinished: str) -> int:
    try:
        found = path.stat()
        pointer = stat.S_ISREG(found.st_mode) and _begins(path, _POINTER)  # opening a pipe would wait for ever
    except OSError as error:
        why = f"its download is not finished ({unfinished})" if unfinished else "it is missing or cannot be read"
        raise ModelError(f"{path.name}: {why}.", _AGAIN, "model_missing") from error
    if not stat.S_ISREG(found.st_mode):
        raise ModelError(f"{path.name} is not a file.", _AGAIN, "model_format")
    if pointer:
        raise ModelError(
            f"{path.name} is a git-lfs pointer, not the file itself.",
            "Run git lfs pull in the model's folder, or download it again with its large files.",
            "model_damaged",
        )
    return found.st_size


def _begins(path: Path, with_: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(with_)) == with_


def _unfinished(folder: Path, name: str) -> str:
    return next((name + suffix for suffix in _UNFINISHED if (folder / (name + suffix)).exists()), "")


def _why_left(path: Path) -> str:
    if path.name.endswith(PICKLED):
        return "pickle, which can run foreign code when it is read: never opened"
    if path.suffix == ".py":
        return "code of the folder: never run"
    if path.name.endswith(_UNFINISHED):
        return "a download that is not finished"
    if path.name == manifests.NAME:
        return "read; this home gets a manifest of its own"
    return "a folder" if path.is_dir() else "not needed"


def pickled(name: str) -> ModelError:
    """The refusal of weights that only pickle can read."""
    return ModelError(
        f"{name} is a pickle file, which can run foreign code when it is read.",
        "Download the safetensors files of the same model and choose their folder.",
        "model_format",
    )
