"""A DICOM film becomes one that names nobody: PS3.15 Annex E, Basic Application Level Confidentiality Profile.

The table of attributes and what is done to each is dicom-anonymizer's (edition 2026c). It works on the outermost level
alone and keeps dates; so it is applied to every item of every sequence here, and what shall go really goes. At the end
the bytes are searched for what identified the patient: what is found is taken out, or nothing leaves. Pixels stay.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.dicom.source import DEFLATED, open_source
from workstation.errors import ExportError
from workstation.export.film_header import quiet
from workstation.export.identifiers import identifiers, scrub, survivors
from workstation.export.text import whole_file

if TYPE_CHECKING:
    from pydicom import Dataset

EDITION = "dicomfields_2026c"
METHOD = "PS3.15 Annex E Basic Profile, dicom-anonymizer"
BASIC_PROFILE = ("113100", "DCM", "Basic Application Confidentiality Profile")
NOBODY = "ANONYMOUS"
_STANDARD = "1.2.840.10008."  # DICOM's own UIDs name no patient
_META_KEPT = {0x00020000, 0x00020001, 0x00020002, 0x00020003, 0x00020010, 0x00020012, 0x00020013}
_OVERLAYS, _CURVES = range(0x6000, 0x6100, 2), range(0x5000, 0x5100, 2)
_DUMMIES = {"DA": "19000101", "TM": "000000", "DT": "19000101000000"}
Action = Callable[[Any, Any], None]


@dataclass(slots=True)
class Cover:
    """One export's new identities: the same old UID gets the same new one, the same patient the same code."""

    uids: dict[str, str] = field(default_factory=dict)
    patients: dict[str, str] = field(default_factory=dict)

    def patient(self, identity: str) -> str:
        return self.patients.setdefault(identity, f"ANON-{secrets.token_hex(4).upper()}")


def deidentify(source: str | Path, target: str | Path, cover: Cover) -> str:
    """Write a copy that names nobody; returns its SHA-256.

    Raises
    ------
    ExportError
        identifiers_left: something that identifies the patient is still in the bytes; nothing is written then.
        export_failed, no_file: the disk refuses.
    FilmRefused
        As for any film that cannot be read.
    """
    opened = open_source(source)  # refuses bombs and damage before pydicom reads the whole
    with quiet():
        import pydicom

        dataset = pydicom.dcmread(source, force=True)
        known = identifiers(dataset)
        identity = hashlib.sha256(repr(sorted(known)).encode()).hexdigest()
        _clean(dataset, cover)
        _declare(dataset, cover.patient(identity))
        scrub(dataset, known)
        _describe_file(dataset, opened.transfer_syntax_uid)
        return _write(dataset, target, known, deflated=opened.transfer_syntax_uid == DEFLATED)


def actions(cover: Cover) -> dict[tuple[int, ...], Action]:
    """The library's table with its actions; where one of them keeps what it should take away, ours."""
    from dicomanonymizer import simpledicomanonymizer as library

    library.dictionary = cover.uids  # where the library remembers which UID became which
    own: dict[Any, Action] = {
        library.delete: _delete,
        library.empty: _empty,
        library.delete_or_empty: _empty,
        library.delete_or_empty_or_replace_UID: _delete,
        library.replace: partial(_replace, library.replace),
        library.empty_or_replace: partial(_replace, library.replace),
        library.delete_or_replace: partial(_delete_moment, library.replace),
        library.delete_or_empty_or_replace: partial(_delete_moment, library.replace),
    }
    return {tag: own.get(action, action) for tag, action in library.initialize_actions(EDITION).items()}


def _clean(dataset: Dataset, cover: Cover) -> None:
    from dicomanonymizer.simpledicomanonymizer import anonymize_dataset

    table = actions(cover)
    for part in [*_items(dataset), dataset]:
        _forget_planes(part)
        anonymize_dataset(part, base_rules_gen=lambda: dict(table))
        for element in list(part):
            if element.VR == "UI" and element.keyword not in ("SOPClassUID",):
                _replace_uid(element, cover)


