"""Packed films -> an encoder and finding head: first what any film tells (age, sex, view), then findings.

The first stage sees no NIH film and no finding label, so one such start serves every fold. Every output is a
yes-or-no question; what a source does not know is left out of the loss, never counted as "no".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.config import VisionConfig
from workstation.vlm.heads import FindingHead
from workstation.vlm.training.augment import augment
from workstation.vlm.training.data import TARGETS, Pack, Row, fold_of
from workstation.vlm.training.loop import Schedule, fit
from workstation.vlm.vit import VisionTransformer, normalise

PRETEXT = ("male", "AP", "age / 100", "child's pneumonia", "child's bacterial pneumonia")
OUTPUTS = len(TARGETS) + len(PRETEXT)
BATCH = 32
SMOOTHING = 0.05  # NIH's labels are text-mined: none is believed wholly


class Encoder(nn.Module):
    """Image tokens and every training output; the first ``len(TARGETS)`` outputs are findings."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        self.vision_tower = VisionTransformer(config)
        self.finding_head = FindingHead(config.width, OUTPUTS)

    def forward(self, films: Tensor) -> Tensor:
        tokens = self.vision_tower(normalise(films, self.config))  # (B, T, width)
        logits: Tensor = self.finding_head(tokens)  # (B, OUTPUTS)
        return logits


def pretrain(pack: Pack, config: VisionConfig, folder: Path, epochs: int) -> Encoder:
    """The shared start: RSNA's normals (without NIH's patients) and Kermany's children."""
    known = {row.patient for row in pack.rows if row.source == "nih"}
    indices = pack.where(
        lambda row: row.source == "kermany" or (row.source == "rsna_normal" and row.patient not in known)
    )
    torch.manual_seed(1)
    return _fit("pretrain", Encoder(config), pack, indices, folder, epochs, 1e-3)


def train_fold(pack: Pack, start: Encoder, folder: Path, fold: int | None, epochs: int) -> Encoder:
    """NIH train + val without ``fold`` (None: all of it)."""
    indices = pack.where(lambda row: row.source == "nih" and fold_of(row.patient) != fold)
    torch.manual_seed(2)
    encoder = Encoder(start.config)
    encoder.load_state_dict(start.state_dict())
    name = "encoder-all" if fold is None else f"encoder-fold{fold}"
    return _fit(name, encoder, pack, indices, folder, epochs, 6e-4)


def logits(encoder: nn.Module, films: np.ndarray) -> np.ndarray:
    """Finding logits (n, targets), each film and its mirror image averaged."""
    out = []
    with torch.inference_mode():
        for begin in range(0, len(films), 64):
            batch = torch.from_numpy(np.ascontiguousarray(films[begin : begin + 64]))
            out.append((encoder(batch) + encoder(batch.flip(-1))) / 2)
    return torch.cat(out)[:, : len(TARGETS)].numpy()


def _fit(
    name: str, encoder: Encoder, pack: Pack, indices: np.ndarray, folder: Path, epochs: int, rate: float
) -> Encoder:
    wanted = torch.from_numpy(np.concatenate([_findings(pack, indices), _pretext(pack, indices)], 1))
    schedule = Schedule(epochs, len(indices) // BATCH, rate)
    encoder = encoder.to(memory_format=torch.channels_last)

    def losses(epoch: int) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(1000 + epoch)
        torch.manual_seed(epoch)  # dropout
        order = torch.randperm(len(indices), generator=generator)
        for begin in range(0, schedule.steps * BATCH, BATCH):
            chosen = order[begin : begin + BATCH]
            batch = torch.from_numpy(pack.films[np.sort(indices[chosen.numpy()])])
            chosen = chosen[torch.argsort(torch.from_numpy(indices[chosen.numpy()]))]
            with torch.autocast("cpu", torch.bfloat16):
                out = encoder(augment(batch, generator))
            yield masked_loss(out.float(), wanted[chosen])

    fit(name, encoder, losses, schedule, folder)
    return encoder


def masked_loss(out: Tensor, wanted: Tensor) -> Tensor:
    """Mean binary cross-entropy over what is known; ``wanted`` NaN = unknown. Pretext questions count a third."""
    known = ~wanted.isnan()
    soft = torch.where(known, wanted, 0.0) * (1 - 2 * SMOOTHING) + SMOOTHING
    each = F.binary_cross_entropy_with_logits(out, soft, reduction="none") * known
    weights = torch.tensor([1.0] * len(TARGETS) + [1 / 3] * len(PRETEXT))
    return (each * weights).sum() / (known * weights).sum().clamp(min=1)


def _findings(pack: Pack, indices: np.ndarray) -> np.ndarray:
    targets = pack.targets(indices)
    foreign = np.array([pack.rows[i].source != "nih" for i in indices])
    targets[foreign] = np.nan
    return targets


def _pretext(pack: Pack, indices: np.ndarray) -> np.ndarray:
    return np.array([_questions(pack.rows[i]) for i in indices], dtype=np.float32)


def _questions(row: Row) -> tuple[float, ...]:
    unknown = float("nan")
    male = float(row.sex == "M") if row.sex in ("M", "F") else unknown
    ap = float(row.view == "AP") if row.view else unknown
    child = row.source == "kermany"
    return (
        male, ap, min(row.age, 100) / 100,
        float("pneumonia" in row.subtype) if child else unknown,
        float("bacterial" in row.subtype) if child and row.subtype != "normal" else unknown,
    )  # fmt: skip
