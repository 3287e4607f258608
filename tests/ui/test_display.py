"""The display check by real keys: its patterns, a curve that films are then shown through, a pixel's size, a check."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.synthetic import dicom_file
from tests.ui.viewer.hands import pixels_of, ramp
from workstation.imaging.film import describe
from workstation.imaging.gsdf import gamma_curve
from workstation.imaging.patterns import PATTERNS
from workstation.imaging.window import display_table, render
from workstation.settings import Settings
from workstation.ui import style
from workstation.ui.display.book import DisplayBook
from workstation.ui.display.desk import DisplayDesk
from workstation.ui.display.panel import FILE, GAMMA, NONE, OWN
from workstation.ui.statusline import StatusLine
from workstation.ui.viewer import monitor
from workstation.ui.viewer.film_pane import FilmPane
from workstation.ui.viewer.kits.display import Display, ScreenWatch

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def checking(qtbot, qapp, home, tmp_path):
    """A film in its pane, and the display check beside it."""
    style.apply(qapp)
    pane, status = FilmPane(Settings({"corner_text": "none"})), StatusLine()
    for widget in (pane, status):
        qtbot.addWidget(widget)
    pane.resize(700, 700)
    with qtbot.waitExposed(pane):
        pane.show()
    pane.show_study([describe(dicom_file(tmp_path / "film.dcm", ramp(400, 400), BitsStored=12, HighBit=11))])
    qtbot.waitUntil(lambda: pane.view.film is not None, timeout=10_000)
    desk = DisplayDesk(pane, pane, status, home)
    desk.today = lambda: "2026-11-24"
    desk.show()
    qtbot.waitUntil(desk.window.isVisible)
    yield pane, desk, status
    desk.window.close()
    pane.shut_down()
    monitor.keep_in(None)


def test_the_key_opens_it_over_the_work(open_window, two_chests, qtbot):
    place = open_window(two_chests)
    qtbot.waitUntil(place.window.isActiveWindow)
    QTest.keyClick(place.window, Qt.Key.Key_Q, CTRL_SHIFT)
    desk = place.furniture.display
    qtbot.waitUntil(lambda: desk.window is not None and desk.window.isVisible(), timeout=20_000)
    click(desk.window.panel.check)
    assert "Last checked" in desk.window.panel.last.text()
    qtbot.waitUntil(desk.window.isActiveWindow)
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not desk.window.isVisible())
    monitor.keep_in(None)


def click(button) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(panel, kind: str) -> None:
    """By the keyboard, as one chooses from a list."""
    panel.kind.setFocus()
    QTest.keyClick(panel.kind, Qt.Key.Key_Home)
    for _ in range((NONE, GAMMA, OWN, FILE).index(kind)):
        QTest.keyClick(panel.kind, Qt.Key.Key_Down)
    assert panel.kind.currentText() == kind


def enter(field, value: float) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, f"{value}")
    QTest.keyClick(field, Qt.Key.Key_Tab)


def test_each_pattern_is_shown_by_the_arrow_keys(checking):
    _, desk, _ = checking
    window, seen = desk.window, []
    for pattern in PATTERNS:
        assert window.view.pattern is pattern and window.panel.look_for.text() == pattern.look_for
        seen.append(pixels_of(window.view)[:, :, 0])
        QTest.keyClick(window.panel.patterns, Qt.Key.Key_Down)
    assert all((one != other).any() for n, one in enumerate(seen) for other in seen[:n])
    assert np.unique(seen[0]).size >= 3 * 18 - 4
    assert np.array_equal(np.unique(seen[2])[[0, -1]], [0, 255])


def test_a_film_goes_through_the_curve_and_says_so(checking):
    pane, desk, status = checking
    view, panel = pane.view, desk.window.panel
    plain = render(view.film, view.presentation)
    assert view.legend.display == "Display not calibrated"
    choose(panel, GAMMA)
    enter(panel.black, 0.4)
    enter(panel.white, 280)
    enter(panel.room, 0.6)
    assert view.legend.display == "Display not calibrated"  # tried, not yet used
    click(panel.keep)
    curve = gamma_curve(0.4, 280, 0.6)
    wanted = display_table(view.film, view.presentation, curve.levels)[view.film.indices]
    assert np.array_equal(seen_at_1_to_1(view), wanted[150:250, 150:250])
    assert (wanted != plain).any()
    assert view.legend.display == "GSDF assumed: gamma 2.2, not measured"
    assert status.fact("display") == view.legend.display
    assert np.array_equal(render(view.film, view.presentation), plain)  # what models and exports get


def seen_at_1_to_1(view) -> np.ndarray:
    """Rows and columns 150 to 250 of the film, as they are on the screen."""
    view.one_to_one()
    x, y = (round(each) for each in view.on_screen.to_screen(150, 150))
    return pixels_of(view)[y : y + 100, x : x + 100, 0]


def test_the_curve_is_there_again_and_can_be_taken_back(checking, home):
    pane, desk, status = checking
    panel = desk.window.panel
    choose(panel, OWN)
    click(panel.keep)
    key = monitor.key_of(desk.window.screen())
    assert "monitor itself" in DisplayBook(home.root / "displays.json").state(key)
    assert pane.view.picture.levels is None  # the monitor does it: values go as they are
    choose(panel, NONE)
    click(panel.keep)
    assert DisplayBook(home.root / "displays.json").curve(key) is None
    assert status.fact("display") == "display not calibrated"


def test_a_measured_file_is_loaded_and_named_with_its_day(checking, tmp_path):
    pane, desk, _ = checking
    lines = [f"{level} {0.3 + 300 * (level / 255) ** 2.4:.4f}" for level in range(256)]
    (tmp_path / "Room 4.lut").write_text("\n".join(["max 255", "amb 0.5", *lines]))
    desk.load(tmp_path / "Room 4.lut")
    panel = desk.window.panel
    assert panel.kind.currentText() == FILE and "ratio 376" in panel.facts.text()
    click(panel.keep)
    assert pane.view.legend.display == "GSDF: Room 4, measured 2026-11-24"


def test_a_file_that_is_no_curve_is_refused_in_its_place(checking, tmp_path):
    _, desk, _ = checking
    (tmp_path / "bad.csv").write_text("no numbers here")
    desk.load(tmp_path / "bad.csv")
    assert "fewer than two" in desk.window.panel.told.text()


def test_a_dim_monitor_is_called_too_dim(checking):
    _, desk, _ = checking
    panel = desk.window.panel
    choose(panel, GAMMA)
    enter(panel.black, 2)
    enter(panel.white, 120)
    assert "at least 250" in panel.facts.text()
    enter(panel.white, 10)
    enter(panel.black, 15)
    assert not panel.keep.isEnabled()


def test_the_bar_is_measured_and_kept(checking, home):
    _, desk, _ = checking
    window = desk.window
    window.resize(1000, 640)
    window.panel.patterns.setCurrentRow(len(PATTERNS) - 1)
    bar = np.flatnonzero((pixels_of(window.view)[:, :, 0] == 255).any(axis=0))
    assert bar.size == bar[-1] - bar[0] + 1 == window.view.bar_pixels()
    assert f"is {bar.size} pixels long" in window.panel.bar.text()
    enter(window.panel.length, round(bar.size * 0.21, 1))
    click(window.panel.save_length)
    assert monitor.mm_per_pixel(window.screen()) == pytest.approx(0.21, abs=1e-4)
    assert "measured" in window.panel.bar.text()
    monitor.keep_in(home.root / "monitors.ini")
    assert monitor.mm_per_pixel(window.screen()) == pytest.approx(0.21, abs=1e-4)


def test_a_check_keeps_its_day(checking, home):
    _, desk, _ = checking
    assert desk.window.panel.last.text() == "Never checked."
    click(desk.window.panel.check)
    assert desk.window.panel.last.text() == "Last checked 2026-11-24."
    assert DisplayBook(home.root / "displays.json").checked(monitor.key_of(desk.window.screen())) == "2026-11-24"


def test_escape_closes_and_f11_gives_the_pattern_everything(checking, qtbot):
    _, desk, _ = checking
    QTest.keyClick(desk.window, Qt.Key.Key_F11)
    assert desk.window.isFullScreen() and not desk.window.panel.isVisible()
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    assert desk.window.panel.isVisible() and desk.window.isVisible()
    QTest.keyClick(desk.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not desk.window.isVisible())


@pytest.mark.parametrize("damage", ["{", "[1, 2]", '{"a": 3}', '{"a": {"curve": {"luminances": "x"}}}'])
def test_a_damaged_book_is_an_empty_one(tmp_path, damage):
    (tmp_path / "displays.json").write_text(damage)
    book = DisplayBook(tmp_path / "displays.json")
    assert book.curve("a") is None and book.state("a") == "Display not calibrated"


def test_a_curve_that_cannot_be_is_not_used(tmp_path):
    kept = {"name": "x", "luminances": [5.0] * 256, "ambient": 0, "kind": "measured", "made": ""}
    (tmp_path / "displays.json").write_text(json.dumps({"a": {"curve": kept}}))
    assert DisplayBook(tmp_path / "displays.json").curve("a") is None


def test_the_kit_is_in_the_pane(checking):
    pane, desk, _ = checking
    assert pane.kit(Display).book is desk.book


def test_a_film_on_another_monitor_gets_that_ones_curve(checking, monkeypatch, qtbot):
    """Each monitor has an entry of its own; the film notices when it is painted elsewhere."""
    pane, desk, _ = checking
    desk.book.set_curve("the other", gamma_curve(0.5, 300))
    assert pane.view.picture.levels is None
    monkeypatch.setattr(monitor, "key_of", lambda _screen: "the other")
    watch = next(laid for laid in pane.view.overlays if isinstance(laid, ScreenWatch))
    watch._screen = None  # as it is after a move
    pane.view.repaint()
    qtbot.waitUntil(lambda: pane.view.picture.levels is not None)
    assert pane.view.legend.display == "GSDF assumed: gamma 2.2, not measured"


def test_colour_is_left_as_it_is_and_says_so(checking, qtbot, shared):
    pane, desk, _ = checking
    desk.book.set_curve(monitor.key_of(pane.screen()), gamma_curve(0.5, 300))
    pane.show_study([describe(shared / "dicom" / "cornerstone" / "no-pixel-spacing.dcm")])
    qtbot.waitUntil(lambda: pane.view.film is not None and pane.view.film.colour is not None, timeout=10_000)
    assert "not through a display curve" in pane.view.legend.display
