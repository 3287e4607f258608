"""A film that a model refused is not asked about again until film or model change."""

import pytest

from tests import toy_model
from tests.unit.readings import READER, draft, take
from workstation.settings import Settings
from workstation.storage import log
from workstation.storage.store import Store
from workstation.workflow import refusals, worklist
from workstation.workflow.reading import Reading

TOY = Settings({"model": "toy"})


@pytest.fixture
def reading(home, tmp_path):
    toy_model.install(home)
    with Store.open(home) as store:
        yield Reading(store, take(store, home, tmp_path), READER)


def fingerprint(reading, settings=TOY, path=None):
    path = path or worklist.films(reading.store, reading.study_instance_uid)[0].path
    return refusals.fingerprint(reading, path, settings)


def test_a_refusal_for_the_films_sake_stands(reading):
    of = fingerprint(reading)
    assert not refusals.stands(reading, of)
    reading.draft_failed("lateral", "a message", **of)
    assert refusals.stands(reading, fingerprint(reading))


@pytest.mark.parametrize("code", ["stopped", "made_way", "closed", "worker_died", "memory", "damaged_model"])
def test_other_ends_do_not_stand(reading, code):
    reading.draft_failed(code, **fingerprint(reading))
    assert not refusals.stands(reading, fingerprint(reading))


def test_another_film_another_model_or_a_draft_in_between_are_tried(reading, home):
    reading.draft_failed("age", **fingerprint(reading))
    assert not refusals.stands(reading, fingerprint(reading, path="another/film.dcm"))
    toy_model.install(home, "other", scores=(0.1, 0.2, 0.3, 0.4))
    assert not refusals.stands(reading, fingerprint(reading, Settings({"model": "other"})))
    assert not refusals.stands(reading, fingerprint(reading, Settings({"model": "absent"})))
    reading.add_draft(draft())
    assert not refusals.stands(reading, fingerprint(reading))


def test_neither_path_nor_uid_stands_in_the_log(reading):
    reading.draft_failed("lateral", **fingerprint(reading))
    payload = next(log.events(reading.store, reading.study_key, "draft_failed")).payload
    assert set(payload) == {"code", "film", "model_sha256"}
    assert len(payload["film"]) == 16
