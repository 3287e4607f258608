"""config.json of a published CXR-LLAVA -> typed sizes; every number is the file's own, none is guessed.

Refuses what our modules would compute otherwise than the original. ``auto_map``, paths and the dtype fields are left
alone: the first name code, the last have no effect in the original. Knows no weights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from workstation.errors import ModelError
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.published.prompt import REPORT, ask

AGAIN = "Download the model's folder again, or choose another model."
_CONTEXT = 2048  # text positions, the image counted as one: the original's own fallback (cxr-llava.md 8)
_HEAD_WIDTH = 64  # open_clip's default, which the published file leaves out
_VAST = 1e30  # NaN is not below it either
_LONGEST = 1000  # layers: more is a damaged file, and would be counted for minutes
_TAKEN = {"image_size", "layers", "patch_size", "width", "head_width"}
_VISION_AS_OURS = {
    "mlp_ratio": 4.0, "ls_init_value": None, "patch_dropout": 0.0, "attentional_pool": False, "no_ln_pre": False,
    "pos_embed_type": "learnable", "final_ln_after_pool": False, "pool_type": "tok", "output_tokens": False,
    "act_kwargs": None, "norm_kwargs": None,
}  # fmt: skip
_LLAMA_AS_OURS = {"hidden_act": "silu", "rope_scaling": None, "attention_bias": False, "mlp_bias": False}


@dataclass(frozen=True, slots=True)
class PublishedConfig:
    """``embed_width`` is the width of ``vision_tower.proj``, which only the contrastive stage used; ``context`` counts
    text positions, the image as one."""

    vision: VisionConfig
    llama: LlamaConfig
    embed_width: int
    context: int = _CONTEXT

    @property
    def sizes(self) -> ModelConfig:
        """The same model in the house's words: every image token kept, no mirror, no heads of our own.

        The original writes at most ``context`` - ids - 1 words; told in positions, of which the image takes grid^2,
        that is this limit, whatever the language model's own (rotary positions have no table to run out of).
        """
        limit = self.context - 2 + self.vision.grid**2
        llama = replace(self.llama, max_position_embeddings=limit)
        return ModelConfig(self.vision, llama, pooled_grid=0, mirrored=False, report_prompt=ask(REPORT))


def read(path: Path) -> PublishedConfig:
    """config.json -> sizes; raises `ModelError` when it is missing, damaged, or of another kind of model."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError("The folder has no config.json.", AGAIN, "model_missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError("The model's config.json is damaged.", AGAIN, "model_damaged") from error
    return parse(value)


def parse(value: Any) -> PublishedConfig:
    """The JSON object of config.json -> sizes; raises `ModelError`."""
    if not isinstance(value, Mapping) or value.get("model_type") != "CXR-LLAVA":
        raise ModelError("This folder is not a CXR-LLAVA checkpoint.", "Choose the folder of one.", "model_format")
    found = PublishedConfig(
        _vision(_table(value, "clip_vision_cfg"), _table(value, "image_preprocess_cfg")),
        _llama(_table(value, "llama")),
        _count(value, "clip_embed_dim"),
        _count(value, "max_position_embeddings", _CONTEXT),
    )
    _check(found, _count(value, "mm_projector_dim"))
    return found


def _vision(tower: Mapping[str, Any], light: Mapping[str, Any]) -> VisionConfig:
    _same(tower, {key: _VISION_AS_OURS.get(key, tower[key]) for key in tower.keys() - _TAKEN})
    width, head = _count(tower, "width"), _count(tower, "head_width", _HEAD_WIDTH)
    if width % head:
        raise _misfit()
    return VisionConfig(
        image_size=_count(tower, "image_size"),
        stem="patch",
        patch_size=_count(tower, "patch_size"),
        width=width,
        layers=_count(tower, "layers"),
        heads=width // head,
        class_token=True,
        mean=_real(light, "mean"),
        std=_real(light, "std"),
    )


def _llama(block: Mapping[str, Any]) -> LlamaConfig:
    _same(block, _LLAMA_AS_OURS)
    heads = _count(block, "num_attention_heads")
    return LlamaConfig(
        vocab_size=_count(block, "vocab_size"),
        hidden_size=_count(block, "hidden_size"),
        intermediate_size=_count(block, "intermediate_size"),
        num_hidden_layers=_count(block, "num_hidden_layers"),
        num_attention_heads=heads,
        num_key_value_heads=_count(block, "num_key_value_heads", heads),  # absent or null: one for each head
        max_position_embeddings=_count(block, "max_position_embeddings"),
        rms_norm_eps=_real(block, "rms_norm_eps"),
        rope_theta=_real(block, "rope_theta"),
        bos_token_id=_count(block, "bos_token_id"),
        eos_token_id=_count(block, "eos_token_id"),
    )


def _check(found: PublishedConfig, projector: int) -> None:
    vision, llama = found.vision, found.llama
    fits = (
        projector == vision.width
        and vision.patch_size <= vision.image_size <= 4096
        and max(vision.layers, llama.num_hidden_layers) <= _LONGEST
        and llama.hidden_size % llama.num_attention_heads == 0
        and llama.head_size % 2 == 0
        and llama.num_attention_heads % llama.num_key_value_heads == 0
        and max(llama.bos_token_id, llama.eos_token_id) < llama.vocab_size
        and min(vision.std, llama.rms_norm_eps, llama.rope_theta) > 0
    )
    if not fits:
        raise _misfit()


def _table(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = value.get(key)
    if not isinstance(found, Mapping):
        raise ModelError(f"The model's config.json lacks {key}.", AGAIN, "model_damaged")
    return found


def _count(table: Mapping[str, Any], key: str, absent: int | None = None) -> int:
    found = table.get(key)
    if found is None and absent is not None:
        return absent
    if type(found) is not int or found < 1:
        raise ModelError(f"The model's config.json holds no usable {key}.", AGAIN, "model_damaged")
    return found


def _real(table: Mapping[str, Any], key: str) -> float:
    found = table.get(key)
    if isinstance(found, bool) or not isinstance(found, int | float) or not -_VAST < found < _VAST:
        raise ModelError(f"The model's config.json holds no usable {key}.", AGAIN, "model_damaged")
    return float(found)


def _same(table: Mapping[str, Any], ours: Mapping[str, Any]) -> None:
    """Raises unless each of ``ours`` is absent from ``table`` or as we compute it."""
    for key, usual in ours.items():
        if table.get(key, usual) != usual:
            raise ModelError(
                f"The model's config.json asks for {key} = {table[key]}, which this program does not compute.",
                "Choose a model with the published settings.",
                "model_format",
            )


def _misfit() -> ModelError:
    return ModelError("The model's config.json holds sizes that do not fit together.", AGAIN, "model_damaged")
