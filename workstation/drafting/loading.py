"""An installed model -> weights in memory, checked, on the backend and device asked for or the best that holds them.

Goes down `ladder`'s rungs until one holds, and says so. The only importer of `vlm` besides the engine. Knows no film
and no words.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from workstation.catalog import converted, installed, needs, room
from workstation.catalog.converted import ConvertedFile
from workstation.catalog.installed import HASH_AT_ONCE_BYTES, InstalledModel
from workstation.catalog.manifest import PUBLISHED, Manifest
from workstation.drafting.converting import convert
from workstation.drafting.ladder import Place, Rung, rungs
from workstation.errors import ModelError
from workstation.paths import Home
from workstation.reporting.draft import Decoding, DraftModel
from workstation.vlm import device as devices
from workstation.vlm import llama_cpp
from workstation.vlm.device import Device
from workstation.vlm.generate import Generated, generate
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.occlusion import occlusion
from workstation.vlm.prompt import REPORT, chat, dialogue, split
from workstation.vlm.published import load as published
from workstation.vlm.published import prompt as published_prompt

__all__ = ["FALLS", "Loaded", "Place", "below", "load"]

FALLS = ("gpu", "memory")  # refusals that a lower rung may not share
_DTYPES = {"F32": "float32", "BF16": "bfloat16", "F16": "float16"}


@dataclass(slots=True)
class Loaded:
    """A model ready to write. ``describe`` is what the draft says of it; ``rest`` are the rungs below it."""

    manifest: Manifest
    place: Place
    device: Device
    model: CxrLlava
    decoder: LlamaCppDecoder | None
    describe: DraftModel
    rest: tuple[Rung, ...] = ()
    warnings: tuple[str, ...] = ()
    suspect: list[ModelError] = field(default_factory=list)  # filled when the hash in the background disagrees

    @property
    def prompt(self) -> str:
        """The report's."""
        return self.model.config.report_prompt or self.manifest.prompt or chat(REPORT)

    def talk(self, turns: Sequence[tuple[str, str]], asked: str) -> str:
        """The prompt of a question after ``turns`` of questions and answers, as this kind of model learnt it."""
        if self.manifest.kind == PUBLISHED:
            return published_prompt.talk(turns, asked)
        # Our own models learn without a system text: it is the same for all tasks, and its words are time.
        return dialogue(turns, asked, system="")

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
    """Check the bytes, then load; what does not hold gives way to the next rung, with a warning.

    Raises
    ------
    ModelError
        damaged_model, backend, device, memory, not_converted ...
    """
    place = replace(place, threads=devices.use_threads(place.threads))
    there = devices.choose(place.device, model.manifest.needs_bytes)
    files = [file.quantisation for file in converted.present(home, model)]
    gpu_type = _short(there.dtype) if there.name == "cuda" else None
    ways = rungs(model.manifest, place, files, gpu_type)
    checked = installed.check(home, model)
    loaded = _climb(_Job(home, model, place, there, checked), ways)
    if loaded.describe.hash_checked != "full":
        threading.Thread(target=_hash_again, args=(home, model, loaded), name="model-hash", daemon=True).start()
    return loaded


def below(home: Home, model: InstalledModel, loaded: Loaded, why: ModelError) -> Loaded:
    """The same model on the next rung that holds, because of what has just failed; raises ``why`` without one."""
    job = _Job(home, model, loaded.place, loaded.device, loaded.describe.hash_checked)
    return _climb(job, loaded.rest, why)


@dataclass(frozen=True, slots=True)
class _Job:
    home: Home
    model: InstalledModel
    place: Place
    there: Device  # the device chosen at first
    checked: str


def _climb(job: _Job, ways: tuple[Rung, ...], why: ModelError | None = None) -> Loaded:
    for at, rung in enumerate(ways):
        try:
            _check_room(job.model.manifest, rung)
            loaded = _load(job, rung)
        except (ModelError, MemoryError) as error:
            why = _without_frames(error)
        else:
            loaded.rest = ways[at + 1 :]
            loaded.warnings = (f"{why.message} It runs in {rung.spoken} instead.",) if why else ()
            return loaded
        gc.collect()  # what was half loaded goes before the next try
        devices.free()
    raise why or ModelError("This model can run nowhere here.", "Choose another model.", "memory")


