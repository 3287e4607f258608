"""Studies, drafts, readers and clocks for the tests of store, workflow and commands: made, never copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.synthetic import dicom_file
from workstation.paths import Home
from workstation.reporting.draft import Decoding, Draft, DraftModel, DraftSeconds, DraftSentence
from workstation.storage.clock import Clock, iso
from workstation.storage.store import Store
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reader, Reading
from workstation.workflow.working import Working, typed

READER = Reader("dr1", "Dr Ada One", "Radiologist")
FINDINGS = "The heart is not enlarged. There is a small left pleural effusion. No pneumothorax is seen."
IMPRESSION = "Small left pleural effusion."


class TestClock(Clock):
    """Time that stands until a test moves it."""

    __test__ = False

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def now(self) -> str:
        return iso(self.seconds)

    def monotonic_ns(self) -> int:
        return int(self.seconds * 1e9)


def film_file(folder: Path, name: str = "film", **tags: Any) -> Path:
    """A small valid DX film; pixels differ by name."""
    seed = sum(name.encode())
    pixels = np.random.default_rng(seed).integers(0, 4096, (32, 32), dtype=np.uint16)
    return dicom_file(folder / f"{name}.dcm", pixels, **tags)


def take(store: Store, home: Home, folder: Path, name: str = "film", **tags: Any) -> str:
    """Take a film in; returns its StudyInstanceUID."""
    outcome = take_in(store, home, [str(film_file(folder, name, **tags))]).files[0]
    assert outcome.status == "taken", outcome
    return outcome.study_instance_uid


def draft(findings: str = FINDINGS, impression: str = IMPRESSION, clinical: bool = False) -> Draft:
    """A draft as the worker would hand it over."""
    return Draft(
        findings=findings,
        impression=impression,
        text=f"FINDINGS: {findings} IMPRESSION: {impression}",
        not_assessed=("fracture",),
        sentences=(DraftSentence(findings, "findings"), DraftSentence(impression, "impression")),
        probabilities={"pleural effusion": 0.9},
        model=DraftModel("test-model", "ab" * 32, "torch", "cpu", "F32", clinical),
        prompt="Write a report.",
        decoding=Decoding(0.0, 1.0, 0, 256),
        seed=7,
        pixel_sha256="cd" * 32,
        seconds=DraftSeconds(0.1, 0.2, 0.3, 0.9),
        tokens=30,
        stopped_by="end",
        warnings=(),
        sop_instance_uids=("1.2.3",),
        created_at="2026-11-23T18:40:00.123Z",
    )


def report(findings: str = FINDINGS, impression: str = IMPRESSION, **further: str) -> Working:
    """A text typed by the reader."""
    return typed({"Findings": findings, "Impression": impression, **further})


def signed(reading: Reading) -> Reading:
    """The reading with a signed report."""
    reading.save(report())
    reading.sign()
    return reading
