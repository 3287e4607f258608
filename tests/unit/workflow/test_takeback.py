"""A wrong import is taken back: films leave, files are put aside, drafts and the log stay, decided studies too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, draft, film_file, take
from workstation.errors import StoreError
from workstation.paths import Home
from workstation.storage import log, reports
from workstation.storage.store import Store
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reading
from workstation.workflow.takeback import last_import, take_back
from workstation.workflow.working import Working
from workstation.workflow.worklist import films, study, worklist


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


@pytest.fixture
def wrong(store: Store, home: Home, tmp_path: Path) -> list[str]:
    """One study that stays, then a batch of two films: one more of that study, one of another."""
    take(store, home, tmp_path, "first", StudyInstanceUID="1.2.3", SeriesNumber=1)
    folder = tmp_path / "wrong"
    film_file(folder, "second", StudyInstanceUID="1.2.3", AccessionNumber="WRONG", AcquisitionDate="20200101")
    film_file(folder, "third", StudyInstanceUID="1.2.4")
    return [file.study_instance_uid for file in take_in(store, home, [str(folder)]).files]


def sign(store: Store, uid: str) -> None:
    reading = Reading(store, uid, READER)
    reading.save(_clear())
    reading.sign(overrides={objection.check: "test" for objection in reading.objections()})


def _clear() -> Working:
    return Working({"Findings": "The lungs are clear.", "Impression": "Clear lungs."})


def test_the_last_batch_leaves_and_the_earlier_one_stays(store: Store, wrong: list[str]) -> None:
    last = last_import(store)
    assert last is not None and last.films == 2 and len(last.leaving) == 2 and not last.staying
    done = take_back(store, last.batch, "wrong disc", READER)
    assert (done.films, set(done.studies)) == (2, {"1.2.3", "1.2.4"})
    assert [row.study_instance_uid for row in worklist(store)] == ["1.2.3"]
    assert len(films(store, "1.2.3")) == 1


def test_the_study_forgets_what_the_wrong_film_said(store: Store, wrong: list[str]) -> None:
    assert study(store, "1.2.3").acquired.startswith("2020")
    take_back(store, last_import(store).batch, "wrong disc", READER)  # type: ignore[union-attr]
    assert not study(store, "1.2.3").acquired.startswith("2020")


def test_the_files_are_put_aside_and_not_lost(store: Store, home: Home, wrong: list[str]) -> None:
    paths = [Path(film.path) for film in films(store, "1.2.4")]
    done = take_back(store, last_import(store).batch, "wrong disc", READER)  # type: ignore[union-attr]
    assert not paths[0].exists() and (done.folder / paths[0].name).is_file()
    assert len(list(done.folder.iterdir())) == 2 and done.folder.is_relative_to(home.root)


def test_it_is_logged_with_counts_and_the_reason_is_kept_but_not_in_the_log(store: Store, wrong: list[str]) -> None:
    key = study(store, "1.2.4").study_key
    take_back(store, last_import(store).batch, "Canary film of another ward", READER)  # type: ignore[union-attr]
    event = next(log.events(store, key, "import_taken_back"))
    assert event.payload == {"films": 1, "remaining": 0} and event.reader == READER.id
    kept = reports.documents(store, key, "taken_back")
    assert kept[0][1]["reason"] == "Canary film of another ward"
    assert "Canary" not in "".join(str(one.payload) for one in log.events(store))


def test_drafts_and_texts_stay_and_come_back_with_the_films(
    store: Store, home: Home, tmp_path: Path, wrong: list[str]
) -> None:
    reading = Reading(store, "1.2.4", READER)
    reading.add_draft(draft())
    reading.save(_clear())
    take_back(store, last_import(store).batch, "wrong disc", READER)  # type: ignore[union-attr]
    assert len(reports.documents(store, reading.study_key, "draft")) == 1
    again = take_in(store, home, [str(tmp_path / "wrong" / "third.dcm")])
    assert again.count("taken") == 1
    back = Reading(store, "1.2.4", READER)
    assert back.study_key == reading.study_key and back.draft is not None
    assert back.working.sections["Impression"] == "Clear lungs."


def test_a_study_with_a_signed_report_stays(store: Store, wrong: list[str]) -> None:
    sign(store, "1.2.4")
    last = last_import(store)
    assert last is not None and [row.study_instance_uid for row in last.staying] == ["1.2.4"] and last.films == 1
    done = take_back(store, last.batch, "wrong disc", READER)
    assert done.studies == ("1.2.3",)
    assert {row.study_instance_uid for row in worklist(store)} == {"1.2.3", "1.2.4"}


def test_a_decision_called_back_still_keeps_its_study(store: Store, home: Home, tmp_path: Path) -> None:
    uid = take(store, home, tmp_path)
    sign(store, uid)
    Reading(store, uid, READER).recall()
    with pytest.raises(StoreError) as refusal:
        take_back(store, last_import(store).batch, "wrong disc", READER)  # type: ignore[union-attr]
    assert refusal.value.code == "nothing_to_take_back" and worklist(store)


def test_without_a_reason_or_an_import_nothing_happens(store: Store, wrong: list[str]) -> None:
    last = last_import(store)
    assert last is not None
    with pytest.raises(StoreError) as refusal:
        take_back(store, last.batch, "  ", READER)
    assert refusal.value.code == "no_reason" and len(worklist(store)) == 2
    with pytest.raises(StoreError):
        take_back(store, "no such batch", "reason", READER)


def test_one_import_after_the_other_can_be_taken_back(store: Store, wrong: list[str]) -> None:
    for left in (1, 0):
        take_back(store, last_import(store).batch, "wrong", READER)  # type: ignore[union-attr]
        assert len(worklist(store)) == left
    assert last_import(store) is None
