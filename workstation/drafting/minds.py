"""What a loaded model can do, whatever it is: see a film, hold a talk, write. CXR-LLaVA, or another maker's GGUF.

`loading` puts one of these into memory; everything above speaks to both alike. Knows no homes and no manifests' files.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from workstation.catalog.manifest import PUBLISHED, Manifest
from workstation.reporting.draft import Decoding
from workstation.vlm import llama_cpp
from workstation.vlm.foreign import ForeignModel
from workstation.vlm.generate import Generated, generate
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.occlusion import occlusion
from workstation.vlm.prompt import REPORT, chat, dialogue, split
from workstation.vlm.published import prompt as published_prompt

_FOREIGN_ROOM, _FILM_TOKENS = 8192, 1024
Tell = Callable[[str], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Pixels:
    """What another maker's model keeps of a film: the film, uint8 (rows, columns); it has no heads of ours."""

    image: np.ndarray
    probabilities: None = None
    gate: None = None


class Mind(Protocol):
    """The face that both have."""

    @property
    def prompt(self) -> str: ...

    def talk(self, turns: Sequence[tuple[str, str]], asked: str) -> str: ...

    def encode(self, prepared: np.ndarray) -> Encoded | Pixels: ...

    def write(
        self, encoded: Encoded | Pixels, prompt: str, decoding: Decoding, seed: int, on_text: Tell, stop: Stop
    ) -> Generated: ...

    def room(self, encoded: Encoded | Pixels, prompt: str) -> int: ...

    def occlusion(
        self, prepared: np.ndarray, finding: str, box: tuple[int, int, int, int], stop: Stop
    ) -> np.ndarray: ...

    @property
    def bytes(self) -> int: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class CxrMind:
    """CXR-LLaVA, ours or published; with ``decoder`` llama.cpp has the words."""

    manifest: Manifest
    model: CxrLlava
    decoder: LlamaCppDecoder | None

    @property
    def prompt(self) -> str:
        """The report's."""
        if self.manifest.kind == PUBLISHED and (asked := self.manifest.prompts.get("report")):
            return published_prompt.ask(asked)
        return self.model.config.report_prompt or self.manifest.prompt or chat(REPORT)

    def talk(self, turns: Sequence[tuple[str, str]], asked: str) -> str:
        """The prompt of a question after ``turns`` of questions and answers, as this kind of model learnt it."""
        if self.manifest.kind == PUBLISHED:
            return published_prompt.talk(turns, asked)
        # Our own models learn without a system text: it is the same for all tasks, and its words are time.
        return dialogue(turns, asked, system="")

    def encode(self, prepared: np.ndarray) -> Encoded:
        return self.model.encode(prepared)

    def write(
        self, encoded: Encoded | Pixels, prompt: str, decoding: Decoding, seed: int, on_text: Tell, stop: Stop
    ) -> Generated:
        assert isinstance(encoded, Encoded)
        if self.decoder is None:
            return generate(self.model, encoded, prompt, decoding, seed, on_text, stop)
        return llama_cpp.generate(self.decoder, self.model.words, encoded, prompt, decoding, seed, on_text, stop)

    def room(self, encoded: Encoded | Pixels, prompt: str) -> int:
        """How many tokens an answer to ``prompt`` may have; below 1, none fits."""
        assert isinstance(encoded, Encoded)
        before, after = split(prompt, self.model.words)
        return self.model.config.llama.max_position_embeddings - len(before) - len(encoded.embeddings) - len(after)

    def occlusion(self, prepared: np.ndarray, finding: str, box: tuple[int, int, int, int], stop: Stop) -> np.ndarray:
        """How the score of ``finding`` falls, cell by cell of ``box``; float32 (2, g, g), empty when stopped."""
        return occlusion(self.model, prepared, finding, stop=stop, box=box)

    @property
    def bytes(self) -> int:
        """Weights in memory."""
        held = sum(weight.numel() * weight.element_size() for weight in self.model.parameters())
        return held + (self.decoder.bytes if self.decoder is not None else 0)

    def close(self) -> None:
        if self.decoder is not None:
            self.decoder.close()


@dataclass(slots=True)
class ForeignMind:
    """Another maker's vision model in llama.cpp: it brings its own chat template, so a prompt is a plain question."""

    manifest: Manifest
    model: ForeignModel

    @property
    def prompt(self) -> str:
        return self.manifest.prompts.get("report") or REPORT

    def talk(self, turns: Sequence[tuple[str, str]], asked: str) -> str:
        told = "".join(f"Question: {question.strip()}\nAnswer: {answer.strip()}\n\n" for question, answer in turns)
        return f"{told}Question: {asked.strip()}" if told else asked.strip()

    def encode(self, prepared: np.ndarray) -> Pixels:
        return Pixels(prepared)

    def write(
        self, encoded: Encoded | Pixels, prompt: str, decoding: Decoding, seed: int, on_text: Tell, stop: Stop
    ) -> Generated:
        assert isinstance(encoded, Pixels)
        return self.model.write(encoded.image, prompt, decoding, seed, on_text, stop)

    def room(self, encoded: Encoded | Pixels, prompt: str) -> int:
        """An estimate: a token has about three letters."""
        return min(self.model.about.context, _FOREIGN_ROOM) - len(prompt) // 3 - _FILM_TOKENS

    def occlusion(self, prepared: np.ndarray, finding: str, box: tuple[int, int, int, int], stop: Stop) -> np.ndarray:
        return np.zeros((0, 0), np.float32)  # without finding scores nothing can fall

    @property
    def bytes(self) -> int:
        return self.model.about.bytes

    def close(self) -> None:
        self.model.close()
