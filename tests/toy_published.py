"""A CXR-LLAVA-v2 folder as it is published, made small of random numbers: shards, index, vocabulary, strange company.

Tests of reading, importing and drafting use it; `published_config` is the full size's config.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file

from workstation.vlm.published import config, names, shards

TEXT = ["The heart size is normal.", "No pleural effusion or pneumothorax.", "[INST] <<SYS>> <</SYS>> [/INST] <image>"]
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
README = "---\nlicense: cc-by-nc-4.0\nlanguage:\n- en\n---\n# CXR-LLaVA\n"


def write(folder: Path, seed: int = 0) -> Path:
    """A whole checkpoint: two shards, index, vocabulary; pickle, code and a licence lie beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "config.json", tiny_config())
    torch.manual_seed(seed)
    wanted = names.shapes(config.parse(tiny_config()))
    tensors = {name: (torch.randn(shape) * 0.2).bfloat16() for name, shape in wanted.items()}
    shard(folder, {FIRST: lambda name: "llama" not in name, SECOND: lambda name: "llama" in name}, tensors)
    (folder / "tokenizer.model").write_bytes(vocabulary(300))
    (folder / "pytorch_model-00001-of-00001.bin").write_bytes(b"\x80\x04.")
    (folder / "CXR_LLAVA_HF.py").write_text("raise SystemExit('foreign code ran')\n")
    (folder / "README.md").write_text(README, encoding="utf-8")
    return folder


def published_config(**vision: Any) -> dict[str, Any]:
    """config.json of ECOFRI/CXR-LLAVA-v2, as cxr-llava.md 1.2 quotes it."""
    return {
        "model_type": "CXR-LLAVA",
        "auto_map": {"AutoModel": "CXR_LLAVA_HF.CXRLLAVAModel"},
        "clip_embed_dim": 128,
        "clip_quick_gelu": False,
        "clip_vision_cfg": {"image_size": 512, "layers": 24, "patch_size": 16, "width": 1024, **vision},
        "image_preprocess_cfg": {"mean": 0.5518136078431373, "std": 0.3821719215686275},
        "llama": llama_config(32000, 4096, 11008, 32, 32, 32),
        "llama_model_dtype": "bf16",
        "mm_projector_dim": 1024,
    }


def llama_config(
    words: int, width: int, inner: int, layers: int, heads: int, shared: int, **more: Any
) -> dict[str, Any]:
    return {
        "vocab_size": words, "hidden_size": width, "intermediate_size": inner, "num_hidden_layers": layers,
        "num_attention_heads": heads, "num_key_value_heads": shared, "max_position_embeddings": 4096,
        "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None,
        "bos_token_id": 1, "eos_token_id": 2, **more,
    }  # fmt: skip


def tiny_config(words: int = 300) -> dict[str, Any]:
    sizes = {"image_size": 32, "layers": 1, "patch_size": 16, "width": 64}
    llama = llama_config(words, 32, 64, 2, 4, 2, rms_norm_eps=1e-6)
    return published_config() | {"clip_vision_cfg": sizes, "clip_embed_dim": 8, "mm_projector_dim": 64, "llama": llama}


def shard(folder: Path, files: dict[str, Callable[[str], bool]], tensors: dict[str, torch.Tensor]) -> None:
    places = {name: file for file, takes in files.items() for name in tensors if takes(name)}
    for file in files:
        save_file({name: tensors[name] for name in tensors if places[name] == file}, folder / file, {"format": "pt"})
    write_json(folder / shards.INDEX, {"metadata": {"total_size": 1}, "weight_map": places})


def vocabulary(size: int) -> bytes:
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT * 20), model_writer=made, vocab_size=size, model_type="bpe", byte_fallback=True,
        hard_vocab_limit=True, normalization_rule_name="identity", remove_extra_whitespaces=False, minloglevel=2,
    )  # fmt: skip
    return made.getvalue()


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")
