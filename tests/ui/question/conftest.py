"""A furnished window on one chest film, with a toy model that has learnt a few answers, in a real worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import toy_model
from tests.synthetic import chest, dicom_file

ALL_TASKS = ("report", "differential", "question")


@pytest.fixture
def chests(tmp_path: Path) -> Path:
    """Two studies, one of them with two frontal films; adults."""
    folder = tmp_path / "chests"
    folder.mkdir()
    for n, study in enumerate((1, 1, 2), start=1):
        dicom_file(
            folder / f"{n}.dcm",
            chest(n, rows=400, columns=380),
            PatientName=f"Canary^{study}",
            PatientID=f"CANARY-{study}",
            PatientAge="060Y",
            ViewPosition="PA" if n == 1 else "AP",
            StudyInstanceUID=f"2.25.30{study}",
            SOPInstanceUID=f"2.25.40{n}",
            InstanceNumber=str(n),
            StudyDate="20260105",
            StudyTime=f"08{study}000",
        )
    return folder


@pytest.fixture
def asking(home, settle, open_window, chests):
    """Open the window on both studies; ``tasks`` are what the toy model was trained for."""

    def make(tasks: tuple[str, ...] = ALL_TASKS, **settings: object):
        toy_model.install(home, tasks=tasks)
        settle(model="toy", **settings)
        return open_window(chests)

    return make
