"""A signed report as everything that other systems' formats need to know of it: one record, made by ``workflow``.

The formats (`basic_text_sr`, `fhir`, `hl7`) turn it into theirs; the words are those that were signed. Knows no store.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FINAL, ADDENDUM, WITHDRAWAL = "final", "addendum", "withdrawal"


@dataclass(frozen=True, slots=True)
class SeenFilm:
    """One film that was read."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    modality: str
    is_dicom: bool = True


@dataclass(frozen=True, slots=True)
class SignedReport:
    """One version of a report, with the study it is about; dates and times as in DICOM, moments in ISO 8601 UTC."""

    study_instance_uid: str
    patient_name: str  # as shown: components separated by spaces
    person_name: str  # as DICOM's PN holds it: Family^Given^Middle^Prefix^Suffix
    patient_id: str
    issuer_of_patient_id: str
    patient_birth_date: str
    patient_sex: str
    accession_number: str
    referring_physician_name: str
    institution_name: str
    study_date: str
    study_time: str
    description: str
    modality: str
    films: tuple[SeenFilm, ...]
    sections: Mapping[str, str]
    text: str
    text_sha256: str
    number: int
    kind: str  # FINAL, ADDENDUM or WITHDRAWAL
    reader: str  # the signer's id, name and role
    name: str
    role: str
    meaning: str
    signed_at: str
    research: bool  # clinical-safety 1: the mark stands everywhere, and the report is never called final
    model_id: str = ""  # the model whose words the report holds, if any
    model_sha256: str = ""
    ai_statement: str = ""
    earlier: tuple[str, ...] = field(default=())  # SHA-256 of the texts of the versions before, oldest first

    @property
    def drafted(self) -> bool:
        """Whether words of a model are in it."""
        return bool(self.model_id)

    @property
    def study_moment(self) -> str:
        """``YYYY-MM-DD``, of the study; "" when its header does not say."""
        day = self.study_date
        return f"{day[:4]}-{day[4:6]}-{day[6:8]}" if len(day) == 8 and day.isdigit() else ""
