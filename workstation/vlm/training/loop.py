"""Any module and its losses -> trained (moving-average) weights, in epochs that survive being killed.

One loop for every stage. After each epoch weights, averages and the optimiser's state go to one safetensors file,
written beside and renamed; a run that finds such a file goes on from there.
"""

from __future__ import annotations

import copy
import math
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from workstation.vlm import checkpoint


@dataclass(frozen=True, slots=True)
class Schedule:
    """AdamW with a warm-up of 5 % and a cosine to zero; ``average`` = decay of the moving average of the weights."""

    epochs: int
    steps: int  # in an epoch
    learning_rate: float
    weight_decay: float = 0.05
    average: float = 0.99


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
    run = _Run(module, schedule, folder / f"{name}.safetensors")
    first = run.resume()
    for epoch in range(first, schedule.epochs):
        begin, total = time.monotonic(), 0.0
        module.train()
        for loss in losses(epoch):
            total += run.step(loss)
        run.save(epoch + 1)
        left = (time.monotonic() - begin) * (schedule.epochs - epoch - 1)
        line = (
            f"{name}: epoch {epoch + 1}/{schedule.epochs}, loss {total / schedule.steps:.4f}, {left / 60:.1f} min left"
        )
        print(line, file=sys.stderr, flush=True)
    module.load_state_dict(run.average.state_dict())
    return module.eval()


class _Run:
    """Optimiser, schedule, average and their checkpoint."""

    def __init__(self, module: nn.Module, schedule: Schedule, path: Path) -> None:
        self.module, self.schedule, self.path = module, schedule, path
        self.named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
        decays = [p for _, p in self.named if p.ndim > 1]
        plain = [p for _, p in self.named if p.ndim <= 1]
        groups = [{"params": decays}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(
            groups, schedule.learning_rate, (0.9, 0.98), weight_decay=schedule.weight_decay
        )
        self.average = copy.deepcopy(module).eval()
        self.steps = 0

    def step(self, loss: Tensor) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        loss.backward()
        nn.utils.clip_grad_norm_([p for _, p in self.named], 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.steps += 1
        self._follow()
        return float(loss.detach())

    def _rate(self) -> float:
        total = self.schedule.epochs * self.schedule.steps
        warm = max(1, total // 20)
        if self.steps < warm:
            return self.schedule.learning_rate * (self.steps + 1) / warm
        return self.schedule.learning_rate * 0.5 * (1 + math.cos(math.pi * (self.steps - warm) / max(1, total - warm)))

    def _follow(self) -> None:
        decay = min(self.schedule.average, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            now = self.module.state_dict()
            for name, kept in self.average.state_dict().items():
                if kept.is_floating_point():
                    kept.lerp_(now[name], 1 - decay)
                else:
                    kept.copy_(now[name])

    def save(self, epoch: int) -> None:
        tensors = {f"now.{k}": v for k, v in self.module.state_dict().items()}
        tensors |= {f"average.{k}": v for k, v in self.average.state_dict().items()}
        for name, parameter in self.named:
            state = self.optimiser.state[parameter]
            tensors |= {f"first.{name}": state["exp_avg"], f"second.{name}": state["exp_avg_sq"]}
        checkpoint.save(tensors, self.path, {"epoch": str(epoch), "steps": str(self.steps)})

    def resume(self) -> int:
        if not self.path.exists():
            return 0
        tensors, facts = checkpoint.load(self.path)
        self.module.load_state_dict(_part(tensors, "now."))
        self.average.load_state_dict(_part(tensors, "average."))
        self.steps = int(facts["steps"])
        for name, parameter in self.named:
            self.optimiser.state[parameter] = {
                "step": torch.tensor(float(self.steps)),
                "exp_avg": tensors[f"first.{name}"],
                "exp_avg_sq": tensors[f"second.{name}"],
            }
        return int(facts["epoch"])


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