def _without_frames(error: ModelError | MemoryError) -> ModelError:
    """The same words without the frames, which hold half a model; raises what no lower rung can help."""
    if isinstance(error, MemoryError):
        return ModelError("There is not enough memory free for this model.", "Close other programs.", "memory")
    if error.code not in FALLS:
        raise error
    return ModelError(error.message, error.remedy, error.code)


def _check_room(manifest: Manifest, rung: Rung) -> None:
    free = devices.free_bytes() if rung.device == "cuda" else room.memory_bytes()
    if needs.small(manifest) or not free or rung.needs_bytes <= free:
        return
    on = "the graphics card" if rung.device == "cuda" else "this machine"
    raise ModelError(
        f"The model {manifest.id} needs {rung.needs_bytes / 1e9:.1f} GB in {rung.quantisation}, and {on} has"
        f" {free / 1e9:.1f} GB free.",
        f"Convert it to a smaller form (models convert {manifest.id} --quantise Q4_K_M), or close other programs.",
        "memory",
    )


def _load(job: _Job, rung: Rung) -> Loaded:
    manifest, device = job.model.manifest, _device(job, rung)
    decoder, checked, spoken = None, job.checked, device.spoken
    if rung.backend == "llama.cpp":
        file = _file(job, rung.quantisation)
        decoder = LlamaCppDecoder(file.path, job.place.threads, device.name == "cuda")
        checked = checked if file.seal.bytes <= HASH_AT_ONCE_BYTES else "size and time"
        spoken = device.spoken if decoder.on_gpu or device.name == "cpu" else f"{device.spoken}, words on cpu"
    with devices.failures_told():
        net = _net(job.model, device, language=decoder is None)
    about = DraftModel(
        manifest.id, manifest.sha256, rung.backend, spoken, rung.quantisation, manifest.clinical, checked
    )
    return Loaded(manifest, job.place, device, net, decoder, about)


def _device(job: _Job, rung: Rung) -> Device:
    if rung.device == "cuda":
        return job.there
    dtype = _DTYPES[rung.quantisation] if rung.backend == "torch" else "float32"
    return replace(devices.choose("cpu", 0), dtype=dtype)


def _net(model: InstalledModel, device: Device, language: bool) -> CxrLlava:
    """The torch part; a published model's words are left out where llama.cpp has them."""
    if model.manifest.kind == PUBLISHED:
        return published.load(model.folder, device.name, device.dtype, language)
    return CxrLlava.load(model.folder, device.name, device.dtype)


def _file(job: _Job, quantisation: str) -> ConvertedFile:
    """The sealed GGUF; a small one is hashed at each load and made again when it rotted, a large one only looked at."""
    llama_cpp.bindings()  # refuse before anything is written
    there = converted.find(job.home, job.model, quantisation)
    if there is not None and there.seal.bytes > HASH_AT_ONCE_BYTES:
        return there
    return convert(job.home, job.model, quantisation, lambda doing, share: None, lambda: False)[0]


def _hash_again(home: Home, model: InstalledModel, loaded: Loaded) -> None:
    """Background: the whole hash of files that were taken by size and time."""
    result = installed.verify(model, home=home)
    name = loaded.describe.quantisation
    file = converted.find(home, model, name) if loaded.decoder is not None else None
    if not result.ok:
        loaded.suspect.append(installed.damaged(model.manifest, result))
    elif file is not None and not converted.intact(file):
        again = f"Convert it again: models convert {model.manifest.id} --quantise {name}."
        loaded.suspect.append(ModelError("The model's file for llama.cpp is damaged.", again, "damaged_model"))
        converted.remove(file)
    else:
        loaded.describe = replace(loaded.describe, hash_checked="full")


def _short(dtype: str) -> str:
    return next(short for short, long in _DTYPES.items() if long == dtype)
