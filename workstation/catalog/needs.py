"""A manifest -> the memory that each way of running it takes, from counts of its weights, and whether it is there.

Estimates for choosing and refusing; what a machine really takes is measured and stands in the card.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from workstation.catalog import room
from workstation.catalog.manifest import Manifest

# Bits a weight: Q8_0 has a scale for each 32, Q4_K_M mixes 4.5 and 6.6.
BITS = {"F32": 32.0, "BF16": 16.0, "F16": 16.0, "Q8_0": 8.5, "Q4_K_M": 4.9}
QUANTISATIONS = ("F32", "F16", "Q8_0", "Q4_K_M")  # what ``models convert`` writes, the largest first
OVERHEAD_BYTES = 600_000_000  # the program and its libraries, one film's activations
SMALL_BYTES = 1 << 30  # such a model is tried wherever it is asked for, in full precision


def with_torch(manifest: Manifest, dtype: str) -> int:
    """Bytes when torch runs all of it; ``dtype`` "F32", "BF16" or "F16"."""
    counts = manifest.parameters
    if not counts:
        return manifest.needs_bytes
    return int(sum(counts.values()) * BITS[dtype] / 8) + OVERHEAD_BYTES


def with_llama_cpp(manifest: Manifest, quantisation: str) -> int:
    """Bytes when torch runs the encoder in float32 and llama.cpp the language model.

    The cache of an F32 file is F32, of any other F16.
    """
    counts = manifest.parameters
    if not counts:
        return manifest.needs_bytes
    words = counts["language"] * BITS.get(quantisation, 32.0) / 8
    cache = counts["cache"] * (4 if quantisation == "F32" else 2)
    return int(words + 4 * counts["encoder"] + cache) + OVERHEAD_BYTES


def each(manifest: Manifest) -> Mapping[str, int]:
    """Bytes by number type: what a reader is told who chooses one."""
    if not manifest.parameters:
        return dict.fromkeys(manifest.quantisations, manifest.needs_bytes)
    torch = {dtype: with_torch(manifest, dtype) for dtype in ("F32", "BF16")}
    return torch | {name: with_llama_cpp(manifest, name) for name in QUANTISATIONS[1:]}


def small(manifest: Manifest) -> bool:
    """Whether exactness is worth more than memory, and memory no reason to refuse."""
    return manifest.needs_bytes <= SMALL_BYTES


def least(manifest: Manifest) -> int:
    """Bytes of the smallest way to run it, if need be after ``models convert``."""
    return min(each(manifest).values(), default=manifest.needs_bytes)


def fits(manifest: Manifest, converted: Iterable[str] = ()) -> str:
    """CONTRACT's ``fits``: "gpu", "cpu" or "no", as it is now and with the quantisations that were ``converted``."""
    if with_torch(manifest, "F32" if small(manifest) else "BF16") <= room.gpu_bytes():
        return "gpu"
    ways = [
        with_torch(manifest, "F32" if small(manifest) else "BF16"),
        *(with_llama_cpp(manifest, name) for name in converted),
    ]
    return "cpu" if min(ways) <= room.memory_bytes() else "no"
