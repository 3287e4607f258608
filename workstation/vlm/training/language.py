"""Image tokens of a frozen encoder -> a projector and language model that put what those tokens carry into words.

What a report should say is decided by the finding head *on the same tokens* and the out-of-fold thresholds
(`policy`), not by the film's label: the encoder knows the labels of its training films by heart, and a language
model taught by them would trust it too much on a new film. Tokens of two films are mixed, so that every score between
sure and not at all is practised. At reading time the head is not asked: the words come from the embeddings alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from workstation.vlm.config import ModelConfig
from workstation.vlm.llama import Llama
from workstation.vlm.model import CxrLlava
from workstation.vlm.projector import pool
from workstation.vlm.prompt import split
from workstation.vlm.tokenizer import Words
from workstation.vlm.training.augment import augment
from workstation.vlm.training.grammar import write
from workstation.vlm.training.loop import Schedule, fit
from workstation.vlm.training.policy import Policy, decide

BATCH = 32
EPOCH_STEPS = 60
TOKENS = 16  # image embeddings of the shipped model
MIXED = 0.6  # share of samples made of two films


@dataclass(frozen=True, slots=True)
class Views:
    """Pooled image tokens (n, T, width) of films, each seen several times, and the finding probabilities head gave."""

    tokens: Tensor
    weights: Tensor  # how often each is drawn


class Writer(nn.Module):
    """Projector and language model alone: what the language stages train."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.mm_projector = nn.Linear(config.vision.width, config.llama.hidden_size)
        self.llama = Llama(config.llama)
        self.lm_head = nn.Linear(config.llama.hidden_size, config.llama.vocab_size, bias=False)
        nn.init.normal_(self.llama.embed_tokens.weight, std=0.02)

    def forward(self, tokens: Tensor, before: Tensor, after: Tensor, answer: Tensor) -> Tensor:
        """Pooled tokens (B, T, width), prompt ids (n,), (m,), answer ids (B, A) -> logits (B, A, vocabulary)."""
        batch = len(tokens)
        first, last = (self.llama.embed_tokens(ids).expand(batch, -1, -1) for ids in (before, after))  # (B, n, D)
        given = torch.cat([first, self.mm_projector(tokens), last, self.llama.embed_tokens(answer[:, :-1])], 1)
        hidden = self.llama(given)[:, -answer.shape[1] :]  # (B, A, D)
        logits: Tensor = self.lm_head(hidden)  # (B, A, vocabulary)
        return logits


@torch.no_grad()
def look(model: CxrLlava, films: np.ndarray, seen: int, share: float, seed: int) -> Views:
    """Each film once as it is and ``seen`` - 1 times augmented; ``share`` = their part of all draws."""
    generator, found = torch.Generator().manual_seed(seed), []
    for turn in range(seen):
        for begin in range(0, len(films), 64):
            batch = torch.from_numpy(np.array(films[begin : begin + 64]))
            batch = augment(batch, generator, 0.6) if turn else batch.float()
            with torch.autocast("cpu", torch.bfloat16):
                tokens = model.image_tokens(batch)
            found.append(pool(tokens.float(), model.config.pooled_grid))
    tokens = torch.cat(found)  # (films * seen, T, width)
    return Views(tokens, torch.full((len(tokens),), share / len(tokens)))


def joined(views: list[Views]) -> Views:
    return Views(torch.cat([v.tokens for v in views]), torch.cat([v.weights for v in views]))


