"""A published folder -> `CxrLlava`, ready to read films and to answer. Knows no manifest, no home and no report."""

from __future__ import annotations

from pathlib import Path

import torch

from workstation.vlm.model import CxrLlava
from workstation.vlm.published import shards, tokenizer


def load(folder: Path, device: str = "cpu", dtype: str = "float32", language: bool = True) -> CxrLlava:
    """Checks every name, shape and dtype and the vocabulary, then builds, then fills tensor by tensor.

    The module is made without memory and takes the tensors as they come: the weights are in memory once. Without
    ``language`` the language model is left out: llama.cpp has it, and it would be in memory twice.

    Raises
    ------
    ModelError
        For a folder that is not whole, not CXR-LLAVA's, pickled, or holds numbers that are none.
    """
    whole = shards.check(folder)
    words = tokenizer.read(folder / "tokenizer.model", whole.config.llama)
    with torch.device("meta"):
        model = CxrLlava(whole.config.sizes)
    if not language:
        del model.llama, model.lm_head
        whole = shards.without(whole, ("llama.", "lm_head."))
    model.load_state_dict(dict(shards.tensors(whole, device, getattr(torch, dtype))), assign=True)
    model.words = words
    return model.requires_grad_(False).eval()
