"""What a run is after a step: weights, optimiser, place in the schedule, moving average, chance; kept in a file.

The file is written beside and renamed, so a run killed at any moment finds the last whole one. Frozen weights are not
kept: they come from where the run began. Knows no films and no words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from workstation.errors import ModelError, TrainingError
from workstation.vlm import checkpoint

CLIP = 1.0  # largest norm of a step's gradient


@dataclass(frozen=True, slots=True)
class Schedule:
    """AdamW with a warm-up of 5 % and a cosine to zero; ``average`` = decay of the moving average, 0 = none kept."""

    epochs: int
    steps: int  # in an epoch
    learning_rate: float
    weight_decay: float = 0.05
    average: float = 0.99

    @property
    def total(self) -> int:
        return self.epochs * self.steps

    def rate(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        warm = max(1, self.total // 20)
        if step < warm:
            return self.learning_rate * (step + 1) / warm
        return self.learning_rate * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, self.total - warm)))


class State:
    """One run. ``mean`` brings a loss to the mean over processes; ``part`` gives a sharded tensor's own part; what
    stands in ``facts`` is written into the checkpoint and must be the same when it is read."""

    def __init__(
        self,
        module: nn.Module,
        schedule: Schedule,
        path: Path,
        mean: Callable[[float], float] = float,
        part: Callable[[Tensor], Tensor] = lambda tensor: tensor,
    ) -> None:
        self.module, self.schedule, self.path, self.steps = module, schedule, path, 0
        self._mean, self._part = mean, part
        self.facts: dict[str, str] = {}
        self.named = [(name, p) for name, p in module.named_parameters() if p.requires_grad]
        self.optimiser = _optimiser([p for _, p in self.named], schedule)
        self._learning = self._now()
        self.average = (
            {name: value.detach().clone() for name, value in self._learning.items()} if schedule.average else {}
        )

    def step(self, losses: Iterable[Tensor]) -> float:
        """One update from losses whose sum is the batch's loss; returns that loss.

        Raises
        ------
        TrainingError
            The loss is not a number; the weights are still those of the step before.
        """
        for group in self.optimiser.param_groups:
            group["lr"] = self.schedule.rate(self.steps)
        value = self._mean(sum(self._backward(loss) for loss in losses))
        if not math.isfinite(value):
            raise TrainingError(
                f"At step {self.steps + 1} the loss was no longer a number.",
                "Start again from the last checkpoint with a lower --rate, or without bf16 (--precision fp32).",
                "loss",
            )
        nn.utils.clip_grad_norm_([p for _, p in self.named], CLIP)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.steps += 1
        self._follow()
        return value

    @staticmethod
    def _backward(loss: Tensor) -> float:
        loss.backward()
        return float(loss.detach())

    def use_average(self) -> None:
        """Load the moving average into the module, where one was kept."""
        with torch.no_grad():
            for name, value in self._now().items():
                if name in self.average:
                    value.copy_(self.average[name])

    def _now(self) -> dict[str, Tensor]:
        """What training changes: weights that learn, and every buffer; of sharded ones this process's part."""
        frozen = {name for name, p in self.module.named_parameters() if not p.requires_grad}
        held = self.module.state_dict()
        return {name: self._part(value) for name, value in held.items() if name not in frozen}

    def _follow(self) -> None:
        if not self.average:
            return
        decay = min(self.schedule.average, (self.steps + 1) / (self.steps + 10))
        floating = [name for name, kept in self.average.items() if kept.is_floating_point()]
        with torch.no_grad():
            torch._foreach_lerp_(
                [self.average[name] for name in floating], [self._learning[name] for name in floating], 1 - decay
            )
            for name in self.average.keys() - set(floating):
                self.average[name].copy_(self._learning[name])

    def save(self, facts: Mapping[str, str] | None = None) -> None:
        """Write the checkpoint; raises `TrainingError` and keeps the earlier one when the disk refuses."""
        tensors = {f"now.{name}": value for name, value in self._now().items()}
        tensors |= {f"average.{name}": value for name, value in self.average.items()}
        for name, parameter in self.named:
            state = self.optimiser.state[parameter]
            if state:
                tensors |= {f"first.{name}": state["exp_avg"], f"second.{name}": state["exp_avg_sq"]}
        tensors = {name: self._part(value) for name, value in tensors.items()} | _chance()
        try:
            checkpoint.save(tensors, self.path, {**self.facts, "steps": str(self.steps), **(facts or {})})
        except ModelError as error:
            raise TrainingError(
                f"The checkpoint of step {self.steps} could not be written.",
                "Free the disk and start the same command again: it goes on from the last whole checkpoint.",
                "disk",
            ) from error

    def resume(self) -> dict[str, str]:
        """Go on from the checkpoint; returns its facts, empty where there is none."""
        if not self.path.exists():
            return {}
        tensors, facts = checkpoint.load(self.path)
        if any(facts.get(name) != value for name, value in self.facts.items()):
            raise self._foreign()
        self.steps = int(facts["steps"])
        self._load(self._now(), tensors, "now.")
        self._load(self.average, tensors, "average.")
        for name, parameter in self.named:
            if f"first.{name}" in tensors:
                self.optimiser.state[parameter] = self._moments(parameter, name, tensors)
        _recall(tensors)
        return facts

    def _moments(self, parameter: Tensor, name: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
        made = {"exp_avg": torch.zeros_like(parameter), "exp_avg_sq": torch.zeros_like(parameter)}
        self._load({"first": made["exp_avg"], "second": made["exp_avg_sq"]}, tensors, "", f".{name}")
        return {"step": torch.tensor(float(self.steps), device=parameter.device), **made}

    def _load(self, places: Mapping[str, Tensor], tensors: Mapping[str, Tensor], prefix: str, suffix: str = "") -> None:
        with torch.no_grad():
            for name, place in places.items():
                found, into = tensors.get(f"{prefix}{name}{suffix}"), self._part(place)
                if found is None or found.shape != into.shape:
                    raise self._foreign()
                into.copy_(found)

    def _foreign(self) -> TrainingError:
        return TrainingError(
            f"The checkpoint {self.path.name} is of another model, other films or other settings.",
            "Start the same command as before, give this run a work folder of its own (--work), or remove that file.",
            "checkpoint",
        )


def _optimiser(parameters: list[nn.Parameter], schedule: Schedule) -> torch.optim.AdamW:
    """Decay for matrices only."""
    plain = {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0}
    both: list[dict[str, Any]] = [{"params": [p for p in parameters if p.ndim > 1]}, plain]
    groups = [group for group in both if group["params"]]
    sharded = any(type(p.data).__name__ == "DTensor" for p in parameters)
    return torch.optim.AdamW(
        groups, schedule.learning_rate, (0.9, 0.98), weight_decay=schedule.weight_decay, fused=not sharded
    )


def _chance() -> dict[str, Tensor]:
    kept = {"chance.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        kept["chance.cuda"] = torch.cuda.get_rng_state()
    return kept


def _recall(tensors: Mapping[str, Tensor]) -> None:
    if "chance.cpu" in tensors:
        torch.set_rng_state(tensors["chance.cpu"])
    if "chance.cuda" in tensors and torch.cuda.is_available():
        torch.cuda.set_rng_state(tensors["chance.cuda"])