def _items(dataset: Dataset) -> Iterator[Dataset]:
    """Every item of every sequence, the innermost first."""
    for element in list(dataset):
        if element.VR == "SQ" and not element.tag.is_private:
            for item in element.value:
                yield from _items(item)
                yield item


def _replace_uid(element: Any, cover: Cover) -> None:
    """What the table does not name may still be this hospital's UID."""
    from workstation.dicom.uid import new_uid

    given = set(cover.uids.values())

    def fresh(uid: str) -> str:
        if not uid or uid.startswith(_STANDARD) or uid in given:
            return uid
        return cover.uids.setdefault(uid, new_uid())

    values = element.value if isinstance(element.value, list) or hasattr(element.value, "insert") else [element.value]
    found = [fresh(str(each)) for each in values]
    element.value = found if len(found) > 1 else found[0] if found else ""


def _forget_planes(dataset: Dataset) -> None:
    """Overlays and curves go whole: a plane without its data would be neither drawn nor valid."""
    for tag in [tag for tag in dataset.keys() if tag.group in _OVERLAYS or tag.group in _CURVES]:  # noqa: SIM118
        del dataset[tag]


def _delete(dataset: Any, tag: Any) -> None:
    """X: gone, dates too."""
    if tag in dataset:
        del dataset[tag]


def _empty(dataset: Any, tag: Any) -> None:
    """Z: of zero length, dates and sequences too."""
    if tag in dataset:
        element = dataset[tag]
        element.value = [] if element.VR == "SQ" else b"" if element.VR in ("OB", "OW", "UN") else None


def _replace(otherwise: Action, dataset: Any, tag: Any) -> None:
    """D: a dummy; the library's dates are of the year 1, which no validator takes."""
    element = dataset.get(tag)
    if element is not None and element.VR in _DUMMIES:
        element.value = _DUMMIES[element.VR]
    elif element is not None and element.VR in ("OW", "OF", "OD", "OL", "OV"):
        _empty(dataset, tag)  # the library has no dummy for these
    else:
        otherwise(dataset, tag)


def _delete_moment(otherwise: Action, dataset: Any, tag: Any) -> None:
    """X/D and X/Z/D: where a date or time may go, it goes; a dummy one would be read as true."""
    element = dataset.get(tag)
    if element is not None and element.VR in _DUMMIES:
        _delete(dataset, tag)
    else:
        _replace(otherwise, dataset, tag)


def _declare(dataset: Dataset, patient: str) -> None:
    """PS3.3 C.12.1.1: that it was done, by which profile; and a code that keeps patients apart."""
    from pydicom import Dataset as Item

    dataset.PatientName, dataset.PatientID = NOBODY, patient
    dataset.PatientIdentityRemoved = "YES"
    dataset.DeidentificationMethod = METHOD
    dataset.LongitudinalTemporalInformationModified = "REMOVED"
    code = Item()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = BASIC_PROFILE
    dataset.DeidentificationMethodCodeSequence = [code]


def _describe_file(dataset: Any, transfer_syntax_uid: str) -> None:
    """The file meta information anew: who sent it to whom is in there too (PS3.10 7.1)."""
    from pydicom.dataset import FileMetaDataset

    meta = getattr(dataset, "file_meta", None) or FileMetaDataset()
    for tag in [tag for tag in meta.keys() if int(tag) not in _META_KEPT]:  # noqa: SIM118
        del meta[tag]
    meta.TransferSyntaxUID = transfer_syntax_uid
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.ImplementationVersionName = "CXRWS"
    dataset.file_meta, dataset.preamble = meta, b"\0" * 128


def _write(dataset: Any, target: str | Path, known: frozenset[bytes], deflated: bool) -> str:
    with whole_file(target) as part:
        dataset.save_as(part, enforce_file_format=True)
        written = part.read_bytes()
        searched = written
        if deflated:
            dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
            dataset.save_as(part, enforce_file_format=True)
            searched = part.read_bytes()
            part.write_bytes(written)
        if survivors(searched, known):
            raise ExportError(
                "Something that identifies the patient is still in the film, so it was not saved.",
                "Do not send this film; a name may be part of its compressed picture.",
                "identifiers_left",
            )
    return hashlib.sha256(written).hexdigest()
