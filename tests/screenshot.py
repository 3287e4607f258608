"""`python -m tests.screenshot OUT.png`: the running window on the bundled samples, drafted, as README shows it."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workstation.paths import Home, samples

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
LONGEST_S = 120.0


def main(out: str) -> int:
    from PySide6.QtWidgets import QApplication

    from workstation.settings import Settings
    from workstation.ui import application, style

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        named = Settings({}).with_value("reader_name", "Dr A. Reader").with_value("reader_id", "ar")
        named.save(home.create())
        program = QApplication([])
        style.apply(program)
        place = application.build(program, home, [str(samples())])
        place.window.resize(1440, 900)
        place.window.show()

        def until(true: Callable[[], bool]) -> None:
            begun = time.monotonic()
            while not true() and time.monotonic() - begun < LONGEST_S:
                program.processEvents()
                time.sleep(0.01)

        until(lambda: place.furniture is not None and bool(place.furniture.desk.study))
        until(lambda: len(_drafted(place)) >= len(list(samples().glob("*.dcm"))) - 2)  # one is no chest, one a lateral
        bedside = next(row for row in _rows(place) if row.priority == "STAT")
        furniture = place.furniture
        if furniture is None:
            raise SystemExit("The window was not furnished.")
        furniture.desk.open(bedside.study_instance_uid)
        until(lambda: furniture.report.drafts.shown is not None)
        begun = time.monotonic()
        until(lambda: time.monotonic() - begun > 2)
        saved = place.window.grab().save(out)
        place.window.close()
    return 0 if saved else 1


def _rows(place: object) -> list:
    return list(place.window.worklist.rows.shown)  # type: ignore[attr-defined]


def _drafted(place: object) -> list:
    return [row for row in _rows(place) if row.has_draft]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "resources/window.png"))
