"""What the original's centre crop cuts off a film is told, with its share and its edges."""

import pytest

from tests import synthetic
from workstation.imaging.film import describe, load
from workstation.imaging.margins import unseen


def film(folder, rows, columns, **tags):
    pixels = synthetic.chest(4, rows=rows, columns=columns)
    return load(describe(synthetic.dicom_file(folder / "film.dcm", pixels, **tags)))


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [
        (300, 225, ("25 %", "top and bottom", "apices")),
        (150, 300, ("50 %", "left and right", "chest wall")),
        (300, 299, ("less than 1 %",)),
    ],
)
def test_the_margins_of_a_film_that_is_not_square_are_named(tmp_path, rows, columns, said):
    sentence = unseen(film(tmp_path, rows, columns), "clip-centre-crop")
    assert all(word in sentence for word in said)


def test_a_film_on_its_side_loses_what_is_at_its_edges_when_upright(tmp_path):
    lying = film(tmp_path, 150, 300, PatientOrientation=["F", "L"])
    assert "top and bottom" in unseen(lying, "clip-centre-crop")


def test_whole_films_need_no_words(tmp_path):
    assert unseen(film(tmp_path, 200, 200), "clip-centre-crop") == ""
    assert unseen(film(tmp_path, 200, 300), "letterbox") == ""
