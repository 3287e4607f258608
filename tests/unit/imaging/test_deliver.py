"""Pictures in files: each format by its ending, whole or not at all, read back by Pillow."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workstation.errors import ExportError
from workstation.imaging.deliver import write_picture


@pytest.fixture
def grey() -> np.ndarray:
    return (np.arange(6000).reshape(60, 100) % 256).astype(np.uint8)


@pytest.mark.parametrize("ending", ["png", "tif", "TIFF"])
def test_grey_colour_and_deep_pictures_come_back_exactly(tmp_path: Path, grey: np.ndarray, ending: str) -> None:
    colour = np.dstack([grey, grey[::-1], grey[:, ::-1]])
    deep = grey.astype(np.uint16) * 257
    for pixels in (grey, colour, deep):
        path = tmp_path / f"picture.{ending}"
        sha256 = write_picture(path, pixels)
        assert np.array_equal(np.asarray(Image.open(path)), pixels)
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_a_jpeg_is_near_and_takes_no_16_bits(tmp_path: Path) -> None:
    smooth = np.add.outer(np.arange(100), np.arange(100)).astype(np.uint8)
    write_picture(tmp_path / "a.jpg", smooth)
    assert np.abs(np.asarray(Image.open(tmp_path / "a.jpg")).astype(int) - smooth).max() <= 8
    with pytest.raises(ExportError) as refused:
        write_picture(tmp_path / "b.jpg", smooth.astype(np.uint16))
    assert refused.value.code == "deep"


@pytest.mark.parametrize(
    ("name", "code"), [("film.bmp", "unknown_format"), ("film", "unknown_format"), ("no/such/film.png", "not_written")]
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    tmp_path: Path, grey: np.ndarray, name: str, code: str
) -> None:
    with pytest.raises(ExportError) as refused:
        write_picture(tmp_path / name, grey)
    assert refused.value.code == code
    assert list(tmp_path.iterdir()) == []
