"""Evidence for a positive finding: refused where it would mislead, placed where the film is stored."""

import json

import numpy as np
import pytest

from tests import synthetic, toy_model
from workstation.drafting import evidence
from workstation.drafting.endings import Stopped
from workstation.drafting.engine import Engine
from workstation.drafting.messages import EvidenceRequest
from workstation.errors import ModelError
from workstation.imaging import film as films
from workstation.imaging.encode import write_png
from workstation.imaging.orientation import from_standard, to_standard
from workstation.imaging.prepare import placed, prepare
from workstation.reporting.draft import Evidence
from workstation.settings import Settings

ORIENTATIONS = (["L", "F"], ["R", "F"], ["L", "H"], ["R", "H"], ["F", "L"], ["F", "R"], ["H", "L"], ["H", "R"])


@pytest.fixture
def engine(home):
    made = Engine(home, Settings({"model": "toy"}))
    yield made
    made.close()


def ask(path, finding="cardiomegaly", **wishes):
    return EvidenceRequest("e", str(path), finding, **wishes)


@pytest.mark.parametrize(("finding", "code"), [("pneumothorax", "negative"), ("fracture", "no_evidence")])
def test_nothing_is_shown_of_negatives_or_of_what_has_no_score(home, engine, film, finding, code):
    toy_model.install(home)
    with pytest.raises(ModelError) as refused:
        engine.evidence(ask(film, finding))
    assert refused.value.code == code


def test_a_positive_finding_has_a_grid_over_the_whole_film(home, engine, film):
    toy_model.install(home)
    shown = engine.evidence(ask(film))
    assert (shown.finding, shown.rectangle) == ("cardiomegaly", (0.0, 0.0, 260.0, 250.0))
    assert shown.score == pytest.approx(0.9, abs=1e-3)
    assert 4 <= len(shown.grid) <= 64 and {len(row) for row in shown.grid} == {len(shown.grid)}
    assert not np.any(shown.grid)  # this model is blind: nothing on the film changes its score
    assert Evidence.from_json(json.loads(json.dumps(shown.to_json()))) == shown


def test_it_stops_between_films(home, engine, film):
    toy_model.install(home)
    asked = iter(range(10**6))
    with pytest.raises(Stopped):
        engine.evidence(ask(film), stop=lambda: next(asked) > 3)


@pytest.fixture
def two_maps(home, engine, tmp_path, monkeypatch):
    """Grids of the same chest stored upright and as ``turn`` stores it; the weights are random, so any map will do."""
    toy_model.install(home, sees=True)
    monkeypatch.setattr(evidence, "LEAST_AGREEMENT", -1.0)

    def maps(turn, orientation):
        pixels = synthetic.chest(4, rows=300, columns=260)
        upright = synthetic.dicom_file(tmp_path / "a.dcm", pixels, PatientOrientation=["L", "F"])
        turned = np.ascontiguousarray(turn(pixels))
        other = synthetic.dicom_file(tmp_path / "b.dcm", turned, PatientOrientation=orientation)
        return [engine.evidence(ask(path)) for path in (upright, other)]

    return maps


def test_a_film_stored_mirrored_has_its_map_mirrored(two_maps):
    one, two = two_maps(lambda pixels: pixels[:, ::-1], ["R", "F"])
    assert np.any(one.grid)
    np.testing.assert_allclose(np.array(two.grid), np.array(one.grid)[:, ::-1], atol=1e-4)


def test_a_film_on_its_side_has_its_map_on_its_side(two_maps):
    one, two = two_maps(lambda pixels: pixels.T, ["F", "L"])
    assert two.rectangle == (0.0, 0.0, 260.0, 300.0)
    np.testing.assert_allclose(np.array(two.grid), np.array(one.grid).T, atol=1e-4)


def test_a_map_that_contradicts_itself_is_not_shown(home, engine, film, monkeypatch):
    toy_model.install(home, sees=True)
    monkeypatch.setattr(evidence, "LEAST_AGREEMENT", 1.1)
    with pytest.raises(ModelError) as refused:
        engine.evidence(ask(film))
    assert refused.value.code == "unstable"


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_turning_back_undoes_turning(tmp_path, orientation):
    path = synthetic.dicom_file(
        tmp_path / "a.dcm", synthetic.chest(1, rows=40, columns=30), PatientOrientation=orientation
    )
    instance = films.describe(str(path))
    stored = np.arange(40 * 30).reshape(40, 30)
    assert np.array_equal(from_standard(to_standard(stored, instance), instance), stored)


@pytest.mark.parametrize("size", [(260, 250), (250, 260), (1000, 411), (37, 500), (128, 128), (3001, 2477)])
@pytest.mark.parametrize("side", [96, 128, 224])
def test_the_letterbox_is_where_the_film_is(tmp_path, size, side):
    white = np.full(size, 4000, np.uint16)
    white[0, 0] = 0
    path = synthetic.dicom_file(tmp_path / "a.dcm", white, WindowCenter=1000, WindowWidth=1000)
    picture = prepare(films.load(films.describe(str(path))), side, "letterbox")
    where = placed(*size, side, "letterbox")
    row0, col0, row1, col1 = where.box
    inside = np.zeros((side, side), bool)
    inside[row0:row1, col0:col1] = True
    assert picture[~inside].max(initial=0) == 0
    assert np.median(picture[inside]) == 255 and picture[row1 - 1, col1 - 1] == 255
    assert where.rectangle == (0, 0, *size)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (257, 123)])
def test_the_centre_crop_is_found_back(tmp_path, size):
    where = placed(*size, 64, "clip-centre-crop")
    row0, col0, row1, col1 = (round(edge) for edge in where.rectangle)
    inside = np.zeros(size, np.uint8)
    inside[row0:row1, col0:col1] = 255
    png = tmp_path / "a.png"
    write_png(png, inside)
    picture = prepare(films.load(films.describe(str(png))), 64, "clip-centre-crop")
    assert where.box == (0, 0, 64, 64)
    assert picture[2:-2, 2:-2].min() > 250  # all that is seen is inside the rectangle
    outside = 255 - inside
    write_png(png, outside)
    assert prepare(films.load(films.describe(str(png))), 64, "clip-centre-crop")[2:-2, 2:-2].max() < 5
