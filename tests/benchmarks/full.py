"""The full-size model, 7B shapes with random weights, beside transformers' `generate` over the same tensors.

First word (film to first token), milliseconds a token and memory above the weights. Where no GPU has the room it says
"unmeasured" and measures nothing: random weights on a processor would tell little and take many minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import torch

from tests.benchmarks import writers
from workstation.vlm import config, device
from workstation.vlm.model import CxrLlava
from workstation.vlm.prompt import chat
from workstation.vlm.published.prompt import REPORT

NAME = "full"
TOKENS, REPEATS = 128, 3
SPARE_BYTES = 4 << 30  # cache, activations and what the peer makes of its own
NO_SLOWER = 1.0


def run() -> list[dict[str, Any]]:
    sizes = config.paper()
    with torch.device("meta"):
        weights = sum(parameter.numel() for parameter in CxrLlava(sizes).parameters()) * 2
    if why := unmeasured(weights + SPARE_BYTES):
        return [{"name": "full size", "ours": None, "peer": None, "ratio": None, "unit": "", "note": why}]
    return Bench(weights, sizes).records()


def unmeasured(needed: int) -> str:
    """Why this machine cannot tell; "" where it can."""
    if not torch.cuda.is_available():
        return "unmeasured: no GPU"
    free = torch.cuda.mem_get_info()[0]
    if free < needed:
        return f"unmeasured: the GPU has {free / 1e9:.0f} GB free of {needed / 1e9:.0f} GB"
    return ""


class Bench:
    """Random weights on the GPU, in the number type that the program itself would choose."""

    def __init__(self, weights: int, sizes: config.ModelConfig) -> None:
        self.weights, place = weights, device.choose("cuda", weights)
        self.device = place.spoken
        self.model = writers.endless(_random(sizes, place.dtype))
        self.peer = writers.transformers_model(self.model)
        self.film = np.random.default_rng(0).integers(0, 256, (sizes.vision.image_size,) * 2).astype(np.uint8)

    def records(self) -> list[dict[str, Any]]:
        works = {"torch": self._ours, "transformers": self._theirs}
        first = writers.in_turns({name: partial(work, 1) for name, work in works.items()}, REPEATS)
        whole = writers.in_turns({name: partial(work, TOKENS) for name, work in works.items()}, REPEATS)
        step = {name: 1000 * (whole[name] - first[name]) / (TOKENS - 1) for name in works}
        memory = {name: self._memory(work) / 1e9 for name, work in works.items()}
        told = (("first word", first, "s"), ("token", step, "ms"), ("memory above weights", memory, "GB"))
        return [self._record(f"full size, {what}", values, unit) for what, values, unit in told]

    def _ours(self, count: int) -> None:
        writers.by_torch(self.model, self.model.encode(self.film), PROMPT)(count)
        torch.cuda.synchronize()

    def _theirs(self, count: int) -> None:
        writers.by_transformers(self.peer, self.model, self.model.encode(self.film), PROMPT)(count)
        torch.cuda.synchronize()

    def _memory(self, work: Callable[[int], None]) -> float:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        work(TOKENS)
        return float(torch.cuda.max_memory_allocated() - self.weights)

    def _record(self, name: str, values: dict[str, float], unit: str) -> dict[str, Any]:
        ours, peer = values["torch"], values["transformers"]
        bound = None if unit == "GB" else NO_SLOWER
        return {
            "name": name, "ours": ours, "peer": peer, "ratio": ours / peer, "unit": unit, "bound": bound,
            "peer_name": "transformers", "note": self.device,
        }  # fmt: skip


PROMPT = chat(REPORT)


class _Words:
    """Random weights know no words: each character is an id, so that prompts have about their real length."""

    begin, end, pad, size = 1, -1, 0, 32000

    def encode(self, text: str) -> list[int]:
        return [3 + ord(character) % 30000 for character in text[::4]]  # a LLaMA word has about four characters

    def decode(self, ids: list[int]) -> str:
        return " ".join(map(str, ids))


def _random(sizes: config.ModelConfig, dtype: str) -> CxrLlava:
    """Never in the processor's memory: made on the GPU in half precision."""
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        with torch.device("meta"):
            model = CxrLlava(sizes)
        model = model.to_empty(device="cuda").eval().requires_grad_(False)
    finally:
        torch.set_default_dtype(before)
    for name, parameter in model.named_parameters():
        if parameter.ndim == 1 and name.endswith("weight"):
            torch.nn.init.ones_(parameter)
        else:
            torch.nn.init.normal_(parameter, std=0.02)
    model.words = _Words()  # type: ignore[assignment]
    return model
