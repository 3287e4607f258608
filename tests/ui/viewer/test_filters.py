"""Display filters by their keys: the picture, the name on it, the thread, and what they never touch."""

from __future__ import annotations

import time

import numpy as np
import pydicom
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from tests.synthetic import dicom_file
from tests.ui.viewer.hands import drag, pixels_of, ramp, small_chest
from workstation.imaging.enhance import enhance
from workstation.imaging.film import describe, pixel_sha256
from workstation.imaging.prepare import prepare
from workstation.imaging.window import display_table
from workstation.settings import Settings
from workstation.ui import style
from workstation.ui.viewer.kits.windowing import Windowing

SHIFT, PLAIN = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
KEYS = {
    "sharpen": (Qt.Key.Key_S, 1.0, "Sharpen"),
    "smooth": (Qt.Key.Key_N, 1.0, "Smooth"),
    "clahe": (Qt.Key.Key_C, 2.0, "CLAHE"),
    "multiscale": (Qt.Key.Key_E, 1.0, "Multiscale"),
}


def press(pane, key, modifiers=SHIFT):
    QTest.keyClick(pane.view, key, modifiers)


@pytest.fixture
def filtered(reading, film_file, qtbot):
    """Show a film, press a filter's key, wait until the filter is on the screen."""

    def show(name, *films):
        pane = reading(*(films or (film_file(small_chest(3)),)))
        press(pane, KEYS[name][0])
        qtbot.waitUntil(lambda: pane.view.picture.enhancement != "", timeout=10_000)
        return pane

    return show


