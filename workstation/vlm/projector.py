"""Image tokens -> as many as the language model shall read; the linear map after it is the paper's."""

from __future__ import annotations

import math

import torch.nn.functional as F
from torch import Tensor


def pool(tokens: Tensor, grid: int) -> Tensor:
    """(B, n * n, width) -> (B, grid * grid, width) by averaging neighbours; grid 0 keeps all tokens."""
    if grid == 0:
        return tokens
    batch, count, width = tokens.shape
    side = math.isqrt(count)
    square = tokens.transpose(1, 2).reshape(batch, width, side, side)  # (B, width, n, n)
    return F.avg_pool2d(square, side // grid).flatten(2).transpose(1, 2)  # (B, grid^2, width)
