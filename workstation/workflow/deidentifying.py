"""A study's films -> copies that name nobody, in a folder; what may be burnt in has to be looked at first.

One export has one set of new UIDs, so that its films still belong together and to nothing else. Logged by fingerprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workstation.dicom.burnt_in import burnt_in
from workstation.dicom.records import Instance
from workstation.errors import ExportError, FilmRefused
from workstation.export.deidentify import Cover, deidentify
from workstation.storage.store import Store
from workstation.workflow import departures, worklist
from workstation.workflow.markings_out import Saved
from workstation.workflow.reading import Reader

OVERLAYS = "Overlay planes and markings of the file are taken out with the names."
RASTER = "A picture without a DICOM header cannot be de-identified as DICOM and was left out."


def doubts(films: Sequence[Instance]) -> tuple[str, ...]:
    """Why somebody has to look at the films themselves before they leave; empty when nothing speaks for it."""
    said = [burnt_in(film) for film in films if film.kind == "dicom"]
    return tuple(dict.fromkeys(each for each in said if each))


def deidentify_study(
    store: Store, study_instance_uid: str, folder: str | Path, reader: Reader, looked_at: bool = False
) -> Saved:
    """Write the copies, numbered.

    Raises
    ------
    ExportError
        look_first while `doubts` are there and nobody has looked; no_dicom; identifiers_left and what the disk says.
    """
    films = worklist.films(store, study_instance_uid)
    if doubts(films) and not looked_at:
        raise ExportError(
            "A name may be burnt into a film of this study, so nothing was saved.",
            "Look at every film first, then confirm that no name is in it.",
            "look_first",
        )
    cover, files, told = Cover(), [], []
    stamp = store.clock.now()[:19].replace("-", "").replace(":", "").replace("T", "-")
    for number, film in enumerate(films, 1):
        if film.kind != "dicom":
            told.append(RASTER)
            continue
        path = Path(folder) / f"{stamp}-film-{number}.dcm"
        try:
            sha256 = deidentify(film.path, path, cover)
        except FilmRefused as refused:
            raise ExportError(refused.message, refused.remedy, refused.code) from None
        files.append(path)
        facts = {"format": "deidentified", "sha256": sha256, "looked_at": looked_at}
        departures.note(store, study_instance_uid, facts, reader)
    if not files:
        raise ExportError(RASTER, "Save it as a picture instead.", "no_dicom")
    return Saved(tuple(files), tuple(dict.fromkeys(told)))
