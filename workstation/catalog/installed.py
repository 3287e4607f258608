"""Folders of models -> which are there, which is the default, whether their bytes are theirs.

A full check of the bytes is remembered by size, time and inode, so that starting does not hash gigabytes twice.
It loads no weights and knows no film.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workstation.catalog import manifest as manifests
from workstation.catalog.manifest import Manifest, ModelFile
from workstation.errors import ModelError
from workstation.paths import Home, bundled_models
from workstation.settings import Settings

HASH_AT_ONCE_BYTES = 256 << 20  # up to here a load hashes fully: a quarter of a second
_CHUNK = 4 << 20
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model's folder. ``status``: "ready", "incomplete" (files missing) or "damaged" (wrong size or hash)."""

    manifest: Manifest
    folder: Path
    status: str
    bundled: bool = False


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """Whether every file of a model has its bytes; ``bad`` names files with "missing", "wrong size" or "changed"."""

    id: str
    ok: bool
    sha256: str
    bytes: int
    bad: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Broken:
    """A folder that should hold a model and does not."""

    name: str
    error: ModelError


def installed(home: Home) -> list[InstalledModel]:
    """Models that ship with the program, then the home's own; a broken folder is left out (see `broken`)."""
    return [found for found in _folders(home) if isinstance(found, InstalledModel)]


def broken(home: Home) -> list[Broken]:
    """Folders with a manifest that cannot be used."""
    return [found for found in _folders(home) if isinstance(found, Broken)]


def find(home: Home, model_id: str) -> InstalledModel:
    """The model of that id; raises `ModelError` (code ``no_model``) naming those that are there."""
    models = installed(home)
    for model in models:
        if model.manifest.id == model_id:
            return model
    for folder in broken(home):
        if folder.name == model_id:
            raise folder.error
    there = ", ".join(model.manifest.id for model in models) or "none"
    raise ModelError(f"There is no model called {model_id}.", f"Installed models: {there}.", "no_model")


def default(home: Home, settings: Settings) -> InstalledModel:
    """The model of the setting ``model``, else the first that is ready; raises `ModelError`."""
    if settings["model"]:
        return find(home, settings["model"])
    models = installed(home)
    ready = [model for model in models if model.status == "ready"]
    if ready or models:
        return (ready or models)[0]
    raise ModelError("No model is installed.", "Reinstall the program, or import a model.", "no_model")


def verify(model: InstalledModel, progress: Progress | None = None, home: Home | None = None) -> VerifyResult:
    """Hash every file; with ``home`` a good result is remembered for `remembered`."""
    bad = []
    done = 0
    for file in model.manifest.files:
        problem = _problem(model.folder, file, progress, done, model.manifest.bytes)
        done += file.bytes
        if problem:
            bad.append((file.name, problem))
    if home is not None and not bad:
        remember(home, model)
    return VerifyResult(model.manifest.id, not bad, model.manifest.sha256, model.manifest.bytes, tuple(bad))


def remembered(home: Home, model: InstalledModel) -> bool:
    """Whether these very files (size, time, inode) passed a full check before."""
    try:
        known = json.loads(_memory(home).read_text(encoding="utf-8"))
        return bool(known[str(model.folder)] == stamp(model))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def check(home: Home, model: InstalledModel) -> str:
    """Before a load: "full" or "size and time", see `draft.DraftModel.hash_checked`; raises `ModelError`.

    Small models are hashed each time they are loaded. A large one that passed once and has not been touched is
    taken by size, time and inode; the caller hashes it again in the background.
    """
    if model.manifest.bytes > HASH_AT_ONCE_BYTES and remembered(home, model):
        return "size and time"
    result = verify(model, home=home)
    if not result.ok:
        raise damaged(model.manifest, result)
    return "full"


def damaged(manifest: Manifest, result: VerifyResult) -> ModelError:
    """The refusal to load a model whose bytes are not its own."""
    what = "; ".join(f"{name}: {problem}" for name, problem in result.bad[:3])
    return ModelError(
        f"The model {manifest.id} is damaged ({what}).",
        "Install the model again; for the bundled model, restore the folder models/ from the program's own copy.",
        "damaged_model",
    )


def _folders(home: Home) -> list[InstalledModel | Broken]:
    found: list[InstalledModel | Broken] = []
    taken: set[str] = set()
    for root, bundled in ((bundled_models(), True), (home.models, False)):
        for folder in sorted(root.iterdir()) if root.is_dir() else ():
            if folder.name.startswith(".") or not (folder / manifests.NAME).is_file():
                continue  # hidden: an import at work, or what is left of one
            model = _model(folder, bundled)
            name = model.manifest.id if isinstance(model, InstalledModel) else model.name
            if name not in taken:  # an id names one model: the bundled one cannot be shadowed
                found.append(model)
                taken.add(name)
    return found


def _model(folder: Path, bundled: bool) -> InstalledModel | Broken:
    try:
        manifest = manifests.read(folder)
    except ModelError as error:
        return Broken(folder.name, error)
    return InstalledModel(manifest, folder, _status(folder, manifest), bundled)


def _status(folder: Path, manifest: Manifest) -> str:
    sizes = [_size(folder / file.name) for file in manifest.files]
    if None in sizes:
        return "incomplete"
    return "ready" if sizes == [file.bytes for file in manifest.files] else "damaged"


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _problem(folder: Path, file: ModelFile, progress: Progress | None, done: int, total: int) -> str:
    size = _size(folder / file.name)
    if size is None:
        return "missing"
    if size != file.bytes:
        return "wrong size"
    try:
        return "" if _sha256(folder / file.name, progress, done, total) == file.sha256 else "changed"
    except OSError:
        return "cannot be read"


def _sha256(path: Path, progress: Progress | None, done: int, total: int) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done, total)
    return digest.hexdigest()


def _memory(home: Home) -> Path:
    return home.cache / "verified.json"


def stamp(model: InstalledModel) -> list[list[int | str]]:
    """Name, hash, size, time and inode of each file: what changes when a file is touched."""
    stamps: list[list[int | str]] = []
    for file in model.manifest.files:
        try:
            stat = (model.folder / file.name).stat()
        except OSError:
            continue
        stamps.append([file.name, file.sha256, stat.st_size, stat.st_mtime_ns, stat.st_ino])
    return stamps


def remember(home: Home, model: InstalledModel) -> None:
    """Write down that every byte of these files (size, time, inode) has just been hashed and is right."""
    path = _memory(home)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    known = known if isinstance(known, dict) else {}
    known[str(model.folder)] = stamp(model)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(known), encoding="utf-8")
        os.replace(part, path)
    except OSError:
        pass  # a full disk costs a second hashing, nothing else
