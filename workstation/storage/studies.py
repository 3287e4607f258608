"""Films and the studies they belong to, as rows; knows nothing of reports beyond a study's state.

The unit of reading is DICOM's Study: all its films share one row here, one report and one random ``study_key``.
"""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from workstation.dicom.records import Instance, LookupTable, VoiLutFunction, Window
from workstation.storage import corrections
from workstation.storage.store import Store

_FROM_HEADER = (
    "patient_name",
    "patient_id",
    "issuer_of_patient_id",
    "patient_birth_date",
    "patient_sex",
    "patient_age",
    "accession_number",
    "referring_physician_name",
    "institution_name",
    "study_date",
    "study_time",
    "modality",
)


@dataclass(frozen=True, slots=True)
class Study:
    """One row of the study table and the views of its films (frontal first)."""

    study_instance_uid: str
    study_key: str
    patient_name: str
    patient_id: str
    issuer_of_patient_id: str
    patient_birth_date: str
    patient_sex: str
    patient_age: str
    accession_number: str
    referring_physician_name: str
    institution_name: str
    study_date: str
    study_time: str
    acquired: str  # YYYYMMDD or YYYYMMDDHHMMSS of the earliest film, "" when the header does not say
    description: str
    modality: str
    priority: str
    state: str  # new, in progress, final, amended, withdrawn
    drafting_since: str
    drafts: int
    signed_by: str | None
    signed_at: str | None
    added_at: str
    views: tuple[str, ...]
    instances: int
    corrected_at: str = ""  # when a reader last corrected who the patient is; "" = the header stands


_COMPUTED = ("views", "instances", "corrected_at")
_COLUMNS = ", ".join(f"study.{name}" for name in Study.__slots__ if name not in _COMPUTED)
_QUERY = f"""SELECT {_COLUMNS}, group_concat(instance.view, char(10)) AS views, count(*) AS instances,
    coalesce(correction.at, '') AS corrected_at
    FROM study JOIN instance USING (study_instance_uid) LEFT JOIN correction USING (study_instance_uid)
    {{where}} GROUP BY study.study_instance_uid"""
_FILM = """SELECT header, content_sha256, correction.fields AS corrected
    FROM instance LEFT JOIN correction USING (study_instance_uid)"""


def add_film(store: Store, instance: Instance, content_sha256: str, batch: str = "") -> str:
    """Keep one film under its study, inside the caller's transaction; returns the study key."""
    row = _row_with(store, instance)
    names = list(row)
    store.execute(
        f"INSERT INTO study ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (study_instance_uid) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in names[2:])}",
        list(row.values()),
    )
    path = Path(instance.path)
    kept = path.relative_to(store.home.root).as_posix() if path.is_relative_to(store.home.root) else str(path)
    header = json.dumps(asdict(replace(instance, path=kept)))
    store.execute(
        "INSERT INTO instance VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            instance.sop_instance_uid,
            instance.study_instance_uid,
            view_of(instance),
            kept,
            content_sha256,
            header,
            store.clock.now(),
            batch,
        ],
    )
    return str(row["study_key"])


def _row_with(store: Store, instance: Instance) -> dict[str, Any]:
    """The study's row once this film is in it; what a reader corrected stays corrected."""
    uid = instance.study_instance_uid
    found = store.row("SELECT * FROM study WHERE study_instance_uid = ?", [uid])
    fresh = _new(instance, store.clock.now())
    if found is None:
        return fresh
    if store.row("SELECT 1 FROM instance WHERE study_instance_uid = ?", [uid]) is None:  # all were taken back
        return _corrected(store, {**found, **{name: fresh[name] for name in _OF_FILMS}})
    return _corrected(store, _merged(found, instance))


_OF_FILMS = {*_FROM_HEADER, "acquired", "description", "priority", "search"}


def _corrected(store: Store, row: dict[str, Any]) -> dict[str, Any]:
    correction = corrections.find(store, row["study_instance_uid"])
    fields = corrections.overlay(correction.fields, row) if correction else {}
    row = {**row, **{name: _sound(value) for name, value in fields.items()}}
    return {**row, "search": _search(row)}


