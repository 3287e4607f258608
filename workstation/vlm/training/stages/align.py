"""Stage 2a: a frozen encoder and a frozen language model -> the projector between them.

The language model gives the gradient and does not move. A language model of our own that never read a word is first
taught our sentences, with noise where a film will stand (``words``); a published one is taken as it is.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from workstation.vlm.model import CxrLlava
from workstation.vlm.training.material import Material
from workstation.vlm.training.stages.lesson import Batch, Lesson, known, label_loss, mean_losses, pictures, wanted
from workstation.vlm.training.stages.talk import Script, Talk, has_report

UNTAUGHT = -1


class LanguageLesson(Lesson):
    """Films and what to say of them -> (summed loss of the words, of the finding head)."""

    def __init__(self, model: CxrLlava, learns: Sequence[str]) -> None:
        super().__init__(model, learns)
        self.answers_learn = "finding_head" in self.learns and model.finding_head is not None

    def forward(self, batch: Batch) -> Tensor:
        tokens = self.tokens(batch["films"]) if "films" in batch else None
        seen = self.model.project(tokens) if tokens is not None else batch["noise"]  # (B, T, D)
        words = self._words(seen, batch)
        if not self.answers_learn or tokens is None:
            return torch.stack([words, words.detach() * 0.0])
        assert self.model.finding_head is not None
        return torch.stack([words, label_loss(self.model.finding_head(tokens), batch["answers"])])

    def _words(self, seen: Tensor, batch: Batch) -> Tensor:
        """Cross-entropy summed over the words that are taught; nothing else goes through the vocabulary."""
        embed = self.model.llama.embed_tokens
        before = embed(batch["before"][0]).expand(len(seen), -1, -1)  # (B, n, D)
        given = torch.cat([before, seen.to(before.dtype), embed(batch["ids"][:, :-1])], 1)
        hidden = self.model.llama(given)[:, -batch["ids"].shape[1] :]  # (B, L, D)
        taught = batch["taught"] != UNTAUGHT
        logits = self.model.lm_head(hidden[taught]).float()  # (taught, vocabulary)
        return F.cross_entropy(logits, batch["taught"][taught], reduction="sum")


def written(scripts: Sequence[Script], before: Sequence[int]) -> Batch:
    """Scripts -> ids (B, L), what of them is taught (B, L; -1 = not), the ids before the film (1, n)."""
    longest = max(len(script.ids) for script in scripts)
    ids, taught = torch.zeros(len(scripts), longest, dtype=torch.long), torch.full((len(scripts), longest), UNTAUGHT)
    for row, script in enumerate(scripts):
        ids[row, : len(script.ids)] = torch.tensor(script.ids)
        taught[row, script.asked : len(script.ids)] = torch.tensor(script.ids[script.asked :])
    return {"ids": ids, "taught": taught, "before": torch.tensor([list(before)])}


class LanguageStage:
    """Both language stages and the words before them; ``learns`` says which parts move."""

    def __init__(
        self,
        model: CxrLlava,
        material: Material,
        policy: str,
        augment: float,
        learns: Sequence[str],
        blind: bool = False,
    ) -> None:
        self.material, self.policy, self.augment, self.blind = material, policy, augment, blind
        self.side, self.findings = model.config.vision.image_size, model.config.findings
        self.talk = Talk(model.words, model.config.report_prompt, model.config.findings)
        self.parts = tuple(name for name, _ in model.named_children())
        self.lesson = LanguageLesson(model, learns)

    def batch(self, numbers: Sequence[int], seeds: Sequence[int], augment: bool = True) -> Batch:
        samples = [self.material.samples[number] for number in numbers]
        scripts = [self.talk.script(s, random.Random(seed)) for s, seed in zip(samples, seeds, strict=True)]
        batch = written(scripts, self.talk.before)
        words = (batch["taught"] != UNTAUGHT).sum().float()
        if self.blind:
            return batch | {"noise": self._noise(seeds), "count": torch.stack([words, torch.tensor(0.0)])}
        answers = wanted(self.material, numbers, self.findings, self.policy)
        heads = known(answers) if self.lesson.answers_learn else torch.tensor(0.0)
        films = self._films(numbers, seeds, augment)
        return batch | {"films": films, "answers": answers, "count": torch.stack([words, heads])}

    def _films(self, numbers: Sequence[int], seeds: Sequence[int], augment: bool) -> Tensor:
        """A film whose own report may tell left from right is neither turned nor mirrored."""
        strength = self.augment if augment else 0.0
        return pictures(self.material, numbers, seeds, self.side, strength, self._sided)

    def _sided(self, number: int) -> bool:
        return has_report(self.material.samples[number])

    def _noise(self, seeds: Sequence[int]) -> Tensor:
        sizes = self.lesson.model.config
        shape = (sizes.image_tokens, sizes.llama.hidden_size)
        scale = float(self.lesson.model.llama.embed_tokens.weight.detach().std())
        return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(s)) * scale for s in seeds])

    def scores(self, numbers: Sequence[int]) -> dict[str, float]:
        """Mean loss of a word, and of the head's answers where it learns."""
        words, heads = mean_losses(self, numbers)
        return {"loss": words} | ({"head loss": heads} if self.lesson.answers_learn else {})


def words_stage(model: CxrLlava, material: Material, policy: str) -> LanguageStage:
    """Our own sentences, without films."""
    return LanguageStage(model, material, policy, 0.0, ("llama", "lm_head"), blind=True)


def align_stage(model: CxrLlava, material: Material, policy: str, augment: float) -> LanguageStage:
    return LanguageStage(model, material, policy, augment, ("mm_projector",))
