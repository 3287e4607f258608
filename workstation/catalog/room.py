"""How much memory this machine has for a model. Asks the system, never torch."""

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

_VAST = 1 << 62


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
    return min(int(match[1]) << 10, _allowed_linux()) if match else 0


def _allowed_linux() -> int:
    """What a container's own limit leaves; vast where there is none."""
    group = Path("/sys/fs/cgroup")
    try:
        limit = int((group / "memory.max").read_text())  # ValueError: "max"
        used = int((group / "memory.current").read_text())
        cached = re.search(r"^inactive_file (\d+)", (group / "memory.stat").read_text(), re.MULTILINE)
    except (OSError, ValueError):
        return _VAST
    return max(limit - used + (int(cached[1]) if cached else 0), 1)


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
