"""A DICOM file becomes an `Instance`: what its header says, with what is wrong about it as warnings.

Reads no pixel, only where they lie. Every way in which a file can be unfit ends in one `FilmRefused`.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

from workstation.dicom import fields
from workstation.dicom.codestream import check_codestream
from workstation.dicom.frames import counted
from workstation.dicom.records import Instance
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.soundness import ENCAPSULATED, sound
from workstation.dicom.source import Source, looks_like_dicom, open_source
from workstation.dicom.text import encodings, undeclared
from workstation.dicom.uid import uid_from_digest

__all__ = ["instance_of", "looks_like_dicom", "read_instance"]


def read_instance(path: str | Path) -> Instance:
    """Read and check a film's header; cheap, the pixels stay on the disk.

    Raises
    ------
    FilmRefused
        One of the codes of `workstation.dicom.refusals.REASONS`.
    """
    return instance_of(open_source(path))


def instance_of(source: Source, frame: int = 0) -> Instance:
    """The record of an opened file, corrected where its header cannot be meant as it stands.

    Its grey scale is that of ``frame``: an enhanced object may have one for each.
    """
    with foreign_parser("malformed"):
        _check_kind(source)
        declared, warnings = _declared(source, frame)
        instance, more = sound(source, declared)
        if source.transfer_syntax_uid in ENCAPSULATED:
            check_codestream(source, instance)
            instance, fewer = counted(source, instance)
            more += fewer
    return dataclasses.replace(instance, warnings=(*warnings, *more))


def _check_kind(source: Source) -> None:
    dataset = source.dataset
    if len(dataset) == 0 and source.pixel_start is None:
        raise refusal("malformed" if source.has_preamble else "not_dicom")
    if "Rows" not in dataset and "Columns" not in dataset:
        raise refusal("not_a_film" if "SOPClassUID" in dataset or source.has_preamble else "not_dicom")


def _declared(source: Source, frame: int) -> tuple[Instance, list[str]]:
    dataset, charset = source.dataset, encodings(source.dataset)
    look, warnings = fields.presentation(dataset, charset, source.little_endian, frame)
    instance = Instance(
        path=str(source.path),
        kind="dicom",
        transfer_syntax_uid=source.transfer_syntax_uid,
        **fields.identification(dataset, charset),
        **fields.pixel_description(dataset),
        **look,
    )
    if any(undeclared(dataset, keyword) for keyword in ("PatientName", "PatientID", "StudyDescription")):
        warnings.append("The file does not say which character set its names are in; check how they are spelled.")
    if (instance.photometric_interpretation, instance.presentation_lut_shape) == ("MONOCHROME1", "IDENTITY"):
        warnings.append("The header contradicts itself about black and white; invert the film if it looks wrong.")
    if fields.integer(dataset, "PixelRepresentation") not in (None, 0, 1):
        warnings.append("The header does not say whether grey values may be negative; check how the film looks.")
    if _oblong(instance):
        warnings.append("The pixels of this film are not square, but they are drawn so: shapes look distorted.")
    if not instance.patient_name and not instance.patient_id:
        warnings.append("The film carries no patient name and no patient ID.")
    if not instance.sop_instance_uid or not instance.study_instance_uid:
        warnings.append("The film does not name its study or itself; it is kept as a study of its own.")
        instance = _identified(instance)
    return instance, warnings


def _oblong(instance: Instance) -> bool:
    """Whether a pixel is by more than 1 % higher than wide, or wider than high."""
    sides = instance.pixel_spacing_mm or instance.imager_pixel_spacing_mm or instance.pixel_aspect_ratio
    return sides is not None and abs(sides[0] / sides[1] - 1) > 0.01


def _identified(instance: Instance) -> Instance:
    """With UIDs made from the file's content where it has none: two nameless films are never taken for one."""
    with open(instance.path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    study = hashlib.sha256(f"study {instance.series_instance_uid or digest}".encode()).hexdigest()
    return dataclasses.replace(
        instance,
        sop_instance_uid=instance.sop_instance_uid or uid_from_digest(digest),
        study_instance_uid=instance.study_instance_uid or uid_from_digest(study),
    )
