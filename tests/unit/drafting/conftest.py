"""A synthetic film with a complete header."""

import pytest

from tests import synthetic


def film_file(folder, name="film.dcm", **tags):
    """A chest film of a grown-up, PA, sides known, unless ``tags`` say otherwise."""
    said = {"ViewPosition": "PA", "PatientAge": "045Y", "PatientOrientation": ["L", "F"], "PatientName": "CANARY^KIM"}
    pixels = synthetic.chest(4, rows=260, columns=250)
    return str(synthetic.dicom_file(folder / name, pixels, **{**said, **tags}))


@pytest.fixture
def film(tmp_path):
    return film_file(tmp_path)
