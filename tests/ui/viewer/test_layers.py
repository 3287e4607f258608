"""What lies over a film: where it stands, that it follows the film, and that nothing of it stays."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from tests.ui.viewer.hands import drag, pixels_of
from workstation.ui import style

WORDS = ("What changes the score: pleural effusion", "It is not where the model looked.")
FLAT = np.full((200, 160), 2000, np.uint16)


@pytest.fixture
def shown(reading, film_file):
    """A film of 200 x 160 grey pixels in the pane, and its UID."""
    film = film_file(FLAT)
    pane = reading(film)
    return pane, film.sop_instance_uid


def corner_grid() -> np.ndarray:
    """Only the cell at the top left matters."""
    grid = np.zeros((4, 4), np.float32)
    grid[0, 0] = 2.0
    return grid


def changed(before: np.ndarray, after: np.ndarray) -> tuple[int, int, int, int]:
    """(top, left, bottom, right) of what differs."""
    rows, columns = np.where((before != after).any(axis=2))
    return rows.min(), columns.min(), rows.max(), columns.max()


def on_screen(view, row: float, column: float) -> tuple[int, int]:
    x, y = view.transform.to_screen(row, column)
    return round(y), round(x)


def test_the_strongest_cell_is_tinted_there_and_nowhere_else(shown):
    pane, uid = shown
    before = pixels_of(pane.view)
    assert pane.layers.show_heat(uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), ())
    top, left, bottom, right = changed(before, pixels_of(pane.view))
    assert (top, left) == pytest.approx(on_screen(pane.view, 0, 0), abs=3)
    end = on_screen(pane.view, 100, 80)  # the tint fades into the next cell
    assert bottom <= end[0] + 3 and right <= end[1] + 3


def test_it_follows_the_film(shown):
    pane, uid = shown
    pane.view.one_to_one()
    before = pixels_of(pane.view)
    pane.layers.show_heat(uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), ())
    first = changed(before, pixels_of(pane.view))
    pane.layers.end_evidence()
    drag(pane.view, (300, 300), (50, 30), Qt.MouseButton.MiddleButton)
    before = pixels_of(pane.view)
    pane.layers.show_heat(uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), ())
    moved = changed(before, pixels_of(pane.view))
    assert (moved[0] - first[0], moved[1] - first[1]) == pytest.approx((30, 50), abs=1)


def test_released_not_a_pixel_of_it_is_left(shown):
    pane, uid = shown
    before = pixels_of(pane.view)
    pane.layers.show_heat(uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), WORDS)
    assert pane.layers.shows_evidence and (pixels_of(pane.view) != before).any()
    pane.layers.end_evidence()
    assert not pane.layers.shows_evidence
    assert np.array_equal(pixels_of(pane.view), before)


def test_a_letterboxs_margin_beside_the_film_is_never_tinted(shown):
    pane, uid = shown
    before = pixels_of(pane.view)
    pane.layers.show_heat(uid, np.ones((4, 4), np.float32), (0.0, -20.0, 200.0, 180.0), ())
    _, left, _, right = changed(before, pixels_of(pane.view))
    assert left >= on_screen(pane.view, 0, 0)[1] - 1 and right <= on_screen(pane.view, 0, 160)[1] + 1


def test_a_map_without_a_lowering_cell_tints_nothing(shown):
    pane, uid = shown
    before = pixels_of(pane.view)
    pane.layers.show_heat(uid, -np.ones((4, 4), np.float32), (0.0, 0.0, 200.0, 160.0), ())
    assert np.array_equal(pixels_of(pane.view), before)


def test_only_the_film_it_was_made_of_shows_it(reading, film_file):
    one, other = film_file(FLAT), film_file(FLAT)
    pane = reading(one, other)
    views = [slot.view for slot in pane.stage.slots]
    before = [pixels_of(view) for view in views]
    pane.layers.show_heat(other.sop_instance_uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), WORDS)
    assert np.array_equal(pixels_of(views[0]), before[0]) and (pixels_of(views[1]) != before[1]).any()
    assert not pane.layers.show_heat("1.2.3", corner_grid(), (0.0, 0.0, 200.0, 160.0), WORDS)


def test_another_study_takes_it_away(shown, film_file, qtbot):
    pane, uid = shown
    pane.layers.show_heat(uid, corner_grid(), (0.0, 0.0, 200.0, 160.0), WORDS)
    pane.mark_seen(uid, (20.0, 0.0, 180.0, 160.0))
    following = film_file(FLAT)
    pane.show_study([following])
    qtbot.waitUntil(lambda: pane.stage.current.prepared is not None)
    assert not pane.layers.shows_evidence and not pane.layers.marks_seen


def test_the_edges_that_a_crop_cut_off_are_marked_and_a_key_takes_the_mark_away(shown, qtbot):
    pane, uid = shown
    before = pixels_of(pane.view)
    qtbot.keyClick(pane.view, Qt.Key.Key_M)
    qtbot.keyClick(pane.view, Qt.Key.Key_M)
    assert np.array_equal(pixels_of(pane.view), before), "nothing was cut off: nothing to mark"
    pane.mark_seen(uid, (20.0, 0.0, 180.0, 160.0))
    marked = pixels_of(pane.view)
    top, _, bottom, _ = changed(before, marked)
    assert top < on_screen(pane.view, 20, 0)[0] and bottom > on_screen(pane.view, 180, 0)[0]
    inside = slice(on_screen(pane.view, 25, 0)[0], on_screen(pane.view, 175, 0)[0])
    middle = on_screen(pane.view, 0, 80)[1]
    assert np.array_equal(marked[inside, middle], before[inside, middle]), "what it saw stays as it is"
    qtbot.keyClick(pane.view, Qt.Key.Key_M)
    assert np.array_equal(pixels_of(pane.view), before)


def test_a_mark_that_comes_before_its_film_waits_for_it(pane, film_file, qtbot):
    film = film_file(FLAT)
    pane.show_study([film])
    pane.mark_seen(film.sop_instance_uid, (20.0, 0.0, 180.0, 160.0))
    qtbot.waitUntil(lambda: pane.stage.current.prepared is not None, timeout=10_000)
    overlay = pane.layers.of(pane.stage.current)
    assert overlay is not None and overlay.seen == (20.0, 0.0, 180.0, 160.0)


def test_the_tint_leaves_the_film_readable(shown):
    """Bone under it stays brighter than air: at most half of the light is the tint's."""
    pane, uid = shown
    pane.layers.show_heat(uid, np.ones((4, 4), np.float32), (0.0, 0.0, 200.0, 160.0), ())
    row, column = on_screen(pane.view, 100, 80)
    shade = pixels_of(pane.view)[row, column].astype(int)
    accent = np.array([int(style.ACCENT[i : i + 2], 16) for i in (1, 3, 5)])
    assert np.abs(shade - accent).max() > 20
