"""Tensors <-> safetensors files: written whole or not at all, read only when every name, shape and number is right.

Never pickle. Knows no architecture: `fill` compares a file with whatever module it is given.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from workstation.errors import ModelError

_AGAIN = "Install the model again, or choose another one."


def save(tensors: Mapping[str, Tensor], path: Path, facts: Mapping[str, str] | None = None) -> None:
    """Write beside, flush, rename: an earlier file stays whole until the new one is."""
    part = path.with_name(path.name + ".part")
    try:
        save_file({name: tensor.detach().contiguous() for name, tensor in tensors.items()}, part, dict(facts or {}))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.chmod(0o644)  # safetensors writes files that only their owner may read
        part.replace(path)
    except (OSError, SafetensorError) as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise ModelError(
            "The weights could not be written.", "Free the disk and start again: the last whole file is kept."
        ) from error


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """All tensors and the facts beside them; raises `ModelError` for anything but a whole safetensors file."""
    if path.suffix != ".safetensors":
        raise ModelError(
            "Only safetensors weights are read; pickled weights can run foreign code.", _AGAIN, "model_format"
        )
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except FileNotFoundError as error:
        raise ModelError("The model's weights are missing.", _AGAIN, "model_missing") from error
    except (OSError, SafetensorError) as error:
        raise ModelError("The model's weights are damaged or not complete.", _AGAIN, "model_damaged") from error


def fill(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Load ``tensors`` into ``module`` after checking names, shapes and finiteness; raises `ModelError`."""
    wanted = module.state_dict()
    missing, extra = sorted(wanted.keys() - tensors.keys()), sorted(tensors.keys() - wanted.keys())
    if missing or extra:
        raise ModelError(
            f"The model's weights do not fit its config ({len(missing)} missing, {len(extra)} unknown).", _AGAIN
        )
    for name, tensor in tensors.items():
        if tensor.shape != wanted[name].shape:
            raise ModelError(f"The weight {name} has the wrong shape.", _AGAIN)
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise ModelError(f"The weight {name} holds numbers that are not finite.", _AGAIN)
    module.load_state_dict({name: tensor.to(wanted[name].dtype) for name, tensor in tensors.items()})
