"""A film's header as other objects refer to it: who, when, which study; written anew, so that nothing amiss is copied.

Text becomes UTF-8 whatever it was; a value that DICOM forbids (a birth date "UNKNOWN") becomes empty. Where a reader
corrected the patient, the correction stands. Knows no pixels.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.dicom.records import Instance
from workstation.errors import ExportError
from workstation.export.text import whole_file

if TYPE_CHECKING:
    from pydicom import Dataset

MANUFACTURER = "CXR-LLaVA reporting workstation"
MODEL = "CXR-LLaVA reporting workstation"
UTF_8 = "ISO_IR 192"
_TEXTS = ("AccessionNumber", "StudyID", "StudyDescription", "PatientAge", "InstitutionName", "Laterality")
_NAMES = ("PatientName", "ReferringPhysicianName")
_DATES, _TIMES = ("StudyDate", "PatientBirthDate"), ("StudyTime",)
_LONGEST = 64


def film_header(instance: Instance) -> Dataset:
    """What presentation states, reports and key objects need to know of a film.

    Raises
    ------
    ExportError
        no_dicom: a PNG or JPEG has no header that other programs could refer to.
    """
    if instance.kind != "dicom":
        raise ExportError(
            "This film is a picture without a DICOM header, so nothing in DICOM can refer to it.",
            "Save the picture with its markings instead.",
            "no_dicom",
        )
    from pydicom import Dataset

    header = Dataset()
    header.SpecificCharacterSet = UTF_8
    header.SOPClassUID, header.SOPInstanceUID = instance.sop_class_uid, instance.sop_instance_uid
    header.StudyInstanceUID, header.SeriesInstanceUID = instance.study_instance_uid, instance.series_instance_uid
    header.Rows, header.Columns = instance.rows, instance.columns
    header.SamplesPerPixel, header.Modality = instance.samples_per_pixel, instance.modality
    if instance.number_of_frames > 1:
        header.NumberOfFrames = instance.number_of_frames
    _identify(header, instance)
    return header


def _identify(header: Dataset, instance: Instance) -> None:
    from workstation.dicom.source import open_source
    from workstation.dicom.text import encodings, text

    source = open_source(instance.path).dataset
    charset = encodings(source)
    for keyword in (*_TEXTS, *_NAMES):
        setattr(header, keyword, text(source, keyword, charset)[:_LONGEST].replace("\\", " "))
    for keyword in _DATES:
        setattr(header, keyword, _fit(text(source, keyword, []), r"\d{8}"))
    for keyword in _TIMES:
        setattr(header, keyword, _fit(text(source, keyword, []), r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?"))
    header.PatientID = instance.patient_id
    header.PatientSex = instance.patient_sex if instance.patient_sex in ("M", "F", "O") else ""
    if instance.patient_corrected:
        header.PatientName, header.PatientAge = instance.patient_name, instance.patient_age
        header.PatientBirthDate = _fit(instance.patient_birth_date, r"\d{8}")
    for keyword in ("PatientAge", "InstitutionName", "StudyDescription"):  # not empty where optional
        if not header.get(keyword) or (keyword == "PatientAge" and not re.fullmatch(r"\d{3}[DWMY]", header.PatientAge)):
            delattr(header, keyword)


def _fit(value: str, pattern: str) -> str:
    return value if re.fullmatch(pattern, value) else ""


@contextmanager
def quiet() -> Iterator[None]:
    """What libraries say while they write quotes values, and values hold names: it reaches neither log nor terminal."""
    loggers = [logging.getLogger(name) for name in ("highdicom", "pydicom", "dicomanonymizer")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)


def save(dataset: Dataset, path: str | Path) -> None:
    """Write a whole DICOM file or none; raises `ExportError`."""
    with whole_file(path) as part:
        dataset.save_as(part, enforce_file_format=True)