class Lessons:
    """Batches of (tokens, answer): drawn anew for each epoch from its number."""

    def __init__(self, model: CxrLlava, words: Words, views: Views, policy: Policy) -> None:
        self.model, self.words, self.views, self.policy = model, words, views, policy
        self.before, self.after = (torch.tensor(ids) for ids in split(model.config.report_prompt, words))

    def batch(self, generator: torch.Generator, chance: random.Random) -> tuple[Tensor, Tensor]:
        first, second = (self.views.tokens[self._draw(generator)] for _ in range(2))  # (B, T, width)
        share = torch.rand(BATCH, 1, 1, generator=generator)
        share[torch.rand(BATCH, generator=generator) > MIXED] = 1.0
        tokens = first * share + second * (1 - share)
        return tokens, self._answers(tokens, chance)

    def _draw(self, generator: torch.Generator) -> Tensor:
        return torch.multinomial(self.views.weights, BATCH, replacement=True, generator=generator)

    @torch.no_grad()
    def _answers(self, tokens: Tensor, chance: random.Random) -> Tensor:
        """Ids (B, A), ended and padded with -1."""
        names = self.model.config.findings
        rows = [self._answer(dict(zip(names, p, strict=True)), chance) for p in self._probabilities(tokens)]
        return padded(rows)

    def _probabilities(self, tokens: Tensor) -> list[list[float]]:
        assert self.model.finding_head is not None
        found: list[list[float]] = self.model.finding_head(tokens).sigmoid().tolist()
        return found

    def _answer(self, probabilities: dict[str, float], chance: random.Random) -> Tensor:
        text = write(decide(probabilities, self.policy), chance)
        return torch.tensor([*self.words.encode(text), self.words.end])


def learn_words(
    writer: Writer, words: Words, question: str, texts: list[str], folder: Path, epochs: int, rate: float = 1e-3
) -> Writer:
    """The language model on reports without films: where a picture will stand it sees noise to pass over."""
    before, after = (torch.tensor(ids) for ids in split(question, words))
    answers = [torch.tensor([*words.encode(text), words.end]) for text in texts]

    def losses(epoch: int) -> Iterator[Tensor]:
        chance, generator = random.Random(epoch), torch.Generator().manual_seed(epoch)
        for _ in range(EPOCH_STEPS):
            noise = torch.randn(BATCH, TOKENS, writer.mm_projector.in_features, generator=generator)
            yield answer_loss(writer, noise, before, after, padded(chance.choices(answers, k=BATCH)))

    writer.mm_projector.requires_grad_(False)
    fit("words", writer, losses, Schedule(epochs, EPOCH_STEPS, rate, 0.01, 0.98), folder)
    return writer


def train(
    writer: Writer, lessons: Lessons, folder: Path, *, align_epochs: int, finetune_epochs: int, rate: float = 1e-3
) -> Writer:
    """The projector alone (the paper's 2a), then all of it (2b)."""
    writer.requires_grad_(False)
    writer.mm_projector.requires_grad_(True)
    _stage("align", writer, lessons, folder, Schedule(align_epochs, EPOCH_STEPS, 2 * rate, 0.01, 0.98))
    writer.requires_grad_(True)
    _stage("finetune", writer, lessons, folder, Schedule(finetune_epochs, EPOCH_STEPS, rate, 0.01, 0.98))
    return writer


def _stage(name: str, writer: Writer, lessons: Lessons, folder: Path, schedule: Schedule) -> None:
    def losses(epoch: int) -> Iterator[Tensor]:
        generator, chance = torch.Generator().manual_seed(epoch), random.Random(epoch)
        for _ in range(EPOCH_STEPS):
            tokens, answer = lessons.batch(generator, chance)
            yield answer_loss(writer, tokens, lessons.before, lessons.after, answer)

    fit(name, writer, losses, schedule, folder)


def answer_loss(writer: Writer, tokens: Tensor, before: Tensor, after: Tensor, answer: Tensor) -> Tensor:
    """Mean cross-entropy of the answer's tokens; padding (-1) does not count."""
    with torch.autocast("cpu", torch.bfloat16):
        out = writer(tokens, before, after, answer.clamp(min=0))
    return F.cross_entropy(out.float().flatten(0, 1), answer.flatten(), ignore_index=-1)


def padded(answers: list[Tensor]) -> Tensor:
    """Ids of several lengths -> (B, longest), padded with -1."""
    return nn.utils.rnn.pad_sequence(answers, batch_first=True, padding_value=-1)
