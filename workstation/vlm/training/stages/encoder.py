"""Stage 1a: films -> an encoder that answers questions about labels.

``binary`` is the paper's one question (normal or abnormal, one fully connected layer that is thrown away afterwards);
``findings`` asks for each finding and keeps the head, which the model ships with.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from workstation.vlm.heads import FindingHead
from workstation.vlm.model import CxrLlava
from workstation.vlm.training.datasets.uncertain import abnormal
from workstation.vlm.training.material import Material
from workstation.vlm.training.scores import auroc
from workstation.vlm.training.stages.lesson import Batch, Lesson, known, label_loss, mean_losses, pictures, wanted

KINDS = ("binary", "findings")
SMOOTHING = 0.05  # labels mined from texts are not believed wholly
LEAST = 10  # positives and negatives below which no AUROC is given


class EncoderLesson(Lesson):
    """Films and answers -> their summed loss, (1,)."""

    def __init__(self, model: CxrLlava, question: nn.Module | None) -> None:
        """``question``: a head of its own, which is not shipped; None asks the model's."""
        super().__init__(model, ("vision_tower", "companions", "finding_head"))
        self.question = question

    def forward(self, batch: Batch) -> Tensor:
        return label_loss(self.logits(batch["films"]), batch["answers"], SMOOTHING).unsqueeze(0)

    def logits(self, films: Tensor) -> Tensor:
        head = self.question or self.model.finding_head
        assert head is not None
        found: Tensor = head(self.tokens(films))  # (B, answers)
        return found


class EncoderStage:
    """Asks ``binary`` or ``findings``; ``policy`` says what an uncertain label counts as."""

    def __init__(self, model: CxrLlava, material: Material, kind: str, policy: str, augment: float) -> None:
        self.material, self.policy, self.augment, self.side = material, policy, augment, model.config.vision.image_size
        self.questions = ("abnormal",) if kind == "binary" else model.config.findings
        self.binary = kind == "binary"
        self.parts = ("vision_tower", "companions") + (() if self.binary else ("finding_head",))
        if self.binary:
            model.finding_head = None
        self.lesson = EncoderLesson(model, FindingHead(model.config.token_width, 1) if self.binary else None)

    def batch(self, numbers: Sequence[int], seeds: Sequence[int], augment: bool = True) -> Batch:
        answers = self._answers(numbers)
        strength = self.augment if augment else 0.0
        films = pictures(self.material, numbers, seeds, self.side, strength)
        return {"films": films, "answers": answers, "count": known(answers).unsqueeze(0)}

    def _answers(self, numbers: Sequence[int]) -> Tensor:
        if not self.binary:
            return wanted(self.material, numbers, self.questions, self.policy)
        each = [abnormal(self.material.samples[number].labels, self.policy) for number in numbers]
        return torch.tensor(each, dtype=torch.float32).unsqueeze(1)

    @torch.no_grad()
    def scores(self, numbers: Sequence[int]) -> dict[str, float]:
        """Loss and, where there are positives and negatives enough, the AUROC of each question and their mean."""
        found, was = {"loss": mean_losses(self, numbers)[0]}, self.lesson.training
        self.lesson.eval()
        device = next(self.lesson.parameters()).device
        logits = [self._look(list(numbers[i : i + 32]), device) for i in range(0, len(numbers), 32)]
        self.lesson.train(was)  # a check on the way changes nothing of what follows
        truth, seen = self._answers(numbers).numpy(), np.concatenate(logits)
        aurocs = {name: _auroc(truth[:, i], seen[:, i]) for i, name in enumerate(self.questions)}
        given = {name: value for name, value in aurocs.items() if not math.isnan(value)}
        found |= {f"auroc {name}": value for name, value in given.items()}
        return found | ({"auroc mean": float(np.mean(list(given.values())))} if given else {})

    def _look(self, numbers: Sequence[int], device: torch.device) -> np.ndarray:
        films = pictures(self.material, numbers, [], self.side, 0.0).to(device)
        found: np.ndarray = self.lesson.logits(films).float().cpu().numpy()
        return found


def _auroc(truth: np.ndarray, scores: np.ndarray) -> float:
    there = ~np.isnan(truth)
    positives = int((truth[there] == 1).sum())
    if min(positives, int(there.sum()) - positives) < LEAST:
        return math.nan
    return auroc(truth[there], scores[there])
