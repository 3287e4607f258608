"""A published config -> name and shape of every tensor its shards must hold: 589 for CXR-LLAVA-v2. Reads nothing."""

from __future__ import annotations

from workstation.vlm.config import LlamaConfig, VisionConfig
from workstation.vlm.published.config import PublishedConfig

Shapes = dict[str, tuple[int, ...]]
UNUSED = "vision_tower.proj"  # in every checkpoint; only the contrastive stage multiplied by it


def shapes(config: PublishedConfig) -> Shapes:
    """All tensors, shapes as torch gives them."""
    vision, llama = config.vision, config.llama
    return {
        UNUSED: (vision.width, config.embed_width),
        **_under("vision_tower", _tower(vision)),
        **_under("mm_projector", _with_bias(llama.hidden_size, vision.width)),
        **_under("llama", _llama(llama)),
        "lm_head.weight": (llama.vocab_size, llama.hidden_size),
    }


def _tower(vision: VisionConfig) -> Shapes:
    width, patch = vision.width, vision.patch_size
    blocks = [_under(f"transformer.resblocks.{at}", _block(width)) for at in range(vision.layers)]
    return {
        "class_embedding": (width,),
        "positional_embedding": (vision.grid**2 + 1, width),
        "conv1.weight": (width, 1, patch, patch),
        **_under("ln_pre", _with_bias(width)),
        **_under("ln_post", _with_bias(width)),
        **{name: shape for block in blocks for name, shape in block.items()},
    }


def _block(width: int) -> Shapes:
    return {
        **_under("ln_1", _with_bias(width)),
        **_under("ln_2", _with_bias(width)),
        "attn.in_proj_weight": (3 * width, width),
        "attn.in_proj_bias": (3 * width,),
        **_under("attn.out_proj", _with_bias(width, width)),
        **_under("mlp.c_fc", _with_bias(4 * width, width)),
        **_under("mlp.c_proj", _with_bias(width, 4 * width)),
    }


def _llama(llama: LlamaConfig) -> Shapes:
    layers = [_under(f"layers.{at}", _layer(llama)) for at in range(llama.num_hidden_layers)]
    return {
        "embed_tokens.weight": (llama.vocab_size, llama.hidden_size),
        "norm.weight": (llama.hidden_size,),
        **{name: shape for layer in layers for name, shape in layer.items()},
    }


def _layer(llama: LlamaConfig) -> Shapes:
    width, inner = llama.hidden_size, llama.intermediate_size
    shared = llama.num_key_value_heads * llama.head_size
    return {
        "self_attn.q_proj.weight": (width, width),
        "self_attn.k_proj.weight": (shared, width),
        "self_attn.v_proj.weight": (shared, width),
        "self_attn.o_proj.weight": (width, width),
        "mlp.gate_proj.weight": (inner, width),
        "mlp.up_proj.weight": (inner, width),
        "mlp.down_proj.weight": (width, inner),
        "input_layernorm.weight": (width,),
        "post_attention_layernorm.weight": (width,),
    }


def _with_bias(out: int, *inside: int) -> Shapes:
    return {"weight": (out, *inside), "bias": (out,)}


def _under(prefix: str, tensors: Shapes) -> Shapes:
    return {f"{prefix}.{name}": shape for name, shape in tensors.items()}
