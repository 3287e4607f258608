"""What every test stands on: an offscreen screen, a home of its own, and the films beside the project.

Tests that need the neighbouring films ask for `shared` and are skipped, visibly, where it is absent. After each
test that used Qt no thread, timer thread or window may be left over. It knows no room of the workstation.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

if sys.platform.startswith("linux"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

LEFTOVER_WAIT_S = 5.0
# Threads that libraries keep for the life of the process; everything else must have ended with its test.
LASTING_THREADS = ("pytest_timeout", "tqdm", "ThreadPoolExecutor-", "asyncio_", "Dummy-")


@pytest.fixture(scope="session", autouse=True)
def screen() -> Any:
    """One application with widgets for all tests of a process, whichever test comes first."""
    from PySide6.QtWidgets import QApplication

    return QApplication.instance() or QApplication([])


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the store of whoever runs it."""
    monkeypatch.setenv("CXR_WORKSTATION_HOME", str(tmp_path_factory.mktemp("home")))


@pytest.fixture
def home(tmp_path: Path) -> Any:
    """A created, empty `workstation.paths.Home`."""
    from workstation.paths import Home

    return Home(tmp_path / "home").create()


def shared_folder() -> Path | None:
    """Where the films beside the project lie: CXR_SHARED, else ../shared, else nowhere."""
    given = os.environ.get("CXR_SHARED")
    folder = Path(given) if given else ROOT.parent / "shared"
    return folder if (folder / "dicom").is_dir() else None


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real films; the test is skipped where there is none."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("the folder of real films (CXR_SHARED or ../shared) is absent")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """The bundled synthetic studies."""
    return ROOT / "resources" / "samples"


@pytest.fixture(autouse=True)
def nothing_left_over(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that used Qt ends with the threads and windows it began with."""
    if not {"qtbot", "qapp"} & set(request.fixturenames):
        yield
        return
    qapp = request.getfixturevalue("qapp")
    threads = set(threading.enumerate())
    windows = set(map(id, qapp.topLevelWidgets()))
    yield
    _settle(qapp, threads)
    left = [thread.name for thread in _new_threads(threads)]
    assert not left, f"threads left over: {left}"
    shown = [w for w in qapp.topLevelWidgets() if id(w) not in windows and w.isVisible()]
    assert not shown, f"windows left over: {shown}"


def _new_threads(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.name.startswith(LASTING_THREADS)
    ]


def _settle(qapp: Any, before: set[threading.Thread]) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    end = time.monotonic() + LEFTOVER_WAIT_S
    while True:
        qapp.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if not _new_threads(before) or time.monotonic() > end:
            return
        time.sleep(0.01)
