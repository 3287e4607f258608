"""A language model -> one GGUF file for llama.cpp, tensor by tensor. Encoder and heads stay in torch.

Written by hand: the stock converter refuses a tokenizer of one's own. Rotary halves become llama.cpp's pairs, so rows
of q and k are permuted. Vectors stay F32; a matrix whose rows Q8_0's blocks do not divide stays F16. Knows no folders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from torch import Tensor

from workstation.errors import ModelError
from workstation.vlm.config import LlamaConfig
from workstation.vlm.gguf_words import Vocabulary

_FILE_TYPES = {
    "F32": gguf.LlamaFileType.ALL_F32,
    "F16": gguf.LlamaFileType.MOSTLY_F16,
    "BF16": gguf.LlamaFileType.MOSTLY_BF16,
    "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
}
_LARGEST_F16 = 65504
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


@dataclass(frozen=True, slots=True)
class Language:
    """A language model as it lies on a disk.

    ``shapes`` holds every tensor by our name; ``read`` gives one, finite and of that shape; ``stored`` is the number
    type that holds all of them exactly: "F32", "BF16" or "F16".
    """

    name: str
    sizes: LlamaConfig
    vocabulary: Vocabulary
    shapes: Mapping[str, tuple[int, ...]]
    stored: str
    read: Callable[[str], Tensor]

    def bytes(self, quantisation: str) -> int:
        """What the tensors weigh in a file of `write`."""
        return sum(_nbytes(shape, kind_of(shape, quantisation)) for shape in self.shapes.values())


def kind_of(shape: tuple[int, ...], quantisation: str) -> Kind:
    """The type of one tensor in a file of that quantisation."""
    if len(shape) < 2:
        return Kind.F32
    if quantisation == "Q8_0" and shape[-1] % gguf.GGML_QUANT_SIZES[Kind.Q8_0][0]:
        return Kind.F16
    return Kind[quantisation]


def renamed(name: str) -> str:
    """llama.cpp's name of a tensor."""
    if name in _TOP:
        return _TOP[name]
    number, _, inner = name.removeprefix("llama.layers.").partition(".")
    return f"blk.{number}.{_LAYER[inner.removesuffix('.weight')]}.weight"


def write(path: Path, language: Language, quantisation: str) -> Iterator[int]:
    """Write ``path``; yields the bytes of each tensor as it has been written, so that the caller may count or stop.

    One tensor is in memory at a time.

    Raises
    ------
    ModelError
        From ``language.read``, and for numbers too large for F16.
    OSError
        When the disk refuses.
    """
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, language, _FILE_TYPES[quantisation])
    language.vocabulary.describe(writer)
    kinds = {name: kind_of(shape, quantisation) for name, shape in language.shapes.items()}
    for name, shape in language.shapes.items():
        nbytes = _nbytes(shape, kinds[name])
        writer.add_tensor_info(renamed(name), shape, np.dtype(np.float32), nbytes, raw_dtype=kinds[name])
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for name, kind in kinds.items():
            values = _values(language, name, kind)
            writer.write_tensor_data(values)
            yield values.nbytes
    finally:
        writer.close()


def _values(language: Language, name: str, kind: Kind) -> np.ndarray:
    exact = _paired(name, language.read(name).detach().float().contiguous().numpy(), language.sizes)
    if kind == Kind.F16 and np.abs(exact).max(initial=0) > _LARGEST_F16:
        raise ModelError("The model holds numbers that F16 cannot.", "Choose F32 or Q4_K_M.", "model_format")
    found: np.ndarray = gguf.quants.quantize(exact, kind)
    return found


def _describe(writer: gguf.GGUFWriter, language: Language, file_type: int) -> None:
    sizes = language.sizes
    writer.add_name(language.name)
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


def _paired(name: str, values: np.ndarray, sizes: LlamaConfig) -> np.ndarray:
    """Rotary halves of q and k -> neighbouring pairs; everything else as it is."""
    heads = {"q_proj": sizes.num_attention_heads, "k_proj": sizes.num_key_value_heads}.get(name.split(".")[-2])
    if heads is None:
        return values
    split = values.reshape(heads, 2, -1, values.shape[1])  # (heads, halves, head / 2, width)
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(values.shape))


def _nbytes(shape: tuple[int, ...], kind: Kind) -> int:
    block, size = gguf.GGML_QUANT_SIZES[kind]
    return int(np.prod(shape)) // block * size
