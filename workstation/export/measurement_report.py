"""Drawings with their numbers become a measurement report (PS3.16 TID 1500) in a Comprehensive SR, by highdicom.

Each drawing is a group of its own: identity, numbers with UCUM units, its place on the film, how its scale is known.
Concepts without a code in DICOM's own dictionaries carry one of this program (99CXRWS) and say what they mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from workstation.dicom.records import Instance
from workstation.errors import ExportError
from workstation.export import graphics
from workstation.export.film_header import MANUFACTURER, MODEL, film_header, quiet, save
from workstation.imaging.annotation import Annotation, Kind

if TYPE_CHECKING:
    from workstation.export.presentation_state import Place

SERIES_NUMBER = 9002
OWN = "99CXRWS"
OWN_NAME = "CXR-LLaVA reporting workstation"


class Code(NamedTuple):
    value: str
    scheme: str
    meaning: str


PROCEDURE = Code("399208008", "SCT", "Plain chest X-ray")
CONCEPTS = {
    "length": Code("410668003", "SCT", "Length"),
    "angle": Code("1483009", "SCT", "Angle"),
    "Cobb angle": Code("285285000", "SCT", "Cobb angle"),
    "area": Code("131184002", "SCT", "Area of defined region"),
    "mean": Code("373098007", "SCT", "Mean"),
    "standard deviation": Code("386136009", "SCT", "Standard Deviation"),
    "minimum": Code("255605001", "SCT", "Minimum"),
    "maximum": Code("56851009", "SCT", "Maximum"),
    "skewness": Code("126051", "DCM", "Skewness"),
    "cardiothoracic ratio": Code("CTR", OWN, "Cardiothoracic ratio"),
    "heart width": Code("HEARTW", OWN, "Transverse width of the heart"),
    "thorax width": Code("THORAXW", OWN, "Inner transverse width of the thorax"),
}
UNITS = {
    "mm": Code("mm", "UCUM", "mm"),
    "mm2": Code("mm2", "UCUM", "mm2"),
    "deg": Code("deg", "UCUM", "deg"),
    "1": Code("1", "UCUM", "no units"),
    "px": Code("{pixels}", "UCUM", "pixels"),
    "px2": Code("{pixels}2", "UCUM", "square pixels"),
    "HU": Code("[hnsf'U]", "UCUM", "Hounsfield unit"),
}
_CLOSED = (Kind.FREEHAND, Kind.RECTANGLE)


@dataclass(frozen=True, slots=True)
class Number:
    """One measured value by the names of `CONCEPTS` and `UNITS`; another name becomes a code of this program."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One drawing on one film with its numbers, and in words how its scale is known ("at detector")."""

    annotation: Annotation
    instance: Instance
    numbers: tuple[Number, ...]
    scale: str = ""


def write_measurement_report(path: str | Path, findings: Sequence[Finding], place: Place) -> None:
    """Write the report of one study.

    Raises
    ------
    ExportError
        nothing_measured, no_dicom, or the disk refuses.
    """
    if not findings:
        raise ExportError("Nothing is measured on these films.", "Measure first, then save.", "nothing_measured")
    headers = {one.instance.sop_instance_uid: film_header(one.instance) for one in findings}
    with quiet():
        from highdicom.sr import ComprehensiveSR, MeasurementReport

        report = MeasurementReport(
            observation_context=observers(place),
            procedure_reported=_coded(PROCEDURE),
            imaging_measurements=[_group(one) for one in findings],
        )
        document = ComprehensiveSR(
            evidence=list(headers.values()),
            content=report[0],
            **place.named(SERIES_NUMBER),
            is_complete=True,
            series_description="Reader's measurements",
        )
        name_scheme(document)
        save(document, path)


def observers(place: Place) -> Any:
    """Who measured, and with what (TID 1001)."""
    from highdicom.sr import ObservationContext

    person, device = observer_contexts(place)
    return ObservationContext(observer_person_context=person, observer_device_context=device)


def observer_contexts(place: Place) -> tuple[Any, Any]:
    """The reader, where there is a name, and this program (TID 1002)."""
    from highdicom.sr import DeviceObserverIdentifyingAttributes, ObserverContext, PersonObserverIdentifyingAttributes
    from pydicom.sr.codedict import codes

    name = place.reader.replace("\\", " ")[:64]
    device = DeviceObserverIdentifyingAttributes(
        uid=place.series_instance_uid, name=MODEL, manufacturer_name=MANUFACTURER, model_name=MODEL
    )
    of_device = ObserverContext(codes.DCM.Device, device)
    if not name:
        return None, of_device
    return ObserverContext(codes.DCM.Person, PersonObserverIdentifyingAttributes(name=name)), of_device


def name_scheme(document: Any) -> None:
    """Whose private codes these are (PS3.3 C.12.1.1.7)."""
    from pydicom import Dataset

    item = Dataset()
    item.CodingSchemeDesignator, item.CodingSchemeName = OWN, OWN_NAME
    document.CodingSchemeIdentificationSequence = [item]


def _group(finding: Finding) -> Any:
    from highdicom import sr

    one = finding.annotation
    tracking = sr.TrackingIdentifier(uid=graphics.tracking_uid(one), identifier=graphics.tracking_id(one))
    shapes = [shape for shape in graphics.graphics_of(one) if not shape.tracking_id.startswith(graphics.BESIDE)]
    if one.kind is Kind.ELLIPSE or (one.kind in _CLOSED and shapes[0].places[0] == shapes[0].places[-1]):
        shape = "ELLIPSE" if one.kind is Kind.ELLIPSE else "POLYLINE"
        region = sr.ImageRegion(shape, _data(shapes[0]), _source(finding))
        numbers = [_measured(each, finding, ()) for each in finding.numbers]
        return sr.PlanarROIMeasurementsAndQualitativeEvaluations(tracking, region, measurements=numbers)
    numbers = [_measured(each, finding, shapes) for each in finding.numbers]
    return sr.MeasurementsAndQualitativeEvaluations(tracking, measurements=numbers)


def _measured(number: Number, finding: Finding, shapes: Sequence[Any]) -> Any:
    from highdicom import sr

    places = [sr.CoordinatesForMeasurement("POLYLINE", _data(shape), _source(finding)) for shape in shapes]
    return sr.Measurement(
        name=_coded(CONCEPTS.get(number.name) or _own(number.name)),
        value=number.value,
        unit=_coded(UNITS.get(number.unit) or Code("1", "UCUM", number.unit[:64] or "no units")),
        method=_coded(_own(finding.scale)) if finding.scale else None,
        referenced_coordinates=places or None,
    )


def _source(finding: Finding) -> Any:
    from highdicom import sr

    instance, frames = finding.instance, None
    if instance.number_of_frames > 1:
        frames = [finding.annotation.frame + 1]
    return sr.SourceImageForRegion(instance.sop_class_uid, instance.sop_instance_uid, frames)


def _data(shape: Any) -> Any:
    import numpy as np

    return np.array([(column, row) for row, column in shape.places], float)


def _own(words: str) -> Code:
    """A code of this program: at most 16 signs, made of the words."""
    value = "".join(part[:5].upper() for part in words.replace("-", " ").split())[:16]
    return Code(value or "OTHER", OWN, words[:64])


def _coded(code: Code) -> Any:
    from highdicom.sr import CodedConcept

    return CodedConcept(code.value, code.scheme, code.meaning)
