"""What is read from a film without words: finding scores from its image tokens, and what kind of film it seems to be.

The gate is a small net of its own on the pixels, so that training the encoder never moves it.
"""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.vit import Residual


class FindingHead(nn.Module):
    """Image tokens (B, T, width) -> logits (B, findings), by one linear map of their mean."""

    def __init__(self, width: int, findings: int) -> None:
        super().__init__()
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(width, findings)

    def forward(self, tokens: Tensor) -> Tensor:
        logits: Tensor = self.out(self.drop(tokens.mean(1)))  # (B, findings)
        return logits


class Gate(nn.Module):
    """Grey levels 0 to 255 (B, side, side) -> logits (B, kinds of film)."""

    def __init__(self, side: int, kinds: int) -> None:
        super().__init__()
        self.side = side
        self.conv = nn.Conv2d(1, 16, 5, 2, 2, bias=False)
        self.bn = nn.BatchNorm2d(16)
        self.layers = nn.Sequential(Residual(16, 32, 2), Residual(32, 48, 2), Residual(48, 64, 2))
        self.drop = nn.Dropout(0.2)
        self.out = nn.Linear(64 * 4, kinds)

    def forward(self, films: Tensor) -> Tensor:
        x = F.interpolate(films.float().unsqueeze(1), (self.side, self.side), mode="area")  # (B, 1, gate, gate)
        x = F.relu(self.bn(self.conv(x.to(self.out.weight.dtype) / 128.0 - 1.0)))  # (B, 16, gate / 2, gate / 2)
        x = F.adaptive_avg_pool2d(self.layers(x), 2).flatten(1)  # (B, 64 * 4)
        logits: Tensor = self.out(self.drop(x))  # (B, kinds)
        return logits
