"""Films of a batch, each turned, shifted, zoomed and relit a little: what another room's tube would have made of it."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def augment(films: Tensor, generator: torch.Generator, strength: float = 1.0) -> Tensor:
    """uint8 (B, side, side) -> float grey levels 0 to 255 (B, side, side).

    Left-right flips (no label has a side), up to 12 degrees, 8 % shift, 15 % zoom, gamma, contrast, one blank box,
    black bars as a film that is not square has them.
    """
    batch = films.float().unsqueeze(1)  # (B, 1, side, side)
    grid = F.affine_grid(_affine(len(films), generator, strength), list(batch.shape), align_corners=False)
    batch = F.grid_sample(batch, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
    return _letterbox(_erase(_relight(batch.squeeze(1), generator, strength), generator, strength), generator)


def _uniform(count: int, low: float, high: float, generator: torch.Generator) -> Tensor:
    return torch.rand(count, generator=generator) * (high - low) + low


def _affine(count: int, generator: torch.Generator, strength: float) -> Tensor:
    angle = _uniform(count, -1, 1, generator) * math.radians(12) * strength
    zoom = 1 + _uniform(count, -0.15, 0.15, generator) * strength
    flip = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    shift = _uniform(2 * count, -0.16, 0.16, generator).view(2, count) * strength  # in half sides
    top = torch.stack([torch.cos(angle) * zoom * flip, -torch.sin(angle) * zoom, shift[0]], 1)
    bottom = torch.stack([torch.sin(angle) * zoom * flip, torch.cos(angle) * zoom, shift[1]], 1)
    return torch.stack([top, bottom], 1)  # (B, 2, 3)


def _relight(films: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    count = len(films)
    gamma = torch.exp(_uniform(count, -0.35, 0.35, generator) * strength).view(-1, 1, 1)
    contrast = (1 + _uniform(count, -0.25, 0.25, generator) * strength).view(-1, 1, 1)
    light = (_uniform(count, -25, 25, generator) * strength).view(-1, 1, 1)
    bent = 255 * (films / 255).clamp(0, 1) ** gamma
    return ((bent - 128) * contrast + 128 + light).clamp(0, 255)  # (B, side, side)


def _erase(films: Tensor, generator: torch.Generator, strength: float) -> Tensor:
    side = films.shape[-1]
    for index in (torch.rand(len(films), generator=generator) < 0.3 * strength).nonzero().flatten():
        film = films[index]
        high, wide = (int(x) for x in torch.randint(side // 10, side // 4, (2,), generator=generator))
        row, column = (int(x) for x in torch.randint(0, side - side // 4, (2,), generator=generator))
        film[row : row + high, column : column + wide] = film.mean()
    return films


def _letterbox(films: Tensor, generator: torch.Generator) -> Tensor:
    """A third of the films loses up to an eighth at two opposite sides to black, as a film of 3 : 4 would."""
    side = films.shape[-1]
    for index in (torch.rand(len(films), generator=generator) < 0.33).nonzero().flatten():
        wide = int(torch.randint(1, side // 8 + 1, (1,), generator=generator))
        film = films[index] if torch.rand(1, generator=generator) < 0.3 else films[index].T
        film[:wide] = 0
        film[side - wide :] = 0
    return films
