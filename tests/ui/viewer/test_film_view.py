"""What the film view shows is the film, and the mouse changes exactly what it should."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.synthetic import voi_lut
from tests.ui.viewer.hands import drag, hover, pixels_of, ramp, turn_wheel
from workstation.imaging.film import describe
from workstation.imaging.window import render
from workstation.settings import Settings

MIDDLE = Qt.MouseButton.MiddleButton
RIGHT = Qt.MouseButton.RightButton


def film_part(view) -> np.ndarray:
    """The part of the picture that the film covers at 1:1."""
    left, top = int(view.transform.left), int(view.transform.top)
    rows, columns = view.film.indices.shape
    return pixels_of(view)[max(0, top) : top + rows, max(0, left) : left + columns]


@pytest.mark.parametrize(
    "tags",
    [
        {"WindowCenter": 2000, "WindowWidth": 3000},
        {"PhotometricInterpretation": "MONOCHROME1", "WindowCenter": 2000, "WindowWidth": 3000},
        {"WindowCenter": 2000, "WindowWidth": 900, "VOILUTFunction": "SIGMOID"},
        {"WindowCenter": None, "WindowWidth": None, "VOILUTSequence": [voi_lut("STANDARD", 4.0)]},
        {"WindowCenter": 900, "WindowWidth": 1000, "RescaleSlope": 2, "RescaleIntercept": -1000},
    ],
)
def test_at_one_to_one_every_pixel_is_the_rendered_film(reading, film_file, tags):
    view = reading(film_file(**tags)).view
    view.one_to_one()
    shown = film_part(view)
    expected = render(view.film, view.presentation)
    assert shown.shape[:2] == expected.shape
    assert (shown == expected[:, :, None]).all()


def test_a_film_larger_than_the_view_is_cut_not_scaled_at_one_to_one(reading, film_file):
    view = reading(film_file(ramp(1500, 1700))).view
    view.one_to_one()
    left, top = int(view.transform.left), int(view.transform.top)
    expected = render(view.film, view.presentation)[-top : -top + view.height(), -left : -left + view.width()]
    assert (pixels_of(view) == expected[:, :, None]).all()


def test_colour_is_shown_as_stored_and_has_no_window(reading, tmp_path):
    colours = np.random.default_rng(3).integers(0, 256, (120, 90, 3), np.uint8)
    Image.fromarray(colours).save(tmp_path / "colour.png")
    pane = reading(describe(tmp_path / "colour.png"))
    pane.view.one_to_one()
    assert (film_part(pane.view) == colours).all()
    before = pane.view.presentation
    drag(pane.view, (100, 100), (80, 40))
    assert pane.view.presentation == before
    assert not pane.window_row.centre.isEnabled()
    pane.view.invert()
    assert (film_part(pane.view) == 255 - colours).all()


def test_the_ground_beside_the_film_is_black(reading, film_file):
    view = reading(film_file(np.full((100, 50), 4095, np.uint16))).view
    left = int(view.transform.left)
    assert left > 50
    assert not pixels_of(view)[:, : left - 1].any()


def test_dragging_right_widens_and_left_narrows_relative_to_the_window(reading, film_file):
    view = reading(film_file(WindowCenter=2000, WindowWidth=1000)).view
    drag(view, (300, 300), (100, 0))
    wide = view.linear_window()
    assert wide.center == pytest.approx(2000)
    assert 1200 < wide.width < 1600
    drag(view, (300, 300), (-100, 0))
    assert view.linear_window().width == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("inverted", [False, True])
@pytest.mark.parametrize("down_brightens", [True, False])
def test_dragging_down_is_the_light_the_reader_set(reading, film_file, photometric, inverted, down_brightens):
    pane = reading(film_file(PhotometricInterpretation=photometric, WindowCenter=2000, WindowWidth=2000))
    pane.apply_settings(Settings({"corner_text": "none", "drag_down_brightens": down_brightens}))
    if inverted:
        pane.view.invert()
    before = pixels_of(pane.view).mean()
    drag(pane.view, (300, 200), (0, 60))
    assert (pixels_of(pane.view).mean() > before) == down_brightens


def test_ctrl_is_faster_and_shift_is_finer(reading, film_file):
    view = reading(film_file(WindowCenter=2000, WindowWidth=1000)).view
    widths = []
    for modifier in ("ShiftModifier", "NoModifier", "ControlModifier"):
        view.reset()
        drag(view, (300, 300), (30, 0), modifiers=Qt.KeyboardModifier[modifier])
        widths.append(view.linear_window().width)
    fine, plain, fast = (width - 1000 for width in widths)
    assert 0 < fine * 2 < plain
    assert plain * 2 < fast


def test_sensitivity_is_the_readers(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    drag(pane.view, (300, 300), (30, 0))
    plain = pane.view.linear_window().width
    pane.apply_settings(Settings({"drag_sensitivity": 3.0}))
    pane.view.reset()
    drag(pane.view, (300, 300), (30, 0))
    assert pane.view.linear_window().width - 1000 > 2 * (plain - 1000)


def test_a_small_drag_on_a_voi_lut_changes_the_picture_a_little(reading, film_file):
    tags = {"WindowCenter": None, "WindowWidth": None, "VOILUTSequence": [voi_lut("S", 6.0)]}
    view = reading(film_file(**tags)).view
    assert view.presentation.voi_lut == 0
    before = pixels_of(view).astype(int)
    drag(view, (300, 300), (3, 3), steps=3)
    assert view.presentation.voi_lut is None
    after = pixels_of(view).astype(int)
    assert abs(after.mean() - before.mean()) < 6
    assert np.abs(after - before).max() < 40


def test_a_click_changes_and_tells_nothing(reading, film_file, qtbot):
    pane = reading(film_file())
    before = pane.view.presentation
    with qtbot.assertNotEmitted(pane.acted):
        QTest.mouseClick(pane.view, Qt.MouseButton.LeftButton, pos=QPoint(300, 300))
        drag(pane.view, (300, 300), (0, 0), steps=1, button=Qt.MouseButton.BackButton)
    assert pane.view.presentation == before


def test_a_drag_is_one_event_with_its_start_and_its_end(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    drag(pane.view, (300, 300), (100, 50), steps=40)
    [(kind, facts)] = told
    assert (kind, facts["how"], facts["film"]) == ("window", "drag", 1)
    assert facts["from"] == ["2000", "1000"]
    assert float(facts["to"][1]) == pytest.approx(pane.view.linear_window().width, abs=1)


def test_the_middle_button_pans_whatever_the_tool(reading, film_file):
    view = reading(film_file()).view
    view.one_to_one()
    before = view.transform
    drag(view, (300, 300), (37, -21), button=MIDDLE)
    # the few pixels that wake the drag are not part of it
    assert (view.transform.left - before.left, view.transform.top - before.top) == (37, -21)
    assert view.transform.zoom == 1


def test_the_film_cannot_be_lost_by_panning(reading, film_file):
    view = reading(film_file()).view
    for by in ((5000, 0), (-9000, 4000), (0, -9000)):
        drag(view, (300, 300), by, button=MIDDLE)
        assert pixels_of(view).any()


@pytest.mark.parametrize("notches", [3, -2])
def test_the_wheel_zooms_at_the_cursor(reading, film_file, notches):
    view = reading(film_file(ramp(400, 400))).view
    at = (int(view.transform.left) + 150, int(view.transform.top) + 80)
    before, zoom = view.transform.to_film(*at), view.transform.zoom
    turn_wheel(view, at, notches)
    assert view.transform.zoom == pytest.approx(zoom * 1.2**notches)
    assert view.transform.to_film(*at) == pytest.approx(before, abs=1 / view.transform.zoom)


def test_the_right_button_zooms_about_the_press(reading, film_file):
    view = reading(film_file(ramp(400, 400))).view
    at = (int(view.transform.left) + 150, int(view.transform.top) + 80)
    before, zoom = view.transform.to_film(*at), view.transform.zoom
    drag(view, at, (0, -100), button=RIGHT)
    assert view.transform.zoom > 1.4 * zoom
    assert view.transform.to_film(*at) == pytest.approx(before, abs=1 / view.transform.zoom)
    drag(view, at, (0, 3000), button=RIGHT)
    assert view.transform.zoom >= 0.2 * zoom


def test_a_turn_of_the_wheel_is_one_event(reading, film_file, qtbot):
    pane = reading(film_file())
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    for _ in range(5):
        turn_wheel(pane.view, (300, 300), 1)
    qtbot.waitUntil(lambda: bool(told))
    [(kind, facts)] = told
    assert kind == "zoom"
    assert facts["to"] == pytest.approx(facts["from"] * 1.2**5, rel=0.01)


def test_fitted_stays_fitted_and_a_zoomed_film_keeps_its_middle(reading, film_file, qtbot):
    pane = reading(film_file(ramp(400, 300)))
    view = pane.view
    pane.resize(800, 500)
    assert view.transform.zoom == pytest.approx(min(view.width() / 300, view.height() / 400))
    view.one_to_one()
    middle = view.transform.to_film(view.width() / 2, view.height() / 2)
    pane.resize(900, 650)
    assert view.transform.to_film(view.width() / 2, view.height() / 2) == pytest.approx(middle, abs=1)


def test_the_pixel_under_the_cursor_is_the_files_own(reading, film_file, qtbot):
    instance = film_file(RescaleSlope=2, RescaleIntercept=-1000, RescaleType="US")
    view = reading(instance).view
    view.one_to_one()
    stored = pydicom.dcmread(instance.path).pixel_array
    with qtbot.waitSignal(view.hovered) as signal:
        hover(view, view.transform.left + 31.6, view.transform.top + 57.2)
    assert signal.args == [(57, 31)]
    from workstation.ui.viewer.facts import value_line

    value = int(stored[57, 31])
    assert value_line(view.film, 57, 31) == f"x 31  y 57   stored {value}   value {2 * value - 1000}"
    with qtbot.waitSignal(view.hovered) as signal:
        hover(view, 1, 1)
    assert signal.args == [None]


def test_a_double_click_asks_for_the_whole_area(reading, film_file, qtbot):
    pane = reading(film_file())
    with qtbot.waitSignal(pane.full_requested):
        QTest.mouseDClick(pane.view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))


def test_words_in_the_corners_change_the_corners_and_nothing_else(reading, film_file):
    pane = reading(film_file(ramp(700, 900)))
    bare = pixels_of(pane.view)
    pane.apply_settings(Settings({"corner_text": "full"}))
    changed = (pixels_of(pane.view) != bare).any(axis=2)
    height, width = changed.shape
    assert changed[:80, : width // 3].any()
    assert changed[-80:, : width // 3].any()
    assert not changed[100 : height // 2 - 20].any()


@pytest.mark.parametrize("way", ["opened", "zoomed"])
def test_a_film_at_rest_is_sampled_as_finely_as_the_renderer_does(reading, film_file, qtbot, way):
    noise = np.random.default_rng(4).integers(0, 4096, (2000, 1500), dtype=np.uint16)
    view = reading(film_file(noise)).view
    if way == "zoomed":
        turn_wheel(view, (300, 300), 2)
    view.repaint()  # the quick picture, from which the rest is counted
    qtbot.waitUntil(lambda: view.picture.settled)
    size = round(2000 * view.transform.zoom)
    expected = render(view.film, view.presentation, size)
    left, top = int(view.transform.left), int(view.transform.top)
    part = expected[max(0, -top) : view.height() - top, max(0, -left) : view.width() - left]
    shown = pixels_of(view)[max(0, top) :, max(0, left) :][: part.shape[0], : part.shape[1]]
    assert shown.shape[:2] == part.shape
    assert np.abs(shown.astype(int) - part[:, :, None]).max() <= 1
