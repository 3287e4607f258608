"""How much memory this machine has for a model: "gpu", "cpu" or "no". Asks the system, never torch."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path


def fits(needs_bytes: int) -> str:
    """Where a model of that need would run: CONTRACT's ``fits``."""
    if needs_bytes <= gpu_bytes():
        return "gpu"
    return "cpu" if needs_bytes <= memory_bytes() else "no"


@cache
def gpu_bytes() -> int:
    """Memory of the first NVIDIA GPU that the installed torch can use; 0 = none."""
    return _nvidia_bytes() if torch_has_cuda() else 0


def torch_has_cuda() -> bool:
    """Whether the installed torch is a CUDA build, from its version file: importing it takes seconds."""
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.origin:
        return False
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return False
    return bool(re.search(r"^cuda\b.*=\s*['\"]", text, re.MULTILINE))


def nvidia() -> str:
    """What the NVIDIA driver calls its first GPU; "" = none."""
    return _ask_nvidia("name")


def _nvidia_bytes() -> int:
    found = _ask_nvidia("memory.total")
    return int(found) << 20 if found.isdigit() else 0


def _ask_nvidia(what: str) -> str:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ""
    try:
        command = [tool, f"--query-gpu={what}", "--format=csv,noheader,nounits"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return (done.stdout.splitlines() or [""])[0].strip()


def memory_bytes() -> int:
    """The machine's memory that a program could have now; its whole memory where that is not told."""
    try:
        return _available_linux() or os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        return _windows_bytes()


def _available_linux() -> int:
    try:
        match = re.search(r"^MemAvailable:\s*(\d+) kB", Path("/proc/meminfo").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(match[1]) << 10 if match else 0


class _MemoryStatus(ctypes.Structure):
    """Windows' MEMORYSTATUSEX."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")),
    )


def _windows_bytes() -> int:
    if sys.platform != "win32":
        return 0
    status = _MemoryStatus()
    status.length = ctypes.sizeof(status)
    ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.available)
