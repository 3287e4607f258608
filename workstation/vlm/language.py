"""A model's folder of either kind -> its language model as it lies on the disk, read one tensor at a time.

Ours is one safetensors file, a published one is sharded; 14 GB never lie in memory. Knows no GGUF but its record.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from workstation.errors import ModelError
from workstation.vlm import config
from workstation.vlm.config import ModelConfig
from workstation.vlm.gguf import Language
from workstation.vlm.gguf_words import Vocabulary, bytewise, pieces
from workstation.vlm.model import CxrLlava
from workstation.vlm.published import shards, tokenizer

OURS, PUBLISHED = "cxr-llava", "cxr-llava-v2"
_AGAIN = "Install the model again."


def language(kind: str, folder: Path) -> Language:
    """Kind "cxr-llava" or "cxr-llava-v2"; raises `ModelError` for another one or a folder that is not whole."""
    if kind == PUBLISHED:
        return _published(folder)
    if kind == OURS:
        return _ours(folder)
    raise ModelError("This kind of model is not converted.", "Choose a CXR-LLaVA model.", "model_format")


def _published(folder: Path) -> Language:
    whole = shards.check(folder)
    sizes = whole.config.sizes
    tokenizer.read(folder / "tokenizer.model", whole.config.llama)  # another model's vocabulary is refused here
    places = {name: folder / file for file, names in whole.files.items() for name in names}
    return _language("CXR-LLAVA-v2", sizes, pieces(folder / "tokenizer.model"), places)


def _ours(folder: Path) -> Language:
    sizes = config.read(folder / "config.json")
    vocabulary = bytewise(folder / "tokenizer.json", sizes.llama.vocab_size)
    path = folder / "model.safetensors"
    return _language("cxr-llava", sizes, vocabulary, dict.fromkeys(_shapes(sizes), path))


def _language(name: str, sizes: ModelConfig, vocabulary: Vocabulary, places: dict[str, Path]) -> Language:
    shapes = _shapes(sizes)
    kinds = {_dtype(places[tensor], tensor) for tensor, shape in shapes.items() if len(shape) > 1}
    stored = kinds.pop() if len(kinds) == 1 else "F32"

    def read(tensor: str) -> Tensor:
        return _checked(tensor, _tensor(places[tensor], tensor), shapes[tensor])

    return Language(name, sizes.llama, vocabulary, shapes, stored if stored in ("BF16", "F16") else "F32", read)


def _shapes(sizes: ModelConfig) -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        model = CxrLlava(sizes)
    tensors = model.state_dict().items()
    return {name: tuple(value.shape) for name, value in tensors if name.startswith(("llama.", "lm_head."))}


def _dtype(path: Path, name: str) -> str:
    try:
        with safe_open(path, framework="pt") as file:
            return str(file.get_slice(name).get_dtype())
    except (OSError, SafetensorError) as error:
        raise _damaged() from error


def _tensor(path: Path, name: str) -> Tensor:
    try:
        with safe_open(path, framework="pt") as file:
            return file.get_tensor(name)
    except (OSError, SafetensorError) as error:
        raise _damaged() from error


def _checked(name: str, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    if tuple(tensor.shape) != shape:
        raise ModelError(f"The weight {name} has the wrong shape.", _AGAIN, "model_damaged")
    if not bool(torch.isfinite(tensor).all()):
        raise ModelError(f"The weight {name} holds numbers that are not finite.", _AGAIN, "model_damaged")
    return tensor


def _damaged() -> ModelError:
    return ModelError("The model's weights are missing, damaged or not complete.", _AGAIN, "model_damaged")
