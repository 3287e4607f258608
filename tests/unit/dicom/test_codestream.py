"""What a JPEG's markers give away before a decoder paints grey what a wrong one cuts off."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.encaps import get_frame

from tests.synthetic import chest
from workstation.dicom.codestream import check_scans
from workstation.errors import FilmRefused


@pytest.fixture(scope="module", params=[{}, {"progressive": True}, {"restart_marker_rows": 1}])
def jpeg(request) -> bytes:
    pixels = (chest(3, rows=128, columns=120) >> 4).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=90, **request.param)
    return file.getvalue()


def test_a_sound_picture_passes_with_padding_and_with_a_comment(jpeg):
    check_scans(jpeg)
    check_scans(jpeg + b"\0")
    check_scans(jpeg[:2] + b"\xff\xfe\x00\x06\xff\xda\xff\xd9" + jpeg[2:])


@pytest.mark.parametrize("marker", [b"\xff\xd9", b"\xff\xc0", b"\xff\xd8", b"\xff\x4f"])
def test_a_marker_in_the_midst_of_the_values_is_refused(jpeg, marker):
    at = len(jpeg) // 2
    with pytest.raises(FilmRefused):
        check_scans(jpeg[:at] + marker + jpeg[at + 2 :])


def test_a_restart_that_is_out_of_turn_is_refused(jpeg):
    at = len(jpeg) // 2
    for marker in (b"\xff\xd3\xff\xd3", b"\xff\xd5\xff\xd1"):
        with pytest.raises(FilmRefused):
            check_scans(jpeg[:at] + marker + jpeg[at + 4 :])


def test_a_picture_that_just_ends_is_left_to_the_decoder(jpeg):
    check_scans(jpeg[: len(jpeg) // 2])


def test_every_real_one_passes(shared: Path):
    passed = 0
    for path in sorted((shared / "dicom").rglob("*")):
        if not path.is_file() or not pydicom.misc.is_dicom(path):
            continue
        dataset = pydicom.dcmread(path, force=True)
        syntax = dataset.file_meta.get("TransferSyntaxUID", "")
        if syntax.startswith("1.2.840.10008.1.2.4.") and int(syntax.rsplit(".")[-1]) < 80 and "PixelData" in dataset:
            check_scans(get_frame(dataset.PixelData, 0, number_of_frames=int(dataset.get("NumberOfFrames", 1))))
            passed += 1
    assert passed > 15
