"""Numbers of drawings against numbers worked by hand; words and sentences name the class of the scale."""

from __future__ import annotations

import numpy as np
import pytest

from workstation.dicom.records import Instance
from workstation.imaging.annotation import Annotation, Kind
from workstation.imaging.calibration import NO_SCALE, Scale, ScaleKind, from_header
from workstation.imaging.film import Film, film_of
from workstation.imaging.measure import ROTATED, measured
from workstation.imaging.region import ellipse_statistics

OBLONG = Scale(ScaleKind.AT_DETECTOR, (0.2, 0.1), "")
SQUARE = Scale(ScaleKind.MAGNIFICATION_CORRECTED, (0.5, 0.5), "")


def film(**fields) -> Instance:
    return Instance("", "dicom", "1.1", "", "", "1", "1", modality="DX", **fields)


def drawn(kind: Kind, *points: tuple[float, float], text: str = "") -> Annotation:
    return Annotation("a", kind, points, "1.1", text=text)


def values_film(values: np.ndarray, **fields) -> Film:
    return film_of(film(rows=values.shape[0], columns=values.shape[1], **fields), values)


def test_a_length_is_measured_in_both_directions_with_the_spacing_of_each():
    found = measured(drawn(Kind.LENGTH, (10, 10), (160, 410)), film(), OBLONG)
    assert found.value("length") == pytest.approx(50.0)  # 30 mm down, 40 mm across
    assert found.words == "50 mm  at detector"
    assert found.sentence == "Length 50 mm (at detector plane)."


def test_tenths_of_a_millimetre_only_where_a_hand_can_draw_them():
    short = drawn(Kind.LENGTH, (0, 0), (15, 40))
    assert measured(short, film(), OBLONG).sentence == "Length 5.0 mm (at detector plane)."
    assert measured(drawn(Kind.LENGTH, (0, 0), (6, 8)), film(), SQUARE).sentence == (
        "Length 5 mm (magnification corrected)."
    )


def test_without_a_scale_a_length_is_in_pixels_and_says_so():
    found = measured(drawn(Kind.LENGTH, (0, 0), (30, 40)), film(), NO_SCALE)
    assert found.values == (("length", 50.0, "px"),)
    assert found.words == "50 px  no scale" and found.sentence == "Length 50 px (no scale in the file)."


def test_an_angle_knows_that_pixels_are_not_square():
    corner = drawn(Kind.ANGLE, (0, 0), (10, 0), (10, 20))  # 2 mm up, 2 mm across
    assert measured(corner, film(), OBLONG).value("angle") == pytest.approx(90)
    slanted = drawn(Kind.ANGLE, (0, 20), (10, 0), (10, 20))
    assert measured(slanted, film(), OBLONG).value("angle") == pytest.approx(45)
    assert measured(slanted, film(), OBLONG).sentence == "Angle 45°."


def test_an_angle_is_never_more_than_half_a_turn():
    wide = drawn(Kind.ANGLE, (1, -10), (0, 0), (1, 10))
    assert 160 < measured(wide, film(), NO_SCALE).value("angle") < 180


@pytest.mark.parametrize(
    ("second", "degrees"),
    [(((50, 0), (50, 10)), 0), (((50, 0), (60, 10)), 45), (((60, 10), (50, 0)), 45), (((50, 0), (70, 0)), 90)],
)
def test_a_cobb_angle_is_between_lines_whichever_way_they_were_drawn(second, degrees):
    found = measured(drawn(Kind.COBB, (0, 0), (0, 10), *second), film(), NO_SCALE)
    assert found.value("Cobb angle") == pytest.approx(degrees)
    assert found.sentence == f"Cobb angle {degrees}°."


def test_a_cardiothoracic_ratio_needs_no_scale():
    """Heart from column 30 to 84, at different levels; thorax from 0 to 100."""
    ratio = drawn(Kind.CARDIOTHORACIC_RATIO, (70, 30), (90, 84), (80, 0), (80, 100))
    found = measured(ratio, film(view_position="PA"), NO_SCALE)
    assert found.value("cardiothoracic ratio") == pytest.approx(0.54)
    assert found.sentence == "Cardiothoracic ratio 0.54 (PA projection)."
    assert found.words.splitlines()[0] == "CTR 0.54"


