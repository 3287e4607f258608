"""A synthetic film with a complete header; an ear, and a worker over the module's ``models`` that leaves nothing."""

import threading

import pytest

from tests import synthetic
from tests.unit.drafting.ear import Ear
from workstation.drafting.client import Worker


def film_file(folder, name="film.dcm", **tags):
    """A chest film of a grown-up, PA, sides known, unless ``tags`` say otherwise."""
    said = {"ViewPosition": "PA", "PatientAge": "045Y", "PatientOrientation": ["L", "F"], "PatientName": "CANARY^KIM"}
    pixels = synthetic.chest(4, rows=260, columns=250)
    return str(synthetic.dicom_file(folder / name, pixels, **{**said, **tags}))


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """Read only: whoever changes a film makes one of its own."""
    return film_file(tmp_path_factory.mktemp("films"), "CANARY_FILE.dcm")


@pytest.fixture
def ear():
    return Ear()


@pytest.fixture
def worker(models, ear):
    made = Worker(models, ear)
    yield made
    made.close()
    assert not made.running
    assert not [thread for thread in threading.enumerate() if thread.name == "worker-events"]
