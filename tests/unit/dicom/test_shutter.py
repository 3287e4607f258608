"""A shutter's shapes are read as the standard places them; one that cannot be meant hides nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset

from workstation.dicom.shutter import Shutter, shutter_of


def header(**elements) -> Dataset:
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def rectangle(top: int, left: int, bottom: int, right: int) -> dict[str, int]:
    return {
        "ShutterUpperHorizontalEdge": top,
        "ShutterLeftVerticalEdge": left,
        "ShutterLowerHorizontalEdge": bottom,
        "ShutterRightVerticalEdge": right,
    }


def test_the_edges_of_a_rectangle_are_open():
    found = shutter_of(header(ShutterShape="RECTANGULAR", **rectangle(11, 21, 90, 80)), 100, 100)
    assert found == Shutter(rectangle=(10, 20, 90, 80))


def test_a_circle_and_a_polygon_are_centred_on_pixels():
    found = shutter_of(
        header(
            ShutterShape=["CIRCULAR", "POLYGONAL"],
            CenterOfCircularShutter=[50, 60],
            RadiusOfCircularShutter=30,
            VerticesOfThePolygonalShutter=[1, 1, 1, 100, 100, 50],
        ),
        100,
        100,
    )
    assert found is not None and found.shapes == ("CIRCULAR", "POLYGONAL")
    assert found.circle == (49.5, 59.5, 30)
    assert found.polygon == ((0.5, 0.5), (0.5, 99.5), (99.5, 49.5))


def test_the_hidden_part_has_the_p_value_it_asks_for():
    asked = header(ShutterShape="CIRCULAR", CenterOfCircularShutter=[5, 5], RadiusOfCircularShutter=3)
    assert shutter_of(asked, 10, 10).level == 0
    asked.ShutterPresentationValue = 0xFFFF
    assert shutter_of(asked, 10, 10).level == 1


@pytest.mark.parametrize(
    "elements",
    [
        {},
        {"ShutterShape": "RECTANGULAR"},
        {"ShutterShape": "RECTANGULAR", **rectangle(0, 0, 100, 100)},  # hides nothing
        {"ShutterShape": "RECTANGULAR", **rectangle(50, 50, 40, 60)},  # hides everything
        {"ShutterShape": "RECTANGULAR", **rectangle(200, 1, 300, 100)},  # beside the film
        {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [500, 500], "RadiusOfCircularShutter": 30},
        {"ShutterShape": "CIRCULAR", "CenterOfCircularShutter": [50, 50], "RadiusOfCircularShutter": 0},
        {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [1, 1, 9, 9]},
        {"ShutterShape": "POLYGONAL", "VerticesOfThePolygonalShutter": [5, 1, 5, 9, 5, 30]},
        {"ShutterShape": "STAR"},
    ],
)
def test_a_shutter_that_cannot_be_meant_hides_nothing(elements):
    assert shutter_of(header(**elements), 100, 100) is None


def test_what_is_left_open_is_what_every_shape_leaves_open():
    """Against OpenCV's filled shapes, except on the edges themselves."""
    polygon = ((20.0, 30.0), (180.0, 60.0), (150.0, 190.0), (60.0, 150.0))
    shutter = Shutter(rectangle=(30, 40, 170, 180), circle=(100, 100, 70), polygon=polygon)
    ours = shutter.leaves_open(np.arange(200) + 0.5, np.arange(200) + 0.5)
    theirs = [np.zeros((200, 200), np.uint8) for _ in range(3)]
    theirs[0][30:170, 40:180] = 1
    cv2.circle(theirs[1], (100, 100), 70, 1, -1)
    cv2.fillPoly(theirs[2], [np.array([(col, row) for row, col in polygon], np.int32)], 1)
    differs = ours != np.logical_and.reduce(theirs)
    assert differs.mean() < 0.01 and not cv2.erode(differs.astype(np.uint8), np.ones((3, 3))).any()
