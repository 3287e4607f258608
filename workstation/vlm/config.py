"""The sizes of a CXR-LLaVA as frozen records, to and from config.json.

Builds the paper's full size and the small one that ships; knows no weights and imports no torch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from workstation.errors import ModelError


@dataclass(frozen=True, slots=True)
class VisionConfig:
    """The encoder. ``stem``: "patch" (the paper's one convolution) or "conv" (a small residual net to stride 16)."""

    image_size: int = 128
    stem: str = "conv"
    patch_size: int = 16
    width: int = 192
    layers: int = 4
    heads: int = 6
    class_token: bool = False
    stem_width: int = 32
    dropout: float = 0.0
    mean: float = 0.5
    std: float = 0.25

    @property
    def grid(self) -> int:
        """Tokens along one side."""
        return self.image_size // self.patch_size


@dataclass(frozen=True, slots=True)
class LlamaConfig:
    """The language model, in Hugging Face's words."""

    vocab_size: int = 640
    hidden_size: int = 256
    intermediate_size: int = 512
    num_hidden_layers: int = 4
    num_attention_heads: int = 4
    num_key_value_heads: int = 4
    max_position_embeddings: int = 512
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0
    bos_token_id: int = 0
    eos_token_id: int = 1

    @property
    def head_size(self) -> int:
        return self.hidden_size // self.num_attention_heads


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The whole model. ``pooled_grid`` 0 keeps every image token, 4 averages them to 4 x 4; ``mirrored`` averages the
    tokens of the film with those of its mirror image, turned back. ``companions`` convolutional nets stand beside the
    vision transformer: each makes the image tokens wider, none makes more of them."""

    vision: VisionConfig = field(default_factory=VisionConfig)
    llama: LlamaConfig = field(default_factory=LlamaConfig)
    pooled_grid: int = 4
    mirrored: bool = True
    findings: tuple[str, ...] = ()
    gate_classes: tuple[str, ...] = ()
    gate_side: int = 80
    report_prompt: str = ""
    companions: int = 0

    @property
    def companion_width(self) -> int:
        """Width of one companion's tokens."""
        return 8 * self.vision.stem_width

    @property
    def token_width(self) -> int:
        """Width of an image token before the projector."""
        return self.vision.width + self.companions * self.companion_width

    @property
    def image_tokens(self) -> int:
        """Image embeddings that enter the language model."""
        return (self.pooled_grid or self.vision.grid) ** 2

    def to_json(self) -> dict[str, Any]:
        return {"model_type": "cxr-llava", **asdict(self)}


def paper() -> ModelConfig:
    """CXR-LLaVA v2's sizes: ViT-L/16 at 512, LLaMA-2 7B, 1024 image tokens (cxr-llava.md 1.1, 1.2)."""
    vision = VisionConfig(512, "patch", 16, 1024, 24, 16, True, 0, 0.0, 0.5518136078431373, 0.3821719215686275)
    llama = LlamaConfig(32000, 4096, 11008, 32, 32, 32, 4096, 1e-5, 10000.0, 1, 2)
    return ModelConfig(vision, llama, pooled_grid=0, mirrored=False)


def from_json(value: Mapping[str, Any]) -> ModelConfig:
    """A config from its JSON object; raises `ModelError` for unknown, missing or impossible sizes."""
    try:
        rest = {key: item for key, item in value.items() if key not in ("model_type", "vision", "llama")}
        rest |= {key: tuple(rest[key]) for key in ("findings", "gate_classes")}
        config = ModelConfig(VisionConfig(**value["vision"]), LlamaConfig(**value["llama"]), **rest)
    except (KeyError, TypeError) as error:
        raise ModelError(
            "The model's config.json is not one that this program knows.", "Install the model again."
        ) from error
    _check(config)
    return config


def read(path: Path) -> ModelConfig:
    """config.json -> `ModelConfig`."""
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ModelError("The model's config.json is missing or damaged.", "Install the model again.") from error


def write(config: ModelConfig, path: Path) -> None:
    path.write_text(json.dumps(config.to_json(), indent=1) + "\n", encoding="utf-8")


def _check(config: ModelConfig) -> None:
    vision, llama = config.vision, config.llama
    fits = (
        vision.stem in ("patch", "conv")
        and 0 < vision.layers <= 64
        and 16 <= vision.image_size <= 2048
        and vision.image_size % vision.patch_size == 0
        and vision.width % vision.heads == 0
        and llama.hidden_size % llama.num_attention_heads == 0
        and llama.num_attention_heads % llama.num_key_value_heads == 0
        and (config.pooled_grid == 0 or vision.grid % config.pooled_grid == 0)
        and _companions_fit(config)
    )
    if not fits:
        raise ModelError("The model's config.json holds sizes that do not fit together.", "Install the model again.")


def _companions_fit(config: ModelConfig) -> bool:
    """A companion's map has one token for 32 x 32 pixels; it can be averaged to the pooled grid, not spread to it."""
    if config.companions == 0:
        return True
    side, grid = config.vision.image_size, config.pooled_grid
    return 0 < config.companions <= 8 and grid > 0 and side % 32 == 0 and (side // 32) % grid == 0
