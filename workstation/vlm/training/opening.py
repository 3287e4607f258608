"""``--size`` and ``--start`` -> the model that a stage begins with, and which of its parts were read, not drawn.

A start folder holds whole parts (encoder, finding head, projector, language model) in our layout, or a whole published
CXR-LLAVA. Every number is checked: names, shapes, finite. Knows no films.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from workstation.errors import ModelError, TrainingError
from workstation.vlm import checkpoint, config, prompt
from workstation.vlm.config import LlamaConfig, ModelConfig, VisionConfig
from workstation.vlm.model import CxrLlava
from workstation.vlm.published import config as published_config
from workstation.vlm.published import load as published
from workstation.vlm.published.tokenizer import PublishedWords
from workstation.vlm.tokenizer import Words
from workstation.vlm.training import borrowed

EYES = ("vision_tower", "companions")
LANGUAGE = ("llama", "lm_head")
SIZES = {
    "mini": ModelConfig(mirrored=True),
    "base": ModelConfig(
        VisionConfig(224, "conv", 16, 384, 8, 6, stem_width=64),
        LlamaConfig(4096, 512, 1536, 8, 8, 8, 1024),
        pooled_grid=7,
    ),
    "paper": config.paper(),
}
T = TypeVar("T")
_BLIND = LlamaConfig(8, 8, 8, 1, 1, 1)  # stands in where a stage never reads a word


@dataclass(slots=True)
class Opening:
    """``sizes`` are those of the result; ``model`` may lack words and mirrors for the time of training."""

    model: CxrLlava
    sizes: ModelConfig
    read: frozenset[str]

    @property
    def published(self) -> bool:
        return isinstance(getattr(self.model, "words", None), PublishedWords)


def open_eyes(size: str, start: Path | None, findings: Sequence[str]) -> Opening:
    """For the stages that see and do not speak: no memory for a language model."""
    found = _Found(size, start)
    sizes = replace(found.sizes, findings=found.sizes.findings or tuple(findings))
    model = CxrLlava(replace(sizes, llama=_BLIND, mirrored=False))
    return Opening(model, sizes, found.fill(model, (*EYES, "finding_head")))


def open_all(
    size: str, start: Path | None, vocabulary: Callable[[int], Words], language: Path | None = None
) -> Opening:
    """For the stages that speak; without a language model in ``start`` one is drawn, with a new ``vocabulary``.

    ``language``: the folder of a published LLaMA, which takes that place.
    """
    if language is not None:
        return _with_language(_Found(size, start), language)
    if start is not None and _is_published(start):
        model = _checked(lambda: published.load(start))
        model.requires_grad_(True)
        return Opening(model, model.config, frozenset(name for name, _ in model.named_children()))
    found = _Found(size, start)
    has_words = found.words is not None and "llama" in found.parts
    words = found.words if has_words and found.words else vocabulary(found.sizes.llama.vocab_size)
    llama = replace(found.sizes.llama, bos_token_id=words.begin, eos_token_id=words.end)
    llama = llama if has_words else replace(llama, vocab_size=words.size)
    question = found.sizes.report_prompt or prompt.chat(prompt.REPORT, system="")
    heads = found.sizes.findings if "finding_head" in found.parts else ()
    sizes = replace(found.sizes, llama=llama, report_prompt=question, findings=heads)
    sizes = sizes if "gate" in found.parts else replace(sizes, gate_classes=())
    model = CxrLlava(replace(sizes, mirrored=False))
    nn.init.normal_(model.llama.embed_tokens.weight, std=0.02)
    model.words = words
    return Opening(model, sizes, found.fill(model, tuple(found.parts)))


def _with_language(found: _Found, language: Path) -> Opening:
    borrowed_words = borrowed.read(language)
    sizes = borrowed.fit(found.sizes, borrowed_words)
    model = CxrLlava(sizes)
    model.words = borrowed_words.words
    found.parts = {name: found.parts[name] for name in EYES if name in found.parts} | dict(borrowed_words.tensors)
    return Opening(model, sizes, found.fill(model, tuple(found.parts)))


class _Found:
    """What a size and a start folder say together."""

    def __init__(self, size: str, start: Path | None) -> None:
        self.parts: dict[str, dict[str, Tensor]] = {}
        self.words: Words | None = None
        if start is None:
            self.sizes = _sizes(size)
            return
        if not start.is_dir():
            raise TrainingError(f"There is no folder {start}.", "Give --start the folder of an earlier stage.", "start")
        if _is_published(start):
            model = _checked(lambda: published.load(start))
            self.sizes, self.words = model.config, model.words
            tensors: Mapping[str, Tensor] = model.state_dict()
        else:
            self.sizes = _checked(lambda: config.read(start / "config.json"))
            tensors = _checked(lambda: checkpoint.load(start / "model.safetensors")[0])
            self.words = _words(start, self.sizes)
        for name, tensor in tensors.items():
            part, _, rest = name.partition(".")
            self.parts.setdefault(part, {})[rest] = tensor

    def fill(self, model: CxrLlava, wanted: Sequence[str]) -> frozenset[str]:
        """Load the parts that are there; returns their names."""
        there = [name for name in wanted if name in self.parts]
        for name in there:
            part = getattr(model, name, None)
            if part is None:
                raise TrainingError(f"The start folder holds an unknown part, {name}.", _ANOTHER, "start")
            _checked(partial(checkpoint.fill, part, self.parts[name]))
        return frozenset(there)


_ANOTHER = "Give --start the whole folder of an earlier stage, or leave it out to begin with new weights."


def _checked(act: Callable[[], T]) -> T:
    """Refusals of a model's files in the words of training."""
    try:
        return act()
    except ModelError as error:
        raise TrainingError(f"The start folder cannot be used: {error.message}", _ANOTHER, error.code) from error


def _sizes(size: str) -> ModelConfig:
    if size in SIZES:
        return SIZES[size]
    path = Path(size)
    if not path.is_file():
        raise TrainingError(f"There is no size {size}.", f"Choose {', '.join(SIZES)}, or a config.json file.", "size")
    try:
        return config.read(path)
    except ModelError as error:
        raise TrainingError(error.message, "Correct the file given with --size.", "size") from error


def _words(start: Path, sizes: ModelConfig) -> Words | None:
    if not (start / "tokenizer.json").is_file():
        return None
    words = _checked(lambda: Words.read(start / "tokenizer.json"))
    if words.size > sizes.llama.vocab_size:
        raise TrainingError(
            f"The start folder's vocabulary has {words.size} words, its language model {sizes.llama.vocab_size}.",
            "Put the tokenizer.json that belongs to these weights beside them.",
            "vocabulary",
        )
    return words


def _is_published(folder: Path) -> bool:
    return (folder / "model.safetensors.index.json").is_file() or (folder / "tokenizer.model").is_file()


def memory_needed(model: nn.Module) -> int:
    """Bytes of weights, their average and the optimiser's two moments."""
    learns = sum(p.numel() for p in model.parameters() if p.requires_grad)
    return 4 * (sum(p.numel() for p in model.parameters()) + 4 * learns)


def seeded(seed: int) -> None:
    """New weights are the same in every process and on every start."""
    torch.manual_seed(seed)


def side(size: str, start: Path | None) -> int:
    """Pixels a side of the films that such a model takes."""
    if start is None:
        return _sizes(size).vision.image_size
    read = published_config.read if _is_published(start) else config.read
    return _checked(lambda: read(start / "config.json")).vision.image_size
