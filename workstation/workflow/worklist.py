"""The studies of this home as the reader sees them: state, priors, order; and the way from a word to a film.

A prior is the same person, proven by the header, on an earlier film (clinical-safety 5); what is only likely the same
person is a possible prior and is never shown as one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workstation.dicom.records import Instance
from workstation.errors import FilmRefused, StoreError
from workstation.reporting.report import StudyStatus
from workstation.storage import studies
from workstation.storage.clock import seconds_between
from workstation.storage.store import Store
from workstation.storage.studies import Study

URGENT = ("STAT", "CRITICAL", "ASAP", "URGENT", "HIGH")  # the most urgent first
SIGNED = ("final", "amended", "withdrawn")
DRAFTING_LASTS_S = 600.0  # a draft asked for longer ago has died with its process


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One line of the worklist; dates and times as in the header (YYYYMMDD, HHMMSS), absent is ``""``."""

    study_instance_uid: str
    study_key: str
    patient_name: str
    patient_id: str
    issuer_of_patient_id: str
    patient_birth_date: str
    patient_sex: str
    patient_age: str
    accession_number: str
    study_date: str
    study_time: str
    acquired: str
    description: str
    modality: str
    views: tuple[str, ...]
    instances: int
    priority: str
    status: StudyStatus
    priors: tuple[str, ...]  # StudyInstanceUIDs, newest first
    possible_priors: tuple[str, ...]
    signed_by: str
    signed_at: str
    has_draft: bool
    referring_physician_name: str
    institution_name: str
    added_at: str
    corrected_at: str = ""  # when a reader corrected who the patient is

    @property
    def urgent(self) -> bool:
        return self.priority.upper() in URGENT

    @property
    def signed(self) -> bool:
        return self.status.value in SIGNED


def worklist(store: Store, search: str = "") -> list[StudyRow]:
    """Studies that match ``search`` (name, ID, accession, description, date): urgent, then oldest; signed last."""
    with store.snapshot():
        found = studies.studies(store, search)
        others = _of_same_patients(store, found) if search.strip() else found
    return sorted(_rows(found, others, store.clock.now()), key=_order)


def study(store: Store, study_instance_uid: str) -> StudyRow:
    """One study; raises `StoreError` (unknown_study)."""
    with store.snapshot():
        found = studies.find_study(store, study_instance_uid)
        if found is None:
            raise StoreError(
                "There is no study with this StudyInstanceUID in the worklist.",
                "Import its films first; worklist shows the studies that are there.",
                "unknown_study",
            )
        return _rows([found], _of_same_patients(store, [found]), store.clock.now())[0]


def films(store: Store, study_instance_uid: str) -> list[Instance]:
    """The films of a study, frontal first."""
    return studies.instances(store, study_instance_uid)


def frontal(store: Store, study_instance_uid: str) -> Instance | None:
    """The film a draft is made of: the first that is not lateral, or None."""
    found = films(store, study_instance_uid)
    return next((film for film in found if not studies.is_lateral(studies.view_of(film))), None)


def find_film(store: Store, film: str) -> Instance:
    """The film of a path, StudyInstanceUID (its frontal one) or SOPInstanceUID; raises `FilmRefused`."""
    found = studies.find_instance(store, film)
    if found:
        return found[0]
    of_study = films(store, film)
    if of_study:
        return frontal(store, film) or of_study[0]
    if Path(film).is_file():
        from workstation.imaging.film import describe

        return describe(film)
    raise FilmRefused(
        "This is neither a file nor the UID of a study or film in the worklist.",
        "Give a path, a StudyInstanceUID or a SOPInstanceUID.",
        "unknown_film",
    )


def _of_same_patients(store: Store, found: list[Study]) -> list[Study]:
    ids = {study.patient_id for study in found if study.patient_id}
    names = {study.patient_name for study in found if study.patient_name and study.patient_birth_date}
    return studies.of_patients(store, ids, names)


