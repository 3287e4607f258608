"""The worklist: order, search, and which earlier study is a prior."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.readings import READER, film_file, signed, take
from workstation.errors import WorkstationError
from workstation.paths import Home
from workstation.storage.store import Store
from workstation.workflow.reading import Reading
from workstation.workflow.worklist import find_film, study, worklist


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.open(home) as store:
        yield store


Pair = Callable[..., tuple[str, ...]]


def day(date: str, **tags: str) -> dict[str, str]:
    return {"StudyDate": date, "AcquisitionDate": date, "AcquisitionTime": "120000", **tags}


def test_stat_stands_above_high_whatever_the_time(store: Store, home: Home, tmp_path: Path) -> None:
    high = take(store, home, tmp_path, "high", **day("20240101", RequestedProcedurePriority="HIGH"))
    stat = take(store, home, tmp_path, "stat", **day("20260401", RequestedProcedurePriority="STAT"))
    assert [row.study_instance_uid for row in worklist(store)] == [stat, high]


def test_urgent_first_then_oldest_and_signed_last(store: Store, home: Home, tmp_path: Path) -> None:
    read = take(store, home, tmp_path, "read", **day("20240101", RequestedProcedurePriority="STAT"))
    new = take(store, home, tmp_path, "new", **day("20260301"))
    old = take(store, home, tmp_path, "old", **day("20260201"))
    stat = take(store, home, tmp_path, "stat", **day("20260401", RequestedProcedurePriority="STAT"))
    signed(Reading(store, read, READER))
    assert [row.study_instance_uid for row in worklist(store)] == [stat, old, new, read]


@pytest.mark.parametrize("word", ["nguyen", "P-4711", "acc-55", "bedside", "2026-03-01", "20260301", "nguyen bedside"])
def test_search_finds_by_name_id_accession_description_and_date(
    store: Store, home: Home, tmp_path: Path, word: str
) -> None:
    tags = day(
        "20260301",
        PatientName="NGUYEN^An",
        PatientID="P-4711",
        AccessionNumber="ACC-55",
        StudyDescription="Chest bedside",
    )
    uid = take(store, home, tmp_path, "a", **tags)
    take(store, home, tmp_path, "b", **day("20250101"))
    assert [row.study_instance_uid for row in worklist(store, word)] == [uid]
    assert worklist(store, "nobody") == []


@pytest.mark.parametrize("typed", ["muller", "MÜLLER", "Muller jose", "josé"])
def test_search_knows_neither_case_nor_accents(store: Store, home: Home, tmp_path: Path, typed: str) -> None:
    take(store, home, tmp_path, "a", PatientName="MÜLLER^José")
    assert len(worklist(store, typed)) == 1


@pytest.fixture
def pair(store: Store, home: Home, tmp_path: Path) -> Pair:
    def make(**other: str | None) -> tuple[str, ...]:
        take(store, home, tmp_path, "old", **{**day("20250101"), **other})
        now = take(store, home, tmp_path, "now", **day("20260101"))
        row = study(store, now)
        return ("prior" if row.priors else "possible" if row.possible_priors else "none",)

    return make


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ({}, "prior"),
        ({"PatientID": "ELSE"}, "possible"),  # same name and birth date
        ({"PatientID": "ELSE", "PatientName": "OTHER^ONE"}, "none"),
        ({"IssuerOfPatientID": "ELSEWHERE"}, "possible"),
        ({"PatientBirthDate": "19600102"}, "possible"),
        ({"PatientBirthDate": None}, "possible"),
        ({"PatientSex": "F"}, "possible"),
        ({"AcquisitionDate": "20270101", "StudyDate": "20270101"}, "none"),  # later
        ({"AcquisitionDate": "20260101", "AcquisitionTime": "115959"}, "prior"),
        ({"AcquisitionDate": "20260101", "AcquisitionTime": "120000"}, "possible"),  # not known to be earlier
        ({"AcquisitionDate": "20260101", "AcquisitionTime": None}, "possible"),
        ({"AcquisitionDate": None, "StudyDate": None}, "possible"),
        ({"AcquisitionDate": "", "StudyDate": "20250101"}, "prior"),
        ({"AcquisitionDate": "20251399", "StudyDate": "20259999"}, "possible"),  # no day that ever was
    ],
)
def test_a_prior_is_the_same_person_proven_and_earlier(pair: Pair, other: dict[str, str | None], found: str) -> None:
    assert pair(**other) == (found,)


def test_two_studies_without_a_patient_are_not_related(store: Store, home: Home, tmp_path: Path) -> None:
    nobody = {"PatientID": None, "PatientName": None}
    take(store, home, tmp_path, "old", **day("20250101"), **nobody)
    row = study(store, take(store, home, tmp_path, "now", **day("20260101"), **nobody))
    assert (row.priors, row.possible_priors) == ((), ())


def test_priors_stand_newest_first_and_also_in_a_search(store: Store, home: Home, tmp_path: Path) -> None:
    oldest = take(store, home, tmp_path, "a", **day("20240101", StudyDescription="first"))
    older = take(store, home, tmp_path, "b", **day("20250101", StudyDescription="second"))
    take(store, home, tmp_path, "c", **day("20260101", StudyDescription="third"))
    assert worklist(store, "third")[0].priors == (older, oldest)


def test_a_film_is_found_by_path_and_by_either_uid(store: Store, home: Home, tmp_path: Path) -> None:
    path = film_file(tmp_path, "x", ViewPosition="LL", StudyInstanceUID="1.2.3")
    take(store, home, tmp_path, "lateral", ViewPosition="LL", StudyInstanceUID="1.2.4", SOPInstanceUID="1.2.4.1")
    take(store, home, tmp_path, "pa", StudyInstanceUID="1.2.4", SOPInstanceUID="1.2.4.2")
    assert find_film(store, "1.2.4").sop_instance_uid == "1.2.4.2"
    assert find_film(store, "1.2.4.1").view_position == "LL"
    assert find_film(store, str(path)).study_instance_uid == "1.2.3"
    with pytest.raises(WorkstationError) as refused:
        find_film(store, "1.2.9")
    assert refused.value.code == "unknown_film"
