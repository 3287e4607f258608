"""A file on disk becomes a header (a pydicom Dataset without pixels) and the place where its pixels lie.

Nothing here decodes a pixel. Memory is bounded by the size of the file, whatever lengths the file claims;
a deflated file is unpacked to at most `INFLATED_LIMIT` bytes.
"""

from __future__ import annotations

import io
import logging
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pydicom import config

from workstation.dicom.part10 import LONG_VRS, META_LIMIT, meta_transfer_syntax, plausible
from workstation.dicom.refusals import foreign_parser, refusal

INFLATED_LIMIT = 512 * 1024 * 1024
UNDEFINED_LENGTH = 0xFFFFFFFF
IMPLICIT_LITTLE, EXPLICIT_LITTLE = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
EXPLICIT_BIG, DEFLATED = "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"

# pydicom's complaints quote values, and values hold names: they must reach neither a log nor the terminal.
config.settings.reading_validation_mode = config.IGNORE
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
warnings.filterwarnings("ignore", module=r"(pydicom|workstation\.dicom)(\..*)?")


@dataclass(frozen=True, slots=True)
class Source:
    """A header and where its pixels are.

    ``pixel_start`` is the offset of the pixel value in the file (or in ``inflated``); ``pixel_length`` is its
    declared length, `UNDEFINED_LENGTH` when encapsulated; both are None when there are no pixels.
    """

    path: Path
    dataset: pydicom.Dataset
    transfer_syntax_uid: str
    size: int
    pixel_start: int | None
    pixel_length: int | None
    pixel_tag: int | None
    inflated: bytes | None

    @property
    def little_endian(self) -> bool:
        return self.transfer_syntax_uid != EXPLICIT_BIG

    @property
    def has_preamble(self) -> bool:
        """Whether the file says of itself that it is DICOM (PS3.10 7.1)."""
        with open(self.path, "rb") as file:
            return file.read(132)[128:] == b"DICM"

    def pixel_bytes(self, start: int = 0, length: int | None = None) -> bytes:
        """Everything from the start of the pixel value to the end of the file (encapsulated) or of the value.

        Or only ``length`` bytes of it from ``start`` on.
        """
        assert self.pixel_start is not None and self.pixel_length is not None
        if length is None:
            length = -1 if self.pixel_length == UNDEFINED_LENGTH else self.pixel_length - start
        with io.BytesIO(self.inflated) if self.inflated is not None else open(self.path, "rb") as file:
            file.seek(self.pixel_start + start)
            return file.read(min(length, self.size) if length >= 0 else -1)


class _BoundedFile(io.BufferedReader):
    """A file that never asks for more memory than it has bytes, and knows when more was wanted."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self.size = path.stat().st_size
        self.short = False

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self.size if size is None or size < 0 else size
        got = super().read(min(wanted, self.size))
        self.short = self.short or (len(got) < wanted and (wanted > 12 or len(got) > 0) and size not in (-1, None))
        return got


def open_source(path: str | Path) -> Source:
    """Read the header of a Part 10 file, or of a bare dataset (no preamble, no meta header).

    Raises
    ------
    FilmRefused
        missing, folder, unreadable, empty, not_dicom, truncated, malformed, bomb.
    """
    path = Path(path)
    size = _size(path)
    with foreign_parser("unreadable"), open(path, "rb") as plain:
        head = plain.read(META_LIMIT)
    if not plausible(head):
        raise refusal("not_dicom")
    meta_syntax, body = meta_transfer_syntax(head)
    if meta_syntax != DEFLATED and DEFLATED.encode() in head[:body]:
        raise refusal("malformed")  # pydicom would unpack it without bounds
    if meta_syntax == DEFLATED:
        return _open_deflated(path, body)
    with foreign_parser("unreadable"):
        file = _BoundedFile(path)
    with file:
        return _parse(path, file, size, None, meta_syntax)


def looks_like_dicom(path: str | Path) -> bool:
    """Whether the first bytes are those of a Part 10 file or of a bare dataset."""
    try:
        with open(path, "rb") as file:
            return plausible(file.read(4096))
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise refusal("missing") from None
    except (OSError, ValueError):
        raise refusal("unreadable") from None
    if path.is_dir():
        raise refusal("folder")
    if not path.is_file():
        raise refusal("unreadable")  # a pipe or a device would hang or never end
    if size == 0:
        raise refusal("empty")
    return size


def _open_deflated(path: Path, body: int) -> Source:
    """Unpack a deflated dataset within bounds, then read it as explicit little endian (PS3.5 A.5)."""
    with foreign_parser("truncated"):
        data = path.read_bytes()
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        dataset = unpacker.decompress(data[body:], INFLATED_LIMIT)
    if unpacker.unconsumed_tail:
        raise refusal("bomb")
    if not unpacker.eof:
        raise refusal("truncated")
    meta = data[:body].replace(DEFLATED.encode(), EXPLICIT_LITTLE.encode().ljust(len(DEFLATED), b"\0"))
    return _parse(path, io.BytesIO(meta + dataset), len(meta) + len(dataset), meta + dataset, DEFLATED)


def _parse(path: Path, file: io.BufferedIOBase, size: int, inflated: bytes | None, syntax: str) -> Source:
    with foreign_parser("malformed"):
        dataset = pydicom.dcmread(file, stop_before_pixels=True, force=True)  # type: ignore[arg-type]
        syntax = syntax or _guessed_syntax(dataset)
        start, length, tag = _pixel_place(file, syntax, dataset.original_encoding[0])
    if start is None and getattr(file, "short", False):
        raise refusal("truncated")
    return Source(path, dataset, syntax, size, start, length, tag, inflated)


def _guessed_syntax(dataset: pydicom.Dataset) -> str:
    """What pydicom found a bare dataset to be."""
    implicit, little = dataset.original_encoding
    return EXPLICIT_BIG if not little else (IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE)


def _pixel_place(
    file: io.BufferedIOBase, syntax: str, implicit: bool | None
) -> tuple[int | None, int | None, int | None]:
    """Where the pixel value starts, how long it claims to be, and its tag; pydicom stopped just before it."""
    order = ">" if syntax == EXPLICIT_BIG else "<"
    header = file.read(12)
    if len(header) < 8:
        return None, None, None
    group, element = struct.unpack_from(order + "HH", header)
    if group != 0x7FE0 or element not in (0x0008, 0x0009, 0x0010):
        return None, None, None
    at = file.tell() - len(header)
    tag = group << 16 | element
    labelled = header[4:6] in (b"OB", b"OW", b"UN") and header[6:8] == b"\0\0"  # as a length it would be odd
    if implicit and not labelled:
        return at + 8, struct.unpack_from(order + "I", header, 4)[0], tag
    if header[4:6] in LONG_VRS and len(header) == 12:
        return at + 12, struct.unpack_from(order + "I", header, 8)[0], tag
    return at + 8, struct.unpack_from(order + "H", header, 6)[0], tag
