"""Drawings are kept with their study, read back as they were, logged as counts alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.readings import READER, report, take
from workstation.errors import StoreError
from workstation.imaging.annotation import Annotation, Calibration, Kind, Markings
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.storage.verify import verify
from workstation.workflow import markings
from workstation.workflow.reading import Reading

SECRET = "Canary Kanari"
DRAWN = Markings(
    (
        Annotation("a", Kind.LENGTH, ((1.5, 2.0), (3.0, 4.25)), "1.2.3", made_at="2026-11-24T02:00:00.000Z"),
        Annotation("b", Kind.TEXT, ((7.0, 8.0),), "1.2.3", text=SECRET),
    ),
    (Calibration("1.2.3", ((0.0, 0.0), (0.0, 10.0)), 25.0),),
    ("1.2.3",),
)


@pytest.fixture
def store(home: Home):
    with Store.open(home) as opened:
        yield opened


def test_what_was_saved_is_read_back_after_a_restart(store: Store, home: Home, tmp_path: Path):
    study = take(store, home, tmp_path)
    assert markings.load(store, study) == Markings()
    markings.save(store, study, DRAWN, READER)
    with Store.open(home) as later:
        assert markings.load(later, study) == DRAWN


def test_the_last_state_stands_and_every_earlier_one_is_kept(store: Store, home: Home, tmp_path: Path):
    study = take(store, home, tmp_path)
    markings.save(store, study, DRAWN, READER)
    markings.save(store, study, Markings(), READER)
    assert markings.load(store, study) == Markings()
    assert store.row("SELECT count(*) AS n FROM document WHERE kind = 'markings'")["n"] == 2
    assert verify(store).ok


def test_the_log_holds_counts_and_no_words(store: Store, home: Home, tmp_path: Path):
    study = take(store, home, tmp_path)
    markings.save(store, study, DRAWN, READER)
    event = next(iter(log.events(store, kind="marked")))
    assert event.payload == {
        "annotations": {"length": 1, "text": 1},
        "calibrations": 1,
        "key_images": 1,
        "after_signature": False,
    }
    assert event.reader == READER.id and SECRET not in json.dumps(event.payload)


def test_a_drawing_after_the_signature_is_kept_and_logged_as_such(store: Store, home: Home, tmp_path: Path):
    study = take(store, home, tmp_path)
    reading = Reading(store, study, READER)
    reading.save(report())
    reading.sign()
    markings.save(store, study, DRAWN, READER)
    assert markings.load(store, study) == DRAWN
    assert next(iter(log.events(store, kind="marked"))).payload["after_signature"] is True


def test_markings_of_a_study_that_is_not_there_are_refused(store: Store):
    with pytest.raises(StoreError):
        markings.save(store, "1.2.404", DRAWN, READER)
