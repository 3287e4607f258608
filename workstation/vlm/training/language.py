"""Image tokens of a frozen encoder -> a projector and language model that put what those tokens carry into words.

What a report should say is decided by the finding head *on the same tokens* and the out-of-fold thresholds
(`policy`), not by the film's label: the encoder knows the labels of its training films by heart, and a language
model taught by them would trust it too much on a new film. Tokens of two films are mixed, so that every score between
sure and not at all is practised. At reading time the head is not asked: the words come from the embeddings alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from workstation.vlm import prompt
from workstation.vlm.config import ModelConfig
from workstation.vlm.llama import Llama
from workstation.vlm.model import CxrLlava
from workstation.vlm.projector import pool
from workstation.vlm.prompt import split
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import questions
from workstation.vlm.training.augment import augment
from workstation.vlm.training.grammar import Decisions, write
from workstation.vlm.training.loop import Schedule, fit
from workstation.vlm.training.policy import Policy, decide

BATCH = 32
EPOCH_STEPS = 60
TOKENS = 16  # image embeddings of the shipped model
MIXED = 0.6  # share of samples made of two films
TASKS = {"report": 0.55, "question": 0.33, "dialogue": 0.12}  # shares of batches, each of one task: lengths differ
ROWS = {"report": BATCH, "question": 2 * BATCH, "dialogue": BATCH}
UNTAUGHT = -1


@dataclass(frozen=True, slots=True)
class Views:
    """Pooled image tokens (n, T, width) of films, each seen several times, and the finding probabilities head gave."""

    tokens: Tensor
    weights: Tensor  # how often each is drawn


class Writer(nn.Module):
    """Projector and language model alone: what the language stages train."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.mm_projector = nn.Linear(config.token_width, config.llama.hidden_size)
        self.llama = Llama(config.llama)
        self.lm_head = nn.Linear(config.llama.hidden_size, config.llama.vocab_size, bias=False)
        nn.init.normal_(self.llama.embed_tokens.weight, std=0.02)

    def forward(self, tokens: Tensor, before: Tensor, text: Tensor) -> Tensor:
        """Pooled tokens (B, T, width), ids before them (n,), ids after them (B, L) -> logits of those (B, L, words)."""
        first = self.llama.embed_tokens(before).expand(len(tokens), -1, -1)  # (B, n, D)
        given = torch.cat([first, self.mm_projector(tokens), self.llama.embed_tokens(text[:, :-1])], 1)
        hidden = self.llama(given)[:, -text.shape[1] :]  # (B, L, D)
        logits: Tensor = self.lm_head(hidden)  # (B, L, words)
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


@dataclass(frozen=True, slots=True)
class Script:
    """What stands after the film: ids (L,), of which the first ``asked`` are a question and need not be learnt."""

    ids: Tensor
    asked: int


class Scripts:
    """Decisions -> a task of the paper put as question and answer, in ids."""

    def __init__(self, words: Words, assessed: Sequence[str], report_prompt: str) -> None:
        self.words, self.assessed, self.report_prompt = words, assessed, report_prompt
        self.before = torch.tensor(split(report_prompt, words)[0])  # the same for every question

    def report(self, decisions: Decisions, chance: random.Random) -> Script:
        return self._script(self.report_prompt, write(decisions, chance))

    def question(self, decisions: Decisions, chance: random.Random) -> Script:
        asked, answer = questions.ask(decisions, self.assessed, chance)
        return self._script(prompt.chat(asked, system=""), answer)

    def dialogue(self, decisions: Decisions, chance: random.Random) -> Script:
        """A question after another one and its answer."""
        before, (asked, answer) = (questions.ask(decisions, self.assessed, chance) for _ in range(2))
        return self._script(prompt.dialogue([before], asked, system=""), answer)

    def task(self, chance: random.Random) -> tuple[Callable[[Decisions, random.Random], Script], int]:
        """One of the tasks, and how many rows a batch of it has."""
        name = chance.choices(list(TASKS), list(TASKS.values()))[0]
        return {"report": self.report, "question": self.question, "dialogue": self.dialogue}[name], ROWS[name]

    def _script(self, asked: str, answer: str) -> Script:
        after = split(asked, self.words)[1]
        return Script(torch.tensor([*after, *self.words.encode(answer), self.words.end]), len(after))


class Lessons:
    """Batches of (tokens, scripts): drawn anew for each epoch from its number."""

    def __init__(self, model: CxrLlava, words: Words, views: Views, policy: Policy) -> None:
        self.model, self.views, self.policy = model, views, policy
        self.scripts = Scripts(words, tuple(policy), model.config.report_prompt)
        self.before = self.scripts.before

    def batch(self, generator: torch.Generator, chance: random.Random) -> tuple[Tensor, list[Script]]:
        write_one, count = self.scripts.task(chance)
        tokens = self._tokens(count, generator)
        return tokens, [write_one(each, chance) for each in self.decisions(tokens)]

    def _tokens(self, count: int, generator: torch.Generator) -> Tensor:
        first, second = (self.views.tokens[self._draw(count, generator)] for _ in range(2))  # (B, T, width)
        share = torch.rand(count, 1, 1, generator=generator)
        share[torch.rand(count, generator=generator) > MIXED] = 1.0
        return first * share + second * (1 - share)

    def _draw(self, count: int, generator: torch.Generator) -> Tensor:
        return torch.multinomial(self.views.weights, count, replacement=True, generator=generator)

    @torch.no_grad()
    def decisions(self, tokens: Tensor) -> list[Decisions]:
        """What the finding head and the policy would have said of films with these tokens."""
        assert self.model.finding_head is not None
        names, rows = self.model.config.findings, self.model.finding_head(tokens).sigmoid().tolist()
        return [decide(dict(zip(names, row, strict=True)), self.policy) for row in rows]


def learn_words(
    writer: Writer, scripts: Scripts, drawn: Sequence[Decisions], folder: Path, epochs: int, rate: float = 1e-3
) -> Writer:
    """The language model on reports and answers without films: where a picture will stand it sees noise."""

    def losses(epoch: int) -> Iterator[Tensor]:
        chance, generator = random.Random(epoch), torch.Generator().manual_seed(epoch)
        for _ in range(EPOCH_STEPS):
            write_one, count = scripts.task(chance)
            batch = [write_one(each, chance) for each in chance.choices(drawn, k=count)]
            noise = torch.randn(count, TOKENS, writer.mm_projector.in_features, generator=generator)
            yield answer_loss(writer, noise, scripts.before, batch)

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
            tokens, batch = lessons.batch(generator, chance)
            yield answer_loss(writer, tokens, lessons.before, batch)

    fit(name, writer, losses, schedule, folder)


def answer_loss(writer: Writer, tokens: Tensor, before: Tensor, scripts: Sequence[Script]) -> Tensor:
    """Mean cross-entropy of the answers' tokens; questions and padding do not count."""
    text = padded([script.ids for script in scripts], 0)
    wanted = padded([torch.cat([torch.full((s.asked,), UNTAUGHT), s.ids[s.asked :]]) for s in scripts], UNTAUGHT)
    with sdpa_kernel(SDPBackend.MATH), torch.autocast("cpu", torch.bfloat16):
        out = writer(tokens, before, text)
    return F.cross_entropy(out.float().flatten(0, 1), wanted.flatten(), ignore_index=UNTAUGHT)


def padded(rows: Sequence[Tensor], filling: int) -> Tensor:
    """Ids of several lengths -> (B, longest)."""
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=filling)
