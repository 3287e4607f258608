"""Who the patient of a study really is, as a reader corrected it: one row a study, laid over what headers say.

The films' bytes and headers stay as they were sent. Knows rows and field names, no films.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workstation.storage.store import Store

FIELDS = ("patient_name", "patient_id", "patient_birth_date", "patient_sex")


@dataclass(frozen=True, slots=True)
class Correction:
    """What a reader put in place of the header's identity, why, and when."""

    study_instance_uid: str
    fields: Mapping[str, str]
    reason: str
    reader: str
    at: str


def find(store: Store, study_instance_uid: str) -> Correction | None:
    """The correction in force, or None."""
    row = store.row("SELECT * FROM correction WHERE study_instance_uid = ?", [study_instance_uid])
    return Correction(**{**row, "fields": json.loads(row["fields"])}) if row else None


def keep(store: Store, study_instance_uid: str, fields: Mapping[str, str], reason: str, reader: str) -> None:
    """Put a correction in force, inside the caller's transaction; an earlier one is replaced."""
    said = json.dumps({name: fields[name] for name in FIELDS if name in fields}, ensure_ascii=False)
    values = [study_instance_uid, said, reason, reader, store.clock.now()]
    store.execute("INSERT OR REPLACE INTO correction VALUES (?, ?, ?, ?, ?)", values)


def drop(store: Store, study_instance_uid: str) -> None:
    """The headers stand again."""
    store.execute("DELETE FROM correction WHERE study_instance_uid = ?", [study_instance_uid])


def overlay(fields: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, str]:
    """What a correction puts in place of ``facts``: its fields, and the age by a corrected birth date."""
    over = {name: fields[name] for name in FIELDS if name in fields}
    if "patient_birth_date" in over and over["patient_birth_date"] != (facts.get("patient_birth_date") or ""):
        over["patient_age"] = age(over["patient_birth_date"], facts.get("study_date") or "")
    return over


def age(born: str, at: str) -> str:
    """DICOM AS of somebody born on the first day, on the second (YYYYMMDD each): years, else months or days."""
    try:
        first, second = (date(int(day[:4]), int(day[4:6]), int(day[6:8])) for day in (born, at))
    except ValueError:
        return ""
    months = (second.year - first.year) * 12 + second.month - first.month - (second.day < first.day)
    if second < first:
        return ""
    if months >= 24:
        return f"{min(months // 12, 999):03}Y"
    return f"{months:03}M" if months else f"{(second - first).days:03}D"
