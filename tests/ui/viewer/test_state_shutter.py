"""A presentation state's shutter hides what it says, once the reader applies the state, and opens by its key."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.viewer.hands import pixels_of
from tests.unit.dicom.test_presentation_state import read
from workstation.ui.viewer.kits.foreign import ForeignKit
from workstation.workflow.companions import Shown

SHUT = {
    "ShutterShape": "RECTANGULAR",
    "ShutterUpperHorizontalEdge": 41,
    "ShutterLeftVerticalEdge": 31,
    "ShutterLowerHorizontalEdge": 160,
    "ShutterRightVerticalEdge": 130,
}


@pytest.fixture
def with_state(reading, film_file, tmp_path, qtbot):
    """An even film in the pane, and a state about it that brings a shutter."""
    state = read(tmp_path, **SHUT)
    film = film_file(
        np.full((200, 160), 2000, np.uint16),
        SOPInstanceUID="2.25.7",
        StudyInstanceUID="2.25.9",
        BitsStored=12,
        HighBit=11,
        WindowCenter=2048,
        WindowWidth=4096,
    )
    pane = reading(film)
    kit = pane.kit(ForeignKit)
    kit.read = lambda _study: Shown((state,))
    kit.refresh(["2.25.9"])
    qtbot.waitUntil(kit.made["exchange.apply_state"].isEnabled, timeout=10_000)
    return pane


def light_at(pane, row: float, column: float) -> int:
    x, y = pane.view.on_screen.to_screen(row, column)
    return int(pixels_of(pane.view)[int(y), int(x)].max())


def test_the_shutter_closes_with_the_state_and_opens_by_its_key(with_state):
    pane = with_state
    assert light_at(pane, 20, 80) > 100
    pane.kit(ForeignKit).made["exchange.apply_state"].trigger()
    assert light_at(pane, 20, 80) == light_at(pane, 100, 20) == 0 and light_at(pane, 100, 80) > 100
    QTest.keyClick(pane.view, Qt.Key.Key_O, Qt.KeyboardModifier.ShiftModifier)
    assert light_at(pane, 20, 80) > 100
    assert "Shutter open" in pane.view.legend.added["laid"].text


def test_the_next_study_has_no_shutter_of_the_last(with_state, reading, film_file):
    with_state.kit(ForeignKit).made["exchange.apply_state"].trigger()
    other = np.full((200, 160), 2000, np.uint16)
    pane = reading(film_file(other, BitsStored=12, HighBit=11, WindowCenter=2048, WindowWidth=4096))
    assert light_at(pane, 20, 80) > 100


def test_a_shutter_made_of_bits_is_told(tmp_path):
    state = read(tmp_path, ShutterShape="BITMAP", ShutterOverlayGroup=0x6000)
    assert state.shutter is None and any("bitmap" in warning for warning in state.warnings)
