"""A folder found good -> a model of the home: copied whole with every file's SHA-256 written down, or not at all.

The copy grows in a hidden folder of its own and gets its name by one rename, so that a list, a second import or a power
cut never meets half a model. Standard library only: who can read weights hands in ``watch`` and the manifest's values.
"""

from __future__ import annotations

import datetime
import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.catalog import installed, toml
from workstation.catalog import manifest as manifests
from workstation.catalog.candidate import Candidate, Source, examine, safe_id
from workstation.catalog.copying import Watch, copy, settle
from workstation.catalog.installed import InstalledModel
from workstation.catalog.lock import Lock
from workstation.catalog.terms import UNKNOWN
from workstation.errors import ModelError
from workstation.paths import Home

__all__ = ["Candidate", "Order", "Taken", "examine", "sweep", "take"]

Progress = Callable[[str, float], None]
Stop = Callable[[], bool]
PART, _LOCK = ".part", ".lock"
_SPARE_BYTES = 64 << 20  # room for the database and the log while the disk fills
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Order:
    """How a candidate is to become a model: ``values`` of its manifest (id and files are added here), an id that
    somebody wished for, and what looks at each weight file's bytes as they pass."""

    candidate: Candidate
    values: Mapping[str, Any]
    wished_id: str = ""
    watch: Callable[[Path], Watch] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """``already``: the very same files were there before, under ``model``'s id; nothing was copied."""

    model: InstalledModel
    already: bool = False


def take(home: Home, order: Order, accepted_terms: bool, progress: Progress, stop: Stop) -> Taken:
    """Copy the candidate into the home.

    Raises
    ------
    ModelError
        terms (not accepted), id_taken, disk, model_damaged (a number, a hash), stopped ...; nothing is kept.
    """
    _check_terms(order.candidate, accepted_terms)
    home.create()
    sweep(home)
    hear = _Ear(order.candidate.bytes, progress, stop)
    if (same := _same(home, order.candidate, hear)) is not None:
        return Taken(same, already=True)
    name = _free_id(home, order)
    _check_disk(home, order.candidate)
    with _part(home, name) as part, _refusals_told():
        files = {file.name: _copied(order, file, part, hear) for file in order.candidate.files}
        return _settled(home, order, part, files)


def sweep(home: Home) -> None:
    """Remove what imports left behind that were killed; those at work hold their lock."""
    found = (*home.models.glob(f".*{PART}"), *home.models.glob(f".*{_LOCK}"))
    for part in {path.with_suffix(PART) for path in found}:
        lock = Lock(part.with_suffix(_LOCK))
        if lock.take():
            shutil.rmtree(part, ignore_errors=True)
            lock.release()


class _Ear:
    """Counts bytes, tells how far it is, and ends the work when it is no longer wanted."""

    def __init__(self, total: int, progress: Progress, stop: Stop) -> None:
        self._total, self._progress, self._stop = max(total, 1), progress, stop
        self._done = 0
        self.what = ""

    def begin(self, what: str) -> None:
        self._done, self.what = 0, what

    def __call__(self, count: int) -> None:
        if self._stop():
            raise ModelError("The import was stopped.", "Nothing of it was kept.", "stopped")
        self._done += count
        self._progress(self.what, min(self._done / self._total, 1.0))


def _check_terms(candidate: Candidate, accepted: bool) -> None:
    if candidate.terms != UNKNOWN and not accepted:
        raise ModelError(
            f"This model is given under these terms: {candidate.terms}.",
            "Read them where you got the model, and accept them (--accept-terms) if they allow your use.",
            "terms",
        )


def _consent(candidate: Candidate) -> dict[str, str]:
    """When the terms were accepted; nothing where none are stated."""
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return {} if candidate.terms == UNKNOWN else {"terms_accepted": now}


def _same(home: Home, candidate: Candidate, hear: _Ear) -> InstalledModel | None:
    """The installed model with these very files; hashed only where names and sizes agree."""
    wanted = {(file.name, file.bytes) for file in candidate.files}
    for model in installed.installed(home):
        if {(file.name, file.bytes) for file in model.manifest.files} == wanted and model.status == "ready":
            hear.begin(f"comparing with {model.manifest.id}")
            if all(copy(candidate.folder / file.name, None, hear)[0] == file.sha256 for file in model.manifest.files):
                return model
    return None


