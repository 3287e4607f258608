"""A step's number -> this process's films of that step, whoever asks and whenever: nothing is remembered but the seed.

Films come in an order drawn anew for each pass over them; the next batch is made while the step before is computed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from workstation.errors import TrainingError

Make = Callable[[Sequence[int], Sequence[int]], dict[str, Tensor]]  # films' numbers, their seeds


class Feed:
    """``numbers``: the films to learn from; ``batch``: films of one step, over all processes and microbatches."""

    def __init__(
        self, numbers: np.ndarray, batch: int, accumulate: int, rank: int, size: int, seed: int, make: Make
    ) -> None:
        if batch % (accumulate * size):
            raise TrainingError(
                f"A batch of {batch} cannot be divided into {size} processes of {accumulate} parts each.",
                "Choose --batch as a multiple of --accumulate times the number of processes.",
                "batch",
            )
        self.numbers, self.batch, self.accumulate, self.rank, self.size = numbers, batch, accumulate, rank, size
        self.seed, self.make = seed, make
        self._order = lru_cache(2)(self._drawn)
        # One torch thread for the feed: more would wait for the cores that the step before is computed on.
        self._thread = ThreadPoolExecutor(1, "feed", torch.set_num_threads, (1,))
        self._next = dict[int, Future[list[dict[str, Tensor]]]]()

    def __call__(self, step: int) -> list[dict[str, Tensor]]:
        coming = self._next.pop(step, None) or self._thread.submit(self._made, step)
        self._next = {step + 1: self._thread.submit(self._made, step + 1)}
        return coming.result()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    def films(self, step: int) -> list[tuple[int, int]]:
        """Number and seed of every film of a step, over all processes."""
        found = []
        for place in range(step * self.batch, (step + 1) * self.batch):
            epoch, at = divmod(place, len(self.numbers))
            found.append((int(self.numbers[self._order(epoch)[at]]), _mixed(self.seed, place)))
        return found

    def _made(self, step: int) -> list[dict[str, Tensor]]:
        size = self.batch // (self.accumulate * self.size)
        films = self.films(step)
        begins = [(part * self.size + self.rank) * size for part in range(self.accumulate)]
        return [self.make(*zip(*films[begin : begin + size], strict=True)) for begin in begins]

    def _drawn(self, epoch: int) -> np.ndarray:
        return np.random.default_rng(_mixed(self.seed, -1 - epoch)).permutation(len(self.numbers))


def _mixed(seed: int, place: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{place}".encode(), digest_size=6).digest(), "big")
