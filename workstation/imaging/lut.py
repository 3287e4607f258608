"""The look-up tables of PS3.3 C.11 over all 65536 indices of a film.

Stored value -> Modality LUT -> VOI window or VOI LUT -> fraction of full brightness. Knows no film, no screen.
"""

from __future__ import annotations

import numpy as np

from workstation.dicom.records import Instance, LookupTable, VoiLutFunction, Window

SIZE = 65536


def modality_table(instance: Instance, offset: int) -> np.ndarray:
    """float64 (65536,): modality value of each index; sequence before rescale (PS3.3 C.11.1)."""
    stored = np.arange(SIZE, dtype=np.float64) - offset
    if instance.modality_lut is not None:
        return look_up(instance.modality_lut, stored).astype(np.float64)
    slope = 1.0 if instance.rescale_slope is None else instance.rescale_slope
    stored *= slope
    stored += instance.rescale_intercept or 0.0
    return stored


def look_up(table: LookupTable, values: np.ndarray) -> np.ndarray:
    """int64: the table's answers; below the first and above the last mapped value, its ends (C.11.1.1.1)."""
    data = np.asarray(table.data, dtype=np.int64)
    # Rescaled values such as 99.9999999 are 100; otherwise the table is entered as DCMTK does, cut to a whole number.
    places = np.floor(values + 1e-6) - table.first_mapped
    return data[np.clip(places, 0, data.size - 1).astype(np.int64)]


def padding_indices(instance: Instance, offset: int) -> np.ndarray | None:
    """bool (65536,): indices of Pixel Padding Value up to its Range Limit; None when there is no padding."""
    value = instance.pixel_padding_value
    if value is None or instance.samples_per_pixel != 1:
        return None
    limit = value if instance.pixel_padding_range_limit is None else instance.pixel_padding_range_limit
    stored = np.arange(SIZE) - offset
    return (stored >= min(value, limit)) & (stored <= max(value, limit))


def window_fraction(values: np.ndarray, window: Window) -> np.ndarray:
    """float64: 0..1 of full brightness.

    LINEAR C.11.2.1.2.1, SIGMOID C.11.2.1.3.1, LINEAR_EXACT C.11.2.1.3.2. A width that the function cannot have
    (LINEAR below 1, the others not above 0) becomes the hard step that LINEAR has at 1.
    """
    center, width = window.center, window.width
    if window.function is VoiLutFunction.SIGMOID and width > 0:
        with np.errstate(over="ignore"):
            return 1.0 / (1.0 + np.exp(-4.0 * (values - center) / width))
    if window.function is VoiLutFunction.LINEAR:
        center, width = center - 0.5, width - 1.0
    if width <= 0:
        return (values > center).astype(np.float64)
    fraction = values - center
    fraction /= width
    fraction += 0.5
    return np.clip(fraction, 0.0, 1.0, out=fraction)


def voi_fraction(values: np.ndarray, table: LookupTable, fine: bool = False) -> np.ndarray:
    """float64: 0..1, the VOI LUT's answer over its full depth (C.11.2.1.1).

    Deep tables are cut to their upper 8 bits, every level as wide as any other; DCMTK does the same. ``fine`` keeps
    all bits, for a display that is driven by more than 256 P-values.
    """
    answers = look_up(table, values)
    if fine:
        return np.clip(answers / float((1 << table.bits) - 1), 0.0, 1.0)
    if table.bits > 8:
        answers >>= table.bits - 8
    return np.clip(answers / float((1 << min(table.bits, 8)) - 1), 0.0, 1.0)


def presentation_fraction(fraction: np.ndarray, table: LookupTable) -> np.ndarray:
    """float64: 0..1, the P-values of a Presentation LUT (C.11.6.1); the VOI's whole output is spread over its entries.

    Entered as DCMTK does, cut to a whole number.
    """
    data = np.asarray(table.data, dtype=np.float64)
    places = np.floor(fraction * (data.size - 1) + 1e-6).astype(np.int64)
    return np.minimum(data[places] / float((1 << table.bits) - 1), 1.0)


def eight_bits(fraction: np.ndarray) -> np.ndarray:
    """uint8: floor(255 f), as DCMTK does it; the last bit of a float does not decide where 255 f is whole."""
    np.multiply(fraction, 255.0, out=fraction)
    return np.add(fraction, 1e-9, out=fraction).astype(np.uint8)
