"""One GGUF file -> a smaller one by llama.cpp's own quantiser: `python -m workstation.vlm.quantise`, JSON on stdin.

A process of its own: the library can neither be stopped on the way nor be trusted not to abort. Matrices whose rows
K-quants cannot take (no multiple of 256) are named by the caller with the type they keep.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gguf

from workstation.errors import ModelError
from workstation.paths import PROGRAM

_TICK_S = 0.1


def quantise(
    source: Path,
    out: Path,
    file_type: str,
    kept: Mapping[str, str],
    progress: Callable[[], None],
    stop: Callable[[], bool],
) -> None:
    """Write ``out``; ``kept`` maps llama.cpp's tensor names to the types they get instead.

    ``progress`` is called some ten times a second; the caller looks at the file's size. Raises `ModelError`.
    """
    asked = json.dumps([str(source), str(out), file_type, os.cpu_count() or 1, dict(kept)])
    command = [sys.executable, "-m", "workstation.vlm.quantise"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=PROGRAM, text=True
    ) as child:
        code, said = _wait(child, asked, progress, stop)
    if code is None:
        raise stopped()
    if code:
        raise _failed(said)


def stopped() -> ModelError:
    return ModelError("The conversion was stopped.", "Start it again when you like: nothing was changed.", "stopped")


def _wait(child: Any, asked: str, progress: Callable[[], None], stop: Callable[[], bool]) -> tuple[int | None, str]:
    """The child's exit status and last words; None when it was told to stop."""
    try:
        while True:
            if stop():
                return None, ""
            try:
                _, said = child.communicate(asked, timeout=_TICK_S)
                return child.returncode, str(said)
            except subprocess.TimeoutExpired:
                asked = ""  # it has been given
                progress()
    finally:
        if child.poll() is None:
            child.kill()


def _failed(said: str) -> ModelError:
    last = (said.strip().splitlines() or ["it crashed"])[-1][:160]
    if "ImportError" in said or "ModuleNotFoundError" in said or "backend" in last:
        return ModelError(
            "Small quantisations are made by llama.cpp, which does not work here.",
            "Choose F32, F16 or Q8_0, or run the installer again.",
            "backend",
        )
    return ModelError(f"llama.cpp could not quantise the model ({last}).", "Choose Q8_0, or free the disk.", "model")


def main() -> int:
    source, out, file_type, threads, kept = json.load(sys.stdin)
    import llama_cpp

    params = llama_cpp.llama_model_quantize_default_params()
    params.nthread, params.ftype = threads, int(gguf.LlamaFileType[f"MOSTLY_{file_type}"])
    overrides = _overrides(llama_cpp, kept)
    if kept:
        params.tt_overrides = overrides
    return int(llama_cpp.llama_model_quantize(source.encode(), out.encode(), ctypes.byref(params)))


def _overrides(library: Any, kept: Mapping[str, str]) -> Any:
    """C's list of (pattern, type), ended by an empty pattern."""
    table = (library.llama_model_tensor_override * (len(kept) + 1))()
    for row, (name, kind) in zip(table, kept.items(), strict=False):
        row.pattern, row.type = f"^{re.escape(name)}$".encode(), int(gguf.GGMLQuantizationType[kind])
    return table


if __name__ == "__main__":
    sys.exit(main())
