"""Our LLaMA gives transformers' logits, and its cache changes nothing."""

import pytest
import torch
from transformers import LlamaConfig as ForeignConfig
from transformers import LlamaModel

from workstation.vlm.config import LlamaConfig
from workstation.vlm.llama import Cache, Llama

SIZES = LlamaConfig(97, 48, 64, 3, 6, 2, 128, 1e-6, 50000.0)


@pytest.fixture(scope="module")
def ours() -> Llama:
    torch.manual_seed(0)
    return Llama(SIZES).eval()


@torch.inference_mode()
def test_hidden_states_are_those_of_transformers(ours):
    foreign = LlamaModel(
        ForeignConfig(
            vocab_size=97, hidden_size=48, intermediate_size=64, num_hidden_layers=3, num_attention_heads=6,
            num_key_value_heads=2, rms_norm_eps=1e-6, rope_theta=50000.0, attn_implementation="eager",
        )
    ).eval()  # fmt: skip
    foreign.load_state_dict(ours.state_dict())
    embeddings = torch.randn(2, 17, 48)
    theirs = foreign(inputs_embeds=embeddings).last_hidden_state
    assert torch.allclose(ours(embeddings), theirs, atol=1e-5)


@pytest.mark.parametrize("pieces", [(16, 1), (1,) * 17, (5, 7, 5)])
@torch.inference_mode()
def test_reading_in_pieces_with_a_cache_equals_reading_at_once(ours, pieces):
    embeddings, cache = torch.randn(1, 17, 48), Cache()
    parts = [ours(part, cache) for part in embeddings.split(list(pieces), 1)]
    assert torch.allclose(torch.cat(parts, 1), ours(embeddings), atol=1e-5)
    assert cache.length == 17


@torch.inference_mode()
def test_a_position_sees_nothing_that_comes_after_it(ours):
    embeddings = torch.randn(1, 9, 48)
    changed = embeddings.clone()
    changed[:, 6:] += 1.0
    assert torch.equal(ours(embeddings)[:, :6], ours(changed)[:, :6])
    assert not torch.allclose(ours(embeddings)[:, 6:], ours(changed)[:, 6:])
