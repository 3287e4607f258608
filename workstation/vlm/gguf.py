"""A model's folder -> one GGUF file with its language model, for llama.cpp. Encoder and heads stay in torch.

Written by hand: the stock converter refuses a tokenizer of one's own. Rotary halves become llama.cpp's pairs, so rows
of q and k are permuted. F32 is exact; F16 and Q8_0 are made here too (norms stay F32).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np
from torch import Tensor

from workstation.errors import ModelError
from workstation.vlm import checkpoint, config
from workstation.vlm.config import LlamaConfig
from workstation.vlm.tokenizer import BEGIN, END, PAD, UNKNOWN

QUANTISATIONS = ("F32", "F16", "Q8_0")
_TYPES = {
    "F32": (gguf.LlamaFileType.ALL_F32, gguf.GGMLQuantizationType.F32),
    "F16": (gguf.LlamaFileType.MOSTLY_F16, gguf.GGMLQuantizationType.F16),
    "Q8_0": (gguf.LlamaFileType.MOSTLY_Q8_0, gguf.GGMLQuantizationType.Q8_0),
}
_Q8_BLOCK = 32
_TOP = {"llama.embed_tokens.weight": "token_embd.weight", "llama.norm.weight": "output_norm.weight"}
_TOP["lm_head.weight"] = "output.weight"
_LAYER = {
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


def write_gguf(model_folder: Path, out_path: Path, quantisation: str = "F32") -> None:
    """Write ``out_path`` beside and rename it: there is a whole file or none.

    Raises
    ------
    ModelError
        For an unknown quantisation, a damaged model, or a disk that refuses.
    """
    if quantisation not in _TYPES:
        raise ModelError(
            f"{quantisation} is no quantisation this program writes.", f"Choose one of {', '.join(QUANTISATIONS)}."
        )
    sizes = config.read(model_folder / "config.json").llama
    tensors, _ = checkpoint.load(model_folder / "model.safetensors")
    part = out_path.with_name(f"{out_path.name}.{os.getpid()}.part")
    try:
        _write(part, sizes, _vocabulary(model_folder, sizes.vocab_size), tensors, quantisation)
        os.replace(part, out_path)
    except OSError as error:
        raise ModelError(
            "The language model could not be written for llama.cpp.", "Free the disk, or choose the backend torch."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write(
    path: Path, sizes: LlamaConfig, vocabulary: _Vocabulary, tensors: dict[str, Tensor], quantisation: str
) -> None:
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, sizes, _TYPES[quantisation][0])
    vocabulary.describe(writer)
    for name, values in _named(tensors, sizes):
        kind = _TYPES[quantisation][1] if _may_quantise(values, quantisation) else gguf.GGMLQuantizationType.F32
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _describe(writer: gguf.GGUFWriter, sizes: LlamaConfig, file_type: int) -> None:
    writer.add_name("cxr-llava")
    writer.add_block_count(sizes.num_hidden_layers)
    writer.add_context_length(sizes.max_position_embeddings)
    writer.add_embedding_length(sizes.hidden_size)
    writer.add_feed_forward_length(sizes.intermediate_size)
    writer.add_head_count(sizes.num_attention_heads)
    writer.add_head_count_kv(sizes.num_key_value_heads)
    writer.add_layer_norm_rms_eps(sizes.rms_norm_eps)
    writer.add_rope_freq_base(sizes.rope_theta)
    writer.add_rope_dimension_count(sizes.head_size)
    writer.add_vocab_size(sizes.vocab_size)
    writer.add_file_type(file_type)


class _Vocabulary:
    """tokenizer.json (byte-level BPE) in llama.cpp's terms."""

    def __init__(self, text: str, size: int) -> None:
        value = json.loads(text)
        self.ids: dict[str, int] = value["model"]["vocab"]
        self.tokens = [f"[PAD{i}]" for i in range(size)]
        self.types = [gguf.TokenType.UNUSED] * size
        for token, i in self.ids.items():
            self.tokens[i], self.types[i] = token, gguf.TokenType.NORMAL
        for added in value["added_tokens"]:
            self.tokens[added["id"]], self.types[added["id"]] = added["content"], gguf.TokenType.CONTROL
            self.ids[added["content"]] = added["id"]
        self.merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in value["model"]["merges"]]

    def describe(self, writer: gguf.GGUFWriter) -> None:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("gpt-2")
        writer.add_token_list(self.tokens)
        writer.add_token_types(self.types)
        writer.add_token_merges(self.merges)
        writer.add_bos_token_id(self.ids[BEGIN])
        writer.add_eos_token_id(self.ids[END])
        writer.add_unk_token_id(self.ids[UNKNOWN])
        writer.add_pad_token_id(self.ids[PAD])
        writer.add_add_bos_token(False)
        writer.add_add_eos_token(False)


def _vocabulary(folder: Path, size: int) -> _Vocabulary:
    try:
        return _Vocabulary((folder / "tokenizer.json").read_text(encoding="utf-8"), size)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelError("The model's tokenizer is missing or damaged.", "Install the model again.") from error


def _named(tensors: dict[str, Tensor], sizes: LlamaConfig) -> Iterator[tuple[str, np.ndarray]]:
    """llama.cpp's name and float32 values of every tensor of the language model."""
    for name, tensor in tensors.items():
        values = tensor.detach().float().contiguous().numpy()
        if name in _TOP:
            yield _TOP[name], values
        elif name.startswith("llama.layers."):
            number, _, inner = name.removeprefix("llama.layers.").partition(".")
            yield f"blk.{number}.{_LAYER[inner.removesuffix('.weight')]}.weight", _paired(inner, values, sizes)


def _paired(inner: str, values: np.ndarray, sizes: LlamaConfig) -> np.ndarray:
    heads = {"self_attn.q_proj.weight": sizes.num_attention_heads, "self_attn.k_proj.weight": sizes.num_key_value_heads}
    if inner not in heads:
        return values
    split = values.reshape(heads[inner], 2, -1, values.shape[1])  # (heads, halves, head / 2, width)
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(values.shape))


def _may_quantise(values: np.ndarray, quantisation: str) -> bool:
    return values.ndim == 2 and (quantisation != "Q8_0" or values.shape[-1] % _Q8_BLOCK == 0)