def part(view, pixels) -> np.ndarray:
    """The light that ``pixels`` give in the middle of the view, at 1:1."""
    rows, columns = view.height(), view.width()
    row, column = (round(each) for each in view.on_screen.from_logical(columns // 2 - 80, rows // 2 - 80))
    return display_table(view.film, view.presentation)[pixels[row : row + 160, column : column + 160]]


def on_screen(view) -> np.ndarray:
    shown = pixels_of(view)[..., 0]
    rows, columns = shown.shape
    return shown[rows // 2 - 80 : rows // 2 + 80, columns // 2 - 80 : columns // 2 + 80]


@pytest.mark.parametrize("name", KEYS)
def test_a_filters_key_shows_the_filtered_film_with_its_name_and_logs_it(filtered, reading, film_file, name):
    pane = reading(film_file(small_chest(3)))
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    pane = filtered(name)
    view, (_, strength, label) = pane.view, KEYS[name]
    press(pane, Qt.Key.Key_Asterisk, PLAIN)
    assert np.array_equal(on_screen(view), part(view, enhance(view.film, name, strength)))
    assert view.picture.enhancement == f"{label} (display only)"
    assert ("filter", {"name": name, "on": True, "strength": strength, "film": 1}) in told
    press(pane, KEYS[name][0])
    assert view.picture.enhancement == ""
    assert np.array_equal(on_screen(view), part(view, view.film.indices))
    assert told[-1] == ("filter", {"name": name, "on": False, "film": 1})


def test_the_filter_is_named_in_amber_on_the_film_even_without_corner_text(filtered):
    pane = filtered("clahe")  # the pane of these tests shows no corner text
    assert pane.view.legend.state == "none"
    amber = tuple(int(style.AMBER[n : n + 2], 16) for n in (1, 3, 5))
    corner = pixels_of(pane.view)[-60:, :400]
    assert (np.abs(corner.astype(int) - amber).max(axis=2) < 40).sum() > 20
    press(pane, Qt.Key.Key_F)
    corner = pixels_of(pane.view)[-60:, :400]
    assert not (np.abs(corner.astype(int) - amber).max(axis=2) < 40).any()


def test_shift_f_takes_the_filter_off_and_brings_it_back_at_once(filtered):
    pane = filtered("multiscale")
    shown = on_screen(pane.view)
    press(pane, Qt.Key.Key_F)
    assert pane.view.picture.enhancement == "" and not np.array_equal(on_screen(pane.view), shown)
    press(pane, Qt.Key.Key_F)
    assert pane.view.picture.enhancement.startswith("Multiscale")  # kept: no thread, no wait
    assert np.array_equal(on_screen(pane.view), shown)


def test_esc_resets_to_the_film_as_it_is(filtered):
    pane = filtered("sharpen")
    press(pane, Qt.Key.Key_Escape, PLAIN)
    assert pane.view.picture.enhancement == "" and not pane.kit(Windowing).filtering.name


def test_each_film_keeps_its_own_filter(filtered, film_file):
    pane = filtered("clahe", film_file(small_chest(3)), film_file(small_chest(4)))
    first, second = pane.stage.slots[0].view, pane.stage.slots[1].view
    QTest.keyClick(first, Qt.Key.Key_Right)
    assert second.picture.enhancement == "" and first.picture.enhancement.startswith("CLAHE")
    assert not pane.kit(Windowing).made["film.filter_clahe"].isChecked()
    QTest.keyClick(second, Qt.Key.Key_Left)
    assert pane.kit(Windowing).made["film.filter_clahe"].isChecked()


def test_another_study_begins_without_a_filter(filtered, reading, film_file):
    filtered("clahe")
    pane = reading(film_file(small_chest(5)))
    assert pane.view.picture.enhancement == "" and not pane.kit(Windowing).filtering.name


def test_a_window_drag_goes_on_over_the_filter(filtered):
    pane = filtered("clahe")
    before = pane.view.presentation
    press(pane, Qt.Key.Key_Asterisk, PLAIN)
    drag(pane.view, (300, 300), (40, 20))
    view = pane.view
    assert view.presentation != before and view.picture.enhancement
    assert np.array_equal(on_screen(view), part(view, enhance(view.film, "clahe", 2.0)))


def test_neither_film_nor_model_nor_probe_sees_a_filter(filtered):
    pane = filtered("sharpen")
    film = pane.view.film
    digest, prepared = pixel_sha256(film), prepare(film, 224, "letterbox")
    press(pane, Qt.Key.Key_C)
    assert pixel_sha256(film) == digest
    assert np.array_equal(prepare(film, 224, "letterbox"), prepared)
    assert film.stored_value(200, 200) == int(small_chest(3)[200, 200])


def test_the_strength_is_a_setting_and_takes_effect_at_once(filtered, qtbot):
    pane = filtered("sharpen")
    view = pane.view
    weak = on_screen(view)
    pane.apply_settings(Settings({"corner_text": "none", "filter_sharpen": 4.0}))
    qtbot.waitUntil(lambda: view.picture.enhancement != "" and not np.array_equal(on_screen(view), weak))
    press(pane, Qt.Key.Key_Asterisk, PLAIN)
    assert np.array_equal(on_screen(view), part(view, enhance(view.film, "sharpen", 4.0)))


def test_colour_is_refused_in_words(reading, tmp_path):
    from PIL import Image

    path = tmp_path / "colour.png"
    Image.fromarray(np.dstack([ramp(bits=8)] * 2 + [255 - ramp(bits=8)]).astype(np.uint8)).save(path)
    pane = reading(describe(path))
    press(pane, KEYS["clahe"][0])
    assert "grey films only" in pane.view.legend.notice and not pane.kit(Windowing).filtering.name
    press(pane, Qt.Key.Key_L)
    assert "in colour" in pane.view.legend.notice


def test_other_settings_leave_the_filter_alone_and_the_log_quiet(filtered):
    pane, told = filtered("clahe"), []
    pane.acted.connect(lambda kind, facts: told.append(kind))
    shown = pane.view.picture.pixels
    pane.apply_settings(Settings({"corner_text": "none", "date_format": "DD.MM.YYYY"}))
    assert pane.view.picture.pixels is shown and told == []


def test_lines_and_tubes_sharpens_and_another_window_takes_both_away(reading, film_file, qtbot):
    pane = reading(film_file(small_chest(3)))
    press(pane, Qt.Key.Key_T)
    qtbot.waitUntil(lambda: pane.view.picture.enhancement == "Sharpen (display only)")
    assert pane.view.presentation.label == "Lines and tubes"
    press(pane, Qt.Key.Key_L)
    assert pane.view.presentation.label == "Lung" and pane.view.picture.enhancement == ""
    press(pane, Qt.Key.Key_S)  # what the reader chose stays, whatever window follows
    qtbot.waitUntil(lambda: pane.view.picture.enhancement != "")
    press(pane, Qt.Key.Key_T)
    press(pane, Qt.Key.Key_B)
    assert pane.view.picture.enhancement == "Sharpen (display only)"


def test_the_window_lives_while_a_large_film_is_filtered(reading, film_file, qtbot):
    large = np.tile(small_chest(3), (6, 6))
    pane = reading(film_file(large))
    beats = []
    timer = QTimer()
    timer.timeout.connect(lambda: beats.append(time.perf_counter()))
    timer.start(2)
    qtbot.wait(100)
    press(pane, KEYS["clahe"][0])
    assert pane.view.picture.enhancement == ""  # not named before it is there
    qtbot.waitUntil(lambda: pane.view.picture.enhancement != "", timeout=20_000)
    timer.stop()
    assert len(beats) > 20  # the event loop turned all the while
    assert pane.view.picture.pixels.shape == large.shape


def test_the_next_frame_comes_through_the_filter_that_is_on(filtered, tmp_path, qtbot):
    first, second = (small_chest(seed) for seed in (3, 4))
    path = dicom_file(tmp_path / "frames.dcm", first)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = 2, first.tobytes() + second.tobytes()
    dataset.save_as(path)
    pane = filtered("clahe", describe(path))
    press(pane, Qt.Key.Key_Period, PLAIN)
    qtbot.waitUntil(lambda: pane.view.film.frame == 1)
    qtbot.waitUntil(lambda: pane.view.picture.enhancement != "")
    assert np.array_equal(pane.view.film.indices, second)
    press(pane, Qt.Key.Key_Asterisk, PLAIN)
    assert np.array_equal(on_screen(pane.view), part(pane.view, enhance(pane.view.film, "clahe", 2.0)))
