"""A folder of a model -> what its headers promise, after all of them were found right; seconds for 14 GB.

One door for the three kinds that `catalog` knows. Numbers inside the tensors are looked at by `finite`, while the
files are copied. Builds no model on a device and reads no weight.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from workstation.catalog.manifest import FOREIGN_GGUF, PUBLISHED
from workstation.errors import ModelError
from workstation.vlm import config, gguf_header
from workstation.vlm.config import ModelConfig
from workstation.vlm.foreign import examine
from workstation.vlm.model import CxrLlava
from workstation.vlm.published import shards, tokenizer
from workstation.vlm.published.config import AGAIN
from workstation.vlm.published.names import UNUSED, Shapes, shapes
from workstation.vlm.tokenizer import Words

OURS_FILE = "model.safetensors"
SIDE = 896  # of a foreign model that takes any


@dataclass(frozen=True, slots=True)
class Inspected:
    """``side``: pixels of the film's square, or of its long side. ``parameters``: encoder, language, cache (numbers
    kept for one answer at its longest). ``name`` and ``quantisation`` are a foreign file's own."""

    side: int
    parameters: Mapping[str, int] = field(default_factory=dict)
    name: str = ""
    quantisation: str = ""


def published(folder: Path) -> Inspected:
    """A CXR-LLAVA-v2 folder; raises `ModelError` for anything missing, strange, cut short or of another vocabulary."""
    found = shards.check(folder)
    tokenizer.read(folder / "tokenizer.model", found.config.llama)
    wanted = {name: shape for name, shape in shapes(found.config).items() if name != UNUSED}
    return _facts(found.config.sizes, wanted)


def ours(folder: Path) -> Inspected:
    """A folder that this program's training wrote (without its manifest, which `catalog` reads)."""
    sizes = config.read(folder / "config.json")
    words = Words.read(folder / "tokenizer.json")
    if words.size > sizes.llama.vocab_size:
        raise ModelError("The model's tokenizer has more words than its weights.", AGAIN, "model_damaged")
    with torch.device("meta"):
        wanted = {name: tuple(tensor.shape) for name, tensor in CxrLlava(sizes).state_dict().items()}
    shards.check_file(folder / OURS_FILE, wanted, "the weights of its config.json", (*shards.DTYPES, "I64"))
    return _facts(sizes, wanted)


def foreign(folder: Path) -> Inspected:
    """Another maker's GGUF with its mmproj; raises `ModelError`, for an mmproj of another model too."""
    found = examine(folder)
    kinds = Counter(kind for shape, kind in gguf_header.read(found.model).tensors.values() if len(shape) > 1)
    return Inspected(found.image_side or SIDE, name=found.name, quantisation=kinds.most_common(1)[0][0])


def inspect(folder: Path, kind: str) -> Inspected:
    """By the kind's own door."""
    return {PUBLISHED: published, FOREIGN_GGUF: foreign}.get(kind, ours)(folder)


def _facts(sizes: ModelConfig, wanted: Shapes) -> Inspected:
    counts = {"encoder": 0, "language": 0}
    for name, shape in wanted.items():
        counts["language" if name.startswith(("llama.", "lm_head.")) else "encoder"] += math.prod(shape)
    llama = sizes.llama
    row = 2 * llama.num_hidden_layers * llama.num_key_value_heads * llama.head_size
    return Inspected(sizes.vision.image_size, {**counts, "cache": row * llama.max_position_embeddings})
