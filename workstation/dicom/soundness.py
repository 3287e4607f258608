"""What a header claims about its pixels is held against the file: it is refused, or corrected with a warning.

Runs before any memory is taken for pixels. Knows sizes and syntaxes, decodes nothing.
"""

from __future__ import annotations

import dataclasses

from workstation.dicom.records import Instance
from workstation.dicom.refusals import refusal
from workstation.dicom.source import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, UNDEFINED_LENGTH, Source

PIXEL_LIMIT = 100_000_000  # a frame; the largest mammograms and long-leg films have 30 million
NATIVE = {IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED}
JPEG_8, JPEG_12 = "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = {"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"}
JPEG_RETIRED = {"1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"}
JPEG_LS = {"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"}
JPEG_2000 = {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"}
HTJ2K = {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}
RLE = "1.2.840.10008.1.2.5"
ENCAPSULATED = {JPEG_8, JPEG_12, RLE, *JPEG_LOSSLESS, *JPEG_RETIRED, *JPEG_LS, *JPEG_2000, *HTJ2K}
COLOURS = {"RGB", "YBR_FULL", "YBR_FULL_422", "YBR_PARTIAL_420", "YBR_ICT", "YBR_RCT"}
GREYS = {"MONOCHROME1", "MONOCHROME2"}


def sound(source: Source, declared: Instance) -> tuple[Instance, list[str]]:
    """The instance with impossible claims corrected, and what was corrected.

    Raises
    ------
    FilmRefused
        zero_size, too_large, no_pixels, unsupported_transfer_syntax, unsupported_pixels, truncated, lying_header.
    """
    _check_presence(source, declared)
    instance, warnings = _depths(declared)
    _check_form(instance)
    if source.transfer_syntax_uid in NATIVE and source.pixel_length != UNDEFINED_LENGTH:
        instance, more = _native_length(source, instance)
        warnings += more
    elif source.transfer_syntax_uid in NATIVE:
        raise refusal("lying_header")
    return instance, warnings


def native_frame_bytes(instance: Instance) -> int:
    """Bytes of one uncompressed frame; YBR_FULL_422 shares its colours between two pixels (PS3.3 C.7.6.3.1.2)."""
    samples = 2 if instance.photometric_interpretation == "YBR_FULL_422" else instance.samples_per_pixel
    return instance.rows * instance.columns * samples * instance.bits_allocated // 8


def _check_presence(source: Source, instance: Instance) -> None:
    if instance.rows <= 0 or instance.columns <= 0:
        raise refusal("zero_size")
    if instance.rows * instance.columns > PIXEL_LIMIT:
        raise refusal("too_large")
    if source.pixel_start is None or source.pixel_length == 0:
        raise refusal("no_pixels")
    if source.transfer_syntax_uid not in NATIVE | ENCAPSULATED:
        raise refusal("unsupported_transfer_syntax")
    if source.pixel_tag != 0x7FE00010:
        raise refusal("unsupported_pixels")


def _depths(instance: Instance) -> tuple[Instance, list[str]]:
    allocated, stored, high = instance.bits_allocated, instance.bits_stored, instance.high_bit
    if 0 < stored <= allocated and stored - 1 <= high < allocated:
        return instance, []
    stored = stored if 0 < stored <= allocated else allocated
    fixed = dataclasses.replace(instance, bits_stored=stored, high_bit=stored - 1)
    return fixed, ["The header contradicts itself about the depth of the grey values; check how the film looks."]


def _check_form(instance: Instance) -> None:
    if instance.bits_allocated not in (8, 16, 32):
        raise refusal("unsupported_pixels")
    photometric, samples = instance.photometric_interpretation, instance.samples_per_pixel
    if samples == 1 and photometric in GREYS:
        return
    if instance.bits_allocated == 32 or (
        (samples, photometric in COLOURS) != (3, True) and not (samples == 1 and photometric == "PALETTE COLOR")
    ):
        raise refusal("unsupported_pixels" if photometric not in GREYS | COLOURS else "lying_header")


def _native_length(source: Source, instance: Instance) -> tuple[Instance, list[str]]:
    """Compare the promised bytes with the declared length and with what the file holds."""
    assert source.pixel_start is not None and source.pixel_length is not None
    here = min(source.pixel_length, source.size - source.pixel_start)
    frame, frames = native_frame_bytes(instance), instance.number_of_frames
    if here < frame:
        raise refusal("truncated" if source.pixel_length > here else "lying_header")
    if here < frame * frames:
        whole = here // frame
        return dataclasses.replace(instance, number_of_frames=whole), [
            f"The header promises {frames} pictures, the file holds {whole}."
        ]
    if source.pixel_length > frame * frames + 1:
        return instance, ["The file holds more pixel data than its header describes; the rest is not shown."]
    return instance, []
