"""A turn of a large film, a step of the magnifier, a step of panning enlarged: from the hand to the painted view.

The peer of the turn is pyqtgraph's: the turned array given to ``ImageItem.setImage`` and its view repainted; the
others have none. All take turns; of each, the calmest round's median counts.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from tests.benchmarks.drag import COLUMNS, HEIGHT, ROWS, WIDTH, _film

NAME = "moving"
ROUNDS, FRAMES = 5, 24
MOST_TURN_MS, MOST_STEP_MS = 50.0, 16.0

Frame = Callable[[int], None]


def run() -> list[dict[str, Any]]:
    """Median milliseconds of each, in this process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    pixels = _film()
    view, (window, peer) = _view(pixels), _peer(pixels)
    application.processEvents()
    frames = [lambda _n: _turned(view), peer, lambda n: _magnified(view, n), lambda n: _panned(view, n)]
    turn, other, lens, pan = (min(medians) for medians in _taking_turns(frames))
    for widget in (view, window):
        widget.close()
        widget.deleteLater()
    note = f"{COLUMNS} x {ROWS} x 16 bit in {WIDTH} x {HEIGHT}"
    return [
        _record("turn by 90 degrees", turn, note, MOST_TURN_MS)
        | {"peer": other, "ratio": turn / other, "peer_name": "pyqtgraph setImage(rot90)"},
        _record("magnifier, one step", lens, note, MOST_STEP_MS),
        _record("pan at 270 %, Lanczos", pan, note, MOST_STEP_MS),
    ]


def _record(name: str, ours: float, note: str, most: float) -> dict[str, Any]:
    return {"name": name, "ours": ours, "peer": None, "ratio": None, "unit": "ms", "note": note, "bound_ours": most}


def _view(pixels: Any) -> Any:
    from workstation.dicom.records import Instance
    from workstation.imaging.film import film_of
    from workstation.ui.viewer.film_view import FilmView

    instance = Instance("", "dicom", "1", "", "", "1", "1", patient_orientation=("L", "F"), rows=ROWS, columns=COLUMNS)
    view = FilmView()
    view.resize(WIDTH, HEIGHT)
    view.show()
    view.show_film(film_of(instance, pixels))
    return view


def _turned(view: Any) -> None:
    if view.lens.on or not view._place.fits:
        view.show_lens(False)
        view.set_interpolation("linear")
        view.fit()
    view.turn_by(1)
    view.repaint()


def _magnified(view: Any, n: int) -> None:
    from PySide6.QtCore import QPointF

    if not view.lens.on:
        view.show_lens(True)
    view._move_lens(QPointF(400 + 3 * n, 500))
    view.repaint(view.lens.area())


def _panned(view: Any, n: int) -> None:
    if view.transform.zoom != 2.7:
        view.show_lens(False)
        view.set_interpolation("Lanczos")
        view._place.size(2.7)
    view.place(view.transform.panned(3 if n % 8 < 4 else -3, 1))
    view.repaint()


def _peer(pixels: Any) -> tuple[Any, Frame]:
    import numpy as np
    import pyqtgraph

    window = pyqtgraph.GraphicsLayoutWidget()
    window.resize(WIDTH, HEIGHT)
    item = pyqtgraph.ImageItem(pixels, axisOrder="row-major")
    window.addViewBox(lockAspect=True).addItem(item)
    window.show()

    def frame(n: int) -> None:
        item.setImage(np.rot90(pixels, n % 4), levels=(1000, 60000))
        window.viewport().repaint()

    return window, frame


def _taking_turns(frames: list[Frame]) -> list[list[float]]:
    """Median milliseconds of each contestant's rounds; the first two frames of a round only warm it up."""
    medians: list[list[float]] = [[] for _ in frames]
    for _ in range(ROUNDS):
        for frame, own in zip(frames, medians, strict=True):
            times = []
            for n in range(FRAMES):
                start = time.perf_counter()
                frame(n)
                times.append((time.perf_counter() - start) * 1000)
            own.append(statistics.median(times[2:]))
    return medians


if __name__ == "__main__":
    for each in run():
        print(each)
