"""Convolutional companions make the image tokens wider; a model without them is the one it always was."""

import json

import numpy as np
import pytest
import torch

from tests.unit.vlm.small import small_model, write_model
from workstation.errors import ModelError
from workstation.vlm import config
from workstation.vlm.model import CxrLlava


@pytest.fixture(scope="module")
def model():
    return small_model(companions=2)


@pytest.fixture
def film():
    return np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)


def test_a_committee_is_written_and_read_back(model, film, tmp_path):
    loaded = CxrLlava.load(write_model(model, tmp_path))
    assert loaded.config.companions == 2 and len(loaded.companions) == 2
    one, two = model.encode(film), loaded.encode(film)
    assert torch.equal(one.embeddings, two.embeddings) and one.probabilities == two.probabilities


def test_each_tower_keeps_its_own_part_of_a_token(model, film):
    tokens = model.image_tokens(torch.from_numpy(film).unsqueeze(0))
    assert tokens.shape == (1, 4, 32 + 2 * 64) == (1, 4, model.config.token_width)
    alone = small_model(companions=2)
    with torch.no_grad():
        alone.companions[1].out[1].bn2.bias += 1.0
        changed = alone.image_tokens(torch.from_numpy(film).unsqueeze(0))
    assert torch.equal(tokens[..., :96], changed[..., :96]) and not torch.equal(tokens[..., 96:], changed[..., 96:])


def test_the_committees_tokens_of_a_mirrored_film_are_mirrored(model, film):
    one = model.image_tokens(torch.from_numpy(film).unsqueeze(0))
    two = model.image_tokens(torch.from_numpy(film[:, ::-1].copy()).unsqueeze(0))
    assert torch.allclose(one.unflatten(1, (2, 2)).flip(2).flatten(1, 2), two, atol=1e-5)


def test_a_config_from_before_there_were_companions_still_reads(tmp_path):
    write_model(small_model(), tmp_path)
    facts = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    del facts["companions"]
    (tmp_path / "config.json").write_text(json.dumps(facts), encoding="utf-8")
    assert config.read(tmp_path / "config.json").companions == 0
    assert CxrLlava.load(tmp_path).config.token_width == 32


@pytest.mark.parametrize("wrong", [{"pooled_grid": 0}, {"pooled_grid": 4}, {"companions": -1}, {"companions": 99}])
def test_companions_that_do_not_fit_are_refused(model, wrong):
    with pytest.raises(ModelError):
        config.from_json({**model.config.to_json(), **wrong})
