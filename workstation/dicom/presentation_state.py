"""A presentation state's file becomes a `PresentationState`: leniently about names, strictly about places.

Grayscale and colour softcopy presentation states (PS3.3 A.33.1, A.33.2). Masks, blending, compound graphics and private
elements are not read. Knows no film: who may be drawn on is decided by whoever holds the films.
"""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset

from workstation.dicom import fields, graphics
from workstation.dicom.graphics import items, references
from workstation.dicom.presentation_records import Area, PresentationState, Reference, Voi
from workstation.dicom.records import LookupTable
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.shutter import shutter_of
from workstation.dicom.source import Source, open_source
from workstation.dicom.tables import lookup_tables
from workstation.dicom.text import encodings, integer, numbers, person_name, text, undeclared

GRAYSCALE, COLOUR = "1.2.840.10008.5.1.4.1.1.11.1", "1.2.840.10008.5.1.4.1.1.11.2"
PRESENTATION_STATES = (GRAYSCALE, COLOUR)
SIZE_LIMIT = 64 << 20
_ANY_SIDE = 65535  # a state does not say how large its films are
_TEXTS = ("PatientID", "Manufacturer", "ManufacturerModelName", "ContentLabel", "ContentDescription")


def read_presentation_state(path: str | Path) -> PresentationState:
    """Read and check a presentation state.

    Raises
    ------
    FilmRefused
        Besides the codes of any file: not_a_state, malformed, too_complex, too_large.
    """
    if Path(path).is_file() and Path(path).stat().st_size > SIZE_LIMIT:
        raise refusal("too_complex")
    source = open_source(path)
    with foreign_parser("malformed"):
        if text(source.dataset, "SOPClassUID", []) not in PRESENTATION_STATES:
            raise refusal("not_a_state")
        return _state(source)


def _state(source: Source) -> PresentationState:
    dataset, charset = source.dataset, encodings(source.dataset)
    found, warnings = graphics.drawings(dataset, charset)
    vois, said = _vois(source, charset)
    turns, mirrored, more = _turn(dataset)
    meant = _referenced(dataset)
    if not meant or not text(dataset, "SOPInstanceUID", []) or not text(dataset, "StudyInstanceUID", []):
        raise refusal("malformed")  # nobody could tell whose film it belongs to
    return PresentationState(
        **_identity(source, charset),
        references=meant,
        layers=graphics.layers(dataset, charset),
        drawings=found,
        quarter_turns=turns,
        mirrored=mirrored,
        areas=_areas(dataset),
        vois=vois,
        presentation_lut_shape=text(dataset, "PresentationLUTShape", []).upper(),
        presentation_lut=_presentation_lut(source),
        shutter=shutter_of(dataset, _ANY_SIDE, _ANY_SIDE),
        warnings=(*warnings, *said, *more, *_amiss(dataset)),
    )


def _identity(source: Source, charset: list[str]) -> dict[str, str]:
    dataset = source.dataset
    patient, manufacturer, model, label, description = (text(dataset, each, charset) for each in _TEXTS)
    date, time = text(dataset, "PresentationCreationDate", []), text(dataset, "PresentationCreationTime", [])
    return {
        "path": str(source.path),
        "sop_instance_uid": text(dataset, "SOPInstanceUID", []),
        "sop_class_uid": text(dataset, "SOPClassUID", []),
        "study_instance_uid": text(dataset, "StudyInstanceUID", []),
        "series_instance_uid": text(dataset, "SeriesInstanceUID", []),
        "patient_id": patient,
        "manufacturer": manufacturer,
        "model": model,
        "creator": person_name(dataset, "ContentCreatorName", charset),
        "label": label,
        "description": description,
        "created": date + time.partition(".")[0] if len(date) == 8 else "",
    }


def _referenced(dataset: Dataset) -> tuple[Reference, ...]:
    return tuple(each for series in items(dataset, "ReferencedSeriesSequence") for each in references(series))


def _turn(dataset: Dataset) -> tuple[int, bool, list[str]]:
    """Quarter turns clockwise, then whether flipped left to right (C.10.6)."""
    degrees = integer(dataset, "ImageRotation") or 0
    if degrees % 90:
        return 0, False, ["It asks for a turn that is no quarter turn; the film is not turned."]
    return degrees // 90 % 4, text(dataset, "ImageHorizontalFlip", []).upper() == "Y", []


def _areas(dataset: Dataset) -> tuple[Area, ...]:
    found = []
    for item in items(dataset, "DisplayedAreaSelectionSequence"):
        first = numbers(item, "DisplayedAreaTopLeftHandCorner")
        last = numbers(item, "DisplayedAreaBottomRightHandCorner")
        if len(first) == 2 and len(last) == 2:
            ends = (int(first[1]) - 1, int(first[0]) - 1), (int(last[1]) - 1, int(last[0]) - 1)
            low = min(ends[0][0], ends[1][0]), min(ends[0][1], ends[1][1])
            high = max(ends[0][0], ends[1][0]), max(ends[0][1], ends[1][1])
            found.append(Area(references(item), low, high))
    return tuple(found)


def _vois(source: Source, charset: list[str]) -> tuple[tuple[Voi, ...], list[str]]:
    found, said = [], []
    for item in items(source.dataset, "SoftcopyVOILUTSequence"):
        holder = Dataset()
        holder.update(item)
        for keyword in ("PixelRepresentation", "RescaleIntercept"):  # say whether a table's first value is signed
            if keyword in source.dataset:
                holder[keyword] = source.dataset[keyword]
        look, warnings = fields.presentation(holder, charset, source.little_endian)
        found.append(Voi(references(item), look["windows"], look["voi_luts"]))
        said += warnings
    return tuple(found), sorted(set(said))


def _presentation_lut(source: Source) -> LookupTable | None:
    found = lookup_tables(
        source.dataset, "PresentationLUTSequence", signed_input=False, little_endian=source.little_endian
    )
    return found[0] if found else None


def _amiss(dataset: Dataset) -> list[str]:
    said = []
    if any(undeclared(dataset, each) for each in ("PatientName", "ReferringPhysicianName", "ContentDescription")):
        said.append("The presentation state does not say which character set its names are in.")
    if items(dataset, "MaskSubtractionSequence"):
        said.append("It asks for a mask to be subtracted; that is not shown here.")
    if "BITMAP" in text(dataset, "ShutterShape", []).upper():
        said.append("It hides parts of the film by a bitmap; that is not shown here.")
    return said
