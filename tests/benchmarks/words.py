"""How fast the bundled model writes on this machine: tokens beside transformers' `generate`, first word, whole draft.

All in one process, warm, in turns, the best of several. A whole draft begins with the DICOM file and ends with the
last word, 160 at most; its peer writes the same words with transformers.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks import writers
from tests.synthetic import chest, dicom_file
from workstation.catalog import manifest
from workstation.imaging import film
from workstation.imaging.prepare import prepare
from workstation.paths import bundled_models
from workstation.vlm.conversion import convert
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded

NAME = "words"
TOKENS, REPEATS = 128, 5
FASTER = 0.5  # llama.cpp: at least twice transformers' tokens in the same time
FIRST_S, DRAFT_S = 0.5, 3.0


def run() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return Bench(Path(folder)).records()


class Bench:
    """The model in all three hands."""

    def __init__(self, folder: Path) -> None:
        source = bundled_models() / "cxr-llava-mini"
        self.manifest = manifest.read(source)
        self.model = CxrLlava.load(source)
        self.end = self.model.words.end
        self.peer = writers.transformers_model(self.model)
        self.path = dicom_file(folder / "film.dcm", chest(3))
        self.prompt = self.model.config.report_prompt
        self.decoders = {kind: self._decoder(source, folder, kind) for kind in ("F32", "Q8_0", "Q4_K_M")}

    def _decoder(self, source: Path, folder: Path, kind: str) -> LlamaCppDecoder:
        made = convert(self.manifest, source, folder / f"{kind}.gguf", kind, lambda doing, share: None, bool)
        return LlamaCppDecoder(made.path, threads=torch.get_num_threads())

    def records(self) -> list[dict[str, Any]]:
        return [*self._tokens(), *self._drafts(1, "first word", FIRST_S), *self._drafts(160, "draft", DRAFT_S)]

    def _tokens(self) -> list[dict[str, Any]]:
        """Milliseconds a token, the prompt and the film among them."""
        encoded, model = self._encode(), writers.endless(self.model)
        works = {name: self._many(write(encoded)) for name, write in self._writers().items()}
        assert works["transformers"]() == works["torch"]() == works["llama.cpp F32"]()
        took = {name: 1000 * each / TOKENS for name, each in writers.in_turns(works, REPEATS).items()}
        model.words.end = self.end
        peer = took.pop("transformers")
        return [_record(f"token, {name}", ours, peer, "ms", _bound(name)) for name, ours in took.items()]

    def _many(self, write: writers.Writer) -> Callable[[], Any]:
        return lambda: write(TOKENS)

    def _drafts(self, count: int, what: str, limit: float) -> list[dict[str, Any]]:
        length = len(writers.by_torch(self.model, self._encode(), self.prompt)(count))  # ends before ``count`` does
        chosen = {name: write for name, write in self._writers().items() if not name.endswith("_M")}
        works = {name: self._whole(write, length) for name, write in chosen.items()}
        took = writers.in_turns(works, REPEATS)
        peer = took.pop("transformers")
        return [
            {**_record(f"{what}, {name}", ours, peer, "s", None), "bound_ours": limit} for name, ours in took.items()
        ]

    def _whole(self, write: Callable[[Encoded], writers.Writer], count: int) -> Callable[[], Any]:
        return lambda: write(self._encode())(count)

    def _encode(self) -> Encoded:
        side, method = self.manifest.preprocess.side, self.manifest.preprocess.method
        return self.model.encode(prepare(film.load(film.describe(self.path)), side, method))

    def _writers(self) -> dict[str, Callable[[Encoded], writers.Writer]]:
        model, prompt = self.model, self.prompt
        ours = {
            f"llama.cpp {kind}": lambda encoded, decoder=decoder: writers.by_llama_cpp(decoder, model, encoded, prompt)
            for kind, decoder in self.decoders.items()
        }
        return {
            "transformers": lambda encoded: writers.by_transformers(self.peer, model, encoded, prompt),
            "torch": lambda encoded: writers.by_torch(model, encoded, prompt),
            **ours,
        }


def _bound(name: str) -> float | None:
    return FASTER if name.startswith("llama.cpp") else 1.0


def _record(name: str, ours: float, peer: float, unit: str, bound: float | None) -> dict[str, Any]:
    return {
        "name": name, "ours": ours, "peer": peer, "ratio": ours / peer, "unit": unit, "bound": bound,
        "peer_name": "transformers",
    }  # fmt: skip
