"""Foreign drawings in a film's own pixels: shapes by hand, and fractions of an area that was turned."""

from __future__ import annotations

import math
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image

from tests.synthetic import dicom_file, voi_lut
from tests.unit.dicom.test_presentation_state import drawn, graphic, item, state_file
from tests.unit.imaging.dcmtk import film_id, real_films
from workstation.dicom.presentation_state import read_presentation_state
from workstation.dicom.records import Instance
from workstation.imaging.annotation import Annotation, Kind
from workstation.imaging.film import describe, load
from workstation.imaging.foreign import drawn_on, orientation_of, presentation_of
from workstation.imaging.window import render

ROWS, COLUMNS = 40, 60


@pytest.fixture
def film(tmp_path: Path) -> Instance:
    return describe(dicom_file(tmp_path / "film.dcm", np.zeros((ROWS, COLUMNS), np.uint16), SOPInstanceUID="2.25.7"))


def annotations(tmp_path: Path, film: Instance, **tags: Any) -> tuple[Annotation, ...]:
    return drawn_on(read_presentation_state(state_file(tmp_path / "s.dcm", Manufacturer="Elsewhere", **tags)), film)


def test_every_drawing_says_whose_it_is_and_that_it_is_foreign(tmp_path: Path, film: Instance) -> None:
    (one,) = annotations(tmp_path, film, **drawn(graphic("POLYLINE", [1, 2, 3, 4])))
    assert (one.source, one.maker, one.kind) == ("foreign", "Elsewhere", Kind.POLYLINE)
    assert one.points == ((2.0, 1.0), (4.0, 3.0))


def test_a_circle_runs_at_its_radius_about_its_centre(tmp_path: Path, film: Instance) -> None:
    (one,) = annotations(tmp_path, film, **drawn(graphic("CIRCLE", [30, 20, 33, 24])))
    assert one.points[0] == one.points[-1]
    assert all(math.dist(point, (20, 30)) == pytest.approx(5) for point in one.points)


def test_a_tilted_ellipse_runs_through_the_ends_of_its_axes(tmp_path: Path, film: Instance) -> None:
    ends = [20, 10, 40, 30, 25, 25, 35, 15]  # column, row: a long axis at 45 degrees, a short one across it
    (one,) = annotations(tmp_path, film, **drawn(graphic("ELLIPSE", ends)))
    for column, row in zip(ends[::2], ends[1::2], strict=True):
        assert min(math.dist(point, (row, column)) for point in one.points) < 1e-9


@pytest.mark.parametrize(
    ("degrees", "flip", "corner"),
    [
        (0, "N", (0, 0)),
        (0, "Y", (0, COLUMNS)),
        (90, "N", (ROWS, 0)),
        (90, "Y", (0, 0)),
        (180, "N", (ROWS, COLUMNS)),
        (270, "N", (0, COLUMNS)),
    ],
)
def test_fractions_are_of_the_turned_area(
    tmp_path: Path, film: Instance, degrees: int, flip: str, corner: tuple[int, int]
) -> None:
    """The shown top left corner, by hand: which corner of the stored film a clockwise turn, then a flip, puts there."""
    point = graphic("POINT", [0, 0], GraphicAnnotationUnits="DISPLAY")
    (one,) = annotations(tmp_path, film, ImageRotation=degrees, ImageHorizontalFlip=flip, **drawn(point))
    assert one.points == (corner,)


def test_fractions_are_of_the_displayed_area_alone(tmp_path: Path, film: Instance) -> None:
    area = item(DisplayedAreaTopLeftHandCorner=[11, 6], DisplayedAreaBottomRightHandCorner=[30, 15])
    middle = graphic("POINT", [0.5, 0.5], GraphicAnnotationUnits="DISPLAY")
    (one,) = annotations(tmp_path, film, DisplayedAreaSelectionSequence=[area], **drawn(middle))
    assert one.points == ((10.0, 20.0),)  # columns 11..30 and rows 6..15 of the file are 10..30 and 5..15 here


