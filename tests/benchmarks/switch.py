"""From the wish for the next study to its film painted, prepared and not; and an unprepared film beside its decode.

A whole window on a list of 3000 x 3000 JPEG Lossless films. The peer of the switch is pyqtgraph's ImageView given an
array that lies ready in memory: no study, no report, no corners.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME = "switch"
UNIT = "ms"
ROWS = COLUMNS = 3000
STUDIES = 12
SIZE = 1920, 1080
BOUND_MS, BOUND_DECODE = 150.0, 1.3
WAIT_S = 60.0
READING_S = 2.0


def run() -> list[dict[str, Any]]:
    """Median milliseconds of a prepared and an unprepared switch; the film alone beside its decode."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        films = _films(Path(name) / "films")
        film, bare = _beside_the_decode(films[0])
        prepared, unprepared = _switches(Path(name) / "home", films)
        peer = _pyqtgraph(films[0])
    note = f"{COLUMNS} x {ROWS} JPEG Lossless, window of {SIZE[0]} x {SIZE[1]}; not prepared {unprepared:.0f} ms"
    return [
        {
            "name": "switch to a prepared study",
            "ours": prepared,
            "peer": peer,
            "ratio": prepared / peer,
            "unit": UNIT,
            "peer_name": "pyqtgraph, array in memory",
            "bound_ours": BOUND_MS,
            "note": note,
        },
        {
            "name": "unprepared JPEG Lossless",
            "ours": film,
            "peer": bare,
            "ratio": film / bare,
            "unit": UNIT,
            "peer_name": "gdcm's bare decode",
            "bound": BOUND_DECODE,
            "note": "path to sampled film, in the loader's thread; least of nine turns",
        },
    ]


def _films(folder: Path) -> list[Path]:
    """Two different films under many names and UIDs."""
    from tests.synthetic import chest, dicom_file

    folder.mkdir()
    pixels = [chest(seed, rows=ROWS, columns=COLUMNS, bits=12) for seed in (1, 2)]
    made = []
    for n in range(STUDIES):
        path = dicom_file(
            folder / f"{n:02}.dcm",
            pixels[n % 2],
            PatientID=f"P{n}",
            AcquisitionTime=f"08{n:02}00",
            StudyInstanceUID=f"2.25.{n + 1}",
            SOPInstanceUID=f"2.25.9{n + 1}",
            BitsStored=12,
            HighBit=11,
        )
        _pack(path)
        made.append(path)
    return made


def _pack(path: Path) -> None:
    import gdcm

    reader, writer, change = gdcm.ImageReader(), gdcm.ImageWriter(), gdcm.ImageChangeTransferSyntax()
    reader.SetFileName(str(path))
    reader.Read()
    change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGLosslessProcess14_1))
    change.SetInput(reader.GetImage())
    change.Change()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(path))
    writer.Write()


def _beside_the_decode(path: Path) -> tuple[float, float]:
    """Least milliseconds of our way from path to sampled film, and of gdcm alone, taking turns."""
    from tests.benchmarks.decode import _gdcm
    from workstation.imaging.film import describe
    from workstation.ui.viewer.loading import prepare

    instance = describe(path)
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(9):
        for kept, contestant in zip(times, (lambda: prepare(instance, SIZE), lambda: _gdcm(path)), strict=True):
            kept.append(_timed(contestant))
    return min(times[0]), min(times[1])


def _switches(root: Path, films: list[Path]) -> tuple[float, float]:
    """(prepared, unprepared): medians of the key's way to the painted film."""
    from PySide6.QtWidgets import QApplication

    from workstation.paths import Home
    from workstation.settings import load_settings
    from workstation.ui import application, style

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    style.apply(app)
    home = Home(root).create()
    load_settings(home).with_value("draft_when", "by hand").save(home)
    place = application.build(app, home, [str(path) for path in films])
    place.window.resize(*SIZE)
    place.window.show()
    _until(app, lambda: place.furniture is not None and bool(place.furniture.desk.study))
    room: Any = place.furniture
    _until(app, lambda: not room.arrivals.running and room.film.view.film is not None)
    rows = [row.study_instance_uid for row in place.window.worklist.rows.shown]
    prepared = [_switch(app, room, uid, wait=True) for uid in rows[1:]]
    room.film.loader._cache.clear()
    unprepared = []
    for uid in rows[:4]:
        room.film.loader.ahead([])
        room.film.loader._cache.clear()
        unprepared.append(_switch(app, room, uid, wait=False))
    place.window.close()
    app.processEvents()
    return statistics.median(prepared), statistics.median(unprepared)


def _switch(app: Any, room: Any, study: str, wait: bool) -> float:
    """Open a study and wait until its film is on the screen; with ``wait`` only once it has been made ready."""
    from workstation.workflow import worklist

    film = worklist.films(room.store, study)[0]
    if wait:
        _until(app, lambda: (one := room.film.loader.ready(film)) is not None and bool(one.counts))
        read_until = time.monotonic() + READING_S  # the other studies ahead come meanwhile, as they do while one reads
        _until(app, lambda: time.monotonic() > read_until)
    painted: list[float] = []
    room.film.first_painted.connect(lambda: painted.append(time.perf_counter()))
    start = time.perf_counter()
    room.desk.open(study)
    _until(app, lambda: bool(painted))
    room.film.first_painted.disconnect()
    room.film.first_painted.connect(room.desk._painted)
    return (painted[0] - start) * 1000


def _until(app: Any, true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the window did not come so far")
        app.processEvents()
        time.sleep(0.0005)


def _pyqtgraph(path: Path) -> float:
    """Median milliseconds of `ImageView.setImage` to its paint, of an array that is there already."""
    import pyqtgraph
    from PySide6.QtWidgets import QApplication

    from workstation.dicom.pixels import read_film

    pixels = read_film(path)[1]
    view = pyqtgraph.ImageView()
    view.resize(SIZE[0] - 700, SIZE[1])
    view.show()
    QApplication.processEvents()

    def show() -> None:
        view.setImage(pixels.T)
        QApplication.processEvents()
        view.grab()

    times = [_timed(show) for _ in range(7)]
    view.close()
    return statistics.median(times[1:])


def _timed(contestant: Callable[[], Any]) -> float:
    start = time.perf_counter()
    contestant()
    return (time.perf_counter() - start) * 1000
