"""Each film in a forked child of its own, bounded in time and memory: a crash or a hang is a verdict like any other.

POSIX only. The parent must hold no threads and no pixels; what the child says comes through a pipe.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict

from tests.fuzz.judge import Verdict

CPU_S, WALL_S = 15, 90
MEMORY = 2 << 30  # beyond what the parent has mapped


def caged(work: Callable[[], Verdict], folder: str) -> Verdict:
    """What ``work`` says in a child of its own, or how the child ended."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        _live(work, into, folder)
    os.close(into)
    try:
        said = _heard(out, child)
    finally:
        os.close(out)
    return said


def _live(work: Callable[[], Verdict], into: int, folder: str) -> None:
    """The child: its own group, its bounds, one verdict, and out without any farewell of the parent's."""
    try:
        os.setsid()
        _bound()
        os.chdir(folder)
        os.environ["TMPDIR"] = folder
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        verdict = work()
    except BaseException as error:  # what comes out here is what would have ended the program
        where = "".join(traceback.format_exception(error)[-3:]).strip().replace("\n", " | ")
        verdict = Verdict("crash", f"{type(error).__name__}: {where}"[-700:])
    try:
        os.write(into, json.dumps(asdict(verdict)).encode())
    finally:
        os._exit(0)


def _bound() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform.startswith("linux"):
        with open("/proc/self/statm", encoding="ascii") as file:
            mapped = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (mapped + MEMORY, mapped + MEMORY))


def _heard(out: int, child: int) -> Verdict:
    end, said = time.monotonic() + WALL_S, b""
    while (left := end - time.monotonic()) > 0 and select.select([out], [], [], left)[0]:
        piece = os.read(out, 65536)
        if not piece:
            break
        said += piece
    late = time.monotonic() >= end
    try:  # the whole group: the film's decoder may be a process of its own
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    _, status = os.waitpid(child, 0)
    if said:
        return Verdict(**json.loads(said))
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return Verdict("hang", f"over {CPU_S} s of work or {WALL_S} s in all")
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return Verdict("died", signal.Signals(number).name if number else f"exit {os.WEXITSTATUS(status)}")
