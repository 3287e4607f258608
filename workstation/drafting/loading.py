"""An installed model -> weights in memory, checked, on the backend and device asked for or the best there is.

The only importer of `vlm` besides the engine. Knows no film and no words.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from workstation.catalog import installed
from workstation.catalog.installed import InstalledModel
from workstation.catalog.manifest import Manifest
from workstation.errors import ModelError
from workstation.paths import Home
from workstation.reporting.draft import Decoding, DraftModel
from workstation.vlm import device as devices
from workstation.vlm import llama_cpp
from workstation.vlm.conversion import convert
from workstation.vlm.device import Device, GpuFailed
from workstation.vlm.generate import Generated, generate
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.occlusion import occlusion
from workstation.vlm.prompt import REPORT, chat, split

__all__ = ["Loaded", "Place", "load"]
GGUF_FORM = 1  # goes up when the writer changes, so that older cached files are not used


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is to run."""

    backend: str  # "torch" or "llama.cpp"
    device: str | None  # "cpu", "cuda" or None: the best there is
    threads: int


@dataclass(slots=True)
class Loaded:
    """A model ready to write. ``describe`` is what the draft says of it."""

    manifest: Manifest
    place: Place
    device: Device
    model: CxrLlava
    decoder: LlamaCppDecoder | None
    describe: DraftModel
    warnings: tuple[str, ...] = ()
    suspect: list[ModelError] = field(default_factory=list)  # filled when the hash in the background disagrees

    @property
    def prompt(self) -> str:
        return self.model.config.report_prompt or self.manifest.prompt or chat(REPORT)

    def encode(self, prepared: np.ndarray) -> Encoded:
        """A prepared film, uint8 (side, side) -> embeddings, finding scores, gate."""
        with devices.failures_told():
            return self.model.encode(prepared)

    def write(
        self,
        encoded: Encoded,
        decoding: Decoding,
        seed: int,
        on_text: Callable[[str], None],
        stop: Callable[[], bool],
        prompt: str | None = None,
    ) -> Generated:
        """The language model's answer to ``prompt``, or to the report prompt."""
        asked = self.prompt if prompt is None else prompt
        with devices.failures_told():
            if self.decoder is None:
                return generate(self.model, encoded, asked, decoding, seed, on_text, stop)
            words = self.model.words
            return llama_cpp.generate(self.decoder, words, encoded, asked, decoding, seed, on_text, stop)

    def room(self, encoded: Encoded, prompt: str) -> int:
        """How many tokens an answer to ``prompt`` may have; below 1, none fits."""
        before, after = split(prompt, self.model.words)
        return self.model.config.llama.max_position_embeddings - len(before) - len(encoded.embeddings) - len(after)

    def occlusion(
        self, prepared: np.ndarray, finding: str, box: tuple[int, int, int, int], stop: Callable[[], bool]
    ) -> np.ndarray:
        """How the score of ``finding`` falls, cell by cell of ``box``; float32 (g, g), (0, 0) when stopped."""
        with devices.failures_told():
            return occlusion(self.model, prepared, finding, stop=stop, box=box)

    @property
    def bytes(self) -> int:
        """Weights in memory."""
        held = sum(weight.numel() * weight.element_size() for weight in self.model.parameters())
        return held + (self.decoder.bytes if self.decoder is not None else 0)

    def close(self) -> None:
        """Give the memory back."""
        if self.decoder is not None:
            self.decoder.close()
        devices.free()


def load(home: Home, model: InstalledModel, place: Place) -> Loaded:
    """Check the bytes, then load; without room on the GPU on the CPU, with a warning.

    Raises
    ------
    ModelError
        damaged_model, backend, device, memory ...
    """
    checked = installed.check(home, model)
    place = replace(place, threads=devices.use_threads(place.threads))
    device = devices.choose(place.device, model.manifest.needs_bytes)
    try:
        loaded = _load(home, model, place, device, checked)
    except GpuFailed as error:
        loaded = on_cpu(home, model, place, error, checked)
    if checked != "full":
        threading.Thread(target=_hash_again, args=(home, model, loaded), name="model-hash", daemon=True).start()
    return loaded


def on_cpu(home: Home, model: InstalledModel, place: Place, why: ModelError, checked: str = "full") -> Loaded:
    """The same model without the GPU, which has just failed."""
    found = _load(home, model, replace(place, device="cpu"), devices.choose("cpu", 0), checked)
    found.place = place
    found.warnings += (f"{why.message} The draft was made on the processor.",)
    return found


def _load(home: Home, model: InstalledModel, place: Place, device: Device, checked: str) -> Loaded:
    manifest = model.manifest
    with devices.failures_told():
        net = CxrLlava.load(model.folder, device.name, device.dtype)
    decoder, quantisation, spoken = None, _short(device.dtype), device.spoken
    if place.backend == "llama.cpp":
        quantisation = "F32"  # torch's answers; smaller ones come with `models convert`
        decoder = _decoder(home, model, quantisation, place, device)
        spoken = device.spoken if decoder.on_gpu or device.name == "cpu" else f"{device.spoken}, words on cpu"
    about = DraftModel(
        manifest.id, manifest.sha256, place.backend, spoken, quantisation, manifest.clinical, hash_checked=checked
    )
    return Loaded(manifest, place, device, net, decoder, about)


def _decoder(home: Home, model: InstalledModel, quantisation: str, place: Place, device: Device) -> LlamaCppDecoder:
    llama_cpp.bindings()  # refuse before anything is written
    path = _cached(home, model, quantisation)
    gpu = device.name == "cuda"
    try:
        return LlamaCppDecoder(path, place.threads, gpu)
    except ModelError as error:
        if error.code != "backend":
            raise
        path.unlink(missing_ok=True)  # a file that rotted in the cache is written anew, once
        return LlamaCppDecoder(_cached(home, model, quantisation), place.threads, gpu)


def _cached(home: Home, model: InstalledModel, quantisation: str) -> Path:
    """The model's GGUF in the cache, written by the first call; a file that is not as it was written is replaced."""
    manifest = model.manifest
    path = home.cache / f"{manifest.id}-{manifest.sha256[:16]}-{quantisation}-{GGUF_FORM}.gguf"
    seal = path.with_suffix(".sha256")
    if not (path.is_file() and seal.is_file() and seal.read_text(encoding="ascii", errors="replace") == _sha256(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        convert(manifest, model.folder, path, quantisation, lambda doing, share: None, lambda: False)
        seal.write_text(_sha256(path), encoding="ascii")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hash_again(home: Home, model: InstalledModel, loaded: Loaded) -> None:
    """Background: the whole hash of a model that was taken by size and time."""
    result = installed.verify(model, home=home)
    if result.ok:
        loaded.describe = replace(loaded.describe, hash_checked="full")
    else:
        loaded.suspect.append(installed.damaged(model.manifest, result))


def _short(dtype: str) -> str:
    return {"float32": "F32", "bfloat16": "BF16", "float16": "F16"}[dtype]
