"""A ZIP archive becomes its members: what may be opened, what not and why, and one member's bytes for a while.

Members are unpacked one at a time to a place of our own naming, so that no name in the archive reaches the disk, and
within bounds that the archive cannot move. Knows nothing of films beyond their first bytes.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from workstation.dicom.media import is_directory_file, listed, plain
from workstation.dicom.part10 import plausible
from workstation.errors import FilmRefused, StoreError, WorkstationError
from workstation.imaging.raster import is_picture
from workstation.paths import Home
from workstation.storage.inbox import UNPACKING

MEMBERS_LIMIT = 200_000
MEMBER_LIMIT = 2 << 30  # bytes unpacked; the largest films have some hundred million
TOTAL_LIMIT = 256 << 30
RESERVE = 64 << 20  # bytes that stay free on the disk
_HEAD = 4096
_BLOCK = 1 << 20
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)
_BROKEN += (RuntimeError, ValueError, IndexError, KeyError, OverflowError, MemoryError)
_ENCRYPTED = 0x1
_AGAIN = "Ask for the archive again, or unpack it with another program and open the folder."

REASONS = {
    "zip_damaged": ("The ZIP archive is damaged and cannot be opened.", _AGAIN),
    "zip_member_damaged": ("This file of the archive is damaged.", _AGAIN),
    "zip_encrypted": (
        "This file of the archive is locked with a password.",
        "Unpack the archive with its password, then open the folder.",
    ),
    "zip_nested": ("This is an archive inside the archive; it is not opened.", "Unpack it first, then open its films."),
    "zip_method": ("This file of the archive is packed in a way this program does not read.", _AGAIN),
    "zip_bomb": (
        "The archive would unpack to far more than it can honestly hold.",
        "Do not use it; ask for the films again from a source you trust.",
    ),
    "zip_missing": ("The disc in this archive lists this film, but the archive does not hold it.", _AGAIN),
    "not_a_film": ("This file is not a film.", "Nothing needs to be done."),
}
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; with ``refusal`` it is not opened."""

    name: str
    refusal: WorkstationError | None = None


def is_zip(path: Path) -> bool:
    """Whether the first bytes are those of a ZIP archive."""
    try:
        if not path.is_file():
            return False
        with open(path, "rb") as file:
            return file.read(4) in (b"PK\3\4", b"PK\5\6")
    except OSError:
        return False


class Archive:
    """An open archive; closed when nobody holds it any more.

    Raises
    ------
    FilmRefused
        zip_damaged when it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except _BROKEN:
            raise refusal("zip_damaged") from None

    def members(self) -> list[Member]:
        """The files in their order; of a disc with a DICOMDIR those that it lists. Raises `FilmRefused` (zip_bomb)."""
        infos = [info for info in self._zip.infolist() if not info.is_dir()]
        packed, size = sum(info.compress_size for info in infos), self.path.stat().st_size
        if len(infos) > MEMBERS_LIMIT or packed > size or sum(info.file_size for info in infos) > TOTAL_LIMIT:
            raise refusal("zip_bomb")  # members that share their bytes are larger together than the archive
        found = {info.filename: Member(info.filename, _objection(info)) for info in infos}
        return _of_disc(self._zip, found) or list(found.values())

    @contextmanager
    def unpacked(self, member: Member, home: Home) -> Iterator[Path]:
        """The member's bytes in a file of our own, removed afterwards.

        Raises
        ------
        FilmRefused
            not_a_film when its first bytes are no film's, zip_member_damaged; `StoreError` (full) in time.
        """
        folder = Path(tempfile.mkdtemp(prefix=UNPACKING, dir=home.cache))
        try:
            yield _unpack(self._zip, member, folder / f"film{_ending(member.name)}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def refusal(code: str) -> FilmRefused:
    message, remedy = REASONS[code]
    return FilmRefused(message, remedy, code)


def _unpack(archive: zipfile.ZipFile, member: Member, place: Path) -> Path:
    info = archive.getinfo(member.name)
    if shutil.disk_usage(place.parent).free < 2 * info.file_size + RESERVE:
        raise StoreError("The disk is too full to unpack this film.", "Free the disk, then import again.", "full")
    with _member_errors(), archive.open(info) as packed, open(place, "wb") as file:
        head = packed.read(_HEAD)
        if not (plausible(head) or is_picture(head)):
            raise refusal("not_a_film")
        file.write(head)
        shutil.copyfileobj(packed, file, _BLOCK)  # never more than its declared size, and its CRC is checked
    return place


def _objection(info: zipfile.ZipInfo) -> FilmRefused | None:
    if info.flag_bits & _ENCRYPTED:
        return refusal("zip_encrypted")
    if info.filename.lower().endswith((".zip", ".7z", ".rar")):
        return refusal("zip_nested")
    if info.compress_type not in _METHODS:
        return refusal("zip_method")
    return refusal("zip_bomb") if info.file_size > MEMBER_LIMIT else None


def _of_disc(archive: zipfile.ZipFile, found: dict[str, Member]) -> list[Member]:
    """What the archive's DICOMDIR lists, with what is missing; [] without a readable one."""
    directory = next((name for name in found if is_directory_file(PurePosixPath(name).name)), None)
    if directory is None:
        return []
    root = PurePosixPath(directory).parent
    places = {_key(PurePosixPath(name)): member for name, member in found.items()}
    try:
        wanted = [root.joinpath(*parts) for parts in _listed(archive, directory)]
    except WorkstationError:
        return []
    on_disc = [places.get(_key(place)) or Member(str(place), refusal("zip_missing")) for place in wanted]
    return on_disc if any(_key(place) in places for place in wanted) else []


def _listed(archive: zipfile.ZipFile, directory: str) -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="cxr-disc-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "DICOMDIR"
        with _member_errors(), archive.open(directory) as packed:
            place.write_bytes(packed.read(MEMBER_LIMIT >> 4))
        return listed(place)


def _key(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(plain(part) for part in path.parts)


@contextmanager
def _member_errors() -> Iterator[None]:
    """What zipfile throws at damaged members; its messages quote names, and names hold names."""
    try:
        yield
    except WorkstationError:
        raise
    except _BROKEN as error:
        if isinstance(error, OSError) and error.errno == 28:  # ENOSPC: ours, not the archive's
            raise StoreError("The disk is full.", "Free the disk, then import again.", "full") from None
        raise refusal("zip_member_damaged") from None


def _ending(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    return ending if ending[1:].isalnum() and ending.isascii() and len(ending) <= 8 else ""
