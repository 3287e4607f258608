"""The processes of one run: alone, or as many as torchrun started; each with its share of every batch.

Losses and gradients are those that one process would have had with the whole batch. Knows no films and no words.
"""

from __future__ import annotations

import contextlib
import os
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn

from workstation.errors import TrainingError
from workstation.vlm import checkpoint
from workstation.vlm.training.state import State

BLOCKS = ("Block", "Layer")  # what is sharded and recomputed one by one


@dataclass(frozen=True, slots=True)
class World:
    """``rank`` of ``size`` processes, on ``device``; ``sharded``: weights and optimiser are spread over them (FSDP)."""

    rank: int = 0
    size: int = 1
    device: str = "cpu"
    bf16: bool = False
    sharded: bool = False

    @property
    def speaks(self) -> bool:
        """Whether this process prints and writes."""
        return self.rank == 0

    def share(self, lesson: nn.Module) -> nn.Module:
        """The module to call: as it is, or one whose gradients are those of all processes."""
        if self.size == 1:
            return lesson
        if self.sharded:
            return _sharded(lesson, self.bf16)
        if self.device != "cpu":
            lesson = nn.SyncBatchNorm.convert_sync_batchnorm(lesson)
        return nn.parallel.DistributedDataParallel(lesson, find_unused_parameters=False)

    def waiting(self, lesson: nn.Module, last: bool) -> Any:
        """Gradients travel with the last microbatch of a step only."""
        if last or not hasattr(lesson, "no_sync"):
            return contextlib.nullcontext()
        return lesson.no_sync()

    def autocast(self) -> Any:
        kind = "cuda" if self.device.startswith("cuda") else "cpu"
        return torch.autocast(kind, torch.bfloat16) if self.bf16 else contextlib.nullcontext()

    def sum(self, value: float) -> float:
        return self._reduced(value, dist.ReduceOp.SUM)

    def most(self, value: float) -> float:
        return self._reduced(value, dist.ReduceOp.MAX)

    def mean(self, value: float) -> float:
        return self.sum(value) / self.size

    def _reduced(self, value: float, how: Any) -> float:
        if self.size == 1:
            return value
        held = torch.tensor(value, dtype=torch.float64, device=self.device)
        dist.all_reduce(held, how)
        return float(held)

    def sums(self, values: Tensor) -> Tensor:
        """Each number summed over the processes."""
        if self.size == 1:
            return values
        held = values.to(self.device)
        dist.all_reduce(held)
        return held.cpu()

    def wait(self) -> None:
        if self.size > 1:
            dist.barrier()

    def checkpoint(self, folder: Path, name: str) -> Path:
        """Where this process keeps its state."""
        return folder / (f"{name}-{self.rank}of{self.size}.safetensors" if self.sharded else f"{name}.safetensors")

    def save(self, state: State) -> None:
        """One file; of a sharded run one for each process, the one before kept until all are written."""
        if not self.sharded:
            failed = _told_by(lambda: state.save()) if self.speaks else None
        else:
            failed = _told_by(lambda: _save_beside(state))
        if self.most(1.0 if failed else 0.0):
            raise failed or TrainingError("Another process could not save.", "Free its disk and start again.", "disk")
        if self.sharded:
            beside(state.path).replace(state.path)
            self.wait()

    def resume(self, state: State) -> None:
        """Go on from the checkpoint; where a sharded run was killed between two renames, the renames are finished."""
        waiting = beside(state.path)
        here = steps_of(state.path)
        if self.sharded and here < self.most(here) and steps_of(waiting) > here:
            waiting.replace(state.path)
        state.resume()

    def part(self, tensor: Tensor) -> Tensor:
        """This process's own part of a sharded tensor; any other tensor as it is."""
        return tensor.to_local() if hasattr(tensor, "to_local") else tensor

    def whole(self, tensor: Tensor) -> Tensor:
        """A tensor put together from all processes, on the CPU."""
        return (tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor).detach().cpu()


def beside(path: Path) -> Path:
    """Where a sharded run's next checkpoint waits until every process has written its own."""
    return path.with_name(f"next-{path.name}")


def steps_of(path: Path) -> int:
    """After how many steps a checkpoint was written; -1 without one."""
    return int(checkpoint.load(path)[1].get("steps", -1)) if path.exists() else -1


def _save_beside(state: State) -> None:
    final = state.path
    state.path = beside(final)
    try:
        state.save()
    finally:
        state.path = final


def _told_by(act: Any) -> TrainingError | None:
    try:
        act()
    except TrainingError as error:
        return error
    return None


@contextmanager
def joined(device: str, precision: str, sharded: bool) -> Iterator[World]:
    """The world that torchrun made, or one process; left again at the end.

    Parameters
    ----------
    device : "auto", "cpu" or "cuda".
    precision : "auto" (bf16 where the processor or GPU is faster with it), "bf16" or "fp32".
    """
    size, rank = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("RANK", "0"))
    place = _device(device)
    ours = size > 1 and not dist.is_initialized()  # several stages of one program share one group
    if ours:
        dist.init_process_group("nccl" if place.startswith("cuda") else "gloo")
    elif sharded and size == 1:
        raise TrainingError(
            "--shard spreads the weights over several processes, and there is one.",
            "Start the command with torchrun --nproc_per_node N main.py train ...",
            "shard",
        )
    try:
        yield World(rank, size, place, _bf16(place, precision), sharded)
    finally:
        if ours:
            dist.destroy_process_group()


def _device(wanted: str) -> str:
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise TrainingError("There is no GPU that this program can use.", "Choose --device cpu.", "device")
    if wanted == "cpu" or not there:
        return "cpu"
    number = int(os.environ.get("LOCAL_RANK", "0"))
    torch.cuda.set_device(number)
    return f"cuda:{number}"


def _bf16(device: str, precision: str) -> bool:
    if precision != "auto":
        return precision == "bf16"
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def _sharded(lesson: nn.Module, bf16: bool) -> nn.Module:
    """FSDP: each block's weights are gathered when it is its turn and given up again."""
    from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

    policy = MixedPrecisionPolicy(param_dtype=torch.bfloat16, reduce_dtype=torch.float32) if bf16 else None
    given = {"mp_policy": policy} if policy else {}
    for module in lesson.modules():
        if type(module).__name__ in BLOCKS:
            fully_shard(module, **given)
    return fully_shard(lesson, **given)


def recompute(lesson: nn.Module) -> None:
    """Keep no activations inside blocks: they are computed again on the way back. Slower, and much less memory."""
    from torch.utils.checkpoint import checkpoint

    for module in lesson.modules():
        if type(module).__name__ in BLOCKS:
            module.forward = types.MethodType(_again(type(module).forward, checkpoint), module)


def _again(forward: Any, checkpoint: Any) -> Any:
    def computed_again(self: nn.Module, *given: Any) -> Any:
        return checkpoint(forward, self, *given, use_reentrant=False)

    return computed_again
