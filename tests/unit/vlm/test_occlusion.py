"""Occlusion maps: arithmetic against slow witnesses, and the check that random weights must fail (Adebayo 2018)."""

import numpy as np
import pytest
import torch
from scipy.ndimage import uniform_filter
from scipy.stats import spearmanr

from tests import synthetic
from tests.unit.vlm.small import small_model
from workstation.catalog import manifest
from workstation.imaging import film as films
from workstation.imaging.prepare import placed, prepare
from workstation.paths import bundled_models
from workstation.vlm.model import CxrLlava
from workstation.vlm.occlusion import _blurred, agreement, occlusion

FOLDER = bundled_models() / "cxr-llava-mini"
GRID = 6
FILMS = 8
PASSED_FROM = 0.3  # mean agreement over the films


@pytest.fixture(scope="module")
def trained():
    return CxrLlava.load(FOLDER)


@pytest.fixture(scope="module")
def untrained(trained):
    found = []
    for seed in range(FILMS):
        torch.manual_seed(seed)
        found.append(CxrLlava(trained.config).eval())
    return found


@pytest.fixture(scope="module")
def maps(trained, untrained, tmp_path_factory):
    """For each film, (2, g, g) of the trained, of one untrained and of the film's own untrained model."""
    folder, found = tmp_path_factory.mktemp("films"), []
    about = manifest.read(FOLDER)
    for number in range(FILMS):
        path = synthetic.dicom_file(folder / f"{number}.dcm", synthetic.chest(number, rows=260, columns=250))
        picture = prepare(films.load(films.describe(str(path))), about.preprocess.side, about.preprocess.method)
        scores = trained.encode(picture).probabilities
        finding = max(about.thresholds, key=lambda name, scores=scores: scores[name] / about.thresholds[name])
        box = placed(260, 250, about.preprocess.side, about.preprocess.method).box
        found.append(
            [occlusion(model, picture, finding, GRID, box=box) for model in (trained, untrained[0], untrained[number])]
        )
    return found


def test_trained_weights_pass_the_check_that_random_weights_fail(maps):
    """Scores that depend on the film fall at the same places however these are covered; others fall anywhere."""
    trained, untrained = (float(np.mean([agreement(each[which]) for each in maps])) for which in (0, 1))
    assert trained >= PASSED_FROM
    assert untrained < PASSED_FROM


def test_the_maps_are_of_the_weights_and_not_of_the_film(maps):
    """An edge detector would draw the same with any weights. One draw for all films of one finding would agree or
    disagree with all of them by the same accident: each film has its own."""
    alike = [spearmanr(one.mean(0).ravel(), other.mean(0).ravel()).statistic for one, _, other in maps]
    assert abs(float(np.mean(alike))) < PASSED_FROM


def test_agreement_is_spearmans_over_the_cells_that_change():
    chance = np.random.default_rng(5)
    maps = chance.integers(-3, 4, (2, 8, 8)).astype(np.float32)  # many ties
    seen = np.any(maps != 0, 0)
    assert agreement(maps) == pytest.approx(spearmanr(maps[0][seen], maps[1][seen]).statistic)
    assert agreement(np.zeros((2, 8, 8))) == 1.0
    assert agreement(np.stack([maps[0], np.zeros((8, 8))])) == 0.0


@pytest.fixture
def model():
    made = small_model(1)
    torch.nn.init.normal_(made.finding_head.out.weight)
    return made


def picture_for(model):
    side = model.config.vision.image_size
    return np.random.default_rng(2).integers(0, 256, (side, side), dtype=np.uint8)


def test_each_cell_is_the_fall_of_the_logit_when_it_alone_is_covered(model):
    picture, finding, grid = picture_for(model), model.config.findings[1], 4
    found = occlusion(model, picture, finding, grid)
    side, cell = len(picture), len(picture) // grid
    mean = round(float(picture.mean()))
    for row, column in ((0, 0), (1, 3), (3, 2)):
        place = slice(row * cell, (row + 1) * cell), slice(column * cell, (column + 1) * cell)
        covered = picture.copy()
        covered[place] = mean
        whole, less = (model.finding_logits(np.stack([film[:, ::-1]]))[0, 1] for film in (picture, covered))
        assert found[1, row, column] == pytest.approx(whole - less, abs=1e-5)
        blurred = picture.copy()
        blurred[place] = _blurred(picture, (0, 0, side, side), grid)[place]
        whole, less = (model.finding_logits(np.stack([film]))[0, 1] for film in (picture, blurred))
        assert found[0, row, column] == pytest.approx(whole - less, abs=1e-5)


def test_the_blur_is_a_mean_of_the_surroundings():
    picture = np.random.default_rng(3).integers(0, 256, (64, 64), dtype=np.uint8)
    witness = uniform_filter(picture.astype(float), size=2 * 12 + 1, mode="nearest")
    assert np.abs(_blurred(picture, (0, 0, 64, 64), 8).astype(float) - witness).max() <= 0.5 + 1e-9


def test_padding_and_black_margins_are_not_looked_at(model):
    picture = picture_for(model)
    side = len(picture)
    picture[: side // 2] = 0
    seen = []
    logits = model.finding_logits
    model.finding_logits = lambda films: seen.append(len(films)) or logits(films)
    occlusion(model, picture, model.config.findings[0], 4, box=(side // 2, 0, side, side))
    everywhere, seen[:] = sum(seen), []
    picture[:] = 0
    assert not occlusion(model, picture, model.config.findings[0], 4).any()
    assert everywhere == 2 * (1 + 16) and sum(seen) == 2  # the whole film once in each way, no cell


def test_it_stops_between_batches(model):
    assert occlusion(model, picture_for(model), model.config.findings[0], 4, stop=lambda: True).size == 0
