"""A film of one channel -> image tokens (B, T, width). Knows no findings and no words.

Weight names are CXR-LLaVA's (open_clip's ViT), so that a published checkpoint loads as it is. ``stem = "conv"``
replaces the patch convolution by a small residual net: small data learns little without its bias.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.config import VisionConfig


class Attention(nn.Module):
    """Self-attention over all tokens, in open_clip's packed weights."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, width = x.shape
        packed = F.linear(x, self.in_proj_weight, self.in_proj_bias)  # (B, T, 3 width)
        q, k, v = packed.view(batch, tokens, 3, self.heads, -1).permute(2, 0, 3, 1, 4)  # each (B, heads, T, head)
        mixed = F.scaled_dot_product_attention(q, k, v)  # (B, heads, T, head)
        out: Tensor = self.out_proj(mixed.transpose(1, 2).reshape(batch, tokens, width))  # (B, T, width)
        return out


class Block(nn.Module):
    """Pre-norm residual attention block with exact GELU."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.Sequential()
        self.mlp.add_module("c_fc", nn.Linear(width, 4 * width))
        self.mlp.add_module("gelu", nn.GELU())
        self.mlp.add_module("c_proj", nn.Linear(4 * width, width))
        self.drop = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.drop(self.attn(self.ln_1(x)))  # (B, T, width)
        return x + self.drop(self.mlp(self.ln_2(x)))  # (B, T, width)


class Residual(nn.Module):
    """Two 3 x 3 convolutions around a shortcut (ResNet's basic block)."""

    def __init__(self, inside: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out)
        same = stride == 1 and inside == out
        self.shortcut = (
            nn.Identity() if same else nn.Sequential(nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out))
        )

    def forward(self, x: Tensor) -> Tensor:
        inner = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))  # (B, out, H / stride, W / stride)
        return F.relu(inner + self.shortcut(x))


class ConvStem(nn.Module):
    """(B, 1, H, W) -> (B, width, H / 16, W / 16)."""

    def __init__(self, stem_width: int, width: int) -> None:
        super().__init__()
        w = stem_width
        self.conv = nn.Conv2d(1, w, 7, 2, 3, bias=False)
        self.bn = nn.BatchNorm2d(w)
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.layer1 = nn.Sequential(Residual(w, w, 1), Residual(w, w, 1))
        self.layer2 = nn.Sequential(Residual(w, 2 * w, 2), Residual(2 * w, 2 * w, 1))
        self.layer3 = nn.Sequential(Residual(2 * w, 4 * w, 2), Residual(4 * w, 4 * w, 1))
        self.out: nn.Module = nn.Conv2d(4 * w, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool(F.relu(self.bn(self.conv(x))))  # (B, w, H / 4, W / 4)
        x = self.layer3(self.layer2(self.layer1(x)))  # (B, 4 w, H / 16, W / 16)
        out: Tensor = self.out(x)  # (B, width, H / 16, W / 16)
        return out


class Transformer(nn.Module):
    """A stack of blocks under open_clip's name ``resblocks``."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        blocks = [Block(config.width, config.heads, config.dropout) for _ in range(config.layers)]
        self.resblocks = nn.ModuleList(blocks)

    def forward(self, x: Tensor) -> Tensor:
        for block in self.resblocks:
            x = block(x)  # (B, T, width)
        return x


class VisionTransformer(nn.Module):
    """Normalised films (B, 1, side, side) float -> patch tokens (B, grid^2, width) after the last norm.

    The class token, where there is one, takes part and is left out of the result (cxr-llava.md 1.4).
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        width, tokens = config.width, config.grid**2 + int(config.class_token)
        if config.stem == "patch":
            self.conv1: nn.Module = nn.Conv2d(1, width, config.patch_size, config.patch_size, bias=False)
        else:
            self.conv1 = ConvStem(config.stem_width, width)
        self.class_embedding = nn.Parameter(torch.randn(width) * width**-0.5) if config.class_token else None
        self.positional_embedding = nn.Parameter(torch.randn(tokens, width) * 0.02)
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(config)
        self.ln_post = nn.LayerNorm(width)

    def forward(self, films: Tensor) -> Tensor:
        x = self.conv1(films)  # (B, width, grid, grid)
        x = x.flatten(2).transpose(1, 2)  # (B, grid^2, width)
        if self.class_embedding is not None:
            x = torch.cat([self.class_embedding.expand(len(x), 1, -1), x], 1)  # (B, 1 + grid^2, width)
        x = self.ln_pre(x + self.positional_embedding)
        x = self.ln_post(self.transformer(x))  # (B, T, width)
        return x if self.class_embedding is None else x[:, 1:]  # (B, grid^2, width)


def normalise(films: Tensor, config: VisionConfig) -> Tensor:
    """uint8 or float grey levels 0 to 255 (B, side, side) -> float (B, 1, side, side), centred and scaled."""
    return ((films.float() / 255.0 - config.mean) / config.std).unsqueeze(1)
