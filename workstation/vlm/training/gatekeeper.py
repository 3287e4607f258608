"""Packed films and negatives -> the gate: adult frontal chest, child, or something else.

Kind follows age where the index knows it; 11 to 17 years are left out. Out of fold (by patient) it tells how often
an adult's film would be refused wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from workstation.vlm.heads import Gate
from workstation.vlm.training.augment import augment
from workstation.vlm.training.data import Pack, Row, fold_of
from workstation.vlm.training.loop import Schedule, fit
from workstation.vlm.training.negatives import bank, spoil

CLASSES = ("frontal chest", "child", "other")
SIDE = 80
BATCH = 64
BANK = 1500  # drawn pictures
REFUSED = 0.005  # share of NIH adults' films that may be taken for "other" when its threshold is set
CAUGHT = 0.90  # share of children that the threshold of "child" still refuses; the header's age comes first


def kind(row: Row) -> int | None:
    """Index in `CLASSES`; None = not used."""
    if row.source == "kermany":
        return 1
    if row.source == "hannover_covid" or row.age >= 18:
        return 0
    return 1 if row.age <= 10 else None


def train(pack: Pack, folder: Path, fold: int | None, epochs: int) -> Gate:
    """Without ``fold``'s patients (None: all)."""
    indices = _rows(pack, fold)
    small = _shrunk(pack.films, indices)
    kinds = torch.tensor([kind(pack.rows[i]) for i in indices])
    drawn = bank(BANK, SIDE, 0)
    torch.manual_seed(3)
    gate = Gate(SIDE, len(CLASSES))
    schedule = Schedule(epochs, len(indices) // BATCH, 2e-3)

    def losses(epoch: int) -> Iterator[Tensor]:
        generator, chance = torch.Generator().manual_seed(epoch), np.random.default_rng(epoch)
        torch.manual_seed(epoch)
        order = torch.randperm(len(indices), generator=generator)
        for begin in range(0, schedule.steps * BATCH, BATCH):
            chosen = order[begin : begin + BATCH]
            films = small[chosen.numpy()]
            batch = torch.from_numpy(np.concatenate([films, _negatives(films, drawn, chance)]))
            wanted = torch.cat([kinds[chosen], torch.full((len(films),), 2)])
            yield F.cross_entropy(gate(augment(batch, generator, 0.7)), wanted, label_smoothing=0.02)

    fit("gate-all" if fold is None else f"gate-fold{fold}", gate, losses, schedule, folder)
    return gate


def _rows(pack: Pack, fold: int | None) -> np.ndarray:
    """All of NIH and Hannover, every second film of the two large sources."""
    indices = pack.where(lambda row: kind(row) is not None and fold_of(row.patient) != fold)
    large = np.array([pack.rows[i].source in ("rsna_normal", "kermany") for i in indices])
    return indices[~large | (indices % 2 == 0)]


def _shrunk(films: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """To the gate's own side, as its forward would do."""
    parts = [torch.from_numpy(films[indices[i : i + 256]]).float() for i in range(0, len(indices), 256)]
    small = [F.interpolate(part.unsqueeze(1), (SIDE, SIDE), mode="area").squeeze(1) for part in parts]
    return torch.cat(small).round().to(torch.uint8).numpy()


def _negatives(films: np.ndarray, drawn: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """As many as films: half of them spoilt films, half drawn."""
    other = drawn[chance.integers(0, len(drawn), len(films))]
    return np.stack([spoil(film, chance) if chance.random() < 0.5 else o for film, o in zip(films, other, strict=True)])


@torch.inference_mode()
def scores(gate: Gate, films: np.ndarray) -> np.ndarray:
    """Films uint8 (n, side, side) -> probabilities (n, classes)."""
    parts = [
        gate(torch.from_numpy(np.ascontiguousarray(films[i : i + 128]))).softmax(1) for i in range(0, len(films), 128)
    ]
    return torch.cat(parts).numpy()


def judge(rows: list[Row], found: np.ndarray) -> dict[str, Any]:
    """Out-of-fold scores (n, classes) -> refusal thresholds of "child" and "other", and what they refuse.

    "other": the score that `REFUSED` of NIH's adults reach, at most one half; "child": what `CAUGHT` of children do.
    """
    adults = np.array([row.source == "nih" and kind(row) == 0 for row in rows])
    children = np.array([kind(row) == 1 for row in rows])
    limits = {
        "child": float(np.quantile(found[children, 1], 1 - CAUGHT)),
        "other": float(np.clip(np.quantile(found[adults, 2], 1 - REFUSED), 0.2, 0.5)),
    }
    refused = np.any([found[:, CLASSES.index(name)] >= limit for name, limit in limits.items()], axis=0)
    shares = {}
    for source in sorted({row.source for row in rows}):
        for word, of_kind in (("adult", 0), ("child", 1)):
            here = np.array([row.source == source and kind(row) == of_kind for row in rows])
            if here.any():
                shares[f"{source}, {word}"] = {"films": int(here.sum()), "refused": int(refused[here].sum())}
    return {"thresholds": limits, "out of fold": shares}
