"""The paper's architecture, as the original code computed it on tiny random models (features and logits)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from workstation.vlm import checkpoint
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.model import CxrLlava


def _sizes(value: dict[str, Any]) -> ModelConfig:
    vision, llama = value["clip_vision_cfg"], value["llama"]
    width, light = vision["width"], value["image_preprocess_cfg"]
    names = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
             "num_key_value_heads", "max_position_embeddings", "rms_norm_eps", "rope_theta")  # fmt: skip
    return ModelConfig(
        VisionConfig(vision["image_size"], "patch", vision["patch_size"], width, vision["layers"], width // 64, True,
                     mean=light["mean"], std=light["std"]),
        LlamaConfig(**{name: llama[name] for name in names}),
        pooled_grid=0,
        mirrored=False,
    )  # fmt: skip


def _model(folder: Path) -> CxrLlava:
    model = CxrLlava(_sizes(json.loads((folder / "config.json").read_text()))).eval()
    tensors = {k: v.float() for part in sorted(folder.glob("*.safetensors")) for k, v in load_file(part).items()}
    tensors.pop("vision_tower.proj")  # only the contrastive stage used it
    checkpoint.fill(model, tensors)
    return model


@pytest.mark.parametrize("toy", ["toy-a", "toy-b"])
@torch.inference_mode()
def test_features_and_logits_are_the_original_codes(shared, toy):
    folder = shared / "golden" / toy
    if not folder.is_dir():
        pytest.skip("the reference vectors are absent")
    model, expected = _model(folder / "checkpoint"), np.load(folder / "expected.npz")
    cases = json.loads((folder / "expected.json").read_text())
    for picture in ("square_grey", "wide_grey", "tall_rgb"):
        pixels = torch.from_numpy(expected[f"{picture}.pixels"])
        features = model.project(model.vision_tower(pixels))
        assert np.abs(features.numpy() - expected[f"{picture}.features"]).max() <= 5e-6
        ids = _input_ids(cases, picture)
        at = ids.index(-200)
        given = torch.cat([model.embed(ids[:at]), features, model.embed(ids[at + 1 :])], 1)
        last = model.lm_head(model.llama(given))[0, -1].numpy()
        assert np.abs(last - expected[f"{picture}.report.logits_last"]).max() <= 1e-4


def _input_ids(cases: dict[str, Any], picture: str) -> list[int]:
    wanted = (f"{picture}.png", "report")
    return next(list(case["input_ids"]) for case in cases["cases"] if (case["image"], case["task"]) == wanted)
