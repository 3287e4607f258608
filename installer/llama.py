"""llama-cpp-python, which is compiled: once for this processor, kept in the user's cache, installed from there.

Without it the program runs on torch. So `run` never waits for the compiler: it opens the window first and lets a
process of its own compile at low priority, which may outlive the window and leaves a log.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from installer import environment, lock, system
from installer.environment import HERE, STAMPS, key_of, pip, stamp, stamped, user_cache
from installer.tell import Trouble

CMAKE_ARGS = "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF"
MORE = "CXR_LLAMA_CMAKE"  # e.g. "-DLLAVA_BUILD=ON" (models of other makers), "-DGGML_CUDA=ON" (an NVIDIA GPU)
FAILED = "llama.failed"
WITHOUT = "The program runs on torch without it."
BUILD_GIB = 1.0


def requirement() -> str:
    return (HERE / "llama.txt").read_text().strip()


def more() -> str:
    """What the user wants built besides; later words win over ours."""
    return " ".join(os.environ.get(MORE, "").split())


def key(also: str = "") -> str:
    return key_of(HERE / "llama.txt", also=CMAKE_ARGS + system.cpu() + also)


def folder() -> Path:
    """The cache folder of this version on this Python and processor."""
    version = requirement().split("==")[1]
    python = f"py{sys.version_info[0]}{sys.version_info[1]}"
    processor = hashlib.sha256((system.cpu() + more()).encode()).hexdigest()[:12]
    return user_cache() / "wheels" / f"llama_cpp_python-{version}-{python}-{sys.platform}-{processor}"


def wheel() -> Path | None:
    """The finished wheel, if this machine has made it before."""
    return next(iter(sorted(folder().glob("llama_cpp_python-*.whl"))), None)


def installed() -> bool:
    """Whatever was wanted last stays: without a new wish a build with more in it is as good."""
    return stamped("llama", key()) and (not more() or stamped("llama.more", key(more())))


def failed_before() -> bool:
    return stamped(FAILED, key(more()))


def build(tick: Callable[[str], None], jobs: int | None = None) -> None:
    """Compile into a folder beside the cache's and rename it when it is whole.

    Raises
    ------
    Trouble, when there is no compiler, no room or the build fails; remembered, so that `run` does not try each time.
    """
    if system.compiler() is None:
        raise Trouble(f"llama.cpp cannot be compiled: there is no C++ compiler. {WITHOUT}", system.compiler_remedy())
    target = folder()
    part = target.with_name(target.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    scratch = part / "build"
    scratch.mkdir(parents=True)
    system.need_room(part, BUILD_GIB)
    around = {"CMAKE_ARGS": f"{CMAKE_ARGS} {more()}".strip(), "FORCE_CMAKE": "1"}
    around |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch))  # what a killed build leaves goes with the next
    if jobs:
        around["CMAKE_BUILD_PARALLEL_LEVEL"] = str(jobs)
    try:
        arguments = ["wheel", requirement(), "--no-deps", "--no-binary", "llama-cpp-python", "--wheel-dir", str(part)]
        pip(arguments, tick, f"llama.cpp could not be compiled. {WITHOUT}", around)
    except Trouble:
        stamp(FAILED, key(more()))
        raise
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    part.replace(target)


def install(tick: Callable[[str], None]) -> None:
    """Install the finished wheel; what it needs is pinned with the program."""
    made = wheel()
    if made is None:
        raise Trouble(f"llama.cpp is not compiled yet. {WITHOUT}", "Run the set-up again.")
    again = ["--force-reinstall"] if more() else []  # the same version, built otherwise
    pip(["install", "--no-deps", "--no-index", *again, str(made)], tick, f"llama.cpp could not be installed. {WITHOUT}")
    (STAMPS / FAILED).unlink(missing_ok=True)
    stamp("llama", key())
    stamp("llama.more", key(more()))


def build_in_background() -> str:
    """Start the compiler behind the open window; returns the line to tell, empty when there is nothing to do."""
    if installed():
        return ""
    if failed_before():
        return f"llama.cpp could not be compiled earlier. {WITHOUT} To try again: python3 installer/bootstrap.py set-up"
    if system.compiler() is None:
        return f"llama.cpp is not installed: there is no C++ compiler. {WITHOUT} {system.compiler_remedy()}"
    log = user_cache() / "llama-build.log"
    detached = {"creationflags": 0x208} if sys.platform == "win32" else {"start_new_session": True}
    with open(log, "w") as out:
        command = [sys.executable, str(HERE / "bootstrap.py"), "llama"]
        subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=environment.ROOT, **detached)  # type: ignore[call-overload]
    return f"llama.cpp is being compiled in the background (some 10 min); drafts run on torch until then. Log: {log}"


def in_background() -> None:
    """What the background process does: half the processors, low priority, once at a time."""
    if hasattr(os, "nice"):
        os.nice(15)
    with lock.alone(folder().with_name(folder().name + ".lock"), wait=False) as ours:
        if ours and wheel() is None:
            build(lambda doing: None, jobs=max(1, (os.cpu_count() or 2) // 2))
    if ours:
        with lock.alone(set_up_lock()):
            install(lambda doing: None)


def set_up_lock() -> Path:
    """The lock of this folder's environment."""
    return user_cache() / f"{key_of(also=str(environment.ROOT))[:12]}.lock"
