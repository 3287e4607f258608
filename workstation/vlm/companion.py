"""A film of one channel -> tokens of a plain convolutional net, which stand beside the transformer's as more width.

Half of a ResNet18's widths at ``stem_width`` 32 (2.8 M weights): on few films it learns sooner than any transformer.
"""

from __future__ import annotations

from torch import Tensor, nn

from workstation.vlm.vit import ConvStem, Residual


class Companion(ConvStem):
    """Normalised films (B, 1, side, side) -> (B, (side / 32)^2, 8 * stem_width)."""

    def __init__(self, stem_width: int) -> None:
        super().__init__(stem_width, 1)
        w = stem_width
        self.out = nn.Sequential(Residual(4 * w, 8 * w, 2), Residual(8 * w, 8 * w, 1))
        self.width = 8 * w

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).flatten(2).transpose(1, 2)
