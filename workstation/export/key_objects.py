"""The films that a reader marked become a Key Object Selection (PS3.3 A.35.4), by highdicom. Knows no pixels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.dicom.records import Instance
from workstation.errors import ExportError
from workstation.export.film_header import film_header, quiet, save
from workstation.export.measurement_report import observer_contexts

if TYPE_CHECKING:
    from workstation.export.presentation_state import Place

SERIES_NUMBER = 9003


def write_key_objects(path: str | Path, films: Sequence[Instance], place: Place, description: str = "") -> None:
    """Write the selection of one study's key images.

    Raises
    ------
    ExportError
        no_key_image, no_dicom, or the disk refuses.
    """
    if not films:
        raise ExportError("No film of this study is marked as a key image.", "Mark one with its key.", "no_key_image")
    headers = [film_header(film) for film in films]
    with quiet():
        from highdicom.ko import KeyObjectSelection, KeyObjectSelectionDocument
        from pydicom.sr.codedict import codes

        person, device = observer_contexts(place)
        content = KeyObjectSelection(codes.DCM.OfInterest, headers, person, device, description or None)
        document = KeyObjectSelectionDocument(
            evidence=headers,
            content=content,
            **place.named(SERIES_NUMBER),
            series_description="Reader's key images",
        )
        save(document, path)
