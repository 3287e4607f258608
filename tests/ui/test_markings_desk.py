"""Drawings between film and store: what the store refuses is told, kept and tried again; nothing is written over."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.readings import READER, take
from workstation.imaging.annotation import Annotation, Kind, Markings
from workstation.paths import Home
from workstation.settings import Settings
from workstation.storage.store import Store
from workstation.ui.markings import MarkingsDesk
from workstation.ui.report.pane import ReportPane
from workstation.ui.viewer.film_pane import FilmPane
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.workflow import markings

ONE = Markings((Annotation("a", Kind.LENGTH, ((1.0, 2.0), (3.0, 4.0)), "1.2.3"),))


@pytest.fixture
def store(home: Home):
    with Store.open(home) as opened:
        yield opened


@pytest.fixture
def film(qtbot):
    pane = FilmPane(Settings({}))
    qtbot.addWidget(pane)
    yield pane
    pane.shut_down()


@pytest.fixture
def desk(store, film, qtbot):
    report = ReportPane(Settings({}))
    qtbot.addWidget(report)
    made = MarkingsDesk(store, film, report, lambda: READER, lambda words: None)
    yield made
    made.close()
    report.shut_down()


def test_a_change_is_in_the_store_soon_after(desk, film, store, home, tmp_path, qtbot):
    study = take(store, home, tmp_path)
    film.kit(MeasuringKit).voice.changed.emit(study, ONE)
    qtbot.waitUntil(lambda: markings.load(store, study) == ONE, timeout=5000)


def test_many_changes_at_once_are_kept_as_one(desk, film, store, home, tmp_path):
    study = take(store, home, tmp_path)
    for n in range(20):
        film.kit(MeasuringKit).voice.changed.emit(study, replace(ONE, key_images=(str(n),)))
    assert desk.flush()
    assert markings.load(store, study).key_images == ("19",)
    assert store.row("SELECT count(*) AS n FROM document WHERE kind = 'markings'")["n"] == 1


def test_what_the_store_refuses_is_told_kept_and_tried_again(desk, film, store, home, tmp_path):
    study = take(store, home, tmp_path)
    troubles = []
    desk.trouble.connect(troubles.append)
    kit = film.kit(MeasuringKit)
    store.execute("PRAGMA query_only = ON")
    kit.voice.changed.emit(study, ONE)
    assert not desk.flush()
    assert len(troubles) == 1 and kit.read(study) == ONE
    store.execute("PRAGMA query_only = OFF")
    assert desk.flush()
    assert markings.load(store, study) == ONE


def test_a_study_that_was_taken_back_takes_its_drawings_with_it(desk, film):
    troubles = []
    desk.trouble.connect(troubles.append)
    film.kit(MeasuringKit).voice.changed.emit("1.2.404", ONE)
    assert desk.flush() and troubles[0].code == "unknown_study"


def test_drawings_that_could_not_be_read_are_never_written_over(desk, film, store):
    kit = film.kit(MeasuringKit)
    troubles = []
    desk.trouble.connect(troubles.append)
    assert kit.read("1.2.404") == Markings() and troubles
    kit.voice.changed.emit("1.2.404", ONE)
    assert desk.flush()  # nothing waits: it would be written over what is there and was not read
