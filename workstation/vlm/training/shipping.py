"""Trained parts -> a model's folder: config.json, tokenizer.json and half-precision weights."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from workstation.vlm import checkpoint, config
from workstation.vlm.config import ModelConfig
from workstation.vlm.heads import Gate
from workstation.vlm.model import CxrLlava
from workstation.vlm.tokenizer import Words
from workstation.vlm.training.calibration import Platt
from workstation.vlm.training.encoder import Encoder
from workstation.vlm.training.language import Writer


def assemble(
    sizes: ModelConfig,
    committee: Sequence[Encoder],
    platts: Sequence[Platt],
    gate: Gate,
    writer: Writer,
    words: Words,
) -> CxrLlava:
    """One model of separately trained parts; ``committee`` is the vision transformer, then its companions."""
    model = CxrLlava(sizes)
    model.words = words
    first, *companions = committee
    tensors = _named("vision_tower.", first.vision_tower.state_dict()) | _named("gate.", gate.state_dict())
    for index, companion in enumerate(companions):
        tensors |= _named(f"companions.{index}.", companion.vision_tower.state_dict())
    tensors |= dict(writer.state_dict())
    tensors |= _named("finding_head.out.", joint_head(committee, platts[: len(sizes.findings)]))
    checkpoint.fill(model, tensors)
    return model.eval()


def joint_head(committee: Sequence[Encoder], platts: Sequence[Platt]) -> dict[str, Tensor]:
    """The members' mean logit, calibrated, as one linear map of their tokens side by side."""
    count, slope = len(platts), torch.tensor([p.slope for p in platts])
    heads = [member.finding_head.out for member in committee]
    weight = torch.cat([head.weight[:count] for head in heads], 1).detach() / len(heads)
    bias = torch.stack([head.bias[:count] for head in heads]).mean(0).detach()
    return {"weight": slope[:, None] * weight, "bias": slope * bias + torch.tensor([p.offset for p in platts])}


def write(model: CxrLlava, folder: Path) -> None:
    """The folder that `CxrLlava.load` reads. Matrices in float16, vectors and averages in float32."""
    folder.mkdir(parents=True, exist_ok=True)
    config.write(model.config, folder / "config.json")
    model.words.write(folder / "tokenizer.json")
    tensors = {name: _shipped(tensor) for name, tensor in model.state_dict().items()}
    checkpoint.save(tensors, folder / "model.safetensors", {"format": "pt"})


def _shipped(tensor: Tensor) -> Tensor:
    return tensor.to(torch.float16) if tensor.ndim > 1 and tensor.is_floating_point() else tensor


def _named(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in tensors.items()}
