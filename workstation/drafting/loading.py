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
from workstation.catalog.manifest import FOREIGN_GGUF, PUBLISHED, Manifest
from workstation.drafting.converting import convert
from workstation.drafting.ladder import Place, Rung, rungs
from workstation.drafting.minds import CxrMind, ForeignMind, Mind, Pixels
from workstation.errors import ModelError
from workstation.paths import Home
from workstation.reporting.draft import Decoding, DraftModel
from workstation.vlm import device as devices
from workstation.vlm import llama_cpp
from workstation.vlm.device import Device
from workstation.vlm.foreign import ForeignModel
from workstation.vlm.generate import Generated
from workstation.vlm.llama_cpp import LlamaCppDecoder
from workstation.vlm.model import CxrLlava, Encoded
from workstation.vlm.published import load as published

__all__ = ["FALLS", "Loaded", "Place", "below", "load"]

FALLS = ("gpu", "memory")  # refusals that a lower rung may not share
_DTYPES = {"F32": "float32", "BF16": "bfloat16", "F16": "float16"}


@dataclass(slots=True)
class Loaded:
    """A model ready to write. ``describe`` is what the draft says of it; ``rest`` are the rungs below it."""

    manifest: Manifest
    place: Place
    device: Device
    mind: Mind
    describe: DraftModel
    rest: tuple[Rung, ...] = ()
    warnings: tuple[str, ...] = ()
    suspect: list[ModelError] = field(default_factory=list)  # filled when the hash in the background disagrees

    @property
    def prompt(self) -> str:
        """The report's."""
        return self.mind.prompt

    def talk(self, turns: Sequence[tuple[str, str]], asked: str) -> str:
        """The prompt of a question after ``turns`` of questions and answers, as this kind of model learnt it."""
        return self.mind.talk(turns, asked)

    def encode(self, prepared: np.ndarray) -> Encoded | Pixels:
        """A prepared film, uint8 (side, side) -> what the model made of it, with finding scores and gate or None."""
        with devices.failures_told():
            return self.mind.encode(prepared)

    def write(
        self,
        encoded: Encoded | Pixels,
        decoding: Decoding,
        seed: int,
        on_text: Callable[[str], None],
        stop: Callable[[], bool],
        prompt: str | None = None,
    ) -> Generated:
        """The language model's answer to ``prompt``, or to the report prompt."""
        asked = self.prompt if prompt is None else prompt
        with devices.failures_told():
            return self.mind.write(encoded, asked, decoding, seed, on_text, stop)

    def room(self, encoded: Encoded | Pixels, prompt: str) -> int:
        """How many tokens an answer to ``prompt`` may have; below 1, none fits."""
        return self.mind.room(encoded, prompt)

    def occlusion(
        self, prepared: np.ndarray, finding: str, box: tuple[int, int, int, int], stop: Callable[[], bool]
    ) -> np.ndarray:
        """How the score of ``finding`` falls, cell by cell of ``box``: float32 (2, g, g), see `vlm.occlusion`."""
        with devices.failures_told(), devices.all_threads():
            return self.mind.occlusion(prepared, finding, box, stop)

    @property
    def bytes(self) -> int:
        """Weights in memory."""
        return self.mind.bytes

    def close(self) -> None:
        """Give the memory back."""
        self.mind.close()
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
    mind, on_gpu, large = (_foreign if manifest.kind == FOREIGN_GGUF else _ours)(job, rung, device)
    checked = "size and time" if large else job.checked
    spoken = device.spoken if on_gpu or device.name == "cpu" else f"{device.spoken}, words on cpu"
    about = DraftModel(
        manifest.id, manifest.sha256, rung.backend, spoken, rung.quantisation, manifest.clinical, checked
    )
    return Loaded(manifest, job.place, device, mind, about)


def _ours(job: _Job, rung: Rung, device: Device) -> tuple[Mind, bool, bool]:
    """CXR-LLaVA on that rung, whether its words are on the GPU, and whether a file of it was too large to hash."""
    file = _file(job, rung.quantisation) if rung.backend == "llama.cpp" else None
    decoder = LlamaCppDecoder(file.path, job.place.threads, device.name == "cuda") if file else None
    with devices.failures_told():
        net = _net(job.model, device, language=decoder is None)
    large = file is not None and file.seal.bytes > HASH_AT_ONCE_BYTES
    return CxrMind(job.model.manifest, net, decoder), decoder is None or decoder.on_gpu, large


def _foreign(job: _Job, rung: Rung, device: Device) -> tuple[Mind, bool, bool]:
    found = ForeignModel.load(job.model.folder, job.place.threads, device.name == "cuda")
    return ForeignMind(job.model.manifest, found), found.on_gpu, False


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
    file = converted.find(home, model, name) if loaded.describe.backend == "llama.cpp" else None
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
