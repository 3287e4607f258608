"""Pictures leave by key: what is on them, what is said before, and that they are the film that was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.ui.viewer.conftest import film_file, pane, reading  # noqa: F401
from tests.ui.viewer.hands import ramp
from workstation.imaging.window import render
from workstation.ui.viewer.kits.exchange import ExchangeKit
from workstation.ui.viewer.outgoing.panel import Panel

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def outgoing(qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Press Ctrl+Shift+S, tick boxes by their keys, choose a file; answers the file when it is there."""

    def save(where: Any, name: str, *toggled: str) -> Path:
        target = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "PNG (*.png)"))
        panel = asked(where)
        qtbot.waitUntil(panel.isActiveWindow)
        for each in toggled:
            panel.boxes[each].setFocus()
            QTest.keyClick(panel.boxes[each], Qt.Key.Key_Space)
        with qtbot.waitSignal(where.kit(ExchangeKit).voice.left) as left:
            QTest.keyClick(panel, Qt.Key.Key_Return)
        assert left.args[1]["sha256"]
        return target

    return save


def asked(where: Any) -> Panel:
    QTest.keyClick(where.view, Qt.Key.Key_S, CONTROL | SHIFT)
    panel = where.kit(ExchangeKit).panel
    assert panel is not None and panel.isVisible()
    return panel


@pytest.mark.parametrize("ending", ["png", "tif", "jpg"])
def test_ctrl_shift_s_saves_the_film_as_it_is_windowed(reading, film_file, outgoing, ending) -> None:  # noqa: F811
    where = reading(film_file(ramp(300, 200), WindowCenter=2000, WindowWidth=3000))
    QTest.keyClick(where.view, Qt.Key.Key_I)
    saved = np.asarray(Image.open(outgoing(where, f"film.{ending}")))
    expected = render(where.view.film, where.view.presentation)
    assert saved.shape == expected.shape
    assert np.abs(saved.astype(int) - expected).max() <= (0 if ending != "jpg" else 12)