def reread(store: Store, study_instance_uid: str, films: Sequence[Instance]) -> None:
    """Make the study's row from these films' own headers and the reader's correction, inside a transaction."""
    row = store.row("SELECT * FROM study WHERE study_instance_uid = ?", [study_instance_uid])
    if row is None or not films:
        return
    fresh = _new(films[0], row["added_at"])
    for film in films[1:]:
        fresh = _merged(fresh, film)
    row = _corrected(store, {**row, **{name: fresh[name] for name in _OF_FILMS}})
    names = sorted(_OF_FILMS)
    store.execute(
        f"UPDATE study SET {', '.join(f'{name} = ?' for name in names)} WHERE study_instance_uid = ?",
        [*(row[name] for name in names), study_instance_uid],
    )


def _new(instance: Instance, now: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "study_instance_uid": instance.study_instance_uid,
        "study_key": secrets.token_hex(8),
        **{name: _sound(getattr(instance, name)) for name in _FROM_HEADER},
        "acquired": acquired(instance),
        "description": _sound(instance.study_description or instance.series_description),
        "priority": instance.requested_procedure_priority,
        "state": "new",
        "drafting_since": "",
        "drafts": 0,
        "added_at": now,
    }
    return {**row, "search": _search(row)}


def _sound(text: str) -> str:
    """Text that can be stored: bytes that no character set explains become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _merged(row: dict[str, Any], instance: Instance) -> dict[str, Any]:
    """A later film fills what the first one left empty and never overwrites."""
    fresh = _new(instance, row["added_at"])
    merged = {name: row[name] if row[name] not in (None, "") else fresh.get(name) for name in row}
    times = [value for value in (row["acquired"], fresh["acquired"]) if value]
    merged.update(acquired=min(times, default=""), search=_search(merged))
    return merged


def _search(row: dict[str, Any]) -> str:
    date = row["study_date"] or ""
    dashed = f"{date[:4]}-{date[4:6]}-{date[6:8]}" if len(date) == 8 else ""
    words = [row["patient_name"], row["patient_id"], row["accession_number"], row["description"], date, dashed]
    return folded("\n".join(word for word in words if word))


def folded(text: str) -> str:
    """Text as it is searched: without case and without accents, so that "muller" finds "MÜLLER"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def acquired(instance: Instance) -> str:
    """When the film was exposed: acquisition date and time, else the study's."""
    when = _moment(instance.acquisition_date, instance.acquisition_time)
    return when or _moment(instance.study_date, instance.study_time)


def _moment(date: str, time: str) -> str:
    """YYYYMMDD[HHMMSS]; empty for a date that is none, because order and priors hang on it."""
    try:
        datetime.strptime(date, "%Y%m%d")
    except ValueError:
        return ""
    if len(date) != 8:  # strptime also takes 2020101
        return ""
    digits = time.partition(".")[0][:6]
    return date + (digits if digits.isdigit() and len(digits) % 2 == 0 else "")


def view_of(instance: Instance) -> str:
    """View Position (0018,5101) in capitals; else LATERAL, PA or AP where the description says so; else empty."""
    if instance.view_position:
        return instance.view_position.upper()
    words = instance.series_description.upper().replace("/", " ").replace(",", " ").split()
    for word, view in (("LATERAL", "LATERAL"), ("LAT", "LATERAL"), ("PA", "PA"), ("AP", "AP")):
        if word in words:
            return view
    return ""


def is_lateral(view: str) -> bool:
    """Whether a view is from the side (LL, RL, LATERAL and the like)."""
    return view in ("LL", "RL", "LLD", "RLD") or view.startswith("LAT")


def view_order(view: str) -> int:
    """Frontal films first, then films that do not say, then lateral ones."""
    return 2 if is_lateral(view) else 0 if view.startswith(("PA", "AP")) else 1


def studies(store: Store, search: str = "") -> list[Study]:
    """All studies whose name, ID, accession, description or date contain every word of ``search``."""
    words = folded(search).replace("^", " ").split()
    where = "WHERE " + " AND ".join("instr(study.search, ?) > 0" for _ in words) if words else ""
    return [_study(row) for row in store.rows(_QUERY.format(where=where), words)]


