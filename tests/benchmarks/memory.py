"""Five hundred films opened one after another in the film column: the process's memory then, beside that after fifty.

The films are 2000 x 2000, different files each (hard links), with the next three read ahead, as the desk does it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

NAME = "memory"
UNIT = "MB"
ROWS = COLUMNS = 2000
FILMS, FIRST, AHEAD = 500, 50, 3
BUDGET_MB = 256
BOUND = 1.1
WAIT_S = 60.0


def run() -> dict[str, Any]:
    """Resident megabytes after all films, beside those after the first fifty."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from workstation.settings import Settings
    from workstation.ui.viewer.film_pane import FilmPane

    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as name:
        films = _films(Path(name))
        pane = FilmPane(Settings({"film_memory_mb": BUDGET_MB}))
        pane.resize(1200, 1000)
        pane.show()
        levels, held = [], 0
        for n, film in enumerate(films):
            pane.show_study([film])
            pane.prepare([[each] for each in films[n + 1 : n + 1 + AHEAD]])
            _until(app, lambda film=film: _shown(pane, film))  # type: ignore[misc]
            held = max(held, pane.loader.held_bytes())
            levels.append(resident_mb())
        pane.shut_down()
        pane.close()
    early = max(levels[FIRST // 2 : FIRST])
    late = max(levels[-FIRST:])
    return {
        "name": "memory after 500 films",
        "ours": late,
        "peer": early,
        "ratio": late / early,
        "unit": UNIT,
        "peer_name": f"the same after {FIRST}",
        "bound": BOUND,
        "note": f"films held {held >> 20} of {BUDGET_MB} MB; {COLUMNS} x {ROWS} x 16 bit",
    }


def _films(folder: Path) -> list[Any]:
    from dataclasses import replace

    from tests.synthetic import chest, dicom_file
    from workstation.imaging.film import describe

    first = dicom_file(folder / "film.dcm", chest(1, rows=ROWS, columns=COLUMNS))
    instance = describe(first)
    films = []
    for n in range(FILMS):
        os.link(first, folder / f"{n}.dcm")
        films.append(replace(instance, path=str(folder / f"{n}.dcm")))
    return films


def _shown(pane: Any, film: Any) -> bool:
    return pane.view.film is not None and pane.view.film.instance.path == film.path


def _until(app: Any, true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("the film did not come")
        app.processEvents()
        time.sleep(0.0005)
    app.processEvents()


def resident_mb() -> float:
    """What the process holds in memory now."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # the most ever held, in bytes on macOS
