"""The same language model written with by transformers' `generate`, our torch loop and llama.cpp. No benchmark itself.

The peer gets our very weights and embeddings, so that only the way of writing differs. All write greedily and to the
same length: no end token ends them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch

from workstation.reporting.draft import Decoding
from workstation.vlm import llama_cpp
from workstation.vlm.config import LlamaConfig
from workstation.vlm.generate import embed_prompt, generate
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded

Writer = Callable[[int], Any]  # how many tokens


def greedy(count: int) -> Decoding:
    return Decoding(0.0, 1.0, 0, count)


def endless(model: CxrLlava) -> CxrLlava:
    """No token ends an answer any more."""
    model.words.end = -1
    return model


def transformers_model(model: CxrLlava) -> Any:
    """transformers' class around the same tensors: no second copy in memory."""
    from transformers import LlamaForCausalLM

    with torch.device("meta"):
        peer = LlamaForCausalLM(transformers_config(model.config.llama))
    tensors = {f"model.{name}": tensor for name, tensor in model.llama.state_dict().items()}
    peer.load_state_dict({**tensors, "lm_head.weight": model.lm_head.weight}, assign=True, strict=True)
    peer.model.rotary_emb = type(peer.model.rotary_emb)(peer.config).to(model.device)  # buffers, not weights
    return peer.eval()


def transformers_config(sizes: LlamaConfig) -> Any:
    from transformers import LlamaConfig as Theirs

    return Theirs(
        vocab_size=sizes.vocab_size,
        hidden_size=sizes.hidden_size,
        intermediate_size=sizes.intermediate_size,
        num_hidden_layers=sizes.num_hidden_layers,
        num_attention_heads=sizes.num_attention_heads,
        num_key_value_heads=sizes.num_key_value_heads,
        max_position_embeddings=sizes.max_position_embeddings,
        rms_norm_eps=sizes.rms_norm_eps,
        rope_parameters={"rope_type": "default", "rope_theta": sizes.rope_theta},
        bos_token_id=sizes.bos_token_id,
        eos_token_id=None,
        pad_token_id=None,
        tie_word_embeddings=False,
    )


def by_transformers(peer: Any, model: CxrLlava, encoded: Encoded, prompt: str) -> Writer:
    @torch.inference_mode()
    def write(count: int) -> list[int]:
        given = embed_prompt(model, encoded.embeddings, prompt)
        mask = torch.ones(given.shape[:2], dtype=torch.long, device=given.device)
        asked = {"do_sample": False, "max_new_tokens": count, "min_new_tokens": count, "use_cache": True}
        return list(peer.generate(inputs_embeds=given, attention_mask=mask, **asked)[0].tolist())

    return write


def by_torch(model: CxrLlava, encoded: Encoded, prompt: str) -> Writer:
    return lambda count: list(generate(model, encoded, prompt, greedy(count), 0).token_ids)


def by_llama_cpp(decoder: LlamaCppDecoder, model: CxrLlava, encoded: Encoded, prompt: str) -> Writer:
    def write(count: int) -> list[int]:
        decoder.reset()  # the film is read again each time, as the others do
        return list(llama_cpp.generate(decoder, model.words, encoded, prompt, greedy(count), 0).token_ids)

    return write


def seconds(write: Callable[[], Any], ready: Callable[[], Any] = lambda: None) -> float:
    began = time.perf_counter()
    write()
    ready()
    return time.perf_counter() - began


def in_turns(works: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """The least seconds of each, measured in turns: what else runs on the machine hits all of them alike."""
    least = dict.fromkeys(works, float("inf"))
    for _ in range(repeats):
        for name, work in works.items():
            least[name] = min(least[name], seconds(work))
    return least
