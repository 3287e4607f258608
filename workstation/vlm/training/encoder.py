"""Packed films -> the committee's encoders and their finding heads, and the plain ResNet that they must beat.

Each member starts from what any film tells (age, sex, view): a first stage that sees no NIH patient and no finding
label, so one start serves every fold. Every output is a yes-or-no question; what a source does not know is left out
of the loss, never counted as "no".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from workstation.vlm.companion import Companion
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
MIXED = 0.5  # share of films that are blended with another one, where a member does so


@dataclass(frozen=True, slots=True)
class Member:
    """One encoder of the committee; ``first`` epochs of the first stage (0: from random weights), then ``epochs``."""

    name: str
    kind: str  # "vit" or "conv"
    first: int
    epochs: int
    rate: float
    seed: int
    plain: bool = False  # labels alone: no pretext questions, no blended films


class Encoder(nn.Module):
    """Image tokens and every training output; the first ``len(TARGETS)`` outputs are findings."""

    def __init__(self, config: VisionConfig, kind: str = "vit") -> None:
        super().__init__()
        self.config = config
        self.vision_tower = VisionTransformer(config) if kind == "vit" else Companion(config.stem_width)
        width = config.width if kind == "vit" else 8 * config.stem_width
        self.finding_head = FindingHead(width, OUTPUTS)

    def forward(self, films: Tensor) -> Tensor:
        tokens = self.vision_tower(normalise(films, self.config))  # (B, T, width)
        logits: Tensor = self.finding_head(tokens)  # (B, OUTPUTS)
        return logits


def start(member: Member, config: VisionConfig, pack: Pack, folder: Path) -> Encoder:
    """The member's weights before it sees a finding: RSNA's normals (without NIH's patients) and Kermany's children."""
    torch.manual_seed(member.seed)
    encoder = Encoder(config, member.kind)
    if not member.first:
        return encoder
    return _fit(f"{member.name}-start", encoder, member, pack, first_films(pack), folder, member.first)


def first_films(pack: Pack) -> np.ndarray:
    """Indices of the films of the first stage: none of an NIH patient."""
    known = {row.patient for row in pack.rows if row.source == "nih"}
    return pack.where(lambda row: row.source == "kermany" or (row.source == "rsna_normal" and row.patient not in known))


def grown(member: Member, config: VisionConfig, stem: Encoder) -> Encoder:
    """A transformer whose stem begins as the first stages of a convolutional member of the *same* fold."""
    torch.manual_seed(member.seed)
    encoder = Encoder(config, member.kind)
    taken = {k: v for k, v in stem.vision_tower.state_dict().items() if not k.startswith("out.")}
    encoder.vision_tower.conv1.load_state_dict(taken, strict=False)
    return encoder


def train_fold(member: Member, begin: Encoder, pack: Pack, folder: Path, fold: int | None) -> Encoder:
    """NIH train + val without ``fold`` (None: all of it)."""
    indices = fold_films(pack, fold)
    torch.manual_seed(member.seed + 1)
    encoder = Encoder(begin.config, member.kind)
    encoder.load_state_dict(begin.state_dict())
    name = f"{member.name}-all" if fold is None else f"{member.name}-fold{fold}"
    return _fit(name, encoder, member, pack, indices, folder, member.epochs)


def fold_films(pack: Pack, fold: int | None) -> np.ndarray:
    """Indices of the films that a fold's encoders learn from."""
    return pack.where(lambda row: row.source == "nih" and fold_of(row.patient) != fold)


def logits(encoder: nn.Module, films: np.ndarray) -> np.ndarray:
    """Finding logits (n, targets), each film and its mirror image averaged."""
    out = []
    with torch.inference_mode():
        for begin in range(0, len(films), 64):
            batch = torch.from_numpy(np.ascontiguousarray(films[begin : begin + 64]))
            out.append((encoder(batch) + encoder(batch.flip(-1))) / 2)
    return torch.cat(out)[:, : len(TARGETS)].numpy()


def _fit(
    name: str, encoder: Encoder, member: Member, pack: Pack, indices: np.ndarray, folder: Path, epochs: int
) -> Encoder:
    wanted = torch.from_numpy(np.concatenate([_findings(pack, indices), _pretext(pack, indices)], 1))
    if member.plain:
        wanted[:, len(TARGETS) :] = float("nan")
    schedule = Schedule(epochs, len(indices) // BATCH, member.rate)
    encoder = encoder.to(memory_format=torch.channels_last)

    def losses(epoch: int) -> Iterator[Tensor]:
        generator = torch.Generator().manual_seed(1000 * member.seed + epoch)
        torch.manual_seed(epoch)  # dropout
        order = torch.randperm(len(indices), generator=generator)
        for begin in range(0, schedule.steps * BATCH, BATCH):
            chosen = order[begin : begin + BATCH]
            films = augment(torch.from_numpy(pack.films[indices[chosen.numpy()]]), generator)
            answers = wanted[chosen]
            if not member.plain:
                films, answers = blended(films, answers, generator)
            # the plain attention: its gradient is several times faster on a CPU than the fused one's
            with sdpa_kernel(SDPBackend.MATH), torch.autocast("cpu", torch.bfloat16):
                out = encoder(films)
            yield masked_loss(out.float(), answers)

    fit(name, encoder, losses, schedule, folder)
    return encoder


def blended(films: Tensor, answers: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """`MIXED` of the films (B, side, side) blended with another of the batch, and their answers (B, n) with it.

    An answer that either film lacks stays unknown.
    """
    share = torch.rand(len(films), generator=generator) * 0.5 + 0.5
    share[torch.rand(len(films), generator=generator) >= MIXED] = 1.0
    other = torch.randperm(len(films), generator=generator)
    known = answers * share[:, None] + answers[other] * (1 - share[:, None])
    mixed = torch.where(share[:, None] == 1.0, answers, known)
    return films * share[:, None, None] + films[other] * (1 - share[:, None, None]), mixed


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
