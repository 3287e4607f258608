"""Whether a film ends in a flat band that only a decoder can have painted: a sentence, because nothing else tells.

Where the coded values of a JPEG break off, its decoder goes on in one grey to the last row: the last one, or the
middle of its scale. Collimation is black or white; this is neither. Knows arrays and syntaxes, decodes nothing.
"""

from __future__ import annotations

import numpy as np

from workstation.dicom.records import Instance
from workstation.dicom.soundness import JPEG_8, JPEG_12, JPEG_LOSSLESS, JPEG_RETIRED

LEAST_SHARE = 0.03  # of the rows
NEAR_THE_END = 0.02  # of the film's range: black and white after a lossy coding
FLAT_END = "The lower part of the film is one flat grey; it may be damaged or cut off. Send or export it again."
_CODED = {JPEG_8, JPEG_12, *JPEG_LOSSLESS, *JPEG_RETIRED}


def ending_warning(instance: Instance, grey: np.ndarray) -> str:
    """``FLAT_END`` or ""; ``grey`` is (rows, columns). Costs one row of a film that does not end so."""
    last = int(grey[-1, 0])
    coded = (
        instance.transfer_syntax_uid in _CODED and not instance.pixel_representation
    )  # nought is signed films' ground
    if not coded or grey.shape[1] < 2 or not (grey[-1] == last).all():
        return ""
    flat = (grey == last).all(axis=1)
    rows = len(flat) if flat.all() else int(np.argmin(flat[::-1]))
    if rows == len(flat) or rows < LEAST_SHARE * len(flat):
        return ""
    low, high = int(grey.min()), int(grey.max())
    margin = (high - low) * NEAR_THE_END
    collimation = last <= low + margin or last >= high - margin
    return FLAT_END if last == 1 << (instance.bits_stored - 1) or not collimation else ""
