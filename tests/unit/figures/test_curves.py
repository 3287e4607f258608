"""Losses become a picture that can be opened, with long runs smoothed."""

import numpy as np
import pytest

from workstation.figures import curves


def _read(path):
    cv2 = pytest.importorskip("cv2")
    return cv2.imread(str(path), cv2.IMREAD_COLOR)


def test_a_curve_is_drawn_and_more_points_change_it(tmp_path):
    curves.draw({"training": [(1, 2.0), (2, 1.0)], "validation": [(2, 1.5)]}, "encoder", tmp_path / "a.png")
    curves.draw({"training": [(n, 1 / n) for n in range(1, 200)], "validation": []}, "encoder", tmp_path / "b.png")
    one, two = _read(tmp_path / "a.png"), _read(tmp_path / "b.png")
    assert one.shape == two.shape and one.min() < 120 and np.abs(one.astype(int) - two).max() > 100


def test_a_run_of_no_steps_is_drawn_empty(tmp_path):
    curves.draw({"training": []}, "nothing", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_smoothing_follows_slowly_and_begins_at_the_first_value():
    assert curves.smoothed([3.0, 3.0, 3.0]) == pytest.approx([3.0, 3.0, 3.0])
    assert curves.smoothed([0.0, 1.0]) == pytest.approx([0.0, 0.1])
