"""Compressed and colour pixel data become arrays, each syntax by its fastest exact decoder.

pyjpegls for JPEG-LS, pylibjpeg for JPEG 2000, HTJ2K and RLE, Pillow for 8-bit JPEG: as fast as gdcm or faster, the
same values, and they refuse damaged data where gdcm ends the process. What only gdcm reads is decoded apart.
"""

from __future__ import annotations

import numpy as np
from pydicom.encaps import get_frame
from pydicom.pixels import get_decoder
from pydicom.pixels.processing import apply_color_lut, convert_color_space

from workstation.dicom.codestream import check_scans
from workstation.dicom.frames import pixel_data
from workstation.dicom.jpeg_process import decode_apart
from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.soundness import (
    HTJ2K,
    JPEG_8,
    JPEG_12,
    JPEG_2000,
    JPEG_LOSSLESS,
    JPEG_LS,
    JPEG_RETIRED,
    NATIVE,
    RLE,
)
from workstation.dicom.source import Source
from workstation.dicom.tables import words
from workstation.dicom.text import raw

PLUGINS: dict[str, tuple[str, ...]] = {
    RLE: ("pylibjpeg", "pydicom"),
    JPEG_8: ("pillow",),
    **dict.fromkeys(JPEG_LS, ("pyjpegls",)),
    **dict.fromkeys(JPEG_2000, ("pylibjpeg", "pillow")),
    **dict.fromkeys(HTJ2K, ("pylibjpeg",)),
}


def decode(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """One frame as (rows, columns), or (rows, columns, 3) uint8 RGB."""
    syntax = source.transfer_syntax_uid
    data, instance, frame = pixel_data(source, instance, frame)
    if syntax in JPEG_LOSSLESS | JPEG_RETIRED or syntax == JPEG_12:
        return _apart(source, data, instance, frame)
    if syntax == JPEG_8:
        check_scans(get_frame(data, frame, number_of_frames=instance.number_of_frames))
    return _pydicom(source, data, instance, frame)


def _pydicom(source: Source, data: bytes, instance: Instance, frame: int) -> np.ndarray:
    """Through pydicom's plug-ins, in our order."""
    dataset = source.dataset
    dataset.PixelData = data
    dataset["PixelData"].VR = "OW" if instance.bits_allocated > 8 else "OB"
    dataset["PixelData"].is_undefined_length = source.transfer_syntax_uid not in NATIVE
    dataset.BitsStored, dataset.HighBit = instance.bits_stored, instance.high_bit
    dataset.NumberOfFrames = instance.number_of_frames
    plugins = PLUGINS.get(source.transfer_syntax_uid, ("",))
    for plugin in plugins:
        try:
            return _shown(_frame(source, frame, instance, plugin), instance, source)
        except Exception:  # the next decoder may manage what this one refuses
            if plugin == plugins[-1]:
                raise
    raise refusal("decode_failed")


def _frame(source: Source, frame: int, instance: Instance, plugin: str) -> np.ndarray:
    decoder = get_decoder(source.transfer_syntax_uid)  # type: ignore[arg-type]
    grey = instance.samples_per_pixel == 1
    array, _ = decoder.as_array(source.dataset, index=frame, raw=grey, decoding_plugin=plugin)
    return array


def _shown(array: np.ndarray, instance: Instance, source: Source) -> np.ndarray:
    """Grey as it is; colour as 8-bit RGB."""
    if instance.photometric_interpretation == "PALETTE COLOR":
        array = apply_color_lut(array, source.dataset)
        return _eight_bits(array, 8 if _shallow(source) else array.dtype.itemsize * 8)
    return array if instance.samples_per_pixel == 1 else _eight_bits(array, instance.bits_stored)


def _shallow(source: Source) -> bool:
    """Whether a palette's entries stay below 256, although it may declare the 16 bits that they are stored in."""
    data = [raw(source.dataset, f"{colour}PaletteColorLookupTableData") for colour in ("Red", "Green", "Blue")]
    tables = [words(each, source.little_endian) for each in data]
    return all(table is not None and table.size > 0 and int(table.max()) <= 0xFF for table in tables)


def _eight_bits(array: np.ndarray, bits: int) -> np.ndarray:
    shifted = array >> (bits - 8) if bits > 8 else array
    return np.ascontiguousarray(shifted.astype(np.uint8)[..., :3])


def _apart(source: Source, data: bytes, instance: Instance, frame: int) -> np.ndarray:
    """JPEG Lossless and 12-bit JPEG, which only gdcm reads."""
    array = decode_apart(data, instance, frame)
    if instance.samples_per_pixel == 3 and instance.photometric_interpretation.startswith("YBR"):
        array = convert_color_space(array, instance.photometric_interpretation, "RGB")
    return _shown(array, instance, source)
