"""Losses -> trained weights, one step after another; any step may be the last and the next start goes on from there.

One loop for every stage. `fit` counts epochs of one process (the bundled model's stages); `run` counts steps, of one
process or of many, saves by steps and minutes, and stops when it is asked to.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from workstation.errors import TrainingError
from workstation.vlm.training.state import Schedule, State
from workstation.vlm.training.world import World

__all__ = ["Pace", "Schedule", "fit", "run"]
Losses = Callable[[int], Iterable[Tensor]]  # epoch -> the losses of its steps, computed one by one


def fit(name: str, module: nn.Module, losses: Losses, schedule: Schedule, folder: Path) -> nn.Module:
    """Train ``module`` in place and load its moving average; done runs return at once.

    Parameters
    ----------
    name : file name of the checkpoint in ``folder``; also what the progress lines say.
    losses : called with the epoch's number; must draw its randomness from that number, so that a resumed
        run sees the batches that an unbroken one would have seen.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = State(module, schedule, folder / f"{name}.safetensors")
    first = int(state.resume().get("epoch", 0))
    for epoch in range(first, schedule.epochs):
        begin, found = time.monotonic(), list[float]()
        module.train()
        _loop(state, ([loss] for loss in losses(epoch)), found.append)
        state.save({"epoch": str(epoch + 1)})
        left = (time.monotonic() - begin) * (schedule.epochs - epoch - 1) / 60
        mean = sum(found) / max(1, len(found))
        print(
            f"{name}: epoch {epoch + 1}/{schedule.epochs}, loss {mean:.4f}, {left:.1f} min left",
            file=sys.stderr,
            flush=True,
        )
    state.use_average()
    return module.eval()


def _loop(state: State, steps: Iterable[Iterable[Tensor]], after: Callable[[float], Any]) -> None:
    """The loop."""
    for losses in steps:
        after(state.step(losses))


@dataclass(frozen=True, slots=True)
class Pace:
    """When a run saves: every so many steps and every so many minutes, whichever comes first; 0 = not by that."""

    steps: int = 0
    minutes: float = 5.0


Microbatches = list[dict[str, Tensor]]  # each with "count" (losses,): over how many answers each loss sums


def run(
    lesson: nn.Module,
    feed: Callable[[int], Microbatches],
    state: State,
    world: World,
    pace: Pace,
    told: Callable[[int, float], None],
    seed: int,
) -> None:
    """Train until the schedule ends; the caller has resumed ``state``.

    Parameters
    ----------
    lesson : called with a microbatch; gives (losses,): each loss *summed* over its answers.
    feed : step -> this process's microbatches; the same for the same step, whenever it is asked.
    told : called after each step with its number (from 1) and loss.

    Raises
    ------
    TrainingError
        stopped (Ctrl+C, SIGTERM; saved), memory, loss, disk.
    """
    with _stop_asked() as stop:
        clock = _Clock(state, world, pace, stop)

        def after(loss: float) -> None:
            told(state.steps, loss)
            clock.after()

        with _memory_told():
            _loop(state, _steps(lesson, feed, state, world, seed), after)
    clock.save()


def _steps(
    lesson: nn.Module, feed: Callable[[int], Microbatches], state: State, world: World, seed: int
) -> Iterator[Iterator[Tensor]]:
    lesson.train()
    while state.steps < state.schedule.total:
        torch.manual_seed((seed * 1_000_003 + state.steps) * 64 + world.rank)
        yield _losses(lesson, feed(state.steps), world)


def _losses(lesson: nn.Module, batches: Microbatches, world: World) -> Iterator[Tensor]:
    """Sums -> parts of the mean over all answers of the step, whichever process holds them."""
    mine = torch.stack([batch["count"].double() for batch in batches]).sum(0)  # (losses,)
    shares = (world.size / world.sums(mine).clamp(min=1)).float().to(world.device)
    for at, batch in enumerate(batches):
        with world.waiting(lesson, last=at == len(batches) - 1):
            with world.autocast():
                sums = lesson({name: tensor.to(world.device, non_blocking=True) for name, tensor in batch.items()})
            yield (sums.float() * shares).sum()


class _Clock:
    """Decides, for all processes at once, whether to save and whether to stop."""

    def __init__(self, state: State, world: World, pace: Pace, stop: threading.Event) -> None:
        self.state, self.world, self.pace, self.stop = state, world, pace, stop
        self.saved_at, self.saved_step = time.monotonic(), state.steps

    def after(self) -> None:
        late = self.pace.minutes > 0 and time.monotonic() - self.saved_at >= self.pace.minutes * 60
        due = self.pace.steps > 0 and self.state.steps - self.saved_step >= self.pace.steps
        wish = self.world.most(2.0 if self.stop.is_set() else 1.0 if late or due else 0.0)
        if wish >= 1.0:
            self.save()
        if wish >= 2.0:
            raise TrainingError(
                f"Training was stopped and saved after step {self.state.steps} of {self.state.schedule.total}.",
                "Start the same command again to go on from there.",
                "stopped",
            )

    def save(self) -> None:
        if self.saved_step < self.state.steps or not self.state.path.exists():
            self.world.save(self.state)
        self.saved_at, self.saved_step = time.monotonic(), self.state.steps


@contextmanager
def _stop_asked() -> Iterator[threading.Event]:
    """Ctrl+C and SIGTERM ask for a stop at the end of the step; a second one is obeyed at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, frame: Any) -> None:
        asked.set()
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _memory_told() -> Iterator[None]:
    try:
        yield
    except RuntimeError as error:  # torch.cuda.OutOfMemoryError is one
        said = str(error)
        if "out of memory" not in said and "allocate memory" not in said and "not enough memory" not in said:
            raise
        raise TrainingError(
            "Memory gave out during a training step.",
            "Use a smaller --batch (with --accumulate the learnt-from batch stays as large), or --recompute.",
            "memory",
        ) from error
