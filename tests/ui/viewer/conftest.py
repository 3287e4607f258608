"""Films to show: synthetic instances, and a shown pane to show them in."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.synthetic import dicom_file
from tests.ui.viewer.hands import ramp
from workstation.imaging.film import describe
from workstation.settings import Settings
from workstation.ui import style
from workstation.ui.viewer.film_pane import FilmPane


@pytest.fixture
def film_file(tmp_path):
    """Make an `Instance`; keywords go into the header."""
    made = iter(range(1000))

    def make(pixels: np.ndarray | None = None, **tags):
        tags.setdefault("PatientName", f"Canary^Film{(n := next(made))}")
        tags.setdefault("SOPInstanceUID", f"2.25.77{n}")
        return describe(dicom_file(tmp_path / f"film{n}.dcm", ramp() if pixels is None else pixels, **tags))

    return make


@pytest.fixture
def pane(qtbot):
    """A shown, styled pane with room for two films."""
    style.apply(QApplication.instance())
    pane = FilmPane(Settings({"corner_text": "none"}))
    qtbot.addWidget(pane)
    pane.resize(1000, 700)
    with qtbot.waitExposed(pane):
        pane.show()
    yield pane
    pane.shut_down()


@pytest.fixture
def reading(pane, qtbot):
    """Show films in the pane and wait until all are there; the first has the focus."""

    def show(*films):
        pane.show_study(films)
        qtbot.waitUntil(lambda: all(slot.prepared for slot in pane.stage.slots[: len(films)]), timeout=10_000)
        pane.activateWindow()
        pane.view.setFocus()
        qtbot.waitUntil(pane.view.hasFocus)
        return pane

    return show
