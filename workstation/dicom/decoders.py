"""Compressed and colour pixel data become arrays, each syntax by its fastest exact decoder.

Speeds at 3000 x 3000 decide the order: pyjpegls before gdcm for JPEG-LS, gdcm for JPEG Lossless and JPEG 2000,
pylibjpeg for RLE and HTJ2K. JPEG Extended with 12 bits needs gdcm's own reader. Knows no record but `Instance`.
"""

from __future__ import annotations

import numpy as np
from pydicom.pixels import get_decoder
from pydicom.pixels.processing import apply_color_lut

from workstation.dicom.codestream import check_codestream
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

_PLUGINS: dict[str, tuple[str, ...]] = {
    RLE: ("pylibjpeg", "pydicom"),
    JPEG_8: ("gdcm", "pillow"),
    **dict.fromkeys(JPEG_LOSSLESS, ("gdcm",)),
    **dict.fromkeys(JPEG_LS, ("pyjpegls", "gdcm")),
    **dict.fromkeys(JPEG_2000, ("gdcm", "pylibjpeg", "pillow")),
    **dict.fromkeys(HTJ2K, ("pylibjpeg",)),
}


def decode(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """One frame as (rows, columns), or (rows, columns, 3) uint8 RGB."""
    syntax = source.transfer_syntax_uid
    if syntax not in NATIVE:
        check_codestream(source, instance, frame)
    if syntax in JPEG_RETIRED or syntax == JPEG_12:
        return _gdcm_reader(source, instance, frame)
    return _pydicom(source, instance, frame)


def _pydicom(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """Through pydicom's plug-ins, in our order."""
    dataset = source.dataset
    dataset.PixelData = source.pixel_bytes()
    dataset["PixelData"].VR = "OW" if instance.bits_allocated > 8 else "OB"
    dataset["PixelData"].is_undefined_length = source.transfer_syntax_uid not in NATIVE
    dataset.BitsStored, dataset.HighBit = instance.bits_stored, instance.high_bit
    dataset.NumberOfFrames = instance.number_of_frames
    plugins = _PLUGINS.get(source.transfer_syntax_uid, ("",))
    for plugin in plugins:
        try:
            return _shown(_frame(source, frame, instance, plugin), instance, source)
        except Exception:  # the next decoder may manage what this one refuses
            if plugin == plugins[-1]:
                raise
    raise refusal("decode_failed")


def _frame(source: Source, frame: int, instance: Instance, plugin: str) -> np.ndarray:
    decoder = get_decoder(source.transfer_syntax_uid)  # type: ignore[arg-type]
    raw = instance.samples_per_pixel == 1
    array, _ = decoder.as_array(source.dataset, index=frame, raw=raw, decoding_plugin=plugin)
    return array


def _shown(array: np.ndarray, instance: Instance, source: Source) -> np.ndarray:
    """Grey as it is; colour as 8-bit RGB."""
    if instance.photometric_interpretation == "PALETTE COLOR":
        array = apply_color_lut(array, source.dataset)
        return _eight_bits(array, array.dtype.itemsize * 8)
    return array if instance.samples_per_pixel == 1 else _eight_bits(array, instance.bits_stored)


def _eight_bits(array: np.ndarray, bits: int) -> np.ndarray:
    shifted = array >> (bits - 8) if bits > 8 else array
    return np.ascontiguousarray(shifted.astype(np.uint8)[..., :3])


def _gdcm_reader(source: Source, instance: Instance, frame: int) -> np.ndarray:
    """gdcm's own reader on the whole file: pydicom's plug-ins refuse JPEG with 12 bits."""
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(source.path))
    if not reader.Read():
        raise refusal("decode_failed")
    image = reader.GetImage()
    data = image.GetBuffer().encode("utf-8", "surrogateescape")
    scalar = image.GetPixelFormat().GetBitsAllocated() // 8
    kind = "i" if image.GetPixelFormat().GetPixelRepresentation() else "u"
    samples = instance.samples_per_pixel
    shape = (instance.rows, instance.columns) if samples == 1 else (instance.rows, instance.columns, samples)
    count = int(np.prod(shape))
    array = np.frombuffer(data, f"{kind}{scalar}", count, frame * count * scalar).reshape(shape).copy()
    return array if samples == 1 else _eight_bits(array, instance.bits_stored)
