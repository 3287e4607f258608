"""A manifest, what was asked for and what is there -> the ways to run the model, the best first.

Each rung is a way down from the one before: a smaller number type, then the processor. Knows no torch and loads
nothing; which rung holds is found by trying.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workstation.catalog import needs
from workstation.catalog.manifest import FOREIGN_GGUF, Manifest
from workstation.errors import ModelError

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model is to run, as asked: ``backend`` "torch", "llama.cpp" or "auto"; ``device`` "cpu", "cuda" or None
    (the best there is); ``quantisation`` None = the most exact that fits."""

    backend: str
    device: str | None
    threads: int
    quantisation: str | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to run it and the bytes that it takes."""

    backend: str
    device: str
    quantisation: str
    needs_bytes: int

    @property
    def spoken(self) -> str:
        return f"{self.quantisation} on the {'graphics card' if self.device == 'cuda' else 'processor'}"


def rungs(manifest: Manifest, place: Place, converted: Sequence[str], gpu_type: str | None) -> tuple[Rung, ...]:
    """Every way that was asked for or lies below it.

    Parameters
    ----------
    converted : quantisations whose files are there, the most exact first; a small model's F32 is made when needed.
    gpu_type : torch's number type on the GPU ("F32", "BF16", "F16"); None = no GPU to be used.

    Raises
    ------
    ModelError
        Codes ``not_converted`` (llama.cpp has no such file) and ``quantisation``.
    """
    files = _files(manifest, converted)
    devices = ("cuda", "cpu") if gpu_type else ("cpu",)
    found = [rung for device in devices for rung in _on(manifest, place, files, device, gpu_type)]
    if place.quantisation:
        found = [rung for rung in found if rung.quantisation == place.quantisation]
    if not found:
        raise _impossible(manifest, place)
    return tuple(found)


def _files(manifest: Manifest, converted: Sequence[str]) -> Sequence[str]:
    if manifest.kind == FOREIGN_GGUF:
        return manifest.quantisations  # the one file that it is
    return converted if not needs.small(manifest) or "F32" in converted else ("F32", *converted)


def _on(manifest: Manifest, place: Place, files: Sequence[str], device: str, gpu_type: str | None) -> Iterator[Rung]:
    if place.backend in (AUTO, "torch") and "torch" in manifest.backends:
        for dtype in _torch_types(manifest, device, gpu_type):
            yield Rung("torch", device, dtype, needs.with_torch(manifest, dtype))
    if place.backend in (AUTO, "llama.cpp") and "llama.cpp" in manifest.backends:
        for name in files:
            yield Rung("llama.cpp", device, name, needs.with_llama_cpp(manifest, name))


def _torch_types(manifest: Manifest, device: str, gpu_type: str | None) -> Sequence[str]:
    if device == "cuda":
        return (gpu_type or "F32",)
    return ("F32",) if needs.small(manifest) else ("F32", "BF16")


def _impossible(manifest: Manifest, place: Place) -> ModelError:
    wanted = place.quantisation or "Q4_K_M"
    able = manifest.kind != FOREIGN_GGUF and place.backend != "torch"
    if able and place.quantisation in (None, *needs.QUANTISATIONS):
        return ModelError(
            f"The model {manifest.id} has not been converted for llama.cpp ({wanted}).",
            f"Convert it: models convert {manifest.id} --quantise {wanted}.",
            "not_converted",
        )
    return ModelError(
        f"The model {manifest.id} does not run in {wanted} on {place.backend}.",
        "Let the quantisation be chosen (auto), or choose another backend.",
        "quantisation",
    )
