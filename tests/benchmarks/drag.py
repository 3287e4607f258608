"""A window drag on a large film with everything laid over it: our frame beside pyqtgraph's of the bare film.

A frame is everything between a mouse step and the painted backing store: the new window, its table, the look-up, a real
repaint of the film, of the numbers and of the histogram. On our film lie corner text, drawings, an overlay plane, a
shutter, the edge of what the model saw and the mark of a mirrored film; then one display filter after another; at last
the bare film, as pyqtgraph has it.
pyqtgraph's frame is ``ImageItem.setLevels`` (its defaults) and a repaint of its view. All take turns, so that whatever
else the machine does falls on all; of each, the calmest round counts.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

NAME = "drag"
UNIT = "ms"
ROWS = COLUMNS = 3000
WIDTH, HEIGHT = 1500, 1000
ROUNDS, FRAMES, WARM_UP = 6, 60, 5
MOST_MS, MOST_99_MS, MOST_FILTERED_MS, LEAST_TIMES = 4.0, 12.0, 33.0, 5.0
FILTERS = ("sharpen", "smooth", "clahe", "multiscale")
WAIT_S = 60
PEER = "pyqtgraph setLevels, bare film"

Frame = Callable[[], None]


class Contestant(NamedTuple):
    """Something to be timed: its frame, its widget, what puts it into its state before a round."""

    frame: Frame
    widget: Any
    ready: Frame = lambda: None


def run() -> list[dict[str, Any]]:
    """Milliseconds of one frame, ours in its states and pyqtgraph's, in this process."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance() or QApplication([])
    pixels = _film()
    with tempfile.TemporaryDirectory() as folder:
        pane = _pane(Path(folder), pixels)
        contestants = [_ours(pane, name) for name in ("", *FILTERS)] + [_bare(pixels), _peer(pixels)]
        application.processEvents()
        rounds = _taking_turns(contestants)
        pane.shut_down()
    for widget in {id(each.widget): each.widget for each in contestants}.values():
        widget.close()
        widget.deleteLater()
    return _records(rounds)


def _records(rounds: list[list[list[float]]]) -> list[dict[str, Any]]:
    medians = [min(statistics.median(times) for times in each) for each in rounds]
    peer, note = medians[-1], f"{COLUMNS} x {ROWS} x 16 bit in {WIDTH} x {HEIGHT}, every overlay on"
    last = min(_percentile(times) for times in rounds[0])
    rows = [
        _record("drag", medians[0], peer, note, MOST_MS),
        _record(
            "drag, bare film", medians[-2], peer, "the same film and view, nothing laid over", MOST_MS, 1 / LEAST_TIMES
        ),
        _record("drag, 99th percentile", last, min(_percentile(times) for times in rounds[-1]), note, MOST_99_MS),
    ]
    for name, median in zip(FILTERS, medians[1:-2], strict=True):
        rows.append(_record(f"drag, {name} on", median, peer, note, MOST_FILTERED_MS))
    return rows


def _record(name: str, ours: float, peer: float, note: str, most: float, bound: float | None = None) -> dict[str, Any]:
    record = {"name": name, "ours": ours, "peer": peer, "ratio": ours / peer, "unit": UNIT, "note": note}
    record |= {"peer_name": PEER, "bound_ours": most}
    return record if bound is None else record | {"bound": bound}


def _percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]


def _film() -> Any:
    """Smooth shapes and noise over 16 bits."""
    import numpy as np

    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    shape = np.sin(rows / 400) * np.cos(columns / 300) * 20000 + 30000
    return np.clip(shape + np.random.default_rng(5).normal(0, 500, shape.shape), 0, 65535).astype(np.uint16)


