"""A window drag on a large film: our frame beside pyqtgraph's for the same film and the same viewport.

A frame is everything between a mouse step and the painted backing store: the new window, its table, the look-up and
a real repaint. pyqtgraph's is ``ImageItem.setLevels`` (its defaults) and a repaint of its view. The two take turns,
so that whatever else the machine does falls on both; of each, the calmest round's median counts.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

NAME = "drag"
UNIT = "ms"
ROWS = COLUMNS = 3000
WIDTH, HEIGHT = 1500, 1000
ROUNDS, FRAMES, WARM_UP = 8, 25, 5
MOST_MS, LEAST_TIMES = 4.0, 5.0

Frame = Callable[[], None]


def run() -> dict[str, Any]:
    """Median milliseconds of one frame, ours and pyqtgraph's, in this process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    pixels = _film()
    contestants = [_ours(pixels), _peer(pixels)]
    application.processEvents()
    ours, peer = (min(medians) for medians in _taking_turns(contestants))
    for _, widget in contestants:
        widget.close()
        widget.deleteLater()
    return {
        "ours": ours,
        "peer": peer,
        "ratio": ours / peer,
        "unit": UNIT,
        "peer_name": "pyqtgraph setLevels",
        "bound": 1 / LEAST_TIMES,
        "bound_ours": MOST_MS,
        "note": f"{COLUMNS} x {ROWS} x 16 bit in {WIDTH} x {HEIGHT}",
    }


def _film() -> Any:
    """Smooth shapes and noise over 16 bits."""
    import numpy as np

    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    shape = np.sin(rows / 400) * np.cos(columns / 300) * 20000 + 30000
    return np.clip(shape + np.random.default_rng(5).normal(0, 500, shape.shape), 0, 65535).astype(np.uint16)


def _ours(pixels: Any) -> tuple[Frame, Any]:
    from workstation.dicom.records import Instance
    from workstation.imaging.film import film_of
    from workstation.ui.viewer.film_view import FilmView

    instance = Instance("", "dicom", "1", "", "", "1", "1", patient_name="Benchmark", rows=ROWS, columns=COLUMNS)
    view = FilmView()
    view.resize(WIDTH, HEIGHT)
    view.show()
    view.show_film(film_of(instance, pixels))
    step = iter(range(10**6))

    def frame() -> None:
        view.drag_window(3 if next(step) % 40 < 20 else -3, 2)
        view.repaint()

    return frame, view


def _peer(pixels: Any) -> tuple[Frame, Any]:
    import pyqtgraph

    window = pyqtgraph.GraphicsLayoutWidget()
    window.resize(WIDTH, HEIGHT)
    item = pyqtgraph.ImageItem(pixels, axisOrder="row-major")
    window.addViewBox(lockAspect=True).addItem(item)
    window.show()
    step = iter(range(10**6))

    def frame() -> None:
        n = next(step)
        item.setLevels((1000 + 37 * (n % 40), 60000 - 53 * (n % 40)))
        window.viewport().repaint()

    return frame, window


def _taking_turns(contestants: list[tuple[Frame, Any]]) -> list[list[float]]:
    """Median milliseconds of each contestant's rounds; raises if a frame did not change what its widget shows."""
    times: list[list[float]] = [[] for _ in contestants]
    for _ in range(ROUNDS):
        for (frame, widget), medians in zip(contestants, times, strict=True):
            before, own = widget.grab().toImage(), []
            for n in range(WARM_UP + FRAMES):
                start = time.perf_counter()
                frame()
                if n >= WARM_UP:
                    own.append((time.perf_counter() - start) * 1000)
            if widget.grab().toImage() == before:
                raise RuntimeError("the frames were not painted")
            medians.append(statistics.median(own))
    return times


if __name__ == "__main__":
    print(run())
