"""Who the patient of a study is, corrected by a reader with a reason: laid over the headers, logged without names.

A signed report is never changed: whoever corrects is told that it has to be withdrawn or amended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workstation.errors import StoreError
from workstation.storage import corrections, log, studies
from workstation.storage.corrections import FIELDS, Correction
from workstation.storage.store import Store
from workstation.workflow import worklist
from workstation.workflow.reading import Reader

LONGEST = 64  # PS3.5 6.2: a component group of PN, and LO
SEXES = ("M", "F", "O", "")
WORDS = {
    "patient_name": "name",
    "patient_id": "Patient ID",
    "patient_birth_date": "birth date",
    "patient_sex": "sex",
}


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a correction has done: the fields that now differ from the header, and whether a signed report stands."""

    fields: tuple[str, ...]
    signed: bool


def as_sent(store: Store, study_instance_uid: str) -> dict[str, str]:
    """Name, ID, birth date and sex as the films' headers say them."""
    films = studies.as_sent(store, study_instance_uid)
    return {name: next((value for film in films if (value := getattr(film, name))), "") for name in FIELDS}


def correction(store: Store, study_instance_uid: str) -> Correction | None:
    """The correction in force, or None."""
    return corrections.find(store, study_instance_uid)


def correct(store: Store, study_instance_uid: str, fields: Mapping[str, str], reason: str, reader: Reader) -> Corrected:
    """Put these in place of the header's; the header's own values take the correction away again.

    Raises
    ------
    StoreError
        no_reason, unknown_study, and invalid_patient for a date that is none and the like.
    """
    if not reason.strip():
        raise StoreError("A patient is not corrected without a reason.", "Write why, in a few words.", "no_reason")
    meant = {name: " ".join(fields.get(name, "").split()) for name in FIELDS}
    _check(meant)
    with store.transaction(durable=True):
        row = worklist.study(store, study_instance_uid)
        before = {name: getattr(row, name) for name in FIELDS}
        sent = as_sent(store, study_instance_uid)
        changed = tuple(name for name in FIELDS if meant[name] != sent[name])
        if meant == before:
            raise StoreError("Nothing was changed.", "Change a field, or close the panel.", "invalid_patient")
        if changed:
            corrections.keep(store, study_instance_uid, {n: meant[n] for n in changed}, reason.strip(), reader.id)
        else:
            corrections.drop(store, study_instance_uid)
        studies.reread(store, study_instance_uid, studies.as_sent(store, study_instance_uid))
        said = {"before": before, "after": meant, "reason": reason.strip()}
        document = log.add_document(store, "correction", row.study_key, said)
        touched = [name for name in FIELDS if meant[name] != before[name]]
        facts = {"fields": touched, "header_stands": not changed, "signed": row.signed}
        log.append(store, "patient_corrected", facts, row.study_key, reader.id or None, document)
    return Corrected(changed, row.signed)


def _check(meant: Mapping[str, str]) -> None:
    if not meant["patient_name"] and not meant["patient_id"]:
        raise _invalid("A patient needs a name or an ID.", "Fill in at least one of them.")
    for name in ("patient_name", "patient_id"):
        if len(meant[name]) > LONGEST or "\\" in meant[name] or not meant[name].isprintable():
            raise _invalid(f"The {WORDS[name]} cannot be kept like this.", f"Use at most {LONGEST} plain signs.")
    if meant["patient_sex"] not in SEXES:
        raise _invalid("The sex is none that DICOM knows.", "Choose M, F or O, or leave it empty.")
    if meant["patient_birth_date"] and not _is_date(meant["patient_birth_date"]):
        raise _invalid("The birth date is no date.", "Write it as year, month and day: 1957-03-28.")


def _is_date(text: str) -> bool:
    try:
        return len(text) == 8 and datetime.strptime(text, "%Y%m%d") <= datetime.now()
    except ValueError:
        return False


def _invalid(message: str, remedy: str) -> StoreError:
    return StoreError(message, remedy, "invalid_patient")
