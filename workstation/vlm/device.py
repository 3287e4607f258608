"""Where the model runs: the GPU if there is one, with the number type that it does well. Knows no model."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from workstation.errors import ModelError

SMALL_BYTES = 1 << 30  # up to here exactness is worth more than memory


_GPU_FAULTS = (torch.cuda.OutOfMemoryError, getattr(torch, "AcceleratorError", torch.cuda.OutOfMemoryError))


class GpuFailed(ModelError):
    """The GPU has no room or does not work; the processor may."""

    code = "gpu"


@dataclass(frozen=True, slots=True)
class Device:
    """``name`` for torch ("cpu", "cuda"), ``spoken`` for people, ``dtype`` as torch's word."""

    name: str
    spoken: str
    dtype: str


def choose(wanted: str | None, needs_bytes: int) -> Device:
    """``wanted`` "cpu", "cuda" or None (the best there is); raises `ModelError` (code ``device``) without a GPU."""
    there = torch.cuda.is_available()
    if wanted == "cuda" and not there:
        raise ModelError(
            "There is no GPU that this program can use.", "Choose the device cpu or auto; doctor says more.", "device"
        )
    if wanted == "cpu" or not there:
        return Device("cpu", "cpu", "float32")
    return Device("cuda", f"cuda ({torch.cuda.get_device_name()})", _dtype(needs_bytes))


def use_threads(count: int) -> int:
    """Let torch use ``count`` CPU threads, 0 = as many as it likes; returns how many it uses."""
    if count > 0:
        torch.set_num_threads(count)
    return int(torch.get_num_threads())


@contextmanager
def all_threads() -> Iterator[None]:
    """Every core for a moment that somebody waits for; then as many as before."""
    before = torch.get_num_threads()
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    torch.set_num_threads(max(before, there))
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def failures_told() -> Iterator[None]:
    """Torch's ways of saying that memory or GPU gave out become `GpuFailed` or `ModelError` (code ``memory``)."""
    try:
        yield
    except torch.cuda.OutOfMemoryError as error:
        free()
        raise GpuFailed("The GPU has not enough memory free for this model.", "Choose the device cpu.") from error
    except _GPU_FAULTS as error:
        raise GpuFailed("The GPU failed.", "Choose the device cpu, or update its driver; doctor says more.") from error
    except RuntimeError as error:
        if "allocate memory" not in str(error) and "not enough memory" not in str(error):
            raise
        raise ModelError("There is not enough memory free for a draft.", "Close other programs.", "memory") from error


def free_bytes() -> int:
    """Memory of the GPU that is free now; 0 = not told."""
    try:
        return int(torch.cuda.mem_get_info()[0])
    except (RuntimeError, AssertionError):
        return 0


def free() -> None:
    """Give unused GPU memory back."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _dtype(needs_bytes: int) -> str:
    if needs_bytes <= SMALL_BYTES:
        return "float32"
    return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
