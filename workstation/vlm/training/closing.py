"""A trained model -> its folder: the parts that stand (``--start`` reads them), or a whole model that can be imported.

Ours: config.json, tokenizer.json, model.safetensors, manifest.toml. A model with a published vocabulary is written in
the published layout. Written beside and renamed: whole or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from workstation.errors import ModelError, TrainingError
from workstation.vlm import checkpoint, config
from workstation.vlm.config import ModelConfig
from workstation.vlm.published.names import UNUSED
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import record as records

SHARD_BYTES = 5 << 30
EMBED_WIDTH = 128  # of the published model's ``proj``, which nothing reads


def write(
    out: Path, sizes: ModelConfig, words: Words | None, tensors: Mapping[str, Tensor], fill: Callable[[Path], None]
) -> None:
    """Our layout; ``fill`` adds records to the folder before it takes its name."""

    def make(folder: Path) -> None:
        config.write(sizes, folder / "config.json")
        if words is not None:
            words.write(folder / "tokenizer.json")
        checkpoint.save(tensors, folder / "model.safetensors", {"format": "pt"})
        fill(folder)

    _whole(out, make)


def write_published(
    out: Path, sizes: ModelConfig, words: Words, tensors: Mapping[str, Tensor], record: Mapping[str, Any]
) -> None:
    """The layout of CXR-LLAVA-v2: shards with an index, its config, SentencePiece's model."""

    def make(folder: Path) -> None:
        (folder / "config.json").write_text(json.dumps(_config(sizes), indent=1) + "\n", encoding="utf-8")
        words.write(folder / "tokenizer.model")
        _shards(folder, {UNUSED: torch.zeros(sizes.vision.width, EMBED_WIDTH), **tensors})
        records.write_run(folder, record)

    _whole(out, make)


def check_out(out: Path, stage: str) -> None:
    """What stands in ``out`` is replaced at the end: raises `TrainingError` unless this stage wrote it, or nobody."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    try:
        earlier = json.loads((out / records.NAME).read_text(encoding="utf-8"))["stage"]
    except (OSError, ValueError, TypeError, KeyError):
        earlier = ""
    if earlier != stage:
        raise TrainingError(
            f"The folder {out.name} holds something else already; nothing in it was touched.",
            "Give --out a new folder, or one that the same stage wrote before.",
            "out",
        )


def _whole(out: Path, make: Callable[[Path], None]) -> None:
    part, old = out.with_name(f"{out.name}.part"), out.with_name(f"{out.name}.old")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True)
        make(part)
        if out.exists():
            shutil.rmtree(old, ignore_errors=True)
            out.replace(old)
        part.replace(out)
        shutil.rmtree(old, ignore_errors=True)
    except (OSError, ModelError) as error:
        raise TrainingError(
            f"The trained model could not be written to {out.name}.",
            "Free the disk and start the same command again: the training itself is saved and will not be repeated.",
            "disk",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _config(sizes: ModelConfig) -> dict[str, Any]:
    """config.json as the published one has it (cxr-llava.md 1.2)."""
    vision, llama = sizes.vision, sizes.llama
    return {
        "architectures": ["CXRLLAVAModel"], "model_type": "CXR-LLAVA", "clip_embed_dim": EMBED_WIDTH,
        "clip_quick_gelu": False, "mm_projector_dim": vision.width,
        "clip_vision_cfg": {
            "image_size": vision.image_size, "layers": vision.layers, "patch_size": vision.patch_size,
            "width": vision.width, "head_width": vision.width // vision.heads,
        },
        "image_preprocess_cfg": {"mean": vision.mean, "std": vision.std},
        "llama": {
            "vocab_size": llama.vocab_size, "hidden_size": llama.hidden_size,
            "intermediate_size": llama.intermediate_size, "num_hidden_layers": llama.num_hidden_layers,
            "num_attention_heads": llama.num_attention_heads, "num_key_value_heads": llama.num_key_value_heads,
            "max_position_embeddings": llama.max_position_embeddings, "hidden_act": "silu",
            "rms_norm_eps": llama.rms_norm_eps, "rope_theta": llama.rope_theta,
            "bos_token_id": llama.bos_token_id, "eos_token_id": llama.eos_token_id,
        },
    }  # fmt: skip


def _shards(folder: Path, tensors: Mapping[str, Tensor]) -> None:
    groups: list[dict[str, Tensor]] = [{}]
    held = 0
    for name, tensor in tensors.items():
        size = tensor.numel() * tensor.element_size()
        if groups[-1] and held + size > SHARD_BYTES:
            groups.append({})
            held = 0
        groups[-1][name] = tensor.detach().contiguous()
        held += size
    names = [f"model-{i + 1:05}-of-{len(groups):05}.safetensors" for i in range(len(groups))]
    for file, group in zip(names, groups, strict=True):
        save_file(group, folder / file, {"format": "pt"})
        (folder / file).chmod(0o644)
    where = {name: file for file, group in zip(names, groups, strict=True) for name in group}
    index = {
        "metadata": {"total_size": sum(p.stat().st_size for p in folder.glob("*.safetensors"))},
        "weight_map": where,
    }
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=1) + "\n", encoding="utf-8")


def free_enough(folder: Path, needed: int) -> None:
    """Refuse before hours of work what would fail at their end."""
    there = folder
    while not there.exists():
        there = there.parent
    if shutil.disk_usage(there).free < needed:
        raise TrainingError(
            f"The disk of {folder.name} has not the {needed / 1e9:.1f} GB free that checkpoints and model need.",
            "Free the disk, or give other folders with --work and --out.",
            "disk",
        )
    if not os.access(there, os.W_OK):
        raise TrainingError(f"The folder {there} cannot be written to.", "Choose other folders.", "disk")


def halved(tensors: Mapping[str, Tensor], parts: Sequence[str], half: bool) -> dict[str, Tensor]:
    """Tensors of these parts; matrices in float16 where wished."""
    kept = {name: value for name, value in tensors.items() if name.partition(".")[0] in parts}
    return {
        name: value.half() if half and value.ndim > 1 and value.is_floating_point() else value
        for name, value in kept.items()
    }