def of_patients(store: Store, ids: set[str], names: set[str]) -> list[Study]:
    """Studies with one of these Patient IDs or names: among them are priors."""
    if len(ids) + len(names) > 500:
        return studies(store)
    marks_ids, marks_names = ", ".join("?" * len(ids)), ", ".join("?" * len(names))
    where = f"WHERE study.patient_id IN ({marks_ids}) OR study.patient_name IN ({marks_names})"
    return [_study(row) for row in store.rows(_QUERY.format(where=where), [*ids, *names])]


def find_study(store: Store, study_instance_uid: str) -> Study | None:
    """The study of this UID, or None."""
    found = store.row(_QUERY.format(where="WHERE study.study_instance_uid = ?"), [study_instance_uid])
    return _study(found) if found else None


def _study(row: dict[str, Any]) -> Study:
    views = sorted({view for view in row["views"].split("\n") if view}, key=lambda view: (view_order(view), view))
    return Study(**{**row, "views": tuple(views)})


def instances(store: Store, study_instance_uid: str) -> list[Instance]:
    """The films of a study, frontal first, then by series and instance number."""
    found = store.rows(f"{_FILM} WHERE instance.study_instance_uid = ?", [study_instance_uid])
    return sorted((_instance(store, row["header"], row["corrected"]) for row in found), key=_film_order)


def as_sent(store: Store, study_instance_uid: str) -> list[Instance]:
    """The films of a study as their own headers describe them, in the order in which they came."""
    found = store.rows("SELECT header FROM instance WHERE study_instance_uid = ? ORDER BY rowid", [study_instance_uid])
    return [_instance(store, row["header"]) for row in found]


def find_instance(store: Store, sop_instance_uid: str) -> tuple[Instance, str] | None:
    """A film and the SHA-256 of its file, or None."""
    found = store.row(f"{_FILM} WHERE sop_instance_uid = ?", [sop_instance_uid])
    return (_instance(store, found["header"], found["corrected"]), found["content_sha256"]) if found else None


def patients_as_sent(store: Store, study_instance_uid: str) -> set[str]:
    """Every Patient ID that a film of this study names in its own header."""
    sql = "SELECT DISTINCT json_extract(header, '$.patient_id') AS id FROM instance WHERE study_instance_uid = ?"
    return {row["id"] for row in store.rows(sql, [study_instance_uid]) if row["id"]}


def _film_order(instance: Instance) -> tuple[int, int, int, str]:
    series, number = instance.series_number or 0, instance.instance_number or 0
    return (view_order(view_of(instance)), series, number, instance.sop_instance_uid)


def _instance(store: Store, header: str, corrected: str | None = None) -> Instance:
    value = {name: found for name, found in json.loads(header).items() if name in Instance.__slots__}
    value["path"] = str(store.home.root / value["path"])
    if corrected:
        over = corrections.overlay(json.loads(corrected), value)
        named = {"patient_name_ideographic": ""} if "patient_name" in over else {}
        value |= {**over, **named, "patient_corrected": True}
    value["windows"] = tuple(
        Window(w["center"], w["width"], VoiLutFunction(w["function"]), w["explanation"]) for w in value["windows"]
    )
    value["voi_luts"] = tuple(_table(table) for table in value["voi_luts"])
    for name in ("modality_lut", "presentation_lut"):
        value[name] = _table(value[name]) if value.get(name) else None
    value.update({name: tuple(each) for name, each in value.items() if isinstance(each, list)})
    return Instance(**value)


def _table(value: dict[str, Any]) -> LookupTable:
    known = {name: found for name, found in value.items() if name in LookupTable.__slots__}
    return LookupTable(**{**known, "data": tuple(value["data"])})


def set_state(store: Store, study_instance_uid: str, state: str, by: str | None = None, at: str | None = None) -> None:
    """Move a study to ``state``; ``by`` and ``at`` are the signer's, None takes the signature away."""
    store.execute(
        "UPDATE study SET state = ?, signed_by = ?, signed_at = ? WHERE study_instance_uid = ?",
        [state, by, at, study_instance_uid],
    )


def set_drafting(store: Store, study_instance_uid: str, since: str, made: int = 0) -> None:
    """Note that a draft is being made since ``since`` ("" = no longer) and that ``made`` more exist."""
    store.execute(
        "UPDATE study SET drafting_since = ?, drafts = drafts + ? WHERE study_instance_uid = ?",
        [since, made, study_instance_uid],
    )
