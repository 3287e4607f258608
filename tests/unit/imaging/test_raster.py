"""PNG, JPEG, TIFF and BMP come in exactly, nameless, and never larger than a film may be."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from pydicom.uid import UID

from workstation.errors import FilmRefused
from workstation.imaging.film import describe, load
from workstation.imaging.raster import is_raster, luminance

EIGHT = np.random.default_rng(1).integers(0, 256, (31, 23)).astype(np.uint8)
SIXTEEN = np.random.default_rng(2).integers(0, 65536, (31, 23)).astype(np.uint16)
COLOUR = np.random.default_rng(3).integers(0, 256, (31, 23, 3)).astype(np.uint8)


def refused(path: Path) -> str:
    with pytest.raises(FilmRefused) as caught:
        load(describe(path))
    return caught.value.code


@pytest.mark.parametrize("name", ["a.png", "a.tif"])
@pytest.mark.parametrize("values", [EIGHT, SIXTEEN], ids=["8 bit", "16 bit"])
def test_grey_values_are_exact(tmp_path: Path, name: str, values: np.ndarray):
    Image.fromarray(values).save(tmp_path / name)
    film = load(describe(tmp_path / name))
    assert np.array_equal(film.indices, values) and film.colour is None
    assert film.instance.bits_stored == values.dtype.itemsize * 8


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGB"])
def test_a_bmp_is_exact_in_every_mode(tmp_path: Path, mode: str):
    grey = EIGHT if mode != "1" else np.where(EIGHT > 99, 255, 0).astype(np.uint8)
    Image.fromarray(COLOUR if mode == "RGB" else grey).convert(mode).save(tmp_path / "a.bmp")
    film = load(describe(tmp_path / "a.bmp"))
    assert np.array_equal(film.indices if film.colour is None else film.colour, COLOUR if mode == "RGB" else grey)


def test_text_that_begins_like_a_bmp_is_none(tmp_path: Path):
    (tmp_path / "a.bmp").write_bytes(b"BM is how this letter begins, and it goes on for a while" * 9)
    assert not is_raster(tmp_path / "a.bmp")


def test_a_jpeg_says_that_it_has_lost_something_and_a_png_does_not(tmp_path: Path):
    for name, lossy in (("a.jpg", True), ("a.png", False), ("a.bmp", False)):
        Image.fromarray(EIGHT).save(tmp_path / name)
        assert describe(tmp_path / name).lossy_image_compression is lossy


@pytest.mark.parametrize("name", ["a.jpg", "a.tif"])
def test_ink_colours_become_light(tmp_path: Path, name: str):
    Image.fromarray(np.full((40, 30, 3), (200, 30, 90), np.uint8)).convert("CMYK").save(tmp_path / name, quality=100)
    colour = load(describe(tmp_path / name)).colour
    assert colour is not None and np.abs(colour.astype(int) - (200, 30, 90)).max() <= 2


def test_pixels_under_a_clear_alpha_are_still_the_films(tmp_path: Path):
    clear = np.dstack([COLOUR, np.zeros(EIGHT.shape, np.uint8)])
    Image.fromarray(clear).save(tmp_path / "a.png")
    assert np.array_equal(load(describe(tmp_path / "a.png")).colour, COLOUR)


def test_a_jpeg_is_what_pillow_decodes(tmp_path: Path):
    Image.fromarray(EIGHT).save(tmp_path / "a.jpg", quality=80)
    film = load(describe(tmp_path / "a.jpg"))
    assert np.array_equal(film.indices, np.asarray(Image.open(tmp_path / "a.jpg")))


def test_colour_with_three_equal_channels_is_grey(tmp_path: Path):
    Image.fromarray(np.dstack([EIGHT] * 3)).save(tmp_path / "a.png")
    Image.fromarray(EIGHT).save(tmp_path / "b.png")
    film = load(describe(tmp_path / "a.png"))
    assert film.colour is None and np.array_equal(film.indices, EIGHT)
    assert film.instance.study_instance_uid == describe(tmp_path / "b.png").study_instance_uid


def test_deep_colour_with_three_equal_channels_is_sixteen_bit_grey(tmp_path: Path):
    cv2.imwrite(str(tmp_path / "a.png"), np.dstack([SIXTEEN] * 3))
    film = load(describe(tmp_path / "a.png"))
    assert np.array_equal(film.indices, SIXTEEN)


def test_real_colour_stays_colour_and_has_a_luminance(tmp_path: Path):
    Image.fromarray(COLOUR).save(tmp_path / "a.png")
    film = load(describe(tmp_path / "a.png"))
    assert film.colour is not None and np.array_equal(film.colour, COLOUR)
    assert np.array_equal(film.indices, luminance(COLOUR))


def test_a_palette_and_an_alpha_channel_are_resolved(tmp_path: Path):
    Image.fromarray(EIGHT).convert("P").save(tmp_path / "p.png")
    Image.fromarray(EIGHT).convert("LA").save(tmp_path / "la.png")
    for name in ("p.png", "la.png"):
        assert np.array_equal(load(describe(tmp_path / name)).indices, EIGHT)


def test_white_is_zero_tiffs_are_inverted_once(tmp_path: Path):
    Image.fromarray(SIXTEEN).save(tmp_path / "a.tif", tiffinfo={262: 0})
    assert describe(tmp_path / "a.tif").inverted


def test_pictures_are_turned_as_their_exif_says(tmp_path: Path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(EIGHT).save(tmp_path / "a.jpg", exif=exif)
    found = describe(tmp_path / "a.jpg")
    assert (found.rows, found.columns) == (23, 31)


def test_uids_come_from_the_pixels_and_not_from_the_name(tmp_path: Path):
    for name, values in (("a.png", EIGHT), ("b.tif", EIGHT), ("c.png", 255 - EIGHT)):
        Image.fromarray(values).save(tmp_path / name)
    a, b, c = (describe(tmp_path / name) for name in ("a.png", "b.tif", "c.png"))
    assert a.study_instance_uid == b.study_instance_uid != c.study_instance_uid
    uids = {a.study_instance_uid, a.series_instance_uid, a.sop_instance_uid}
    assert len(uids) == 3 and all(UID(each).is_valid and each.startswith("2.25.") for each in uids)
    assert (a.modality, a.patient_name, a.patient_id) == ("", "", "")


def test_the_pages_of_a_tiff_are_frames(tmp_path: Path):
    pages = [Image.fromarray(EIGHT), Image.fromarray(255 - EIGHT)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    found = describe(tmp_path / "a.tif")
    assert found.number_of_frames == 2
    assert np.array_equal(load(found, 1).indices, 255 - EIGHT)
    with pytest.raises(FilmRefused):
        load(found, 2)


def png_claiming(rows: int, columns: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def test_a_png_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    (tmp_path / "a.png").write_bytes(png_claiming(60000, 60000))
    assert refused(tmp_path / "a.png") == "too_large"


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.bmp"])
def test_every_truncation_is_refused_or_shown(tmp_path: Path, name: str):
    Image.fromarray(EIGHT).save(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    codes = set()
    for length in range(1, len(data) - 20, 29):
        (tmp_path / name).write_bytes(data[:length])
        codes.add(refused(tmp_path / name))
    assert codes <= {"truncated", "malformed", "not_dicom", "unsupported_pixels"}


def test_floating_point_tiffs_are_refused(tmp_path: Path):
    Image.fromarray(EIGHT.astype(np.float32)).save(tmp_path / "a.tif")
    assert refused(tmp_path / "a.tif") == "unsupported_pixels"


def test_other_pictures_are_no_films(tmp_path: Path):
    Image.fromarray(EIGHT).save(tmp_path / "a.gif")
    assert not is_raster(tmp_path / "a.gif") and refused(tmp_path / "a.gif") == "not_dicom"


def test_a_dicom_file_that_opens_as_a_tiff_is_dicom(tmp_path: Path):
    (tmp_path / "a").write_bytes(b"II*\0" + bytes(124) + b"DICM" + bytes(50))
    assert not is_raster(tmp_path / "a")


def test_a_small_jpeg_that_promises_a_large_film_is_refused(tmp_path: Path) -> None:
    Image.fromarray(EIGHT).save(tmp_path / "a.jpg")
    data = bytearray((tmp_path / "a.jpg").read_bytes())
    size = data.index(b"\xff\xc0") + 5
    data[size : size + 4] = struct.pack(">HH", 9000, 9000)
    (tmp_path / "a.jpg").write_bytes(data)
    assert refused(tmp_path / "a.jpg") == "bomb"


def test_the_emptiest_jpeg_is_no_bomb(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((4000, 4000), np.uint8)).save(tmp_path / "a.jpg", quality=1, optimize=True)
    Image.fromarray(np.zeros((4000, 4000), np.uint8)).save(tmp_path / "b.jpg", quality=1, progressive=True)
    assert describe(tmp_path / "a.jpg").rows == describe(tmp_path / "b.jpg").rows == 4000


def test_a_pipe_is_no_picture_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(FilmRefused) as refused:
        describe(tmp_path / "a.png")
    assert refused.value.code == "unreadable"
