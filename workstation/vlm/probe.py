"""What this machine offers a model, as one JSON line: `python -m workstation.vlm.probe`.

A process of its own, so that a broken driver or library costs the caller nothing but an answer.
"""

from __future__ import annotations

import json
import re
import time
from typing import Any


def probe() -> dict[str, Any]:
    """Versions, seconds of import, GPU and its memory; an absent library is told by its error's kind."""
    return {"torch": _torch(), "llama_cpp": _llama_cpp()}


def _torch() -> dict[str, Any]:
    began = time.perf_counter()
    try:
        import torch
    except Exception as error:  # a broken install fails in any way it likes
        return {"version": None, "why": f"{type(error).__name__}: {error}"[:300]}
    found: dict[str, Any] = {"version": torch.__version__, "seconds": round(time.perf_counter() - began, 2)}
    found["cuda_build"] = torch.version.cuda
    if torch.cuda.is_available():
        found["gpu"] = torch.cuda.get_device_name()
        found["gpu_free_bytes"], found["gpu_bytes"] = torch.cuda.mem_get_info()
    return found


def _llama_cpp() -> dict[str, Any]:
    try:
        import llama_cpp

        return {
            "version": llama_cpp.__version__,
            "gpu": bool(llama_cpp.llama_supports_gpu_offload()),
            "features": features(llama_cpp.llama_print_system_info().decode(errors="replace")),
            "multimodal": _multimodal(),
        }
    except Exception as error:
        return {"version": None, "why": f"{type(error).__name__}: {error}"[:300]}


def features(said: str) -> list[str]:
    """llama.cpp's "CPU : AVX2 = 1 | SVE = 0 | " -> what of the processor it was built to use."""
    return re.findall(r"(\w+) = [1-9]", said)


def _multimodal() -> bool:
    try:
        from llama_cpp import mtmd_cpp  # noqa: F401
    except Exception:  # not built: its library is not there
        return False
    return True


if __name__ == "__main__":
    print(json.dumps(probe()))
