"""Files, folders, discs and archives -> films in the store, each taken, already there, or refused with a reason.

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
from workstation.storage.batches import new_batch
from workstation.storage.store import Store
from workstation.workflow.parcels import Parcel, parcels, refused


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
    batch: str = ""

    def count(self, status: str) -> int:
        return sum(file.status == status for file in self.files)

    @property
    def study_instance_uids(self) -> tuple[str, ...]:
        """The studies of the films that are in the store now, in order, each once."""
        kept = (file.study_instance_uid for file in self.files if file.status != "refused")
        return tuple(dict.fromkeys(study for study in kept if study))


def take_in(
    store: Store,
    home: Home,
    paths: Iterable[str],
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Intake:
    """Take films from files and folders; ``progress(done, of)`` after each, ``stop()`` is asked before each."""
    inbox.sweep(home)
    waiting = [parcel for path in paths for parcel in _parcels(path, home)]
    batch, outcomes = new_batch(), []
    for done, parcel in enumerate(waiting, start=1):
        if stop and stop():
            break
        outcomes.append(_take(store, home, parcel, batch))
        if progress:
            progress(done, len(waiting))
    return Intake(tuple(outcomes), batch)


def _parcels(named: str, home: Home) -> list[Parcel]:
    try:
        return parcels(named, home)
    except WorkstationError as error:
        return [refused(named, error)]


def _take(store: Store, home: Home, parcel: Parcel, batch: str) -> FileOutcome:
    try:
        with parcel.opened() as path:
            try:
                return _keep(store, home, path, parcel, batch)
            except FilmRefused as refusal:
                if refusal.code != "not_a_film":
                    raise
                return _companion(store, path, parcel, refusal)
    except WorkstationError as error:
        return FileOutcome(parcel.told, "refused", error.message, error.remedy, code=error.code)


def _keep(store: Store, home: Home, path: Path, parcel: Parcel, batch: str) -> FileOutcome:
    from workstation.imaging.film import describe

    _refuse_unreadable(path)
    instance = describe(path)
    known = studies.find_instance(store, instance.sop_instance_uid)
    if known:
        return _already(parcel.told, known[0], inbox.sha256_of_file(home, path) == known[1])
    place = inbox.take(home, path)
    with store.transaction(durable=True):
        if known := studies.find_instance(store, instance.sop_instance_uid):  # another program was faster
            return _already(parcel.told, known[0], inbox.content_sha256(place) == known[1])
        _refuse_other_patient(store, instance)
        kept = replace(instance, path=str(place), study_description=_description(instance, parcel.name))
        key = studies.add_film(store, kept, inbox.content_sha256(place), batch)
        facts = {"modality": instance.modality, "view": studies.view_of(instance), "kind": instance.kind}
        log.append(store, "imported", {**facts, "warnings": len(instance.warnings)}, study=key)
    return _outcome(parcel.told, "taken", instance, instance.warnings)


def _companion(store: Store, path: Path, parcel: Parcel, refusal: FilmRefused) -> FileOutcome:
    """What is no film may belong to one: a presentation state, a measurement report, a selection of key images."""
    from workstation.workflow import companions

    if not path.is_file():
        raise refusal
    try:
        taken = companions.take(store, path)
    except FilmRefused as other:
        raise (refusal if other.code in ("not_companion", "not_dicom") else other) from None
    return FileOutcome(
        parcel.told,
        taken.status,
        study_instance_uid=taken.study_instance_uid,
        sop_instance_uid=taken.sop_instance_uid,
        warnings=taken.warnings,
    )


def _description(instance: Instance, file_name: str) -> str:
    """What the header says; a picture has none, and only its file's name tells it from the next one."""
    if instance.kind != "raster" or instance.study_description:
        return instance.study_description
    name = os.fsencode(file_name).decode("utf-8", "replace")
    return f"Picture {name}"[:64]


def _refuse_unreadable(path: Path) -> None:
    if not path.exists():
        raise FilmRefused("There is no such file.", "Check the path.", "not_found")
    if not path.is_file():  # a pipe or a device: opening it may wait for ever
        raise FilmRefused("This is not a file that can hold a film.", "Choose the films themselves.", "not_a_film")
    if not os.access(path, os.R_OK):
        raise FilmRefused("This file may not be read.", "Change its permissions, then import it again.", "forbidden")


def _refuse_other_patient(store: Store, instance: Instance) -> None:
    found = studies.find_study(store, instance.study_instance_uid)
    if found is None or not found.patient_id or not instance.patient_id:
        return
    if instance.patient_id not in {found.patient_id, *studies.patients_as_sent(store, instance.study_instance_uid)}:
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
