"""PNG, JPEG, TIFF and BMP pictures (8 and 16 bit) become an `Instance` and its stored values, exactly.

The size is checked before anything is unpacked. Colour whose three channels are equal is grey. A picture carries
no patient: its UIDs come from its pixels, so the same film is the same study wherever it lies.
"""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from workstation.dicom.records import Instance
from workstation.dicom.refusals import foreign_parser, refusal
from workstation.dicom.soundness import PIXEL_LIMIT
from workstation.dicom.uid import uid_from_digest

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
PASTED = "Pasted"  # the key in a PNG's text under which the window keeps when it was pasted
FORMATS = ("PNG", "JPEG", "TIFF", "BMP")
_WHITE_IS_ZERO_TAG = 262  # TIFF PhotometricInterpretation; Pillow turns 8-bit pictures itself, not 16-bit ones
_NAMELESS = "The picture carries no patient name and no patient ID."
_PASTED = "The picture was pasted from the clipboard: windowed or shrunk before that, it is no longer the film itself."
_GREY_16 = ("I;16", "I;16B", "I;16L", "I")

warnings.filterwarnings("ignore", module=r"PIL(\..*)?")  # its remarks on Exif data are no business of a reader's
Image.MAX_IMAGE_PIXELS = None  # our own limit, checked before decoding, takes its place


def is_raster(path: str | Path) -> bool:
    """Whether the first bytes are those of a PNG, JPEG, TIFF or BMP."""
    if not Path(path).is_file():  # a pipe would be waited for
        return False
    try:
        with open(path, "rb") as file:
            head = file.read(132)
    except OSError:
        return False
    return is_picture(head)


def is_picture(head: bytes) -> bool:
    """Whether a file that begins with these (at least 132) bytes is a PNG, JPEG, TIFF or BMP."""
    if head[128:132] == b"DICM":  # a DICOM file may open as a TIFF too (PS3.10 7.1)
        return False
    if head.startswith(b"BM"):
        return head[6:10] == b"\0\0\0\0" and head[15:18] == b"\0\0\0"  # reserved words, size of the next header
    return head.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*"))


def describe_raster(path: str | Path) -> Instance:
    """The record of a picture; its pixels are read once, because its UIDs are made from them.

    Raises
    ------
    FilmRefused
        unreadable, malformed, truncated, too_large, zero_size, unsupported_pixels.
    """
    values, inverted = read_raster(path)
    digest = hashlib.sha256(np.ascontiguousarray(values).data).hexdigest()
    colour, bits, pasted = values.ndim == 3, values.dtype.itemsize * 8, _pasted(path)
    return Instance(
        path=str(path),
        kind="raster",
        sop_instance_uid=uid_from_digest(digest),
        sop_class_uid=SECONDARY_CAPTURE,
        transfer_syntax_uid="",
        study_instance_uid=uid_from_digest(_derived("study", digest)),
        series_instance_uid=uid_from_digest(_derived("series", digest)),
        rows=values.shape[0],
        columns=values.shape[1],
        number_of_frames=_frames(path),
        samples_per_pixel=3 if colour else 1,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        photometric_interpretation="RGB" if colour else "MONOCHROME1" if inverted else "MONOCHROME2",
        lossy_image_compression=_is_jpeg(path),
        study_description=f"Pasted picture {pasted}" if pasted else "",
        warnings=(_NAMELESS, _PASTED) if pasted else (_NAMELESS,),
    )


def read_raster(path: str | Path, frame: int = 0) -> tuple[np.ndarray, bool]:
    """Stored values, (rows, columns) uint8 or uint16 or (rows, columns, 3) uint8 RGB; and whether low is bright."""
    with foreign_parser("malformed"), Image.open(path, formats=FORMATS) as image:
        _check_size(image)
        _refuse_bomb(image, Path(path).stat().st_size)
        _seek(image, frame)
        inverted = image.mode in _GREY_16 and _tiff_tag(image, _WHITE_IS_ZERO_TAG) == 0
        with foreign_parser("truncated"):
            values = _values(image, path)
    return _grey_if_equal(values), inverted


def _is_jpeg(path: str | Path) -> bool:
    with open(path, "rb") as file:
        return file.read(3) == b"\xff\xd8\xff"


def _pasted(path: str | Path) -> str:
    """When the picture was pasted, as its own text says; "" for every other picture."""
    with foreign_parser("malformed"), Image.open(path, formats=FORMATS) as image:
        return str(image.info.get(PASTED, ""))[:16] if image.format == "PNG" else ""


def luminance(colour: np.ndarray) -> np.ndarray:
    """RGB to grey as Pillow's ``convert("L")`` does it, ITU-R 601-2: (rows, columns, 3) uint8 to (rows, columns)."""
    return np.asarray(Image.fromarray(colour, "RGB").convert("L"))


def _check_size(image: Image.Image) -> None:
    columns, rows = image.size
    if rows <= 0 or columns <= 0:
        raise refusal("zero_size")
    if rows * columns > PIXEL_LIMIT:
        raise refusal("too_large")


def _refuse_bomb(image: Image.Image, size: int) -> None:
    """A JPEG spends at least one bit on a block of 8 x 8 pixels; libjpeg would paint the rest of a lie grey."""
    if image.format == "JPEG" and image.width * image.height > 512 * size:
        raise refusal("bomb")


def _seek(image: Image.Image, frame: int) -> None:
    if not 0 <= frame < getattr(image, "n_frames", 1):
        raise refusal("no_such_frame")
    if frame:
        image.seek(frame)
        _check_size(image)


def _frames(path: str | Path) -> int:
    with foreign_parser("malformed"), Image.open(path, formats=FORMATS) as image:
        return int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1


def _values(image: Image.Image, path: str | Path) -> np.ndarray:
    if image.mode in _GREY_16:
        return _sixteen_bits(np.asarray(_upright(image)))
    if _deep_colour(image):
        return _deep_values(path)
    if image.mode == "F":
        raise refusal("unsupported_pixels")
    grey = image.mode in ("1", "L", "LA")
    return np.array(_upright(image).convert("L" if grey else "RGB"))


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its Exif orientation asks: as every other program shows it."""
    return ImageOps.exif_transpose(image) or image


def _sixteen_bits(values: np.ndarray) -> np.ndarray:
    if values.min() < 0 or values.max() > 65535:
        raise refusal("unsupported_pixels")
    return values.astype(np.uint16)


def _deep_colour(image: Image.Image) -> bool:
    """Colour of 16 bits a channel, which Pillow would cut to 8."""
    return image.mode in ("RGB", "RGBA") and any(";16" in str(tile[3]) for tile in getattr(image, "tile", ()))


def _deep_values(path: str | Path) -> np.ndarray:
    """16-bit colour that is really grey stays exact; real colour is shown with 8 bits."""
    values = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)  # imread fails on some names
    if values is None or values.ndim != 3 or values.shape[2] < 3 or values.dtype != np.uint16:
        raise refusal("malformed")
    values = np.ascontiguousarray(values[:, :, 2::-1])
    return values if _equal(values) else np.right_shift(values, 8, dtype=np.uint16).astype(np.uint8)


def _grey_if_equal(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values[:, :, 0]) if values.ndim == 3 and _equal(values) else values


def _equal(values: np.ndarray) -> bool:
    return np.array_equal(values[..., 0], values[..., 1]) and np.array_equal(values[..., 1], values[..., 2])


def _tiff_tag(image: Image.Image, tag: int) -> int | None:
    return getattr(image, "tag_v2", {}).get(tag)


def _derived(level: str, digest: str) -> str:
    return hashlib.sha256(f"{level} {digest}".encode()).hexdigest()
