"""What the stages share: a model of which some parts learn, batches of films, and one loss for the finding head."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.model import CxrLlava
from workstation.vlm.training.augment import augment
from workstation.vlm.training.datasets.uncertain import targets
from workstation.vlm.training.material import Material

Batch = dict[str, Tensor]
Sided = Callable[[int], bool]


def _never(number: int) -> bool:
    return False


class Stage(Protocol):
    """A stage file's one class. ``parts``: what of the model it writes; ``lesson`` is called by the loop."""

    parts: tuple[str, ...]
    lesson: Lesson

    def batch(self, numbers: Sequence[int], seeds: Sequence[int], augment: bool = True) -> Batch: ...

    def scores(self, numbers: Sequence[int]) -> dict[str, float]: ...


class Lesson(nn.Module):
    """A model and a question put to it; frozen parts stay as they were read (their running averages too)."""

    def __init__(self, model: CxrLlava, learns: Sequence[str]) -> None:
        super().__init__()
        self.model, self.learns = model, tuple(learns)
        for name, part in model.named_children():
            part.requires_grad_(name in self.learns)

    def train(self, mode: bool = True) -> Lesson:
        super().train(mode)
        for name, part in self.model.named_children():
            part.train(mode and name in self.learns)
        return self

    def tokens(self, films: Tensor) -> Tensor:
        """Films (B, side, side) -> image tokens (B, T, width), without gradient where the encoder is frozen."""
        with torch.set_grad_enabled(torch.is_grad_enabled() and "vision_tower" in self.learns):
            tokens: Tensor = self.model.image_tokens(films)
        return tokens


def pictures(
    material: Material, numbers: Sequence[int], seeds: Sequence[int], side: int, strength: float, sided: Sided = _never
) -> Tensor:
    """Films as they are (uint8) or each changed a little by its own seed (float), (B, side, side).

    ``sided``: whether what is said of a film tells left from right; such a film stays as it is.
    """
    found = torch.from_numpy(np.stack([material.film(number, side) for number in numbers]))
    if strength <= 0:
        return found
    films = zip(numbers, seeds, found.split(1), strict=True)
    each = [
        one.float() if sided(number) else augment(one, torch.Generator().manual_seed(seed), strength)
        for number, seed, one in films
    ]
    return torch.cat(each)


def wanted(material: Material, numbers: Sequence[int], findings: Sequence[str], policy: str) -> Tensor:
    """float32 (B, findings): 1, 0, NaN unknown."""
    return torch.from_numpy(targets([material.samples[number].labels for number in numbers], findings, policy))


def known(answers: Tensor) -> Tensor:
    """How many answers are not NaN."""
    return (~answers.isnan()).sum().float()


def label_loss(logits: Tensor, answers: Tensor, smoothing: float = 0.0) -> Tensor:
    """Binary cross-entropy summed over what is known; ``answers`` NaN = unknown."""
    there = ~answers.isnan()
    soft = torch.where(there, answers, 0.0) * (1 - 2 * smoothing) + smoothing
    each = F.binary_cross_entropy_with_logits(logits.float(), soft, reduction="none")
    return (each * there).sum()


@torch.no_grad()
def mean_losses(stage: Stage, numbers: Sequence[int], size: int = 16) -> list[float]:
    """The stage's losses on films of another side, in evaluation."""
    was, sums, counts = stage.lesson.training, 0.0, 0.0
    stage.lesson.eval()
    device = next(stage.lesson.parameters()).device
    state = torch.get_rng_state()
    for begin in range(0, len(numbers), size):
        chosen = list(numbers[begin : begin + size])
        batch = stage.batch(chosen, chosen, augment=False)
        sums = sums + stage.lesson({name: tensor.to(device) for name, tensor in batch.items()}).double().cpu()
        counts = counts + batch["count"].double()
    torch.set_rng_state(state)
    stage.lesson.train(was)
    means: Any = sums / torch.as_tensor(counts).clamp(min=1)
    return [float(value) for value in means]
