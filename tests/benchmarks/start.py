"""How long until the window is painted and the worklist can be used, beside an empty PySide6 window.

Whole processes, from their start, in turns on the same machine; the median of several. The window tells its
milestones through the log ``workstation.start``; the worklist holds 500 studies.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

NAME = "start"
UNIT = "ms"
REPEATS = 5
STUDIES = 500
BOUNDS = {"first paint": 2.5, "worklist usable": 8.0}

EMPTY = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Empty(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.tell)
    def tell(self):
        print("first paint", time.monotonic(), flush=True)
        application.quit()
application = QApplication([])
window = Empty()
window.resize(1400, 900)
window.show()
application.exec()
"""

OURS = """
import logging, sys, time
class Teller(logging.Handler):
    def emit(self, record):
        print(record.getMessage(), time.monotonic(), flush=True)
        if record.getMessage() == "furnished":
            import os
            assert "torch" not in sys.modules
            os._exit(0)
logging.getLogger("workstation.start").addHandler(Teller())
logging.getLogger("workstation.start").setLevel(logging.INFO)
import main
sys.exit(main.main(sys.argv[1:]))
"""


def run(repeats: int = REPEATS) -> list[dict[str, Any]]:
    """Both milestones, each with its ratio to the empty window's first paint."""
    with tempfile.TemporaryDirectory(prefix="cxr-start-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        _fill(home)
        empty, ours = [], []
        _milestones(EMPTY)  # the first start of each pays for reading the disk
        _milestones(OURS, "--home", str(home))
        for _ in range(repeats):
            empty.append(_milestones(EMPTY)["first paint"])
            ours.append(_milestones(OURS, "--home", str(home)))
    peer = statistics.median(empty)
    return [_result(name, statistics.median(found[name] for found in ours), peer) for name in BOUNDS]


def _result(name: str, ours: float, peer: float) -> dict[str, Any]:
    return {
        "name": name.replace(" ", "_"),
        "ours": round(ours * 1000, 1),
        "peer": round(peer * 1000, 1),
        "ratio": round(ours / peer, 2),
        "unit": UNIT,
        "peer_name": "first paint of an empty PySide6 window",
        "bound": BOUNDS[name],
        "note": f"whole process, median of {REPEATS}, {STUDIES} studies",
    }


def _milestones(program: str, *arguments: str) -> dict[str, float]:
    """Seconds from the start of the process to each line that it prints."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # both keep their bytecode, as on a user's machine
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = [line.rpartition(" ") for line in done.stdout.splitlines()]
    found = {name: float(at) - begun for name, _, at in lines if name in (*BOUNDS, "furnished")}
    if not found:
        raise RuntimeError(f"the window told no milestone: {done.stderr[-800:]}")
    return found


def _fill(folder: Path) -> None:
    """A store with many studies, so that an empty worklist does not flatter us."""
    from dataclasses import replace

    from workstation.paths import Home
    from workstation.storage import studies
    from workstation.storage.store import Store

    with Store.open(Home(folder)) as store, store.transaction():
        for n in range(STUDIES):
            instance = replace(_INSTANCE, study_instance_uid=f"2.25.{n}", sop_instance_uid=f"2.25.9{n}")
            instance = replace(instance, patient_name=f"SYNTHETIC {n}", patient_id=f"P{n}", path=f"{n}.dcm")
            studies.add_film(store, instance, f"{n:064x}")


def _instance() -> Any:
    from workstation.dicom.records import Instance

    return Instance(
        path="",
        kind="dicom",
        sop_instance_uid="",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid="",
        series_instance_uid="2.25.1",
        patient_name="SYNTHETIC Benchmark",
        study_date="20260105",
        study_time="080000",
        study_description="Chest PA",
        modality="DX",
    )


_INSTANCE = _instance()

if __name__ == "__main__":
    for result in run():
        print(result)
