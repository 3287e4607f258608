"""Headers that the real films do not have, made for the purpose, agree with DCMTK's renderings too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.synthetic import dicom_file, voi_lut
from tests.unit.imaging.dcmtk import picture
from workstation.imaging.film import describe, load
from workstation.imaging.window import choices, render

RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)
TWELVE = {"BitsStored": 12, "HighBit": 11}
SIGNED = {**TWELVE, "PixelRepresentation": 1}
WINDOW = {"WindowCenter": 2048, "WindowWidth": 4096}
CASES = {
    "linear": WINDOW,
    "narrow": {"WindowCenter": 1000.5, "WindowWidth": 33.3},
    "width 1": {"WindowCenter": 1000, "WindowWidth": 1},
    "width 2": {"WindowCenter": 1000, "WindowWidth": 2},
    "sigmoid": {"WindowCenter": 2000, "WindowWidth": 900, "VOILUTFunction": "SIGMOID"},
    "three windows": {"WindowCenter": ["2000", "100", "4000"], "WindowWidth": ["900", "50", "10"]},
    "inverse": {**WINDOW, "PresentationLUTShape": "INVERSE"},
    "monochrome 1": {**WINDOW, "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": None},
    "monochrome 1 inverse": {**WINDOW, "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
    "monochrome 1 identity": {**WINDOW, "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "IDENTITY"},
    "monochrome 1 sigmoid": {
        "WindowCenter": 1500, "WindowWidth": 2000, "VOILUTFunction": "SIGMOID",
        "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE",
    },
    "rescaled": {"WindowCenter": 100, "WindowWidth": 900, "RescaleSlope": "0.5", "RescaleIntercept": "-700"},
    "signed": {"WindowCenter": 0, "WindowWidth": 3000, **SIGNED},
    "signed rescaled": {"WindowCenter": -900, "WindowWidth": 1000, "RescaleIntercept": "-1024", **SIGNED},
    "voi lut": {"VOILUTSequence": [voi_lut("CURVE", 6.0)]},
    "voi luts and a window": {**WINDOW, "VOILUTSequence": [voi_lut("SOFT", 2.0), voi_lut("HARD", 9.0, 0.3)]},
    "voi lut monochrome 1": {
        "VOILUTSequence": [voi_lut("CURVE", 6.0, 0.4)],
        "PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_every_presentation_the_header_offers_agrees(tmp_path: Path, case: str):
    path = dicom_file(tmp_path / "film.dcm", RAMP, **{**TWELVE, "VOILUTSequence": None, **CASES[case]})
    film = load(describe(path))
    offered = choices(film)
    assert offered
    for at, presentation in enumerate(offered):
        lut = presentation.voi_lut is not None
        number = str(presentation.voi_lut + 1 if lut else at + 1)
        theirs = picture(film.instance, tmp_path, "+Wl" if lut else "+Wi", number)
        assert int(np.abs(render(film, presentation).astype(np.int16) - theirs).max()) <= 1
