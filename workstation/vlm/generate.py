"""Image embeddings and a prompt -> words, one token at a time, as they are made. Knows no films and no reports.

The order of sampling is the original's: temperature, top-k, top-p (cxr-llava.md 8). The same seed gives the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from workstation.errors import ModelError
from workstation.reporting.draft import Decoding
from workstation.vlm.llama import Cache
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.prompt import split


@dataclass(frozen=True, slots=True)
class Generated:
    """``token_ids`` are the answer's, without the end token; ``stopped_by`` is "end", "length" or "stop"."""

    text: str
    token_ids: tuple[int, ...]
    stopped_by: str
    prompt: str


class Speaker(Protocol):
    """What writing needs of a tokenizer: `Words`, or those of another maker's model."""

    end: int

    def decode(self, ids: Sequence[int], /) -> str: ...


@torch.inference_mode()
def generate(
    model: CxrLlava,
    encoded: Encoded,
    prompt: str,
    decoding: Decoding,
    seed: int,
    on_text: Callable[[str], None] = lambda text: None,
    stop: Callable[[], bool] = lambda: False,
) -> Generated:
    """Write an answer to ``prompt`` about the film in ``encoded``.

    ``on_text`` gets each new piece; pieces joined are the text. ``stop`` is asked before every token.
    """
    given = embed_prompt(model, encoded.embeddings, prompt)  # (1, n, D)
    room = model.config.llama.max_position_embeddings - given.shape[1]
    if room < 1:
        raise ModelError("The question is too long for this model.", "Ask a shorter question.", "prompt")
    cache = Cache()

    def following(token: int | None) -> Tensor:
        return model.next_logits(given if token is None else model.embed([token]), cache).cpu()

    return write(following, room, model.words, prompt, decoding, seed, on_text, stop)


def write(
    following: Callable[[int | None], Tensor],
    room: int,
    words: Speaker,
    prompt: str,
    decoding: Decoding,
    seed: int,
    on_text: Callable[[str], None],
    stop: Callable[[], bool],
) -> Generated:
    """Token after token, whichever backend reads: ``following`` gives the logits (vocabulary,) after the token just
    chosen, or after the prompt for None; ``room`` is how many more tokens fit."""
    stream, generator = Stream(words.decode, on_text), torch.Generator().manual_seed(seed)
    token = None
    for _ in range(min(decoding.max_new_tokens, room)):
        if stop():
            return stream.finish("stop", prompt)
        token = choose(following(token), decoding, generator)
        if token == words.end:
            return stream.finish("end", prompt)
        stream.add(token)
    return stream.finish("length", prompt)


def embed_prompt(model: CxrLlava, image: Tensor, prompt: str) -> Tensor:
    """Words, picture (T, D), words -> (1, n, D)."""
    before, after = split(prompt, model.words)
    return torch.cat([model.embed(before), image.unsqueeze(0), model.embed(after)], 1)


def choose(logits: Tensor, decoding: Decoding, generator: torch.Generator) -> int:
    """Logits (vocabulary,) -> a token id; temperature 0 takes the likeliest."""
    if decoding.temperature <= 0.001:
        return int(logits.argmax())
    scaled = _keep_top_k(logits / decoding.temperature, decoding.top_k)
    chances = _keep_top_p(scaled, decoding.top_p).softmax(0)
    return int(torch.multinomial(chances, 1, generator=generator))


def _keep_top_k(logits: Tensor, count: int) -> Tensor:
    if not 0 < count < len(logits):
        return logits
    return logits.masked_fill(logits < logits.topk(count).values[-1], -torch.inf)


def _keep_top_p(logits: Tensor, share: float) -> Tensor:
    """The fewest likeliest tokens whose chances reach ``share``; the likeliest always stays."""
    ordered, places = logits.sort(descending=True)
    chances = ordered.softmax(0)
    dropped = chances.cumsum(0) - chances >= share
    dropped[0] = False
    return logits.scatter(0, places, ordered.masked_fill(dropped, -torch.inf))


class Stream:
    """Token ids -> text that only ever grows; a half-made character waits for its other bytes."""

    def __init__(self, decode: Callable[[list[int]], str], on_text: Callable[[str], None]) -> None:
        self._decode, self._on_text = decode, on_text
        self._ids: list[int] = []
        self._sent = ""

    def add(self, token: int) -> None:
        self._ids.append(token)
        text = self._decode(self._ids)
        if not text.endswith("\ufffd"):
            self._send(text)

    def finish(self, why: str, prompt: str) -> Generated:
        self._send(self._decode(self._ids))
        return Generated(self._sent, tuple(self._ids), why, prompt)

    def _send(self, text: str) -> None:
        if len(text) > len(self._sent):
            self._on_text(text[len(self._sent) :])
            self._sent = text
