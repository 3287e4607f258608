"""What lies over a film turns with it: the map of what changes a score, and the edges that a model did not see."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import pixels_of

FLAT = np.full((300, 300), 2000, np.uint16)
R, L, H, V = (Qt.Key[f"Key_{name}"] for name in "RLHV")
# Keys, and the quarter of the film in which the stored film's upper left quarter is then seen.
QUARTERS = [((), (0, 0)), ((R,), (0, 1)), ((L,), (1, 0)), ((R, R), (1, 1)), ((H,), (0, 1)), ((V,), (1, 0))]
QUARTERS += [((R, H), (0, 0)), ((L, H), (1, 1))]


def quarters(view, before: np.ndarray) -> np.ndarray:
    """How much of each quarter of the film has changed; the middle, where the turned film's words are not."""
    changed = (pixels_of(view) != before).any(axis=2)
    side, left, top = round(300 * view.transform.zoom), int(view.transform.left), int(view.transform.top)
    film = changed[top : top + side, left : left + side]
    half = side // 2
    return np.array([[film[r : r + half, c : c + half].mean() for c in (0, half)] for r in (0, half)])


@pytest.mark.parametrize(("keys", "quarter"), QUARTERS)
def test_the_map_turns_with_the_film(reading, film_file, keys, quarter):
    pane = reading(film := film_file(FLAT))
    for key in keys:
        QTest.keyClick(pane.view, key)
    before = pixels_of(pane.view)
    grid = np.zeros((4, 4), np.float32)
    grid[:2, :2] = 2.0
    pane.layers.show_heat(film.sop_instance_uid, grid, (0.0, 0.0, 300.0, 300.0), ())
    share = quarters(pane.view, before)
    assert np.unravel_index(share.argmax(), (2, 2)) == quarter
    assert share[quarter] > 0.8 and np.sort(share.ravel())[-2] < 0.35  # the tint fades into its neighbours


def test_a_map_that_is_shown_already_turns_too(reading, film_file):
    pane = reading(film := film_file(FLAT))
    grid = np.zeros((4, 4), np.float32)
    grid[0, 0] = 2.0
    pane.layers.show_heat(film.sop_instance_uid, grid, (0.0, 0.0, 300.0, 300.0), ())
    QTest.keyClick(pane.view, R)
    turned = pixels_of(pane.view)
    pane.layers.end_evidence()
    assert np.unravel_index(quarters(pane.view, turned).argmax(), (2, 2)) == (0, 1)


@pytest.mark.parametrize(
    ("keys", "beyond"),
    [((), (0.19, 0.5)), ((R,), (0.5, 0.81)), ((L,), (0.5, 0.19)), ((V,), (0.81, 0.5)), ((R, H), (0.5, 0.19))],
)
def test_the_edge_that_a_model_did_not_see_turns_with_the_film(reading, film_file, keys, beyond):
    """Its upper fifth was cut off: shaded just beyond the line, wherever that is now, and nowhere opposite."""
    pane = reading(film := film_file(FLAT))
    for key in keys:
        QTest.keyClick(pane.view, key)
    before = pixels_of(pane.view)
    pane.mark_seen(film.sop_instance_uid, (60.0, 0.0, 300.0, 300.0))
    changed = (pixels_of(pane.view) != before).any(axis=2)
    side, left, top = round(300 * pane.view.transform.zoom), int(pane.view.transform.left), int(pane.view.transform.top)
    assert changed[top + round(beyond[0] * side), left + round(beyond[1] * side)]
    assert not changed[top + round((1 - beyond[0]) * side), left + round((1 - beyond[1]) * side)]