def _rows(found: list[Study], others: Iterable[Study], now: str) -> list[StudyRow]:
    of_patient: dict[tuple[str, str], list[Study]] = {}
    for other in others:
        for mark in _marks(other):
            of_patient.setdefault(mark, []).append(other)
    return [_row(study, of_patient, now) for study in found]


def _marks(study: Study) -> set[tuple[str, str]]:
    """What the studies of one person share: the ID, or name and birth date. A name alone ("Anonymous") is no mark."""
    marks = {(study.patient_id, "")} if study.patient_id else set()
    if study.patient_name and study.patient_birth_date:
        marks.add((study.patient_name, study.patient_birth_date))
    return marks


def _row(study: Study, of_patient: dict[tuple[str, str], list[Study]], now: str) -> StudyRow:
    related = {
        other.study_instance_uid: other
        for mark in _marks(study)
        for other in of_patient.get(mark, ())
        if other.study_instance_uid != study.study_instance_uid
    }
    newest_first = sorted(related.values(), key=lambda other: other.acquired, reverse=True)
    priors = tuple(other.study_instance_uid for other in newest_first if is_prior(study, other))
    possible = tuple(
        other.study_instance_uid
        for other in newest_first
        if other.study_instance_uid not in priors and is_possible_prior(study, other)
    )
    same = {name: getattr(study, name) for name in StudyRow.__slots__ if name in _SAME}
    return StudyRow(
        **same,
        status=status_of(study, now),
        priors=priors,
        possible_priors=possible,
        signed_by=study.signed_by or "",
        signed_at=study.signed_at or "",
        has_draft=study.drafts > 0,
    )


_SAME = set(Study.__slots__) - {"signed_by", "signed_at", "state", "drafting_since", "drafts"}


def status_of(study: Study, now: str) -> StudyStatus:
    """CONTRACT's word for a study's state."""
    if study.state != "new":
        return StudyStatus(study.state)
    if study.drafting_since and seconds_between(study.drafting_since, now) < DRAFTING_LASTS_S:
        return StudyStatus.DRAFTING
    return StudyStatus.DRAFT_READY if study.drafts else StudyStatus.NEW


def is_prior(study: Study, other: Study) -> bool:
    """Proven: Patient ID with issuer, birth date and sex are there and agree, and it was acquired before."""
    known = study.patient_id and study.patient_birth_date and study.patient_sex
    return bool(known) and _person(study) == _person(other) and acquired_before(other.acquired, study.acquired)


def is_possible_prior(study: Study, other: Study) -> bool:
    """Likely the same person, not proven: the same ID, or the same name and birth date, and not known to be later."""
    same_id = bool(study.patient_id) and study.patient_id == other.patient_id
    same_name = bool(study.patient_name and study.patient_birth_date) and (
        (study.patient_name, study.patient_birth_date) == (other.patient_name, other.patient_birth_date)
    )
    return (same_id or same_name) and not acquired_before(study.acquired, other.acquired)


def _person(study: Study) -> tuple[str, str, str, str]:
    return (study.patient_id, study.issuer_of_patient_id, study.patient_birth_date, study.patient_sex)


def acquired_before(first: str, second: str) -> bool:
    """Whether ``first`` is certainly earlier: times count only where both films have one."""
    if len(first) < 8 or len(second) < 8:
        return False
    length = min(len(first), len(second))
    return first[:length] < second[:length]


def _order(row: StudyRow) -> tuple[int, float, str]:
    if row.signed:
        newest_first = -datetime.fromisoformat(row.signed_at).timestamp() if row.signed_at else 0.0
        return (len(URGENT) + 1, newest_first, row.study_instance_uid)
    rank = URGENT.index(row.priority.upper()) if row.urgent else len(URGENT)
    return (rank, 0.0, f"{row.acquired or '99999999'}\n{row.added_at}\n{row.study_instance_uid}")
