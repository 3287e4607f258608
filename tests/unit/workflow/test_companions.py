"""What others drew on a film: kept whichever comes first, shown on that film, that frame, that patient and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.synthetic import dicom_file
from tests.unit.dicom.test_presentation_state import drawn, film, graphic, item, state_file
from workstation.errors import FilmRefused
from workstation.paths import Home
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow import companions
from workstation.workflow.identity import correct
from workstation.workflow.intake import take_in
from workstation.workflow.reading import Reader


@pytest.fixture
def store(home: Home) -> Any:
    with Store.open(home) as opened:
        yield opened


def film_file(folder: Path, **tags: Any) -> str:
    usual = {"SOPInstanceUID": "2.25.7", "StudyInstanceUID": "2.25.9", "PatientID": "CANARY-1"}
    return str(dicom_file(folder / "film.dcm", np.full((40, 50), 7, np.uint16), **{**usual, **tags}))


def state(folder: Path, **tags: Any) -> Path:
    return state_file(folder / "state.dcm", **{**drawn(graphic("POINT", [3, 4])), "PatientID": "CANARY-1", **tags})


@pytest.mark.parametrize("film_first", [True, False])
def test_whichever_comes_first_the_state_is_shown_on_its_film(store: Store, tmp_path: Path, film_first: bool) -> None:
    if film_first:
        take_in(store, store.home, [film_file(tmp_path)])
    taken = companions.take(store, state(tmp_path))
    assert taken.status == "taken"
    assert taken.study_instance_uid == ("2.25.9" if film_first else "")
    assert bool(taken.warnings) is not film_first  # it says that its film is not here yet
    if not film_first:
        take_in(store, store.home, [film_file(tmp_path)])
    (tmp_path / "state.dcm").unlink()  # it lives in the store
    shown = companions.presentation_states(store, "2.25.9")
    assert [each.sop_instance_uid for each in shown.states] == ["2.25.70"]
    assert shown.told == ()


def test_a_state_taken_twice_is_there_once_and_logged_once_without_names(store: Store, tmp_path: Path) -> None:
    companions.take(store, state(tmp_path))
    assert companions.take(store, state(tmp_path)).status == "already"
    (event,) = log.events(store, kind="companion_imported")
    assert event.payload == {"kind": "presentation state", "films": 1}


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({"PatientID": "SOMEBODY-ELSE"}, companions.OTHER_PATIENT),
        (
            {"ReferencedSeriesSequence": [item(ReferencedImageSequence=[film("2.25.1234")])]},
            companions.OTHER_FILMS,
        ),
        ({"StudyInstanceUID": "2.25.4321"}, companions.OTHER_STUDY),
    ],
    ids=["another patient", "another film", "another study"],
)
def test_a_state_about_something_else_is_told_and_drawn_nowhere(
    store: Store, tmp_path: Path, tags: dict[str, Any], sentence: str
) -> None:
    take_in(store, store.home, [film_file(tmp_path)])
    companions.take(store, state(tmp_path, **tags))
    shown = companions.presentation_states(store, "2.25.9")
    assert shown.states == ()
    assert len(shown.told) == 1 and sentence in shown.told[0]
    assert "CANARY" not in shown.told[0] and "SOMEBODY" not in shown.told[0]


def test_a_state_is_still_shown_after_the_patient_was_corrected(store: Store, tmp_path: Path) -> None:
    take_in(store, store.home, [film_file(tmp_path)])
    companions.take(store, state(tmp_path))
    fields = {"patient_name": "Right Name", "patient_id": "R-1"}
    correct(store, "2.25.9", fields, "mixed up at the console", Reader("rd", "Dr Reader", "radiologist"))
    shown = companions.presentation_states(store, "2.25.9")
    assert len(shown.states) == 1 and shown.told == ()


def test_a_damaged_state_is_refused_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(FilmRefused):
        companions.take(store, state(tmp_path, **drawn(graphic("POINT", [float("nan"), 1]))))
    assert not list(log.events(store, kind="companion_imported"))


def test_the_real_state_of_a_chest_ai_finds_its_film(store: Store, tmp_path: Path, shared: Path) -> None:
    uids = {
        "SOPInstanceUID": "1.2.840.113564.192168200113.20170404142225485590.1203801020003",
        "StudyInstanceUID": "1.400.20.81.610.201704042745",
        "PatientID": "ANONYMIZED",
    }
    take_in(store, store.home, [film_file(tmp_path, **uids)])
    taken = companions.take(store, shared / "dicom" / "orthanc" / "Issue168.dcm")
    assert taken.warnings == ("The presentation state does not say which character set its names are in.",)
    (found,) = companions.presentation_states(store, uids["StudyInstanceUID"]).states
    assert found.maker == "Lunit Inc." and found.drawn_on(uids["SOPInstanceUID"])


def test_reports_of_others_are_kept_with_their_numbers(store: Store, shared: Path) -> None:
    taken = companions.take(store, shared / "dicom" / "highdicom" / "sr_document_with_multiple_groups.dcm")
    assert taken.status == "taken"
    study = store.row("SELECT study_instance_uid FROM companion")
    assert study is not None
    (report,) = companions.reports(store, study["study_instance_uid"])
    assert [(each.name, each.value, each.unit) for each in report.numbers][1:3] == [
        ("Diameter", 10.0, "mm"),
        ("Diameter", 20.0, "mm"),
    ]


def test_a_folder_with_a_film_and_its_state_is_taken_whole(store: Store, tmp_path: Path) -> None:
    state(tmp_path)
    film_file(tmp_path)
    intake = take_in(store, store.home, [str(tmp_path)])
    assert [each.status for each in intake.files if each.path.endswith(".dcm")] == ["taken", "taken"]
    assert intake.study_instance_uids == ("2.25.9",)
    assert len(companions.presentation_states(store, "2.25.9").states) == 1


def test_a_damaged_state_in_a_batch_says_that_it_is_damaged(store: Store, tmp_path: Path) -> None:
    state(tmp_path, **drawn(graphic("POINT", [float("nan"), 1])))
    (outcome,) = take_in(store, store.home, [str(tmp_path / "state.dcm")]).files
    assert (outcome.status, outcome.code) == ("refused", "malformed")
