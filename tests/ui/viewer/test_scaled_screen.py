"""On a screen of 200 % one film pixel is still one pixel of the screen, and the cursor still finds it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

SHOW = """
import sys
from PySide6.QtWidgets import QApplication
application = QApplication([])
from tests.ui.viewer.hands import hover, pixels_of, ramp
from workstation.imaging.film import describe, load
from workstation.imaging.window import render
from workstation.ui.viewer.film_view import FilmView
film = load(describe(sys.argv[1]))
view = FilmView()
view.resize(401, 301)
view.legend.state = "none"
view.show_film(film)
view.show()
application.processEvents()
fitted = view.transform
view.one_to_one()
shown, expected = pixels_of(view), render(film, view.presentation)
left, top = int(view.transform.left), int(view.transform.top)
part = shown[top : top + expected.shape[0], left : left + expected.shape[1]]
print(view.devicePixelRatioF(), shown.shape[:2], bool((part == expected[:, :, None]).all()))
scale = view.devicePixelRatioF()
hover(view, (left + 30.5) / scale, (top + 50.5) / scale)
print(view.legend.cursor, fitted.top)
"""


@pytest.mark.parametrize("scale", ["2", "1.25"])
def test_one_to_one_on_a_scaled_screen(film_file, scale):
    instance = film_file()
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", SHOW, instance.path]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    first, second = done.stdout.strip().splitlines()
    assert first.startswith(f"{float(scale)} ") and first.endswith(" True"), done.stdout + done.stderr
    assert second == "(50, 30) 0.0", done.stdout


TURN = """
import sys
import numpy as np
from PySide6.QtWidgets import QApplication
application = QApplication([])
from tests.ui.viewer.hands import hover, pixels_of
from workstation.imaging.film import describe, load
from workstation.imaging.window import render
from workstation.ui.viewer.film_view import FilmView
film = load(describe(sys.argv[1]))
view = FilmView()
view.resize(401, 301)
view.legend.state = "none"
view.show_film(film)
view.show()
application.processEvents()
view.one_to_one()
view.turn_by(1)
scale = view.devicePixelRatioF()
shown, expected = pixels_of(view), np.rot90(render(film, view.presentation), -1)
left, top = int(view.transform.left), int(view.transform.top)
below = max(0, round(140 * scale) - top)  # the words that say that it is turned
part = shown[top + below : top + expected.shape[0], left : left + expected.shape[1]]
print(bool(len(part) and (part == expected[below:, :, None]).all()))
x, y = left + 30.5, top + expected.shape[0] - 20.5
hover(view, x / scale, y / scale)
row, column = view.legend.cursor
print(bool(render(film, view.presentation)[row, column] == shown[int(y), int(x), 0]))
view.show_lens(True)
view.lens.factor = 4.0
hover(view, x / scale, y / scale)
print(bool(abs(int(pixels_of(view)[int(y), int(x), 0]) - int(shown[int(y), int(x), 0])) <= 24))
"""


@pytest.mark.parametrize("scale", ["1", "2", "1.25"])
def test_a_turned_film_its_probe_and_the_magnifier_on_a_scaled_screen(film_file, scale):
    instance = film_file()
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", TURN, instance.path]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True"] * 3, done.stdout + done.stderr