def _pane(folder: Path, pixels: Any) -> Any:
    """The whole film pane with a film that has everything laid over it."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from workstation.imaging.film import describe
    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane

    pane = FilmPane(Settings({"film_memory_mb": 2048}))
    pane.resize(WIDTH, HEIGHT + 72)
    pane.show()
    pane.show_study([describe(_file(folder / "film.dcm", pixels))])
    _wait(lambda: pane.stage.current.prepared is not None and pane.stage.current.prepared.counts)
    assert pane.instance is not None
    pane.mark_seen(pane.instance.sop_instance_uid, (0, 250, ROWS, COLUMNS - 250))
    for tool, ends in (
        ("D", ((300, 300), (700, 420))),
        ("E", ((800, 500), (1000, 700))),
        ("D", ((400, 800), (900, 820))),
    ):
        QTest.keyClick(pane.view, getattr(Qt.Key, f"Key_{tool}"))
        _draw(pane.view, *ends)
    QTest.keyClick(pane.view, Qt.Key.Key_W)
    pane.view.flip_across()
    return pane


def _draw(view: Any, start: tuple[int, int], end: tuple[int, int]) -> None:
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(*start))
    for part in (0.5, 1.0):
        QTest.mouseMove(view, QPoint(*(round(a + (b - a) * part) for a, b in zip(start, end, strict=True))))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(*end))


def _file(path: Path, pixels: Any) -> Path:
    """A DICOM film with an overlay plane, a shutter and a pixel spacing."""
    import numpy as np
    import pydicom

    from tests.synthetic import dicom_file

    tags: dict[str, Any] = {
        "BitsStored": 16,
        "HighBit": 15,
        "WindowCenter": 30000,
        "WindowWidth": 40000,
        "PatientName": "Bench^Mark",
    }
    shutter: dict[str, Any] = {
        "ShutterShape": "RECTANGULAR",
        "ShutterLeftVerticalEdge": 60,
        "ShutterRightVerticalEdge": COLUMNS - 60,
    }
    shutter |= {"ShutterUpperHorizontalEdge": 60, "ShutterLowerHorizontalEdge": ROWS - 60}
    dataset = pydicom.dcmread(dicom_file(path, pixels, **tags, **shutter))
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    marks = np.abs(np.hypot(rows - 1200, columns - 1900) - 400) < 3  # what was found, and its letters
    marks[700:760, 1700:2300:40] = True
    elements: tuple[tuple[int, str, Any], ...] = (
        (0x10, "US", ROWS),
        (0x11, "US", COLUMNS),
        (0x40, "CS", "G"),
        (0x50, "SS", [1, 1]),
    )
    elements += ((0x100, "US", 1), (0x102, "US", 0), (0x3000, "OW", np.packbits(marks, bitorder="little").tobytes()))
    for element, kind, value in elements:
        dataset.add_new((0x6000, element), kind, value)
    dataset.save_as(path)
    return path


def _wait(done: Callable[[], object]) -> None:
    from PySide6.QtWidgets import QApplication

    until = time.monotonic() + WAIT_S
    while not done():
        if time.monotonic() > until:
            raise RuntimeError("the film or its filter did not come")
        QApplication.processEvents()
        time.sleep(0.005)


def _ours(pane: Any, name: str) -> Contestant:
    """The pane with the display filter ``name``, or none."""
    from workstation.ui.viewer.kits.windowing import Windowing

    filtering, view, step = pane.kit(Windowing).filtering, pane.view, iter(range(10**6))

    def ready() -> None:
        filtering.put(name)
        _wait(lambda: bool(view.picture.enhancement) == bool(name) and not filtering.busy and view.picture.settled)

    def frame() -> None:
        view.drag_window(3 if next(step) % 40 < 20 else -3, 2 if next(step) % 80 < 40 else -2)
        view.repaint()
        for changed in (pane.window_row.centre, pane.window_row.width_field, pane.window_row.histogram):
            changed.repaint()

    return Contestant(frame, view, ready)


def _bare(pixels: Any) -> Contestant:
    """A view alone with the film alone."""
    from workstation.dicom.records import Instance
    from workstation.imaging.film import film_of
    from workstation.ui.viewer.film_view import FilmView

    instance = Instance("", "dicom", "1", "", "", "1", "1", patient_name="Benchmark", rows=ROWS, columns=COLUMNS)
    view, step = FilmView(), iter(range(10**6))
    view.resize(WIDTH, HEIGHT)
    view.show()
    view.show_film(film_of(instance, pixels))

    def frame() -> None:
        view.drag_window(3 if next(step) % 40 < 20 else -3, 2)
        view.repaint()

    return Contestant(frame, view)


def _peer(pixels: Any) -> Contestant:
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

    return Contestant(frame, window)


def _taking_turns(contestants: list[Contestant]) -> list[list[list[float]]]:
    """Milliseconds of each contestant's frames, round by round; raises if frames did not change what is shown."""
    times: list[list[list[float]]] = [[] for _ in contestants]
    for _ in range(ROUNDS):
        for each, rounds in zip(contestants, times, strict=True):
            each.ready()
            before, own = each.widget.grab().toImage(), []
            for n in range(WARM_UP + FRAMES):
                start = time.perf_counter()
                each.frame()
                if n >= WARM_UP:
                    own.append((time.perf_counter() - start) * 1000)
            if each.widget.grab().toImage() == before:
                raise RuntimeError("the frames were not painted")
            rounds.append(own)
    return times


if __name__ == "__main__":
    print(*run(), sep="\n")
