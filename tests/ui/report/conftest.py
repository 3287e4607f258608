"""A report column on real studies in a real store, driven by real keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, take
from workstation.paths import Home
from workstation.settings import Settings
from workstation.storage.store import Store
from workstation.ui.report.pane import ReportPane
from workstation.workflow.reading import Reader, Reading


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as opened:
        yield opened


@pytest.fixture
def new_reading(store: Store, tmp_path: Path) -> Callable[..., Reading]:
    """A study that was just taken in; keywords are DICOM tags, ``reader`` somebody else."""
    count = iter(range(1, 100))

    def make(reader: Reader = READER, **tags: object) -> Reading:
        number = next(count)
        uids = {
            "StudyInstanceUID": f"1.2.{number}",
            "SeriesInstanceUID": f"1.2.{number}.1",
            "SOPInstanceUID": f"1.2.{number}.1.1",
        }
        name = f"film{number}"
        return Reading(store, take(store, store.home, tmp_path, name, **{**uids, **tags}), reader)

    return make


@pytest.fixture
def pane(qtbot, store) -> Iterator[ReportPane]:
    """The column in a window of its own, on the screen and active."""
    made = ReportPane(Settings({}))
    made.resize(400, 700)
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    qtbot.waitExposed(made)
    yield made
    made.shut_down()
