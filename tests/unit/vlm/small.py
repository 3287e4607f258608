"""A complete CXR-LLaVA of a few thousand random weights, for tests that need a model and not a good one."""

from pathlib import Path

import torch

from workstation.vlm import checkpoint, config, prompt, tokenizer
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.model import CxrLlava
from workstation.vlm.training.grammar import corpus

FINDINGS = ("edema", "pleural effusion", "pneumothorax")


def small_model(seed: int = 0, companions: int = 0) -> CxrLlava:
    """Two layers of 32 everywhere; every seed another model. With companions films are 64 x 64, else 32 x 32."""
    torch.manual_seed(seed)
    question = prompt.chat(prompt.REPORT)
    words = tokenizer.train([*corpus(FINDINGS, ("edema",), 100, 0), question], 400)
    sizes = ModelConfig(
        VisionConfig(64 if companions else 32, "conv", 16, 32, 2, 2, stem_width=8),
        LlamaConfig(words.size, 32, 64, 2, 4, 2, max_position_embeddings=256),
        pooled_grid=2,
        findings=FINDINGS,
        gate_classes=("frontal chest", "child", "other"),
        gate_side=16,
        report_prompt=question,
        companions=companions,
    )
    model = CxrLlava(sizes).eval()
    model.words = words
    return model


def write_model(model: CxrLlava, folder: Path) -> Path:
    """The folder that `CxrLlava.load` reads, in full precision."""
    folder.mkdir(parents=True, exist_ok=True)
    config.write(model.config, folder / "config.json")
    model.words.write(folder / "tokenizer.json")
    checkpoint.save(model.state_dict(), folder / "model.safetensors")
    return folder
