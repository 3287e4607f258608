"""Token or image embeddings -> next-token logits: LLaMA as Hugging Face numbers it, with a cache. Knows no films.

Weight names are ``LlamaModel``'s; rotary halves, not pairs (a GGUF writer permutes q and k).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.config import LlamaConfig


@dataclass(slots=True)
class Cache:
    """Keys and values of what was already read, one pair (B, kv heads, T, head) a layer."""

    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    @property
    def length(self) -> int:
        return self.keys[0].shape[2] if self.keys else 0

    def extend(self, layer: int, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
        if layer == len(self.keys):
            self.keys.append(key)
            self.values.append(value)
        else:
            self.keys[layer] = torch.cat([self.keys[layer], key], 2)
            self.values[layer] = torch.cat([self.values[layer], value], 2)
        return self.keys[layer], self.values[layer]


class RMSNorm(nn.Module):
    """x / root mean square, scaled."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        wide = x.float()
        scaled = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + self.epsilon)
        return self.weight * scaled.to(x.dtype)  # (B, T, width)


class SelfAttention(nn.Module):
    """Causal attention with rotary positions and grouped keys."""

    def __init__(self, config: LlamaConfig, layer: int) -> None:
        super().__init__()
        self.layer, self.size = layer, config.head_size
        self.groups = config.num_attention_heads // config.num_key_value_heads
        inner, shared = config.num_attention_heads * self.size, config.num_key_value_heads * self.size
        self.q_proj = nn.Linear(config.hidden_size, inner, bias=False)
        self.k_proj = nn.Linear(config.hidden_size, shared, bias=False)
        self.v_proj = nn.Linear(config.hidden_size, shared, bias=False)
        self.o_proj = nn.Linear(inner, config.hidden_size, bias=False)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor], cache: Cache | None) -> Tensor:
        q, k, v = (self._heads(p(x)) for p in (self.q_proj, self.k_proj, self.v_proj))  # (B, heads, T, head)
        q, k = _rotate(q, rotary), _rotate(k, rotary)
        if cache is not None:
            k, v = cache.extend(self.layer, k, v)  # (B, kv heads, past + T, head)
        k, v = (t.repeat_interleave(self.groups, 1) if self.groups > 1 else t for t in (k, v))
        mixed = _attend(q, k, v)  # (B, heads, T, head)
        out: Tensor = self.o_proj(mixed.transpose(1, 2).flatten(2))  # (B, T, width)
        return out

    def _heads(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (-1, self.size)).transpose(1, 2)


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.up_proj = nn.Linear(config.hidden_size, config.intermediate_size, bias=False)
        self.down_proj = nn.Linear(config.intermediate_size, config.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))  # (B, T, width)
        return out


class Layer(nn.Module):
    """One decoder layer."""

    def __init__(self, config: LlamaConfig, layer: int) -> None:
        super().__init__()
        self.self_attn = SelfAttention(config, layer)
        self.mlp = FeedForward(config)
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, x: Tensor, rotary: tuple[Tensor, Tensor], cache: Cache | None) -> Tensor:
        x = x + self.self_attn(self.input_layernorm(x), rotary, cache)  # (B, T, width)
        return x + self.mlp(self.post_attention_layernorm(x))  # (B, T, width)


class Llama(nn.Module):
    """Embeddings (B, T, width) -> hidden states (B, T, width) after the last norm; positions go on from the cache."""

    def __init__(self, config: LlamaConfig) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        self.layers = nn.ModuleList(Layer(config, i) for i in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)

    def forward(self, embeddings: Tensor, cache: Cache | None = None) -> Tensor:
        past = cache.length if cache is not None else 0
        rotary = _angles(self.config, past, embeddings.shape[1], embeddings)
        x = embeddings
        for layer in self.layers:
            x = layer(x, rotary, cache)  # (B, T, width)
        out: Tensor = self.norm(x)  # (B, T, width)
        return out


def _angles(config: LlamaConfig, start: int, count: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin, each (T, head)."""
    steps = torch.arange(0, config.head_size, 2, device=like.device).float() / config.head_size
    places = torch.arange(start, start + count, device=like.device).float()
    angle = torch.outer(places, 1.0 / config.rope_theta**steps).repeat(1, 2)  # (T, head)
    return angle.cos().to(like.dtype), angle.sin().to(like.dtype)


def _rotate(x: Tensor, rotary: tuple[Tensor, Tensor]) -> Tensor:
    first, second = x.chunk(2, -1)
    return x * rotary[0] + torch.cat([-second, first], -1) * rotary[1]


def _attend(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention of the last ``q`` positions over all of ``k``."""
    queries, keys = q.shape[2], k.shape[2]
    if queries in (1, keys):
        return F.scaled_dot_product_attention(q, k, v, is_causal=queries > 1)
    seen = torch.ones(queries, keys, dtype=torch.bool, device=q.device).tril(keys - queries)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