def _free_id(home: Home, order: Order) -> str:
    taken = {model.manifest.id for model in installed.installed(home)} | {b.name for b in installed.broken(home)}
    taken |= {path.name.lower() for path in home.models.iterdir()}  # lower: some disks know no capitals
    if order.wished_id:
        if safe_id(order.wished_id) != order.wished_id:
            raise ModelError(
                "This id cannot be used.",
                "Choose small letters, digits, dots, dashes and underscores, 56 at most.",
                "id",
            )
        if order.wished_id in taken:
            raise _id_taken(order.wished_id)
        return order.wished_id
    stem = safe_id(order.candidate.manifest.id if order.candidate.manifest else order.candidate.folder.name)
    tries = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    return next(name for name in tries if name not in taken)


def _id_taken(id_: str) -> ModelError:
    return ModelError(f"Another model is called {id_}.", "Choose another with --id, or remove that model.", "id_taken")


def _check_disk(home: Home, candidate: Candidate) -> None:
    free = shutil.disk_usage(home.models).free
    if free < candidate.bytes + _SPARE_BYTES:
        raise _full(f"The model needs {_gb(candidate.bytes)} of disk and {_gb(free)} are free.")


@contextmanager
def _part(home: Home, id_: str) -> Iterator[Path]:
    """A hidden folder that is gone at the end, unless it was renamed."""
    part = home.models / f".{id_}-{uuid.uuid4().hex[:8]}{PART}"
    lock = Lock(part.with_suffix(_LOCK))
    lock.take()
    try:
        part.mkdir()
        yield part
    finally:
        shutil.rmtree(part, ignore_errors=True)
        lock.release()


def _copied(order: Order, file: Source, part: Path, hear: _Ear) -> dict[str, Any]:
    source, target = order.candidate.folder / file.name, part / file.name
    watched = order.watch(source) if order.watch and file.name.endswith(".safetensors") else None
    target.parent.mkdir(parents=True, exist_ok=True)
    hear.what = f"copying {file.name}"
    digest, size = copy(source, target, hear, watched)
    if size != file.bytes or (file.sha256 and digest != file.sha256):
        what = "changed while it was copied" if size != file.bytes else "has other bytes than its manifest states"
        raise ModelError(f"{file.name} {what}.", "Download the model's folder again.", "model_damaged")
    return {"sha256": digest, "bytes": size}


def _settled(home: Home, order: Order, part: Path, files: Mapping[str, Any]) -> Taken:
    """The finished part under its name; an import beside this one may have been quicker with the name or the files."""
    while True:
        id_ = _free_id(home, order)
        if (same := _with_files(home, files)) is not None:
            return Taken(same, already=True)
        _write_manifest(part, {"id": id_, **order.values, **_consent(order.candidate), "files": files})
        try:
            os.rename(part, home.models / id_)
        except OSError:
            if not (home.models / id_).exists():
                raise
            continue
        settle(home.models)
        model = installed.find(home, id_)
        installed.remember(home, model)  # every byte was hashed on its way here
        return Taken(model)


def _with_files(home: Home, files: Mapping[str, Any]) -> InstalledModel | None:
    hashes = {(name, about["sha256"]) for name, about in files.items()}
    found = (m for m in installed.installed(home) if {(f.name, f.sha256) for f in m.manifest.files} == hashes)
    return next(found, None)


def _write_manifest(part: Path, values: Mapping[str, Any]) -> None:
    with (part / manifests.NAME).open("w", encoding="utf-8") as stream:
        stream.write(toml.dumps(values))
        stream.flush()
        os.fsync(stream.fileno())
    manifests.read(part)  # what we wrote must be what we read
    settle(part)


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full("The disk is full.") from error
        raise ModelError(
            f"The model could not be copied ({error.strerror}).",
            "Nothing of it was kept; check the disks and import again.",
            "import",
        ) from error


def _full(what: str) -> ModelError:
    return ModelError(what, "Nothing was kept. Free the disk, or choose a home on another one (--home).", "disk")


def _gb(count: int) -> str:
    return f"{count / 1e9:.1f} GB"
