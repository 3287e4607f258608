"""A small fuzz run as part of the tests, and the cage and the judge held against what they must notice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.fuzz.judge import judge, truth
from tests.synthetic import chest, dicom_file

ROOT = Path(__file__).resolve().parent.parent.parent
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="each film needs a forked process of its own")


def python(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=240)


@forks
@pytest.mark.parametrize("films", ["--synthetic", "--real"])
def test_damaged_films_are_shown_as_they_are_or_refused(films):
    done = python("-m", "tests.fuzz", "--files", "150", "--seed", "20261124", "--seconds", "6", films)
    if done.returncode == 2:
        pytest.skip("the folder of real films (CXR_SHARED or ../shared) is absent")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 bad" in done.stdout and "refused" in done.stdout


@forks
def test_damaged_archives_and_directories_are_taken_in_or_refused():
    done = python("-m", "tests.fuzz", "--files", "60", "--seed", "11", "--seconds", "4", "--arriving")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 bad" in done.stdout


CAGED = """
import os, signal, sys
from tests.fuzz.cage import caged
from tests.fuzz.judge import Verdict
def swallow():
    return Verdict("same", str(len(bytearray(6 << 30))))
for work in (lambda: os.kill(os.getpid(), signal.SIGSEGV), swallow, lambda: 1 / 0, lambda: Verdict("same")):
    print(caged(work, sys.argv[1]))
"""


@forks
def test_the_cage_tells_a_crash_a_hoard_and_an_error(tmp_path):
    died, hoard, error, fine = python("-c", CAGED, str(tmp_path)).stdout.splitlines()
    assert "end='died'" in died and "SIGSEGV" in died
    assert "end='crash'" in hoard and "MemoryError" in hoard
    assert "end='crash'" in error and "ZeroDivisionError" in error
    assert "end='same'" in fine


@pytest.fixture
def film(tmp_path):
    return dicom_file(tmp_path / "film.dcm", chest(3, rows=80, columns=70))


def test_an_undamaged_film_is_the_same(film):
    assert judge(film, truth(film)).end == "same"


def test_other_pixels_than_the_header_describes_are_a_lie(film, monkeypatch):
    true, shown = truth(film), chest(3, rows=80, columns=70).astype(np.int64)
    shown[5, 5] += 1
    monkeypatch.setattr("tests.fuzz.judge._shown", lambda path: (shown, 0, False))
    assert judge(film, true).end == "false"


def test_a_film_that_is_half_grey_is_a_lie_unless_it_says_so(film, monkeypatch):
    true = truth(film)
    assert true is not None
    shown = true.values.copy()
    shown[40:] = 7
    monkeypatch.setattr("tests.fuzz.judge.witness.by_walking", lambda path: None)
    monkeypatch.setattr("tests.fuzz.judge._shown", lambda path: (shown, true.warnings, True))
    assert judge(film, true).end == "blank"
    monkeypatch.setattr("tests.fuzz.judge.witness.by_pydicom", lambda path: None)
    monkeypatch.setattr("tests.fuzz.judge._shown", lambda path: (shown, true.warnings + 1, True))
    assert judge(film, true).end == "changed"
