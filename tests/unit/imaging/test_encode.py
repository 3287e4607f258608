"""A PNG is written whole and exact, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from workstation.errors import ExportError
from workstation.imaging.encode import write_png


@pytest.mark.parametrize(
    "pixels",
    [
        np.arange(256, dtype=np.uint8).reshape(16, 16),
        np.arange(0, 65536, 256, dtype=np.uint16).reshape(16, 16),
        np.arange(768, dtype=np.uint16).astype(np.uint8).reshape(16, 16, 3),
    ],
    ids=["8 bit", "16 bit", "colour"],
)
def test_what_is_written_is_read_again(tmp_path: Path, pixels: np.ndarray):
    write_png(tmp_path / "a.png", pixels)
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels)
    assert [each.name for each in tmp_path.iterdir()] == ["a.png"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path):
    with pytest.raises(ExportError) as caught:
        write_png(tmp_path / "nowhere" / "a.png", np.zeros((4, 4), np.uint8))
    assert caught.value.code == "not_written"


def test_what_is_no_file_is_refused_and_stays(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", ".", ""):
        with pytest.raises(ExportError) as caught:
            write_png(place, np.zeros((4, 4), np.uint8))
        assert caught.value.code == "no_file"
    assert (tmp_path / "pipe").is_fifo()
