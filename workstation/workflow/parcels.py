"""What a reader names (file, folder, disc, ZIP) becomes parcels: one file each, opened one at a time.

A disc with a readable DICOMDIR gives what its records list. Knows no store and no film; ZIP is `zipped`'s business.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from workstation.dicom.media import Disc, is_directory_file, listed
from workstation.dicom.source import looks_like_dicom
from workstation.errors import FilmRefused, WorkstationError
from workstation.paths import Home
from workstation.workflow import zipped

# What lies beside films on discs and in data sets; opening each only to refuse it would be slow and noisy.
CLUTTER = {".txt", ".json", ".csv", ".md", ".xml", ".html", ".htm", ".pdf", ".gz", ".tar", ".py", ".exe"}
CLUTTER |= {".dll", ".inf", ".ini", ".log", ".toml", ".yaml", ".yml", ".npy", ".npz", ".parquet", ".db", ".sqlite"}
CLUTTER_NAMES = {"dicomdir", "thumbs.db", ".ds_store", "license", "readme", "sha256sums"}
Opened = Callable[[], AbstractContextManager[Path]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file: how it is told (``disc.zip!IM1``), its own name, and how to come by its bytes for a while."""

    told: str
    name: str
    opened: Opened


def parcels(named: str, home: Home) -> list[Parcel]:
    """The parcels of one path that the caller named; a refusal waits in its parcel until it is opened."""
    path = Path(named)
    if named and path.is_dir():  # an empty name is no wish for the folder we stand in
        return _of_folder(path)
    if is_directory_file(path.name) and path.is_file():
        return _of_disc(path)
    if zipped.is_zip(path):
        return _of_zip(path, home)
    return [_plain(path)]


def _of_folder(folder: Path) -> list[Parcel]:
    """Everything in it, in order; where a disc's directory can be read, what that lists and a word on the rest."""
    found: list[Parcel] = []
    for root, inner, names in os.walk(folder):  # links to folders are not followed
        here = Path(root)
        directory = next((name for name in names if is_directory_file(name)), None)
        on_disc = _try_disc(here / directory) if directory else None
        if on_disc is not None:
            found += on_disc + _unlisted(here, {parcel.told for parcel in on_disc})
            inner.clear()
            continue
        inner.sort()
        found += [_beside(here / name) for name in sorted(names)]
    return found


def _try_disc(directory: Path) -> list[Parcel] | None:
    try:
        return _of_disc(directory)
    except WorkstationError:  # a damaged directory hides no film: the folder is walked instead
        return None


def _of_disc(directory: Path) -> list[Parcel]:
    disc = Disc(directory.parent)
    places = [(parts, disc.find(parts)) for parts in listed(directory)]
    if not any(place for _, place in places):
        raise FilmRefused(
            "None of the films that this disc lists is on it.",
            "Copy the whole disc again, or open the films themselves.",
            "disc_empty",
        )
    return [_plain(place) if place else _missing(disc.root, parts) for parts, place in places]


def _unlisted(root: Path, listed_here: set[str]) -> list[Parcel]:
    """Films on a disc that its directory does not list: told, so that nobody takes them for read."""
    refusal = FilmRefused(
        "This film lies on the disc, but the disc's directory does not list it.",
        "Open the file itself if you want it.",
        "not_listed",
    )
    files = (Path(folder) / name for folder, _, names in os.walk(root) for name in sorted(names))
    others = (path for path in files if str(path) not in listed_here and not is_clutter(path.name))
    return [Parcel(str(path), path.name, _refusing(refusal)) for path in others if looks_like_dicom(path)]


def _missing(root: Path, parts: tuple[str, ...]) -> Parcel:
    refusal = FilmRefused(
        "The disc lists this film, but the film is not on it.", "Ask for the disc again.", "missing_on_disc"
    )
    return Parcel(str(root.joinpath(*parts)), parts[-1], _refusing(refusal))


def _of_zip(path: Path, home: Home) -> list[Parcel]:
    archive = zipped.Archive(path)
    return [_of_member(archive, member, home) for member in archive.members()]


def _of_member(archive: zipped.Archive, member: zipped.Member, home: Home) -> Parcel:
    told, name = f"{archive.path}!{member.name}", PurePath(member.name).name
    if member.refusal is not None:
        return Parcel(told, name, _refusing(member.refusal))
    if is_clutter(name):
        return Parcel(told, name, _refusing(not_a_film()))
    return Parcel(told, name, lambda: archive.unpacked(member, home))


def _plain(path: Path) -> Parcel:
    return Parcel(str(path), path.name, lambda: _there(path))


def _beside(path: Path) -> Parcel:
    """A file that merely lies in a folder."""
    if path.suffix.lower() == ".zip":
        refusal = FilmRefused(
            "A packed archive inside a folder is not opened.", "Open the archive itself to take its films.", "archive"
        )
        return Parcel(str(path), path.name, _refusing(refusal))
    return Parcel(str(path), path.name, _refusing(not_a_film())) if is_clutter(path.name) else _plain(path)


def is_clutter(name: str) -> bool:
    """Whether a file that nobody named is passed over by its name."""
    path = PurePath(name)
    return path.suffix.lower() in CLUTTER or path.stem.lower() in CLUTTER_NAMES


def not_a_film() -> FilmRefused:
    return FilmRefused("This file is not a film.", "Nothing needs to be done.", "not_a_film")


@contextmanager
def _there(path: Path) -> Iterator[Path]:
    yield path


def refused(named: str, refusal: WorkstationError) -> Parcel:
    """A path that cannot be opened at all."""
    return Parcel(named, Path(named).name, _refusing(refusal))


def _refusing(refusal: WorkstationError) -> Opened:
    @contextmanager
    def refuse() -> Iterator[Path]:
        raise refusal
        yield Path()  # makes it a generator

    return refuse
