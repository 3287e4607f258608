"""Files and folders -> films in the store, each taken, already there, or refused with a reason.

One bad file never stops the batch. Knows nothing of drafts or windows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from workstation.dicom.records import Instance
from workstation.errors import FilmRefused, WorkstationError
from workstation.paths import Home
from workstation.storage import inbox, log, studies
from workstation.storage.store import Store

# What lies beside films on discs and in data sets; opening each only to refuse it would be slow and noisy.
_CLUTTER = {".txt", ".json", ".csv", ".md", ".xml", ".html", ".htm", ".pdf", ".zip", ".gz", ".tar", ".py", ".exe"}
_CLUTTER |= {".dll", ".inf", ".ini", ".log", ".toml", ".yaml", ".yml", ".npy", ".npz", ".parquet", ".db", ".sqlite"}
_CLUTTER_NAMES = {"dicomdir", "thumbs.db", ".ds_store", "license", "readme", "sha256sums"}


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file; ``status`` is taken, already or refused."""

    path: str
    status: str
    reason: str = ""
    remedy: str = ""
    study_instance_uid: str = ""
    sop_instance_uid: str = ""
    warnings: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a batch, file by file in order."""

    files: tuple[FileOutcome, ...]

    def count(self, status: str) -> int:
        return sum(file.status == status for file in self.files)

    @property
    def study_instance_uids(self) -> tuple[str, ...]:
        """The studies of the films that are in the store now, in order, each once."""
        return tuple(dict.fromkeys(file.study_instance_uid for file in self.files if file.status != "refused"))


def take_in(
    store: Store,
    home: Home,
    paths: Iterable[str],
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Intake:
    """Take films from files and folders; ``progress(done, of)`` after each, ``stop()`` is asked before each."""
    files = [file for path in paths for file in _walk(path)]
    outcomes = []
    for done, (path, named) in enumerate(files, start=1):
        if stop and stop():
            break
        outcomes.append(_take(store, home, path, named))
        if progress:
            progress(done, len(files))
    return Intake(tuple(outcomes))


def _walk(named: str) -> list[tuple[Path, bool]]:
    """Files with whether the caller named them; folders are walked in order, links to folders are not followed."""
    path = Path(named)
    if not named or not path.is_dir():  # an empty name is no wish for the folder we stand in
        return [(path, True)]
    found = []
    for folder, inner, names in os.walk(path):
        inner.sort()
        found += [(Path(folder) / name, False) for name in sorted(names)]
    return found


def _take(store: Store, home: Home, path: Path, named: bool) -> FileOutcome:
    try:
        if not named and (path.suffix.lower() in _CLUTTER or path.stem.lower() in _CLUTTER_NAMES):
            raise FilmRefused("This file is not a film.", "Nothing needs to be done.", "not_a_film")
        return _keep(store, home, path)
    except WorkstationError as error:
        return FileOutcome(str(path), "refused", error.message, error.remedy, code=error.code)


def _keep(store: Store, home: Home, path: Path) -> FileOutcome:
    from workstation.imaging.film import describe

    _refuse_unreadable(path)
    instance = describe(path)
    known = studies.find_instance(store, instance.sop_instance_uid)
    if known:
        return _already(str(path), known[0], inbox.sha256_of_file(home, path) == known[1])
    place = inbox.take(home, path)
    with store.transaction(durable=True):
        if known := studies.find_instance(store, instance.sop_instance_uid):  # another program was faster
            return _already(str(path), known[0], inbox.content_sha256(place) == known[1])
        _refuse_other_patient(store, instance)
        kept = replace(instance, path=str(place), study_description=_description(instance, path))
        key = studies.add_film(store, kept, inbox.content_sha256(place))
        facts = {"modality": instance.modality, "view": studies.view_of(instance), "kind": instance.kind}
        log.append(store, "imported", {**facts, "warnings": len(instance.warnings)}, study=key)
    return _outcome(str(path), "taken", instance, instance.warnings)


def _description(instance: Instance, path: Path) -> str:
    """What the header says; a picture has none, and only its file's name tells it from the next one."""
    name = os.fsencode(path.name).decode("utf-8", "replace")
    return f"Picture {name}"[:64] if instance.kind == "raster" else instance.study_description


def _refuse_unreadable(path: Path) -> None:
    if not path.exists():
        raise FilmRefused("There is no such file.", "Check the path.", "not_found")
    if not path.is_file():  # a pipe or a device: opening it may wait for ever
        raise FilmRefused("This is not a file that can hold a film.", "Choose the films themselves.", "not_a_film")
    if not os.access(path, os.R_OK):
        raise FilmRefused("This file may not be read.", "Change its permissions, then import it again.", "forbidden")


def _refuse_other_patient(store: Store, instance: Instance) -> None:
    found = studies.find_study(store, instance.study_instance_uid)
    if found and found.patient_id and instance.patient_id and found.patient_id != instance.patient_id:
        raise FilmRefused(
            "This film names another patient than the other films of its study.",
            "Ask who sent it to correct the study; it was not added to a report.",
            "other_patient",
        )


def _already(path: str, known: Instance, same: bool) -> FileOutcome:
    changed = "A different file with the same SOP Instance UID was taken before; the first one is kept."
    return _outcome(path, "already", known, () if same else (changed,))


def _outcome(path: str, status: str, instance: Instance, warnings: tuple[str, ...]) -> FileOutcome:
    return FileOutcome(
        path,
        status,
        study_instance_uid=instance.study_instance_uid,
        sop_instance_uid=instance.sop_instance_uid,
        warnings=warnings,
    )