def test_words_stand_in_the_middle_of_their_box_tied_to_their_point(tmp_path: Path, film: Instance) -> None:
    words = item(
        UnformattedTextValue="98%",
        BoundingBoxTopLeftHandCorner=[10, 4],
        BoundingBoxBottomRightHandCorner=[20, 8],
        BoundingBoxAnnotationUnits="PIXEL",
        AnchorPoint=[30, 30],
        AnchorPointAnnotationUnits="PIXEL",
        AnchorPointVisibility="Y",
    )
    text, line = annotations(
        tmp_path, film, GraphicAnnotationSequence=[item(GraphicLayer="A", TextObjectSequence=[words])]
    )
    assert (text.kind, text.text, text.points) == (Kind.TEXT, "98%", ((6.0, 15.0),))
    assert line.points == ((30.0, 30.0), (6.0, 15.0))


def test_window_and_turn_are_the_states_and_black_and_white_as_it_says(tmp_path: Path, film: Instance) -> None:
    voi = [item(WindowCenter=1000, WindowWidth=200)]
    tags = {"SoftcopyVOILUTSequence": voi, "PresentationLUTShape": "INVERSE", "ImageRotation": 270}
    state = read_presentation_state(state_file(tmp_path / "s.dcm", **tags))
    shown = presentation_of(state, load(film))
    assert shown is not None and shown.window is not None
    assert (shown.window.center, shown.window.width, shown.invert) == (1000, 200, True)
    assert orientation_of(state).quarter_turns == 3
    assert presentation_of(read_presentation_state(state_file(tmp_path / "t.dcm")), load(film)) is None


def test_a_table_becomes_the_window_nearest_to_it_and_says_so(tmp_path: Path) -> None:
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    film = load(describe(dicom_file(tmp_path / "film.dcm", values, SOPInstanceUID="2.25.7")))
    table = item(VOILUTSequence=[voi_lut("STRAIGHT", 0.001)])
    state = read_presentation_state(state_file(tmp_path / "s.dcm", Manufacturer="X", SoftcopyVOILUTSequence=[table]))
    shown = presentation_of(state, film)
    assert shown is not None and shown.window is not None and shown.label == "Nearest to the table by X"
    assert shown.window.center == pytest.approx(2048, abs=40) and shown.window.width == pytest.approx(4096, rel=0.02)


def windowed() -> list[Path]:
    native = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")
    found = [describe(path) for path in real_films()]
    return [Path(one.path) for one in found if one.windows and one.transfer_syntax_uid in native and one.patient_name]


@pytest.mark.parametrize("path", windowed(), ids=film_id)
def test_a_state_made_by_dcmtk_shows_the_film_as_dcmtk_does(tmp_path: Path, path: Path) -> None:
    if not shutil.which("dcmpsmk"):
        pytest.skip("DCMTK is absent")
    made, target = tmp_path / "made.dcm", tmp_path / "seen.pgm"
    subprocess.run(["dcmpsmk", "-q", "+Vw", str(path), str(made)], capture_output=True, check=False)
    if not made.exists():
        pytest.skip("DCMTK makes no state of this film")
    dataset = pydicom.dcmread(made)
    dataset.ImageRotation, dataset.ImageHorizontalFlip = 90, "Y"
    dataset.save_as(made)
    subprocess.run(["dcmp2pgm", "-q", "-p", str(made), str(path), str(target)], capture_output=True, check=False)
    if not target.exists():
        pytest.skip("DCMTK cannot render this film")
    film, state = load(describe(path)), read_presentation_state(made)
    shown = presentation_of(state, film)
    assert shown is not None and state.concerns(film.instance.sop_instance_uid)
    ours = orientation_of(state).of(render(film, shown)).astype(int)
    seen = np.asarray(Image.open(target)).astype(int)
    assert seen.shape == ours.shape and np.abs(seen - ours).max() <= 1
