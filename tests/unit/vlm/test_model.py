"""A model's folder loads whole or not at all; a film becomes embeddings, finding scores and a kind."""

import json

import numpy as np
import pytest
import torch

from tests.unit.vlm.small import FINDINGS, small_model, write_model
from workstation.errors import ModelError
from workstation.vlm import checkpoint, config
from workstation.vlm.model import CxrLlava


@pytest.fixture(scope="module")
def model():
    return small_model()


@pytest.fixture
def film():
    return np.random.default_rng(0).integers(0, 256, (32, 32), dtype=np.uint8)


def test_a_written_model_reads_films_as_before(model, film, tmp_path):
    loaded = CxrLlava.load(write_model(model, tmp_path))
    one, two = model.encode(film), loaded.encode(film)
    assert torch.equal(one.embeddings, two.embeddings)
    assert (one.probabilities, one.gate) == (two.probabilities, two.gate)


def test_a_film_becomes_embeddings_scores_and_a_kind(model, film):
    encoded = model.encode(film)
    assert encoded.embeddings.shape == (4, 32)
    assert tuple(encoded.probabilities) == FINDINGS
    assert all(0 < p < 1 for p in encoded.probabilities.values())
    assert sum(encoded.gate.values()) == pytest.approx(1, abs=1e-5)


def test_the_finding_head_reads_the_same_mean_that_the_decoder_is_given(model, film):
    """Pooling to a coarser grid keeps the mean of the tokens, so head and words see the same film."""
    from workstation.vlm.projector import pool

    tokens = model.image_tokens(torch.from_numpy(film).unsqueeze(0))
    for grid in (0, 1, 2):
        assert torch.allclose(pool(tokens, grid).mean(1), tokens.mean(1), atol=1e-6)


def test_a_mirrored_film_gives_the_mirrored_tokens(model, film):
    one = model.image_tokens(torch.from_numpy(film).unsqueeze(0))
    two = model.image_tokens(torch.from_numpy(film[:, ::-1].copy()).unsqueeze(0))
    assert torch.allclose(one.unflatten(1, (2, 2)).flip(2).flatten(1, 2), two, atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [np.zeros((16, 16), np.uint8), np.zeros((32, 32), np.float32), np.zeros((1, 32, 32), np.uint8)]
)
def test_a_film_that_was_not_prepared_is_refused(model, wrong):
    with pytest.raises(ModelError):
        model.encode(wrong)


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"{"])
def test_a_missing_or_damaged_file_is_refused(model, tmp_path, name, content):
    path = write_model(model, tmp_path) / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(ModelError):
        CxrLlava.load(tmp_path)


def test_weights_that_are_not_numbers_are_refused(model, tmp_path):
    tensors = {k: v.clone() for k, v in write_model(model, tmp_path) and model.state_dict().items()}
    tensors["lm_head.weight"][0, 0] = float("nan")
    checkpoint.save(tensors, tmp_path / "model.safetensors")
    with pytest.raises(ModelError, match="finite"):
        CxrLlava.load(tmp_path)


def test_a_vocabulary_larger_than_the_weights_is_refused(model, tmp_path):
    value = json.loads((write_model(model, tmp_path) / "config.json").read_text())
    value["llama"]["vocab_size"] = 100
    (tmp_path / "config.json").write_text(json.dumps(value))
    with pytest.raises(ModelError):
        CxrLlava.load(tmp_path)


@pytest.mark.parametrize(
    ("part", "key", "value"),
    [
        ("vision", "stem", "magic"),
        ("vision", "image_size", 33),
        ("llama", "num_key_value_heads", 3),
        ("vision", "new", 1),
    ],
)
def test_impossible_sizes_are_refused(model, part, key, value):
    written = model.config.to_json()
    written[part] = {**written[part], key: value}
    with pytest.raises(ModelError):
        config.from_json(written)


def test_a_config_survives_its_json(model):
    assert config.from_json(json.loads(json.dumps(model.config.to_json()))) == model.config


def test_the_papers_model_has_the_published_tensors():
    """589 tensors, 7.05 thousand million parameters (cxr-llava.md 1.3); nothing is allocated."""
    with torch.device("meta"):
        model = CxrLlava(config.paper())
    tensors = model.state_dict()
    assert len(tensors) == 589 - 1  # all but the contrastive stage's vision_tower.proj
    assert tensors["vision_tower.positional_embedding"].shape == (1025, 1024)
    assert tensors["vision_tower.transformer.resblocks.23.attn.in_proj_weight"].shape == (3072, 1024)
    assert tensors["mm_projector.weight"].shape == (4096, 1024)
    assert tensors["llama.layers.31.mlp.down_proj.weight"].shape == (4096, 11008)
    assert sum(t.numel() for t in tensors.values()) == pytest.approx(7.046e9, rel=1e-3)
