"""Packed films and negatives -> the gate: adult frontal chest, child, or something else.

Kind follows age where the index knows it; 11 to 17 years are left out. Out of fold (by patient) it tells how often
an adult's film would be refused wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from workstation.vlm.heads import Gate
from workstation.vlm.training.augment import augment
from workstation.vlm.training.data import Pack, Row, fold_of
from workstation.vlm.training.loop import Schedule, fit
from workstation.vlm.training.negatives import draw, spoil

CLASSES = ("frontal chest", "child", "other")
SIDE = 80
BATCH = 64
REFUSED = 0.01  # share of adults' films that may be refused wrongly when the threshold is set


def kind(row: Row) -> int | None:
    """Index in `CLASSES`; None = not used."""
    if row.source == "kermany":
        return 1
    if row.source == "hannover_covid" or row.age >= 18:
        return 0
    return 1 if row.age <= 10 else None


def train(pack: Pack, folder: Path, fold: int | None, epochs: int) -> Gate:
    """Without ``fold``'s patients (None: all)."""
    indices = pack.where(lambda row: kind(row) is not None and fold_of(row.patient) != fold)
    kinds = torch.tensor([kind(pack.rows[i]) for i in indices])
    torch.manual_seed(3)
    gate = Gate(SIDE, len(CLASSES))
    schedule = Schedule(epochs, len(indices) // BATCH, 2e-3)

    def losses(epoch: int) -> Iterator[Tensor]:
        generator, chance = torch.Generator().manual_seed(epoch), np.random.default_rng(epoch)
        torch.manual_seed(epoch)
        order = torch.randperm(len(indices), generator=generator)
        for begin in range(0, schedule.steps * BATCH, BATCH):
            chosen = order[begin : begin + BATCH]
            films = pack.films[indices[chosen.numpy()]]
            batch = torch.from_numpy(np.concatenate([films, _negatives(films, chance)]))
            wanted = torch.cat([kinds[chosen], torch.full((len(films),), 2)])
            yield F.cross_entropy(gate(augment(batch, generator, 0.7)), wanted, label_smoothing=0.02)

    fit("gate-all" if fold is None else f"gate-fold{fold}", gate, losses, schedule, folder)
    return gate


def _negatives(films: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """As many as films: half of them spoilt films, half drawn."""
    side = films.shape[-1]
    made = [spoil(film, chance) if chance.random() < 0.5 else draw(chance, side) for film in films]
    return np.stack(made)


@torch.inference_mode()
def scores(gate: Gate, films: np.ndarray) -> np.ndarray:
    """Films uint8 (n, side, side) -> probabilities (n, classes)."""
    parts = [gate(torch.from_numpy(np.ascontiguousarray(films[i : i + 128]))).softmax(1) for i in range(0, len(films), 128)]
    return torch.cat(parts).numpy()
