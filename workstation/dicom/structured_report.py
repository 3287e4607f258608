"""A structured report or key object selection (PS3.3 A.35) becomes a `StructuredReport`: which films, which numbers.

Reads measurement groups as TID 1500 writes them (PS3.16): a tracking identifier, numbers with their units, the films
they were taken on. Everything else that a report may say is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset

from workstation.dicom.graphics import items
from workstation.dicom.presentation_records import Reference
from workstation.dicom.presentation_state import SIZE_LIMIT
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.source import Source, open_source
from workstation.dicom.text import encodings, number, numbers, text

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
REPORTS = tuple(f"1.2.840.10008.5.1.4.1.1.88.{last}" for last in (11, 22, 33, 34))  # basic, enhanced, comprehensive
_TRACKING_ID, _TRACKING_UID = "112039", "112040"
_DEEPEST, _MOST = 24, 20_000


@dataclass(frozen=True, slots=True)
class ReportedNumber:
    """One NUM item: the meaning of its name, value, UCUM unit, and the measurement it belongs to."""

    name: str
    code: str
    value: float
    unit: str
    tracking_id: str = ""
    tracking_uid: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class StructuredReport:
    """What is used of a report: its title, the films it names, its numbers."""

    path: str
    sop_instance_uid: str
    sop_class_uid: str
    study_instance_uid: str
    patient_id: str = ""
    manufacturer: str = ""
    title: str = ""
    references: tuple[Reference, ...] = ()
    numbers: tuple[ReportedNumber, ...] = ()

    @property
    def selects_key_images(self) -> bool:
        return self.sop_class_uid == KEY_OBJECTS


def read_structured_report(path: str | Path) -> StructuredReport:
    """Read a structured report or a key object selection.

    Raises
    ------
    FilmRefused
        Besides the codes of any file: not_companion, malformed, too_complex.
    """
    if Path(path).is_file() and Path(path).stat().st_size > SIZE_LIMIT:
        raise refusal("too_complex")
    source = open_source(path)
    with foreign_parser("malformed"):
        if text(source.dataset, "SOPClassUID", []) not in (KEY_OBJECTS, *REPORTS):
            raise refusal("not_companion")
        return _report(source)


def _report(source: Source) -> StructuredReport:
    dataset, charset = source.dataset, encodings(source.dataset)
    tree = list(_walk(dataset, 0))
    if len(tree) > _MOST:
        raise refusal("too_complex")
    named = [each for node in tree for each in _referenced(node)]
    instance, kind, study = (
        text(dataset, f"{each}UID", charset) for each in ("SOPInstance", "SOPClass", "StudyInstance")
    )
    if not (instance and study):
        raise refusal("malformed")
    return StructuredReport(
        str(source.path),
        instance,
        kind,
        study,
        text(dataset, "PatientID", charset),
        text(dataset, "Manufacturer", charset),
        _meaning(dataset, "ConceptNameCodeSequence", charset)[1],
        tuple(dict.fromkeys(named)),
        tuple(_numbers(dataset, charset, ("", ""))),
    )


def _walk(node: Dataset, depth: int) -> Iterator[Dataset]:
    """Every content item; a tree deeper than any template is damaged."""
    if depth > _DEEPEST:
        raise refusal("too_complex")
    yield node
    for child in items(node, "ContentSequence", _MOST):
        yield from _walk(child, depth + 1)


def _numbers(node: Dataset, charset: list[str], tracked: tuple[str, str]) -> Iterator[ReportedNumber]:
    """NUM items with the tracking identifier that their group, or they themselves, have."""
    children = items(node, "ContentSequence", _MOST)
    mine = {_meaning(each, "ConceptNameCodeSequence", charset)[0]: each for each in children}
    if _TRACKING_UID in mine:
        identifier = text(mine[_TRACKING_ID], "TextValue", charset) if _TRACKING_ID in mine else ""
        tracked = (identifier, text(mine[_TRACKING_UID], "UID", charset))
    for child in children:
        if text(child, "ValueType", []) == "NUM" and (found := _number(child, charset, tracked)) is not None:
            yield found
        yield from _numbers(child, charset, tracked)


def _number(item: Dataset, charset: list[str], tracked: tuple[str, str]) -> ReportedNumber | None:
    for measured in items(item, "MeasuredValueSequence"):
        value = number(measured, "NumericValue")
        if value is not None:
            code, name = _meaning(item, "ConceptNameCodeSequence", charset)
            unit = _meaning(measured, "MeasurementUnitsCodeSequence", charset)[0]
            films = tuple(dict.fromkeys(each for node in _walk(item, 0) for each in _referenced(node)))
            return ReportedNumber(name, code, value, unit, *tracked, films)
    return None


def _referenced(node: Dataset) -> list[Reference]:
    found = []
    for item in items(node, "ReferencedSOPSequence", _MOST):
        frames = tuple(int(each) - 1 for each in numbers(item, "ReferencedFrameNumber"))
        if uid := text(item, "ReferencedSOPInstanceUID", []):
            found.append(Reference(uid, frames))
    return found


def _meaning(node: Dataset, keyword: str, charset: list[str]) -> tuple[str, str]:
    """(code, meaning) of the first item of a code sequence."""
    for item in items(node, keyword):
        return text(item, "CodeValue", charset), text(item, "CodeMeaning", charset)
    return "", ""
