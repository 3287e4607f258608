"""Turning a film by keys: what is seen, what is said about it, and what stays untouched."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import drag, hover, pixels_of, ramp
from workstation.imaging.film import describe, pixel_sha256
from workstation.imaging.prepare import prepare
from workstation.imaging.window import render
from workstation.settings import Settings
from workstation.ui import style

R, L, H, V, ESCAPE = (Qt.Key[f"Key_{name}"] for name in ("R", "L", "H", "V", "Escape"))
# Keys, what numpy says they do to the picture, and the Patient Orientation of a film stored as it then looks
# (("L", "F") as stored: worked by hand on a sheet of paper).
TURNS = [
    ((R,), lambda picture: np.rot90(picture, -1), ("H", "L")),
    ((L,), lambda picture: np.rot90(picture, 1), ("F", "R")),
    ((R, R), lambda picture: np.rot90(picture, 2), ("R", "H")),
    ((H,), lambda picture: picture[:, ::-1], ("R", "F")),
    ((V,), lambda picture: picture[::-1], ("L", "H")),
    ((H, R), lambda picture: np.rot90(picture[:, ::-1], -1), ("H", "R")),
    ((R, H), lambda picture: np.rot90(picture, -1)[:, ::-1], ("F", "L")),
    ((L, V, H, R), lambda picture: np.rot90(np.rot90(picture, 1)[::-1, ::-1], -1), ("R", "H")),
    ((H, V, R, R), lambda picture: picture, ("L", "F")),
]


def press(view, *keys) -> None:
    for key in keys:
        QTest.keyClick(view, key)


def film_part(view) -> np.ndarray:
    """What of the film is to be seen."""
    on = view.on_screen
    rows, columns = on.orientation.size(round(on.rows * on.zoom), round(on.columns * on.zoom))
    left, top = int(on.transform.left), int(on.transform.top)
    return pixels_of(view)[max(0, top) : top + rows, max(0, left) : left + columns]


@pytest.mark.parametrize(("keys", "turned", "_orientation"), TURNS)
def test_the_film_turns_pixel_by_pixel(reading, film_file, keys, turned, _orientation):
    view = reading(film_file(ramp(400, 320))).view
    QTest.keyClick(view, Qt.Key.Key_Asterisk)
    press(view, *keys)
    assert view.transform.zoom == 1
    expected = turned(render(view.film, view.presentation))
    shown = film_part(view)
    assert shown.shape[:2] == expected.shape
    # all of it, except where the amber words stand, if they do
    top = 60 - int(view.transform.top)
    assert np.array_equal(shown[max(0, top) :], expected[max(0, top) :, :, None].repeat(3, axis=2))


def test_colour_turns_too(reading, tmp_path):
    colours = np.random.default_rng(3).integers(0, 256, (120, 90, 3), np.uint8)
    Image.fromarray(colours).save(tmp_path / "colour.png")
    view = reading(describe(tmp_path / "colour.png")).view
    press(view, Qt.Key.Key_Asterisk, R, H)
    assert np.array_equal(film_part(view), np.rot90(colours, -1)[:, ::-1])


@pytest.mark.parametrize(("keys", "_turned", "orientation"), TURNS)
def test_the_letters_follow_exactly(reading, film_file, pane, keys, _turned, orientation):
    """A turned film bears the letters of a film that is stored as it then looks."""
    pane.apply_settings(Settings({"corner_text": "full"}))
    dark = np.zeros((400, 400), np.uint16)
    turned = edges_of(reading(film_file(dark, PatientOrientation=["L", "F"])).view, keys)
    stored = edges_of(reading(film_file(dark, PatientOrientation=list(orientation))).view, ())
    for seen, expected in zip(turned, stored, strict=True):
        assert expected.any() and np.array_equal(seen, expected)


def edges_of(view, keys) -> list[np.ndarray]:
    """The places of the four letters."""
    press(view, *keys)
    picture = pixels_of(view)
    rows, columns = picture.shape[0] // 2, picture.shape[1] // 2
    sides = picture[rows - 12 : rows + 12, 5:40], picture[rows - 12 : rows + 12, -40:-5]
    return [*sides, picture[5:24, columns - 15 : columns + 15], picture[-28:-5, columns - 15 : columns + 15]]


def test_a_fitted_film_is_fitted_again_and_a_moved_one_keeps_its_middle(reading, film_file):
    view = reading(film_file(ramp(400, 200))).view
    press(view, R)
    left, top = view.on_screen.to_screen(400, 0)
    assert left == pytest.approx(0, abs=1) and top > 0
    assert view.transform.zoom == pytest.approx(view.width() / 400, rel=0.01)
    press(view, ESCAPE, Qt.Key.Key_Asterisk, *[Qt.Key.Key_Plus] * 12)
    drag(view, (300, 300), (-150, 90), button=Qt.MouseButton.MiddleButton)
    middle = view.width() / 2, view.height() / 2
    zoom, point = view.transform.zoom, view.on_screen.to_film(*middle)
    press(view, R)
    assert view.transform.zoom == zoom
    assert view.on_screen.to_film(*middle) == pytest.approx(point, abs=1 / zoom)


@pytest.mark.parametrize("keys", [(R,), (L,), (H,), (V,), (R, H)])
def test_the_probe_reads_the_pixel_under_the_cursor(reading, film_file, keys):
    view = reading(film_file(ramp(90, 70))).view
    press(view, *keys)
    x, y = 380, 290
    hover(view, x, y)
    row, column = view.legend.cursor
    # the witness: the light at the cursor is the light of the pixel that is said to be there
    view.set_interpolation("nearest")
    assert pixels_of(view)[y, x, 0] == render(view.film, view.presentation)[row, column]


@pytest.mark.parametrize("text", ["full", "none"])
@pytest.mark.parametrize(("keys", "mirrored"), [((R,), False), ((H,), True), ((V,), True), ((H, V), False)])
def test_a_turned_film_is_marked_whatever_text_is_wanted(reading, film_file, pane, text, keys, mirrored):
    pane.apply_settings(Settings({"corner_text": text}))
    view = reading(film_file(np.zeros((300, 300), np.uint16))).view
    plain = amber(view)
    press(view, *keys)
    assert amber(view) > plain + 40
    frame = pixels_of(view)[:, :3].reshape(-1, 3)
    assert (frame == rgb(style.AMBER)).all() == mirrored
    press(view, ESCAPE)
    assert amber(view) == plain


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.uint8)


def amber(view) -> int:
    """How many pixels of the view are amber."""
    return int((np.abs(pixels_of(view).astype(int) - rgb(style.AMBER)) < 12).all(axis=2).sum())


def test_escape_takes_every_turn_back(reading, film_file):
    view = reading(film_file()).view
    first = pixels_of(view)
    press(view, R, H, R, V, Qt.Key.Key_I, Qt.Key.Key_Plus)
    assert not np.array_equal(pixels_of(view), first)
    press(view, ESCAPE)
    assert np.array_equal(pixels_of(view), first) and view.orientation.as_stored


def test_four_turns_are_none(reading, film_file):
    view = reading(film_file()).view
    first = pixels_of(view)
    press(view, R, R, R, R, L, L, L, L, H, H, V, V)
    assert np.array_equal(pixels_of(view), first)


def test_turns_are_told_to_the_log(reading, film_file):
    pane = reading(film_file())
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    press(pane.view, R, H, ESCAPE)
    assert told == [
        ("turn", {"how": "right", "quarter_turns": 1, "mirrored": False, "film": 1}),
        ("turn", {"how": "across", "quarter_turns": 1, "mirrored": True, "film": 1}),
        ("reset", {"film": 1}),
    ]


def test_a_turn_is_the_eyes_alone(reading, film_file):
    """Neither the stored values nor what a model is given change with the view."""
    view = reading(film_file(ramp(300, 260))).view
    stored, given = pixel_sha256(view.film), prepare(view.film, 64, "letterbox")
    press(view, R, H)
    assert pixel_sha256(view.film) == stored
    assert np.array_equal(prepare(view.film, 64, "letterbox"), given)


def test_each_film_is_turned_alone_and_the_next_study_comes_as_stored(reading, film_file):
    pane = reading(film_file(), film_file())
    press(pane.view, R)
    views = [slot.view for slot in pane.stage.slots]
    assert [view.orientation.quarter_turns for view in views] == [1, 0]
    reading(film_file())
    assert pane.view.orientation.as_stored


def test_windowing_a_turned_film_paints_the_turned_film(reading, film_file):
    view = reading(film_file(ramp(400, 320), WindowCenter=2000, WindowWidth=3000)).view
    press(view, Qt.Key.Key_Asterisk, L)
    drag(view, (300, 300), (60, -20))
    expected = np.rot90(render(view.film, view.presentation), 1)
    shown, top = film_part(view), max(0, 60 - int(view.transform.top))
    assert np.array_equal(shown[top:, :, 0], expected[top:])


def test_a_double_click_asks_for_the_whole_screen(reading, film_file, qtbot):
    pane = reading(film_file())
    with qtbot.waitSignal(pane.full_requested):
        QTest.mouseDClick(pane.view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))


@pytest.mark.parametrize(
    "tags",
    [
        {
            "LossyImageCompression": "01",
            "LossyImageCompressionRatio": 12.0,
            "LossyImageCompressionMethod": "ISO_15444_1",
        },
        {"BurnedInAnnotation": "YES"},
    ],
)
def test_what_is_amiss_with_the_picture_stands_on_the_film_in_two_of_three_states(reading, film_file, pane, tags):
    """Space: full, short, none, full."""
    pane.apply_settings(Settings({"corner_text": "full"}))
    plain, marked = [], []
    for each, seen in (({}, plain), (tags, marked)):
        view = reading(film_file(np.zeros((300, 300), np.uint16), **each)).view
        for _ in range(3):
            seen.append(amber(view))
            QTest.keyClick(view, Qt.Key.Key_Space)
    assert plain == [0, 0, 0] and marked[0] > 20 and marked[1] > 20 and marked[2] == 0