def test_a_ratio_on_an_ap_film_and_on_a_rotated_patient_says_that_it_is_not_comparable():
    points = ((70, 30), (90, 84), (80, 0), (80, 100))
    on_ap = measured(drawn(Kind.CARDIOTHORACIC_RATIO, *points), film(view_position="AP"), NO_SCALE)
    assert on_ap.sentence == (
        "Cardiothoracic ratio 0.54 (AP projection: heart magnified, not comparable with the PA norm)."
    )
    marked = drawn(Kind.CARDIOTHORACIC_RATIO, *points, text=ROTATED)
    assert "patient rotated" in measured(marked, film(view_position="PA"), NO_SCALE).sentence


def test_widths_are_taken_across_the_body_on_a_film_that_is_stored_on_its_side():
    sideways = drawn(Kind.CARDIOTHORACIC_RATIO, (30, 70), (84, 90), (0, 80), (100, 80))
    found = measured(sideways, film(), OBLONG)
    assert found.value("cardiothoracic ratio") == pytest.approx(0.54)
    assert found.value("heart width") == pytest.approx(54 * 0.2)


def test_the_statistics_of_an_ellipse_are_those_of_the_pixels_inside():
    values = np.random.default_rng(5).integers(0, 4096, (60, 80), dtype=np.uint16)
    corners = ((10.0, 20.0), (50.0, 70.0))
    down, across = np.mgrid[0:60, 0:80] + 0.5
    inside = values[((down - 30) / 20) ** 2 + ((across - 45) / 25) ** 2 <= 1].astype(float)
    found = ellipse_statistics(values_film(values), *corners)
    assert found.pixels == inside.size
    assert (found.mean, found.sd) == pytest.approx((inside.mean(), inside.std()))
    assert (found.minimum, found.maximum) == (inside.min(), inside.max())
    assert found.skewness == pytest.approx(((inside - inside.mean()) ** 3).mean() / inside.std() ** 3)


def test_statistics_are_of_modality_values_without_padding():
    values = np.full((40, 40), 100, np.uint16)
    values[:, :20] = 63536
    fields = {"rescale_slope": 2.0, "rescale_intercept": -50.0, "rescale_type": "OD", "pixel_padding_value": 63536}
    one = measured(drawn(Kind.ELLIPSE, (0, 0), (40, 40)), values_film(values, **fields), OBLONG)
    assert one.value("mean") == 150 and one.value("maximum") == 150
    assert "OD" in one.words and "grey values" not in one.words


def test_a_region_in_words_and_in_a_sentence():
    values = np.full((200, 200), 7, np.uint16)
    found = measured(drawn(Kind.ELLIPSE, (0, 0), (100, 100)), values_film(values), SQUARE)
    assert found.value("area") == pytest.approx(np.pi / 4 * 50 * 50)
    assert found.words.splitlines()[0] == "19.6 cm²  magnification corrected"
    inside = found.value("pixels")
    assert found.sentence == (
        f"Region of 19.6 cm² (magnification corrected): mean 7, SD 0, 7 to 7 (grey values, n = {inside:,.0f})."
    )


def test_a_large_region_is_thinned_while_the_hand_moves_and_exact_when_it_rests():
    values = np.random.default_rng(1).integers(0, 1000, (2000, 2000), dtype=np.uint16)
    corners = ((0.0, 0.0), (2000.0, 2000.0))
    live = ellipse_statistics(values_film(values), *corners, live=True)
    exact = ellipse_statistics(values_film(values), *corners)
    assert live.pixels < 210_000 < exact.pixels
    assert live.mean == pytest.approx(exact.mean, rel=0.02)


def test_a_region_between_pixel_centres_has_no_statistics():
    found = measured(drawn(Kind.ELLIPSE, (5.6, 5.6), (5.9, 5.9)), values_film(np.ones((9, 9), np.uint16)), OBLONG)
    assert found.value("mean") is None and found.value("area") is not None


def test_a_freehand_line_is_as_long_as_its_pieces_and_an_outline_encloses_its_area():
    line = measured(drawn(Kind.FREEHAND, (0, 0), (0, 30), (20, 30)), film(), OBLONG)
    assert line.value("length") == pytest.approx(3 + 4)
    square = measured(drawn(Kind.FREEHAND, (0, 0), (0, 100), (50, 100), (50, 0), (0, 0)), film(), OBLONG)
    assert square.value("area") == pytest.approx(100.0) and square.value("perimeter") == pytest.approx(40.0)
    assert square.sentence == "Outlined area 1 cm², around 40 mm (at detector plane)."


def test_arrows_and_words_are_no_measurements():
    for kind, points in ((Kind.ARROW, ((0, 0), (5, 5))), (Kind.TEXT, ((0, 0),))):
        found = measured(drawn(kind, *points, text="here"), film(), from_header(film()))
        assert not found.values and not found.sentence
