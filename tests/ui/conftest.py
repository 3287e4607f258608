"""A whole window on a home of its own, furnished, with the samples or any films; closed again whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from tests.synthetic import chest, dicom_file
from workstation.paths import Home
from workstation.settings import load_settings
from workstation.ui import application, style
from workstation.ui.workplace import Workplace

FURNISHED_MS = 20_000


@pytest.fixture
def settle(home: Home) -> Callable[..., None]:
    """Set settings before the window opens; without it no draft is made unasked."""

    def set_values(**values: object) -> None:
        settings = load_settings(home)
        for name, value in {"draft_when": "by hand", **values}.items():
            settings = settings.with_value(name, value)
        settings.save(home)

    set_values()
    return set_values


@pytest.fixture
def open_window(qtbot, qapp, home: Home, settle) -> Iterator[Callable[..., Workplace]]:
    """Open a furnished window; ``paths`` are taken in, ``size`` is the window's."""
    opened: list[Workplace] = []
    style.apply(qapp)

    def make(*paths: Path, size: tuple[int, int] = (1400, 900)) -> Workplace:
        place = application.build(qapp, home, [str(path) for path in paths])
        opened.append(place)
        place.window.resize(QSize(*size))
        place.window.show()
        qtbot.waitUntil(lambda: place.furniture is not None, timeout=FURNISHED_MS)
        place.window.activateWindow()
        if paths:
            qtbot.waitUntil(lambda: bool(place.furniture.desk.study), timeout=FURNISHED_MS)
        return place

    yield make
    for place in opened:
        place.window.close()
        place.window.deleteLater()
    qapp.processEvents()


@pytest.fixture
def two_chests(tmp_path: Path) -> Path:
    """A folder with two small studies and a file that is no film."""
    folder = tmp_path / "films"
    folder.mkdir()
    for n, name in enumerate(("Canary^Anna", "Canary^Bert"), start=1):
        dicom_file(
            folder / f"{n}.dcm",
            chest(n, rows=400, columns=380),
            PatientName=name,
            PatientID=f"CANARY-{n}",
            StudyInstanceUID=f"2.25.10{n}",
            SOPInstanceUID=f"2.25.20{n}",
            StudyDate="20260105",
            StudyTime=f"08{n}000",
            AccessionNumber=f"ACC-{n}",
        )
    (folder / "3.dcm").write_bytes(b"this is no film at all")
    return folder
