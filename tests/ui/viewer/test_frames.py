"""Frames are read in a thread, one at a time, within a budget; a frame that is damaged costs itself alone."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate, get_frame
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.synthetic import dicom_file
from workstation.dicom.source import Source
from workstation.imaging.film import describe, load
from workstation.ui.viewer.frames import FrameLoader
from workstation.ui.viewer.kits.planes import Planes

ROWS, COLUMNS, FRAMES = 300, 280, 40


@pytest.fixture
def many(tmp_path):
    """A film of forty frames, each of a value of its own."""
    stack = np.stack([np.full((ROWS, COLUMNS), 50 * (n + 1), np.uint16) for n in range(FRAMES)])
    path = dicom_file(tmp_path / "many.dcm", stack[0], BitsStored=12, HighBit=11)
    dataset = pydicom.dcmread(path)
    dataset.NumberOfFrames, dataset.PixelData = FRAMES, stack.tobytes()
    dataset.save_as(path)
    return describe(path)


@pytest.fixture
def loader(qtbot):
    made = FrameLoader(3_000_000)
    yield made
    made.close()


def test_stepping_through_all_frames_stays_within_the_budget(loader, many, qtbot):
    seen = []
    loader.loaded.connect(lambda prepared: seen.append(prepared.film.frame))
    for frame in range(FRAMES):
        loader.want(many, frame, 1)
        qtbot.waitUntil(lambda n=frame: loader.ready(many, n) is not None, timeout=5000)
        assert int(loader.ready(many, frame).film.indices[0, 0]) == 50 * (frame + 1)
        with loader._turn:
            held = sum(one.bytes for one in loader._cache.values())
        assert held <= loader.budget_bytes
    assert set(seen) == set(range(FRAMES))


def test_the_next_frames_are_there_before_they_are_asked_for(loader, many, qtbot):
    loader.want(many, 10, 1)
    qtbot.waitUntil(lambda: loader.ready(many, 12) is not None, timeout=5000)
    assert loader.ready(many, 9) is None


def test_a_later_wish_replaces_an_earlier_one(loader, many, qtbot):
    for frame in range(0, FRAMES, 2):
        loader.want(many, frame, 1)
    qtbot.waitUntil(lambda: loader.ready(many, 39) is not None, timeout=5000)
    assert len(loader._cache) <= 3 + 4


def test_one_frame_costs_the_reading_of_one_frame(many, monkeypatch):
    """An uncompressed frame is read from its own place, a compressed one from its own fragment."""
    asked = []
    plain = Source.pixel_bytes
    monkeypatch.setattr(Source, "pixel_bytes", lambda *args: asked.append(args[1:]) or plain(*args))
    assert int(load(many, 39).indices[0, 0]) == 2000 and asked == []


def test_a_damaged_frame_says_so_and_the_film_stays(reading, tmp_path, qtbot):
    path = dicom_file(tmp_path / "damaged.dcm", np.full((ROWS, COLUMNS), 700, np.uint16), compress=True)
    dataset = pydicom.dcmread(path)
    good = get_frame(dataset.PixelData, 0, number_of_frames=1)
    dataset.NumberOfFrames, dataset.PixelData = 2, encapsulate([good, b"\xff\x00" * 200])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    pane = reading(describe(path))
    QTest.keyClick(pane.view, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: "cannot be shown" in pane.view.legend.notice, timeout=20_000)
    assert pane.view.film.frame == 0 and pane.view.film.stored_value(0, 0) == 700
    QTest.keyClick(pane.view, Qt.Key.Key_Period)  # it may be tried again
    qtbot.waitUntil(lambda: not pane.kit(Planes)._wanted, timeout=20_000)
