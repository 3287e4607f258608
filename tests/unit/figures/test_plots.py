"""Plots are SVG that parses, says its names, and tells the undefined from nought."""

import xml.etree.ElementTree as ET

from workstation.figures.forest import forest
from workstation.figures.panels import calibration, roc
from workstation.figures.paper import COLOURS, LINES, MARKS, look

NONE = (None, None, None, False)
SERIES = {"one & two": [(0.4, 0.2, 0.6, False), NONE], "three": [(0.5, None, None, False), NONE]}


def words(svg):
    return [text for text in ET.fromstring(svg).itertext() if text.strip()]


def test_a_forest_names_rows_and_systems_and_says_undefined_once():
    said = words(forest("f", ["edema", "hernia"], SERIES, "F1", 1))
    assert {"edema", "hernia", "one & two", "three", "undefined"} <= set(said)
    assert said.count("undefined") == 1


def test_the_same_numbers_give_the_same_bytes_and_names_keep_ids_apart():
    first, again, other = (forest(name, ["edema"], {"a": [(0.4, 0.2, 0.6, True)]}, "F1") for name in ("f", "f", "g"))
    assert first == again
    ids = [
        {element.get("id") for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}clipPath")}
        for svg in (first, other)
    ]
    assert ids[0] and not ids[0] & ids[1]


def test_curves_and_operating_points_share_a_panel():
    svg = roc("r", ["edema"], {"a": {"edema": ([[0, 0], [0.2, 0.9], [1, 1]], "0.85")}}, {"b": {"edema": (0.1, 0.5)}})
    assert {"edema", "0.85", "a", "b", "sensitivity"} <= set(words(svg))


def test_calibration_draws_what_is_there():
    bins = [{"predicted": 0.1, "observed": 0.2, "low": 0.1, "high": 0.4, "n": 30}]
    assert "edema" in words(calibration("c", ["edema", "mass"], {"a": {"edema": bins}}))


def test_series_differ_without_colour():
    looks = [look(i) for i in range(len(LINES))]
    assert len({(style["marker"], str(style["linestyle"])) for style in looks}) == len(looks)
    assert len(set(MARKS)) == len(MARKS) == len(set(COLOURS))
