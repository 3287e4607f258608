"""The directory of a disc (DICOMDIR, PS3.3 F) becomes the paths of the objects that it lists.

Reads records only, never the objects; names are found whatever case a disc is mounted in, and never outside the disc.
"""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset

from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.source import open_source
from workstation.dicom.text import text

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"
DIRECTORY_NAMES = ("dicomdir", "dicomdir.", "dicomdir.;1")
# What this program can use: films, and what belongs to films.
_WANTED = {"IMAGE", "PRESENTATION", "SR DOCUMENT", "KEY OBJECT DOC"}
_MOST = 200_000


def is_directory_file(name: str) -> bool:
    """Whether a file is called as the directory of a disc is."""
    return name.lower() in DIRECTORY_NAMES


def listed(path: str | Path) -> list[tuple[str, ...]]:
    """File IDs (PS3.10 8.2), each as its path components, in the directory's order, each once.

    Raises
    ------
    FilmRefused
        missing, unreadable, empty, not_dicom, truncated, malformed; not_a_film for what is no directory.
    """
    dataset = open_source(path).dataset
    with foreign_parser("malformed"):
        if "DirectoryRecordSequence" not in dataset:
            raise refusal("not_a_film")
        items = list(dataset["DirectoryRecordSequence"].value or [])[:_MOST]
        found = (_file_id(item) for item in items if text(item, "DirectoryRecordType", []).upper() in _WANTED)
        return list(dict.fromkeys(parts for parts in found if parts))


def _file_id(record: Dataset) -> tuple[str, ...]:
    """Components of Referenced File ID (0004,1500); () for none, or for one that would leave the disc."""
    parts = tuple(part.strip() for part in text(record, "ReferencedFileID", []).split("\\"))
    sound = all(part and part not in (".", "..") and not set(part) & set("/:\0") for part in parts)
    return parts if sound else ()


class Disc:
    """The folder of a DICOMDIR; finds its files without regard to case, as ISO 9660 discs are mounted."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._names: dict[Path, dict[str, str]] = {}

    def find(self, parts: tuple[str, ...]) -> Path | None:
        """The file of that ID, or None when it is not on the disc."""
        place = self.root
        for part in parts:
            name = self._listing(place).get(plain(part))
            if name is None:
                return None
            place = place / name
        return place if place.is_file() else None

    def _listing(self, folder: Path) -> dict[str, str]:
        if folder not in self._names:
            try:
                self._names[folder] = {plain(entry.name): entry.name for entry in folder.iterdir()}
            except OSError:
                self._names[folder] = {}
        return self._names[folder]


def plain(name: str) -> str:
    """A name as ISO 9660 may have dressed it: capitals, a dot at the end, a version."""
    return name.lower().removesuffix(";1").rstrip(".")
