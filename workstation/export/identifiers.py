"""What in a header identifies the patient, as the bytes that must not be found after de-identification.

Knows attributes by name, no profile: it is the check on whoever applies one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydicom import Dataset

# Names, numbers, addresses, dates of the person; and who sent, asked for or read the film.
KEYWORDS = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientBirthName",
    "PatientMotherBirthName",
    "OtherPatientIDs",
    "OtherPatientNames",
    "PatientAddress",
    "PatientTelephoneNumbers",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PerformingPhysicianName",
    "NameOfPhysiciansReadingStudy",
    "PhysiciansOfRecord",
    "OperatorsName",
    "RequestingPhysician",
    "InstitutionName",
    "InstitutionAddress",
    "StationName",
    "StudyID",
    "AdmissionID",
    "DeviceSerialNumber",
    "StudyInstanceUID",
    "SeriesInstanceUID",
    "SOPInstanceUID",
    "FrameOfReferenceUID",
)
LEAST_IN_TEXT, LEAST_IN_BYTES = 3, 6  # shorter strings are everywhere in pixels
_TEXTS = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UR", "UT")
_FIXED = ("Modality", "PhotometricInterpretation", "SpecificCharacterSet")  # words of the standard, whoever is named so
_COMMON = {"chest", "hospital", "clinic", "radiology", "anonymous", "anonymized", "unknown", "none", "other", "test"}


def identifiers(dataset: Dataset) -> frozenset[bytes]:
    """The identifying values of a dataset and its items: whole, and each of their words of some length."""
    found: set[bytes] = set()
    for part in _parts(dataset):
        for keyword in KEYWORDS:
            for value in _values(part, keyword):
                found |= _forms(value)
    return frozenset(found)


def scrub(dataset: Dataset, known: frozenset[bytes]) -> None:
    """Empty every text that still holds an identifier, wherever somebody wrote it."""
    words = [word for word in known if len(word) >= LEAST_IN_TEXT]
    for part in _parts(dataset):
        for element in list(part):
            if element.VR in _TEXTS and element.keyword not in _FIXED:
                values = _values(part, element.tag)
                if any(_holds(str(each), words) for each in values):
                    kept = ["" if _holds(str(each), words) else each for each in values]
                    element.value = kept if any(str(each) for each in kept) else None


def survivors(written: bytes, known: frozenset[bytes]) -> tuple[bytes, ...]:
    """Which identifiers stand in the bytes, in capitals or not; a number only as a whole: UIDs hold every one."""
    folded = written.lower()
    return tuple(word for word in known if len(word) >= LEAST_IN_BYTES and _stands(word.lower(), folded))


def _stands(word: bytes, folded: bytes) -> bool:
    if word not in folded:
        return False
    if word.strip(b"0123456789."):
        return True
    return re.search(rb"(?<![0-9.])" + re.escape(word) + rb"(?![0-9.])", folded) is not None


def _holds(text: str, words: list[bytes]) -> bool:
    """As a word of its own: a short name must not empty every text that has its letters."""
    folded = text.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(form)}(?!\w)", folded)
        for form in (word.decode("utf-8", "replace").casefold() for word in words)
    )


def _parts(dataset: Dataset) -> Iterator[Dataset]:
    yield dataset
    for element in list(dataset):
        if element.VR == "SQ":
            for item in element.value:
                yield from _parts(item)


def _values(dataset: Dataset, keyword: Any) -> list[Any]:
    if keyword not in dataset:
        return []
    value = dataset[keyword].value
    if value is None:
        return []
    return list(value) if isinstance(value, list) or hasattr(value, "insert") else [value]


def _forms(value: Any) -> set[bytes]:
    """A value as the file may hold it: decoded in UTF-8 and as it was encoded; name parts one by one."""
    raw = getattr(value, "original_string", b"") or b""
    raws = [raw] if isinstance(raw, bytes) else [str(raw).encode("utf-8", "replace")]
    whole = [str(value).encode("utf-8", "replace"), *raws]
    parts = [part for each in whole for part in re.split(rb"[\^=\\\s,]+", each)]
    kept = {each.strip() for each in (*whole, *parts)}
    return {
        each for each in kept if len(each) >= LEAST_IN_TEXT and each.decode("utf-8", "replace").lower() not in _COMMON
    }
