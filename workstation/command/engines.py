"""The checks of ``doctor`` on what runs models: llama.cpp as it was built, memory, which backend is used and why.

Stands on `vlm.probe`'s answer from a process of its own; imports neither torch nor llama.cpp.
"""

from __future__ import annotations

import shutil
from typing import Any

from workstation.catalog import room
from workstation.command.check import Check

LITTLE_MEMORY_BYTES = 2 << 30
_AGAIN = "python3 installer/bootstrap.py set-up"
_WITH_CUDA = f"CXR_LLAMA_CMAKE=-DGGML_CUDA=ON {_AGAIN}"
_TOLD = ("AVX", "AVX2", "F16C", "FMA", "AVX512", "AVX512_VNNI", "AVX512_BF16", "AMX_INT8", "NEON", "SVE", "DOTPROD")

_NO_EYES = "not built (models of other makers need it)"
Machine = dict[str, Any]


def llama_cpp(machine: Machine) -> Check:
    """Version, what of the processor it uses, GPU and multimodal part."""
    found = machine["llama_cpp"]
    if found["version"] is None:
        return _absent(found["why"])
    used = [name for name in found.get("features", ()) if name in _TOLD]
    parts = [f"{found['version']}, {'with' if found['gpu'] else 'without'} GPU", f"uses {' '.join(used) or 'no AVX'}"]
    parts.append(
        f"multimodal part {'built' if found.get('multimodal') else 'not built (models of other makers need it)'}"
    )
    if machine["torch"].get("gpu") and not found["gpu"]:
        return Check("llama_cpp", "warn", "; ".join(parts), f"For the GPU type, once: {_WITH_CUDA}")
    return Check("llama_cpp", "ok", "; ".join(parts))


def _absent(why: str) -> Check:
    if "ModuleNotFoundError" in why:
        compiler = shutil.which("c++") or shutil.which("g++") or shutil.which("clang++") or shutil.which("cl")
        told = "not installed" if compiler else "not installed: there is no C++ compiler to build it"
    else:
        told = f"cannot be imported: {why}"
    remedy = "Drafts run on torch. To have it too, install a C++ compiler (Debian: g++) and run the installer again."
    return Check("llama_cpp", "warn", told, remedy)


def backend(machine: Machine, wanted: str) -> Check:
    """What drafts run on with the setting ``wanted``, and what stands in the way of better."""
    torch, words = machine["torch"], machine["llama_cpp"]
    if wanted == "llama.cpp" and words["version"] is None:
        return Check("backend", "warn", "set to llama.cpp, which does not work here", "Set backend to auto.")
    place = torch.get("gpu") or "the processor"
    if wanted == "llama.cpp":
        where = place if words["gpu"] else "the processor"
        return Check("backend", "ok", f"words by llama.cpp on {where}, films by torch on {place}, as set")
    spare = "; a model too large for it falls back to llama.cpp's smaller files" if words["version"] else ""
    why = "exact and on the GPU" if torch.get("gpu") else f"exact, on the processor: {_no_gpu(torch)}"
    asked = "as set" if wanted == "torch" else "auto"
    return Check("backend", "ok", f"torch ({asked}): {why}{spare}")


def _no_gpu(torch: Machine) -> str:
    if name := room.nvidia():
        return f"torch cannot use the {name}"
    return "there is no GPU"


def memory(machine: Machine) -> Check:
    """What is free for a model, in the machine and on the GPU."""
    free = room.memory_bytes()
    told = f"{free / 2**30:.1f} GiB free"
    if gpu := machine["torch"].get("gpu_free_bytes"):
        told += f", {gpu / 2**30:.1f} GiB of {machine['torch']['gpu_bytes'] / 2**30:.1f} free on the GPU"
    if free < LITTLE_MEMORY_BYTES:
        return Check("memory", "warn", told, "Close other programs: a draft needs about 1 GiB.")
    return Check("memory", "ok", told)
