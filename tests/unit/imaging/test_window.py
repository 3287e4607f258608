"""A film and a presentation make one table and one picture: the whole chain, inverted once."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from workstation.dicom.records import Instance, LookupTable, VoiLutFunction, Window
from workstation.dicom.shutter import Shutter
from workstation.imaging.film import Film, film_of
from workstation.imaging.window import Presentation, auto, choices, default, display_table, render

RAMP = np.tile(np.arange(4096, dtype=np.uint16), (32, 1))
WIDE = Presentation(window=Window(2048, 4096))


def film(values: np.ndarray = RAMP, **fields) -> Film:
    return film_of(Instance("", "dicom", "1", "", "", "1", "1", bits_stored=12, **fields), values)


def test_the_table_is_what_the_picture_shows():
    made = film()
    table = display_table(made, WIDE)
    assert table.dtype == np.uint8 and table.shape == (65536,)
    assert np.array_equal(render(made, WIDE), table[made.indices])
    assert np.array_equal(table[:4096], np.arange(4096) * 255 // 4095)


@pytest.mark.parametrize(
    ("photometric", "shape", "first"),
    [
        ("MONOCHROME2", "", 0),
        ("MONOCHROME2", "IDENTITY", 0),
        ("MONOCHROME2", "INVERSE", 255),
        ("MONOCHROME1", "", 255),
        ("MONOCHROME1", "INVERSE", 255),
        ("MONOCHROME1", "IDENTITY", 0),  # as DCMTK reads the contradiction
    ],
)
def test_black_and_white_are_exchanged_once(photometric: str, shape: str, first: int):
    made = film(photometric_interpretation=photometric, presentation_lut_shape=shape)
    shown = render(made, WIDE)
    assert shown[0, 0] == first and shown[0, -1] == 255 - first
    assert render(made, WIDE.inverted())[0, 0] == 255 - first


def test_header_windows_come_before_voi_luts_and_carry_their_names():
    lut = LookupTable(0, 8, tuple(range(256)), "CURVE")
    made = film(windows=(Window(100, 50, explanation="LUNG"), Window(10, 5)), voi_luts=(lut,))
    assert [each.label for each in choices(made)] == ["LUNG", "Window 2", "CURVE"]
    assert default(made) == choices(made)[0]
    assert default(film(voi_luts=(lut,))).voi_lut == 0
    assert default(film()).label == "Auto"


def test_a_voi_lut_works_on_modality_values():
    lut = LookupTable(-100, 8, tuple(range(256)))
    made = film(voi_luts=(lut,), rescale_slope=1.0, rescale_intercept=-100.0)
    assert render(made, Presentation(voi_lut=0))[0, :300].tolist() == [*range(256), *[255] * 44]


def test_signed_films_are_shown_from_their_lowest_value():
    values = (RAMP.astype(np.int16) - 2048).astype(np.int16)
    made = film(values, pixel_representation=1)
    assert made.stored_value(0, 0) == -2048 and made.low == -2048 and made.high == 2047
    assert np.array_equal(render(made, Presentation(window=Window(0, 4096))), render(film(), WIDE))


def test_padding_is_black_even_where_low_is_bright_and_stays_out_of_auto():
    values = RAMP.copy()
    values[:, :1000] = 0
    values[:, 1000:] = values[:, 1000:] // 8 + 1000
    made = film(values, photometric_interpretation="MONOCHROME1", pixel_padding_value=0)
    shown = render(made, default(made))
    assert not shown[:, :1000].any() and shown[:, 1001].min() > 240
    assert made.low == 1125
    window = auto(made).window
    assert window is not None and window.center - window.width / 2 > 1000


def test_without_window_and_lut_the_whole_range_is_shown():
    shown = render(film(RAMP // 4 + 100), Presentation())
    assert shown.min() == 0 and shown.max() == 255


def test_auto_of_a_rectangle_fits_the_rectangle():
    window = auto(film(), (0, 1000, 32, 2000)).window
    assert window is not None and window.center == pytest.approx(1500, abs=15)
    assert window.width == pytest.approx(990, abs=30)
    assert auto(film(), (30, 2000, 0, 1000)).window == window
    assert auto(film(), (900, 9000, 950, 9500)).window is not None


def test_auto_leaves_collimation_out():
    rng = np.random.default_rng(0)
    values = np.full((400, 300), 4000, np.uint16)
    values[60:340, 50:250] = rng.normal(1500, 150, (280, 200)).clip(0, 4095).astype(np.uint16)
    window = auto(film(values)).window
    assert window is not None and 1300 < window.center < 1700 and window.width < 1500


def test_a_flat_film_is_shown_without_complaint():
    made = film(np.full((20, 20), 7, np.uint16))
    assert render(made, default(made)).shape == (20, 20)


def test_small_modality_scales_keep_their_greys():
    made = film(rescale_slope=0.001, rescale_intercept=0.0)
    window = auto(made).window
    assert window is not None and window.function is VoiLutFunction.LINEAR_EXACT
    assert len(np.unique(render(made, auto(made)))) > 200


def test_sizes_keep_proportions():
    made = film(np.tile(RAMP[:, :300], (4, 1)))
    assert render(made, WIDE, 150).shape == (64, 150)
    assert render(made, WIDE, 600).shape == (256, 600)
    area = cv2.resize(made.indices, (150, 64), interpolation=cv2.INTER_AREA)
    assert np.array_equal(render(made, WIDE, 150), display_table(made, WIDE)[area])


def test_colour_is_shown_as_it_is():
    colour = np.random.default_rng(0).integers(0, 255, (9, 7, 3)).astype(np.uint8)
    made = film_of(
        Instance("", "dicom", "1", "", "", "1", "1", samples_per_pixel=3, photometric_interpretation="RGB"), colour
    )
    assert np.array_equal(render(made, default(made)), colour)
    assert np.array_equal(render(made, Presentation(invert=True)), 255 - colour)
    assert made.indices.shape == (9, 7) and made.indices.dtype == np.uint16


def test_a_window_in_another_function_is_another_picture():
    sigmoid = dataclasses.replace(Window(2048, 1000), function=VoiLutFunction.SIGMOID)
    assert not np.array_equal(render(film(), Presentation(window=sigmoid)), render(film(), WIDE))


def test_auto_leaves_out_what_is_behind_the_shutter():
    """A bright frame that nobody is meant to see must not darken the film."""
    pixels = np.random.default_rng(3).integers(1000, 2000, (300, 300)).astype(np.uint16)
    shuttered = pixels.copy()
    shuttered[:, :140] = np.random.default_rng(4).integers(3000, 4000, (300, 140))
    shutter = Shutter(polygon=((0, 150), (300, 150), (300, 300), (0, 300)))
    bare = auto(film(pixels[:, 150:])).window
    found = auto(dataclasses.replace(film(shuttered), shutter=shutter)).window
    assert abs(found.center - bare.center) < 20 and abs(found.width - bare.width) < 30
    assert auto(film(shuttered)).window.width > 2 * found.width
