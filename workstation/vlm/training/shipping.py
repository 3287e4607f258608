"""Trained parts -> a model's folder: config.json, tokenizer.json and half-precision weights."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from workstation.vlm import checkpoint, config
from workstation.vlm.config import ModelConfig
from workstation.vlm.heads import Gate
from workstation.vlm.model import CxrLlava
from workstation.vlm.tokenizer import Words
from workstation.vlm.training.encoder import Encoder
from workstation.vlm.training.language import Writer


def assemble(sizes: ModelConfig, encoder: Encoder, gate: Gate, writer: Writer, words: Words) -> CxrLlava:
    """One model of separately trained parts; of the training head only the shipped findings stay."""
    model = CxrLlava(sizes)
    model.words = words
    tensors = _named("vision_tower.", encoder.vision_tower.state_dict()) | _named("gate.", gate.state_dict())
    tensors |= dict(writer.state_dict())
    count = len(sizes.findings)
    tensors |= {f"finding_head.out.{k}": v[:count] for k, v in encoder.finding_head.out.state_dict().items()}
    checkpoint.fill(model, tensors)
    return model.eval()


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
