"""Stage 1b: films and the text of their labels -> an encoder that tells which belong together (CLIP, Radford 2021).

The text is the paper's: the findings of a film joined by commas. Films of the same text are the same pair, so equal
texts share the right answer; with all texts different this is CLIP's symmetric loss. The text tower is left behind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.reporting.findings import FINDINGS, Presence
from workstation.vlm.model import CxrLlava
from workstation.vlm.training.datasets.uncertain import value
from workstation.vlm.training.material import Material
from workstation.vlm.training.stages.lesson import Batch, Lesson, known, label_loss, mean_losses, pictures, wanted
from workstation.vlm.vit import Block

EMBED = 128  # the published model's clip_embed_dim
TEXT_WIDTH, TEXT_LAYERS, TEXT_LENGTH = 128, 2, 48
WARMEST = math.log(100)  # CLIP's bound of the temperature
_WORDS = re.compile(r"\w+|,")
VOCABULARY = ("", ",", "abnormal", *sorted({word for name in FINDINGS for word in name.split()}))


def label_text(labels: Mapping[str, Presence], policy: str) -> str:
    """The findings present, in the vocabulary's order, joined by commas; "no finding" where none is."""
    found = [name for name in FINDINGS if value(name, labels.get(name), policy) == 1.0 and name != "no finding"]
    if found:
        return ", ".join(found)
    return "abnormal" if labels.get("no finding") is Presence.ABSENT else "no finding"


def text_ids(text: str) -> Tensor:
    """Word numbers (TEXT_LENGTH,), 0 = nothing; raises ValueError for a word of no finding."""
    numbers = [VOCABULARY.index(word) for word in _WORDS.findall(text)][:TEXT_LENGTH]
    return torch.tensor(numbers + [0] * (TEXT_LENGTH - len(numbers)))


class TextTower(nn.Module):
    """Word numbers (B, TEXT_LENGTH) -> (B, EMBED)."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), TEXT_WIDTH)
        self.places = nn.Parameter(torch.randn(TEXT_LENGTH, TEXT_WIDTH) * 0.02)
        self.blocks = nn.Sequential(*(Block(TEXT_WIDTH, 4, 0.0) for _ in range(TEXT_LAYERS)))
        self.norm, self.out = nn.LayerNorm(TEXT_WIDTH), nn.Linear(TEXT_WIDTH, EMBED)

    def forward(self, ids: Tensor) -> Tensor:
        there = (ids > 0).unsqueeze(2)  # (B, L, 1)
        x = self.norm(self.blocks(self.words(ids) + self.places))  # (B, L, TEXT_WIDTH)
        out: Tensor = self.out((x * there).sum(1) / there.sum(1).clamp(min=1))
        return out


class ContrastLesson(Lesson):
    """Films and their texts -> (contrastive loss, finding head's loss), summed over films and answers."""

    def __init__(self, model: CxrLlava) -> None:
        super().__init__(model, ("vision_tower", "companions", "finding_head"))
        self.text, self.image_out = TextTower(), nn.Linear(model.config.token_width, EMBED, bias=False)
        self.temperature = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def forward(self, batch: Batch) -> Tensor:
        tokens = self.tokens(batch["films"])
        images = F.normalize(self.image_out(tokens.mean(1)).float(), dim=1)  # (B, EMBED)
        texts = F.normalize(self.text(batch["text"]).float(), dim=1)
        scale = self.temperature.clamp(max=WARMEST).exp()
        images_of_all, texts_of_all, ids = images, texts, batch["text"]
        if self.training:  # judging, every process looks at the same films
            images_of_all, texts_of_all, ids = _gathered(images), _gathered(texts), _gathered(ids)
        loss = symmetric(images_of_all, texts_of_all, ids, scale)
        return torch.stack([loss * len(images), self._head(tokens, batch)])

    def _head(self, tokens: Tensor, batch: Batch) -> Tensor:
        if self.model.finding_head is None:
            return tokens.sum() * 0.0
        return label_loss(self.model.finding_head(tokens), batch["answers"])


def symmetric(images: Tensor, texts: Tensor, ids: Tensor, scale: Tensor) -> Tensor:
    """CLIP's loss, films to texts and texts to films, over unit vectors (B, EMBED); equal ``ids`` are one text."""
    logits = scale * images @ texts.T  # (B, B)
    same = (ids.unsqueeze(1) == ids.unsqueeze(0)).all(2).float()
    right = same / same.sum(1, keepdim=True)
    return (F.cross_entropy(logits, right) + F.cross_entropy(logits.T, right)) / 2


def _gathered(mine: Tensor) -> Tensor:
    """The rows of all processes, in their order; gradients find their way back."""
    if not (dist.is_available() and dist.is_initialized()):
        return mine
    found: Tensor = _Gather.apply(mine)
    return found


class _Gather(torch.autograd.Function):
    """Backwards each process gets the sum of what all of them made of its rows."""

    @staticmethod
    def forward(ctx: Any, mine: Tensor) -> Tensor:
        places = [torch.empty_like(mine) for _ in range(dist.get_world_size())]
        dist.all_gather(places, mine.contiguous())
        ctx.rows = len(mine)
        return torch.cat(places)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        whole = gradient.contiguous()
        dist.all_reduce(whole)
        return whole[dist.get_rank() * ctx.rows :][: ctx.rows]


class ContrastStage:
    """Where the model has a finding head, it goes on learning beside, so that it fits the encoder that moves."""

    def __init__(self, model: CxrLlava, material: Material, policy: str, augment: float) -> None:
        self.material, self.policy, self.augment, self.side = material, policy, augment, model.config.vision.image_size
        self.findings = model.config.findings if model.finding_head is not None else ()
        self.parts = ("vision_tower", "companions", *(("finding_head",) if self.findings else ()))
        self.lesson = ContrastLesson(model)

    def batch(self, numbers: Sequence[int], seeds: Sequence[int], augment: bool = True) -> Batch:
        strength = self.augment if augment else 0.0
        answers = wanted(self.material, numbers, self.findings, self.policy)
        labels = [self.material.samples[number].labels for number in numbers]
        return {
            "films": pictures(self.material, numbers, seeds, self.side, strength),
            "text": torch.stack([text_ids(label_text(each, self.policy)) for each in labels]),
            "answers": answers,
            "count": torch.stack([torch.tensor(float(len(numbers))), known(answers)]),
        }

    def scores(self, numbers: Sequence[int]) -> dict[str, float]:
        """The contrastive loss among 16 films at a time."""
        return {"loss": mean_losses(self, numbers)[0]}
