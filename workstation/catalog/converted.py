"""A model's language model in llama.cpp's form: where such files lie, which are whole, and the seal beside each.

A seal states the file's hash and size and the weights it was made from: a file of other weights is not this model's.
A bundled model is never written into. Standard library only; `vlm.conversion` writes the files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from workstation.catalog.copying import copy
from workstation.catalog.installed import InstalledModel
from workstation.catalog.needs import QUANTISATIONS
from workstation.paths import Home

FORM = 2  # goes up when the writer changes, so that older files are not used
_STEM = "language-"


@dataclass(frozen=True, slots=True)
class Seal:
    """What was written: the GGUF's hash and size, the weights' hash (`Manifest.sha256`), the writer's form."""

    sha256: str
    bytes: int
    weights: str
    form: int = FORM


@dataclass(frozen=True, slots=True)
class ConvertedFile:
    """A sealed file that is there with its whole size."""

    quantisation: str
    path: Path
    seal: Seal


def place(home: Home, model: InstalledModel, quantisation: str) -> Path:
    """Where the file of that quantisation belongs, whether it is there or not."""
    folder = home.root / "converted" / model.manifest.id if model.bundled else model.folder
    return folder / f"{_STEM}{quantisation}.gguf"


def present(home: Home, model: InstalledModel) -> tuple[ConvertedFile, ...]:
    """Files that fit the model's weights, the most exact first."""
    found = (find(home, model, quantisation) for quantisation in QUANTISATIONS)
    return tuple(each for each in found if each is not None)


def find(home: Home, model: InstalledModel, quantisation: str) -> ConvertedFile | None:
    """The file of that quantisation; None when it is absent, cut, of other weights or of an older form."""
    path = place(home, model, quantisation)
    try:
        seal = Seal(**json.loads(_seal_of(path).read_text(encoding="utf-8")))
        whole = path.stat().st_size == seal.bytes
    except (OSError, ValueError, TypeError):
        return None
    if not whole or seal.weights != model.manifest.sha256 or seal.form != FORM:
        return None
    return ConvertedFile(quantisation, path, seal)


def seal(home: Home, model: InstalledModel, quantisation: str, sha256: str, size: int) -> ConvertedFile:
    """Write the seal of a file that was just made; it comes last, so that a file without one is no file."""
    path = place(home, model, quantisation)
    made = Seal(sha256, size, model.manifest.sha256)
    part = _seal_of(path).with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(asdict(made)) + "\n", encoding="utf-8")
    os.replace(part, _seal_of(path))
    return ConvertedFile(quantisation, path, made)


def intact(file: ConvertedFile, hear: Callable[[int], None] = lambda count: None) -> bool:
    """Whether every byte is as it was written."""
    try:
        return copy(file.path, None, hear) == (file.seal.sha256, file.seal.bytes)
    except OSError:
        return False


def remove(file: ConvertedFile) -> None:
    """The seal first: a file without one is no file."""
    _seal_of(file.path).unlink(missing_ok=True)
    file.path.unlink(missing_ok=True)


def _seal_of(path: Path) -> Path:
    return path.with_suffix(".seal.json")
