"""A CXR-LLaVA's folder -> one GGUF file of its language model, whole or not at all, with its SHA-256.

F32 is exact for every source; F16 and Q8_0 are made here, tensor by tensor; Q4_K_M by llama.cpp in a process of its
own, from a file that holds the source's numbers exactly. What K-quants cannot take stays Q8_0 and is told.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workstation.catalog.manifest import Manifest
from workstation.errors import ModelError
from workstation.vlm import gguf, gguf_header, quantise
from workstation.vlm.gguf import Language
from workstation.vlm.language import language

QUANTISATIONS = ("F32", "F16", "Q8_0", "Q4_K_M")
_K_BLOCK = 256
_K_BYTES = 0.7  # a weight, rounded up: Q4_K has 4.5 bits, Q6_K 6.6
_MARGIN = 64 << 20
_STALE_S = 3600  # a conversion writes all the time: what was not touched for an hour is a dead one's
_CHUNK = 16 << 20
Progress = Callable[[str, float], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Converted:
    """A finished file; ``notes`` are sentences on what it is not, e.g. tensors that stayed larger."""

    path: Path
    sha256: str
    bytes: int
    quantisation: str
    notes: tuple[str, ...] = ()


def convert(
    manifest: Manifest, folder: Path, out: Path, quantisation: str, progress: Progress, stop: Stop
) -> Converted:
    """Write ``out`` from the model in ``folder``; an earlier file stays until the new one is whole.

    Parameters
    ----------
    progress : what is being done and the share of it that is done, 0 to 1.
    stop : asked between tensors and ten times a second.

    Raises
    ------
    ModelError
        Unknown quantisation or kind, damaged weights, too little disk (code ``disk``), ``stopped``, ``backend``.
    """
    if quantisation not in QUANTISATIONS:
        one_of = f"Choose one of {', '.join(QUANTISATIONS)}."
        raise ModelError(f"{quantisation} is no quantisation this program writes.", one_of, "quantisation")
    found = language(manifest.kind, folder)
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        _need_room(out.parent, _room(found, quantisation))
        notes = _write(part, found, quantisation, progress, stop)
        return _seal(part, out, quantisation, notes, progress, stop)
    except OSError as error:
        raise ModelError(
            "The language model could not be written for llama.cpp.",
            "Free the disk, or choose the backend torch.",
            "disk",
        ) from error
    finally:
        for leftover in (part, _between(part)):
            with contextlib.suppress(OSError):
                leftover.unlink(missing_ok=True)


def kept(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """llama.cpp's names of the matrices that K-quants cannot take -> the type they get instead."""
    wrong = {name: shape for name, shape in shapes.items() if len(shape) > 1 and shape[-1] % _K_BLOCK}
    return {gguf.renamed(name): gguf.kind_of(shape, "Q8_0").name for name, shape in wrong.items()}


def _write(part: Path, found: Language, quantisation: str, progress: Progress, stop: Stop) -> tuple[str, ...]:
    if quantisation != "Q4_K_M":
        _plain(part, found, quantisation, progress, stop)
        odd = [shape for shape in found.shapes.values() if gguf.kind_of(shape, quantisation).name == "F16"]
        return _told(len(odd), "F16", 32) if quantisation == "Q8_0" else ()
    between, larger = _between(part), kept(found.shapes)
    _plain(between, found, found.stored, progress, stop)
    expected = _k_bytes(found)

    def tick() -> None:
        size = part.stat().st_size if part.exists() else 0
        progress("quantising", min(1.0, size / expected))

    quantise.quantise(between, part, quantisation, larger, tick, stop)
    return _told(len(larger), "Q8_0", _K_BLOCK)


def _told(count: int, kind: str, block: int) -> tuple[str, ...]:
    return (f"{count} matrices stay {kind}: their rows are no multiple of {block}.",) if count else ()


def _plain(path: Path, found: Language, quantisation: str, progress: Progress, stop: Stop) -> None:
    total, done = found.bytes(quantisation), 0
    progress("writing", 0.0)
    for written in gguf.write(path, found, quantisation):
        done += written
        progress("writing", done / total)
        if stop():
            raise quantise.stopped()


def _seal(
    part: Path, out: Path, quantisation: str, notes: tuple[str, ...], progress: Progress, stop: Stop
) -> Converted:
    """Look at the file once more, hash it, bring it to the disk, give it its name."""
    gguf_header.read(part)
    digest, size, done = hashlib.sha256(), part.stat().st_size, 0
    with part.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress("checking", done / size)
            if stop():
                raise quantise.stopped()
        os.fsync(file.fileno())
    os.replace(part, out)
    return Converted(out, digest.hexdigest(), size, quantisation, notes)


def _between(part: Path) -> Path:
    """Where the exact file lies from which the small one is made."""
    return part.with_name(part.name.replace(".part", ".between.part"))


def _room(found: Language, quantisation: str) -> int:
    if quantisation != "Q4_K_M":
        return found.bytes(quantisation) + _MARGIN
    return found.bytes(found.stored) + _k_bytes(found) + _MARGIN


def _k_bytes(found: Language) -> int:
    """About what Q4_K_M will weigh, not less."""
    odd = {name: shape for name, shape in found.shapes.items() if shape[-1] % _K_BLOCK}
    weights = sum(int(np.prod(shape)) for name, shape in found.shapes.items() if name not in odd)
    return int(weights * _K_BYTES) + sum(int(np.prod(shape)) * 4 for shape in odd.values())


def _need_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"Converting the model needs {needed / 1e9:.1f} GB on the disk, and {free / 1e9:.1f} GB are free.",
            "Free the disk, then convert again.",
            "disk",
        )


def _sweep(out: Path) -> None:
    """Take away what a killed conversion of the same file left."""
    for old in out.parent.glob(f"{out.name}.*.part"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_S:
                old.unlink()
