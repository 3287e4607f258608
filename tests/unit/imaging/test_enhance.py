"""Display filters against OpenCV, SciPy and numbers worked by hand; what no filter may do to a film."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.signal import wiener

from workstation.dicom.records import Instance
from workstation.imaging.clahe import equalised
from workstation.imaging.enhance import CLAHE, FILTERS, MULTISCALE, SHARPEN, SMOOTH, can_enhance, enhance
from workstation.imaging.film import Film, film_of
from workstation.imaging.multiscale import amplified
from workstation.imaging.sharpness import sharpened, smoothed

RANDOM = np.random.default_rng(4)
ROWS, COLUMNS = np.mgrid[0:260, 0:310]
SCENE = (2000 + 900 * np.sin(ROWS / 40) * np.cos(COLUMNS / 30) + RANDOM.normal(0, 40, ROWS.shape)).astype(np.uint16)
STRENGTH = {SHARPEN: 1.0, SMOOTH: 1.0, CLAHE: 2.0, MULTISCALE: 1.0}


def film(values: np.ndarray = SCENE, **fields) -> Film:
    return film_of(Instance("", "dicom", "1", "", "", "1", "1", **{"bits_stored": 12, **fields}), values)


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_changes_the_film_within_its_own_range_and_leaves_the_film_alone(name):
    made = film()
    before = made.indices.copy()
    shown = enhance(made, name, STRENGTH[name])
    assert shown.dtype == np.uint16 and shown.shape == SCENE.shape and shown.flags.c_contiguous
    assert not np.array_equal(shown, SCENE) and np.array_equal(made.indices, before)
    assert SCENE.min() <= shown.min() and shown.max() <= SCENE.max()


@pytest.mark.parametrize("name", FILTERS)
def test_monochrome1_gives_the_same_light(name):
    straight = enhance(film(), name, STRENGTH[name])
    turned = enhance(film(4095 - SCENE, photometric_interpretation="MONOCHROME1"), name, STRENGTH[name])
    assert np.array_equal(turned, 4095 - straight)


@pytest.mark.parametrize("name", FILTERS)
def test_signed_values_are_filtered_like_any_others(name):
    signed = SCENE.astype(np.int16) - 2000
    shown = enhance(film(signed, pixel_representation=1), name, STRENGTH[name])
    assert np.array_equal(shown.astype(int) - 0x8000, enhance(film(), name, STRENGTH[name]).astype(int) - 2000)


@pytest.mark.parametrize("name", FILTERS)
def test_padding_stays_as_it_is_and_draws_no_seam(name):
    framed = np.full((400, 450), 4095, np.uint16)
    framed[70:330, 70:380] = 1500
    framed[200, 200] = 1510  # a film of one value has nothing to filter
    shown = enhance(film(framed, pixel_padding_value=4095), name, STRENGTH[name])
    assert np.array_equal(shown == 4095, framed == 4095)
    edge = np.concatenate([shown[70, 70:380], shown[329, 70:380], shown[70:330, 70], shown[70:330, 379]])
    assert np.ptp(edge.astype(int)) <= 1


def test_colour_and_films_of_one_value_are_refused_plainly():
    assert not can_enhance(film(np.zeros((20, 20, 3), np.uint8))) and not can_enhance(
        film(np.full((9, 9), 7, np.uint16))
    )
    with pytest.raises(ValueError, match="grey"):
        enhance(film(np.zeros((20, 20, 3), np.uint8)), CLAHE, 2.0)


def test_a_constant_film_stays_constant_in_every_filter():
    flat = np.full((120, 90), 500, np.float32)
    for name, each in FILTERS.items():
        assert np.ptp(each.pixels(flat.copy(), 4095.0, STRENGTH[name])) < 1e-3


def test_sharpening_an_impulse_gives_the_kernel_of_an_unsharp_mask():
    light = np.zeros((61, 61), np.float32)
    light[30, 30] = 1000.0
    kernel = cv2.getGaussianKernel(9, 1.0)
    expected = 2 * light
    expected[26:35, 26:35] -= 1000 * (kernel @ kernel.T).astype(np.float32)
    assert sharpened(light, 4095.0, 1.0) == pytest.approx(expected, abs=0.2)


@pytest.mark.parametrize(("above", "grain"), [(0, 1.0), (60000, 0.05)])
def test_smoothing_is_the_adaptive_wiener_filter(above, grain):
    """Also where the values are large and their grain is small."""
    light = above + grain * SCENE.astype(np.float64)
    mean = cv2.blur(light, (3, 3))
    noise = float(np.median(cv2.blur(light**2, (3, 3)) - mean**2))
    shown = smoothed(light.astype(np.float32), 65535.0, 1.0)
    assert shown[5:-5, 5:-5] == pytest.approx(wiener(light, 3, noise)[5:-5, 5:-5], abs=0.02 * grain * 40 + 0.01)


def test_smoothing_leaves_no_seam_between_strips():
    light = SCENE.astype(np.float32)  # its strips end elsewhere when it stands on its head
    turned = smoothed(light[::-1].copy(), 4095.0, 1.0)[::-1]
    assert np.abs(turned - smoothed(light, 4095.0, 1.0)).max() < 0.01


def test_smoothing_calms_the_grain_and_keeps_the_edge():
    light = np.where(COLUMNS < 150, 1000, 3000) + RANDOM.normal(0, 30, ROWS.shape)
    shown = smoothed(light.astype(np.float32), 4095.0, 1.0)
    assert shown[:, :140].std() < 0.75 * light[:, :140].std()
    assert shown[:, 151].mean() - shown[:, 148].mean() > 1900


@pytest.mark.parametrize("clip", [1.5, 2.0, 4.0])
def test_clahe_is_opencvs_at_eight_bits(clip):
    light = cv2.resize((SCENE >> 4).astype(np.uint8), (320, 264))
    witness = cv2.createCLAHE(clip, (8, 8)).apply(light).astype(int)
    ours = np.rint(equalised(light.astype(np.float32), 255.0, clip)).astype(int)
    assert np.abs(ours - witness).max() <= 1


def test_clahe_at_sixteen_bits_is_the_one_at_eight_with_the_greys_between():
    wide = cv2.resize(SCENE, (320, 264)).astype(np.float32)
    span = float(wide.max())
    narrow = equalised(np.rint(wide * (255 / span)), 255.0, 2.0) / 255
    shown = equalised(wide, span, 2.0) / span
    assert np.abs(shown - narrow).max() < 0.02
    assert np.unique(shown).size > 20 * 256


def test_multiscale_of_strength_0_is_the_film_exactly():
    assert np.array_equal(enhance(film(), MULTISCALE, 0.0), SCENE)
    odd = RANDOM.integers(0, 65535, (333, 411)).astype(np.uint16)
    assert np.array_equal(enhance(film(odd, bits_stored=16), MULTISCALE, 0.0), odd)


def test_multiscale_lifts_the_faint_more_than_the_strong_and_leaves_the_grain():
    def of(size: float, noise: float) -> tuple[float, float]:
        wave = (2000 + size * np.sin(COLUMNS / 6) + RANDOM.normal(0, noise, ROWS.shape)).astype(np.float32)
        shown = amplified(wave, 4095.0, 1.0)
        part = (slice(60, 200), slice(60, 250))
        carrier = np.sin(COLUMNS / 6)[part]
        return tuple(float((each[part] * carrier).sum() / (carrier**2).sum()) for each in (wave, shown))

    faint, lifted = of(40, 0)
    strong, kept = of(1500, 0)
    assert lifted / faint > 1.5 > 1.1 > kept / strong > 0.85
    grain = RANDOM.normal(2000, 20, ROWS.shape).astype(np.float32)
    assert amplified(grain, 4095.0, 1.0)[40:-40, 40:-40].std() < 1.25 * grain.std()


def test_a_small_film_is_filtered_too():
    tiny = RANDOM.integers(0, 4095, (5, 3)).astype(np.uint16)
    for name in FILTERS:
        assert enhance(film(tiny), name, STRENGTH[name]).shape == (5, 3)
