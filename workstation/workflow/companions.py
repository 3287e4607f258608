"""Presentation states, measurement reports and key object selections -> the store, and back to the films they speak of.

A companion is drawn on a film only where study, SOP Instance UID, frame and patient agree; everything else is told in
a sentence and drawn nowhere. Which comes first, film or companion, does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workstation.dicom.presentation_records import PresentationState
from workstation.dicom.presentation_state import PRESENTATION_STATES, read_presentation_state
from workstation.dicom.source import open_source
from workstation.dicom.structured_report import StructuredReport, read_structured_report
from workstation.dicom.text import text
from workstation.errors import FilmRefused
from workstation.storage import companions, inbox, log, studies
from workstation.storage.companions import KEY_OBJECTS, REPORT, STATE, Companion
from workstation.storage.store import Store
from workstation.workflow import worklist

OTHER_FILMS = "It speaks of films that are not here, so nothing of it is shown."
OTHER_PATIENT = "It names another patient than the film's, so nothing of it is shown."
OTHER_STUDY = "It names a film of this study but says that it belongs to another study, so nothing of it is shown."


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a companion's file: taken or already there, of which study, with what is amiss."""

    status: str
    study_instance_uid: str
    sop_instance_uid: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """The presentation states that may be shown on a study's films, and sentences about the others."""

    states: tuple[PresentationState, ...] = ()
    told: tuple[str, ...] = ()


def take(store: Store, path: str | Path) -> Taken:
    """Keep a companion; raises `FilmRefused` (not_companion, malformed, too_complex, ...), `StoreError`."""
    found = _read(path)
    known = companions.find(store, found.sop_instance_uid)
    if known is not None:
        return Taken("already", _study_here(store, known.study_instance_uid), known.sop_instance_uid)
    place = inbox.take(store.home, path)
    films = tuple(dict.fromkeys(each.sop_instance_uid for each in found.references))
    kept = Companion(
        found.sop_instance_uid,
        found.study_instance_uid,
        _kind(found),
        str(place),
        inbox.content_sha256(place),
        films,
    )
    with store.transaction(durable=True):
        if companions.find(store, kept.sop_instance_uid) is None:  # another program was not faster
            companions.add(store, kept)
            _note(store, kept)
    return Taken("taken", _study_here(store, kept.study_instance_uid), kept.sop_instance_uid, _remarks(store, found))


def presentation_states(store: Store, study_instance_uid: str) -> Shown:
    """What other programs drew on the films of a study, file by file; an unreadable file is told, never fatal."""
    row, films = worklist.study(store, study_instance_uid), worklist.films(store, study_instance_uid)
    here = {film.sop_instance_uid for film in films}
    patients = {row.patient_id, *studies.patients_as_sent(store, study_instance_uid)} - {""}
    states, told = [], []
    for companion in companions.of_study(store, study_instance_uid):
        if companion.kind != STATE:
            continue
        try:
            state = read_presentation_state(companion.path)
        except FilmRefused as refused:
            told.append(f"A presentation state is kept but cannot be shown. {refused.message}")
            continue
        if objection := _objection(state, here, patients):
            told.append(f"Presentation state by {state.maker}: {objection}")
        else:
            states.append(state)
    strangers = [each for uid in here for each in companions.naming(store, uid)]
    if any(each.study_instance_uid != study_instance_uid for each in strangers if each.kind == STATE):
        told.append(f"A presentation state is not shown. {OTHER_STUDY}")
    return Shown(tuple(states), tuple(dict.fromkeys(told)))


def reports(store: Store, study_instance_uid: str) -> tuple[StructuredReport, ...]:
    """The measurement reports and key object selections of a study that can be read."""
    found = []
    for companion in companions.of_study(store, study_instance_uid):
        if companion.kind != STATE:
            try:
                found.append(read_structured_report(companion.path))
            except FilmRefused:
                continue
    return tuple(found)


def _read(path: str | Path) -> PresentationState | StructuredReport:
    sop_class = text(open_source(path).dataset, "SOPClassUID", [])
    return read_presentation_state(path) if sop_class in PRESENTATION_STATES else read_structured_report(path)


def _kind(found: PresentationState | StructuredReport) -> str:
    if isinstance(found, PresentationState):
        return STATE
    return KEY_OBJECTS if found.selects_key_images else REPORT


def _objection(state: PresentationState, here: set[str], patients: set[str]) -> str:
    """Why the state is drawn on no film, or ""; a patient may go by the corrected ID and by the one that was sent."""
    if not any(each.sop_instance_uid in here for each in state.references):
        return OTHER_FILMS
    stranger = state.patient_id and patients and state.patient_id not in patients
    return OTHER_PATIENT if stranger else ""


def _remarks(store: Store, found: PresentationState | StructuredReport) -> tuple[str, ...]:
    amiss = found.warnings if isinstance(found, PresentationState) else ()
    waits = () if any(studies.find_instance(store, each.sop_instance_uid) for each in found.references) else (_WAITS,)
    return (*amiss, *waits)


_WAITS = "The films that it speaks of are not here yet; it is kept and shown with them."


def _study_here(store: Store, study_instance_uid: str) -> str:
    return study_instance_uid if studies.find_study(store, study_instance_uid) else ""


def _note(store: Store, kept: Companion) -> None:
    study = studies.find_study(store, kept.study_instance_uid)
    facts = {"kind": kept.kind, "films": len(kept.refers_to)}
    log.append(store, "companion_imported", facts, study=study.study_key if study else None)
