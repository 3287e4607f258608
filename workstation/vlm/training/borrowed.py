"""A LLaMA as Hugging Face publishes it -> the language model of a stage: its sizes, weights and SentencePiece words.

The paper's 2a begins with LLaMA-2-7B-chat. Only safetensors are read; every name and shape must be there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from torch import Tensor

from workstation.errors import ModelError, TrainingError
from workstation.vlm import checkpoint
from workstation.vlm.config import LlamaConfig, ModelConfig
from workstation.vlm.published import tokenizer
from workstation.vlm.published.prompt import REPORT, ask
from workstation.vlm.published.tokenizer import PublishedWords

INDEX = "model.safetensors.index.json"
_REMEDY = "Give --language the folder of a LLaMA as it is published: config.json, tokenizer.model, *.safetensors."
_AS_OURS = {"hidden_act": "silu", "rope_scaling": None, "attention_bias": False, "mlp_bias": False}


@dataclass(frozen=True, slots=True)
class Borrowed:
    """``tensors``: part ("llama", "lm_head") -> its weights by our names."""

    llama: LlamaConfig
    words: PublishedWords
    tensors: Mapping[str, dict[str, Tensor]]


def read(folder: Path) -> Borrowed:
    """Raises `TrainingError` for anything that is not a whole LLaMA."""
    try:
        llama = _config(json.loads((folder / "config.json").read_text(encoding="utf-8")))
        words = tokenizer.read(folder / "tokenizer.model", llama)
        parts: dict[str, dict[str, Tensor]] = {"llama": {}, "lm_head": {}}
        for file in _files(folder):
            for name, tensor in checkpoint.load(folder / file)[0].items():
                _place(parts, name, tensor)
    except ModelError as error:
        raise TrainingError(f"The language model cannot be used: {error.message}", _REMEDY, error.code) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError("The language model's folder is damaged or not a LLaMA.", _REMEDY, "language") from error
    if not parts["lm_head"]:
        parts["lm_head"]["weight"] = parts["llama"]["embed_tokens.weight"].clone()  # tied
    return Borrowed(llama, words, parts)


def fit(sizes: ModelConfig, borrowed: Borrowed) -> ModelConfig:
    """The whole model's sizes; raises `TrainingError` where the encoder cannot stand in the published layout."""
    vision = sizes.vision
    if vision.stem != "patch" or not vision.class_token or sizes.pooled_grid or sizes.companions:
        raise TrainingError(
            "A published language model needs the paper's encoder: patches, a class token, no pooling.",
            "Train the encoder with --size paper, or leave --language out.",
            "language",
        )
    limit = 2048 - 2 + vision.grid**2  # the original's context, as `published.config` counts it
    llama = replace(borrowed.llama, max_position_embeddings=limit)
    return replace(sizes, llama=llama, mirrored=False, findings=(), gate_classes=(), report_prompt=ask(REPORT))


def _config(value: Any) -> LlamaConfig:
    if value["model_type"] != "llama" or any(value.get(key, usual) != usual for key, usual in _AS_OURS.items()):
        raise ValueError("not a LLaMA as we compute it")
    known = {field.name: value[field.name] for field in fields(LlamaConfig) if field.name in value}
    known.setdefault("num_key_value_heads", value["num_attention_heads"])
    return LlamaConfig(**known)


def _files(folder: Path) -> list[str]:
    index = folder / INDEX
    if not index.is_file():
        return ["model.safetensors"]
    found = {Path(str(name)).name for name in json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()}
    return sorted(found)


def _place(parts: dict[str, dict[str, Tensor]], name: str, tensor: Tensor) -> None:
    if name.endswith("rotary_emb.inv_freq"):
        return  # older folders carry what is computed
    if name.startswith("model."):
        parts["llama"][name.removeprefix("model.")] = tensor.float()
    elif name.startswith("lm_head."):
        parts["lm_head"][name.removeprefix("lm_head.")] = tensor.float()
    else:
        raise ValueError("an unknown weight")
