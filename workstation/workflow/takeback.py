"""A wrong import is taken back: the last batch of films leaves the worklist, logged, with a reason.

Refused for a study that has been decided on. Drafts, texts and the log are never deleted; the files are put aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workstation.errors import StoreError
from workstation.storage import batches, corrections, log, studies
from workstation.storage.batches import Batch, Film
from workstation.storage.store import Store
from workstation.workflow import worklist
from workstation.workflow.reading import Reader
from workstation.workflow.worklist import StudyRow


@dataclass(frozen=True, slots=True)
class LastImport:
    """What would leave, and what would stay because it was decided on."""

    batch: str
    added_at: str
    films: int
    leaving: tuple[StudyRow, ...]
    staying: tuple[StudyRow, ...]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What has left; ``folder`` is where the files are now."""

    films: int
    studies: tuple[str, ...]
    staying: tuple[StudyRow, ...]
    folder: Path


def last_import(store: Store) -> LastImport | None:
    """The films that came in together last and are still here; None when there are none to take back."""
    with store.snapshot():
        found = batches.last_batch(store)
        if found is None:
            return None
        rows = [worklist.study(store, uid) for uid in _studies(found.films)]
        decided = {row.study_instance_uid for row in rows if _is_decided(store, row)}
    films = [film for film in found.films if film.study_instance_uid not in decided]
    leaving = tuple(row for row in rows if row.study_instance_uid not in decided)
    staying = tuple(row for row in rows if row.study_instance_uid in decided)
    return LastImport(found.id, found.added_at, len(films), leaving, staying)


def take_back(store: Store, batch: str, reason: str, reader: Reader) -> TakenBack:
    """Take the films of that batch out of the worklist.

    Raises
    ------
    StoreError
        no_reason; nothing_to_take_back when no film of the batch is here or may leave.
    """
    if not reason.strip():
        raise StoreError("An import is not taken back without a reason.", "Write why, in a few words.", "no_reason")
    with store.transaction(durable=True):
        found = batches.batch(store, batch)
        staying = _staying(store, found) if found else ()
        kept = {row.study_instance_uid for row in staying}
        films = [film for film in found.films if film.study_instance_uid not in kept] if found else []
        if not films:
            raise _nothing(bool(kept))
        for uid in _studies(films):
            _leave(store, uid, [film for film in films if film.study_instance_uid == uid], reason, reader)
    folder = batches.put_aside(store, batch, films)
    return TakenBack(len(films), tuple(_studies(films)), staying, folder)


def _leave(store: Store, uid: str, films: list[Film], reason: str, reader: Reader) -> None:
    row = studies.find_study(store, uid)
    assert row is not None
    batches.remove_films(store, films)
    remaining = studies.as_sent(store, uid)
    if not remaining:
        corrections.drop(store, uid)
    studies.reread(store, uid, remaining)
    said = {"reason": reason.strip(), "sop_instance_uids": [film.sop_instance_uid for film in films]}
    document = log.add_document(store, "taken_back", row.study_key, said)
    facts = {"films": len(films), "remaining": len(remaining)}
    log.append(store, "import_taken_back", facts, row.study_key, reader.id or None, document)


def _staying(store: Store, found: Batch) -> tuple[StudyRow, ...]:
    rows = (worklist.study(store, uid) for uid in _studies(found.films))
    return tuple(row for row in rows if _is_decided(store, row))


def _is_decided(store: Store, row: StudyRow) -> bool:
    """Whether somebody signed a report on it or decided on a draft, taken back since or not."""
    return row.signed or next(log.events(store, row.study_key, "decision"), None) is not None


def _studies(films: list[Film] | tuple[Film, ...]) -> list[str]:
    return list(dict.fromkeys(film.study_instance_uid for film in films))


def _nothing(decided: bool) -> StoreError:
    if decided:
        return StoreError(
            "The films of the last import have been reported on; they cannot be taken back.",
            "Withdraw the report as entered in error instead.",
            "nothing_to_take_back",
        )
    return StoreError(
        "There is no import that could be taken back.",
        "Films that came in together can leave together.",
        "nothing_to_take_back",
    )
