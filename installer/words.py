"""The words of the command: run, test, set-up. Decides which steps are left, does them with progress, then goes on.

Knows the order of the steps; how each is done lies in the modules beside it.
"""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from installer import checks, desktop, environment, llama, lock, system, witness
from installer.environment import HERE, PYTHON, ROOT, key_of, pip, stamp, stamped, user_cache
from installer.tell import Durations, Progress, Trouble

USAGE = "usage: python3 installer/bootstrap.py run [arguments of main.py] | test [arguments of pytest] | set-up"
USAGE += " | desktop [remove]"
CONSTRAINTS = HERE / "constraints.txt"
NEEDED_GIB = {"torch": 3.0, "program": 1.5, "test tools": 0.5}


@dataclass(frozen=True)
class Step:
    """One thing to do, about how many seconds it takes, and whether the program can live without it."""

    name: str
    seconds: float
    act: Callable[[Callable[[str], None]], None]
    spare: bool = False


def act(arguments: Sequence[str]) -> int:
    """Do the word; every failure ends in two sentences."""
    try:
        return _act(list(arguments))
    except Trouble as trouble:
        print(f"\n{trouble.message}\n{trouble.remedy}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again: it goes on from here.", file=sys.stderr)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        print(f"\nThe set-up stopped: {'the disk is full' if full else error}.", file=sys.stderr)
        print("Free some space or change the folder's permissions, then run the same command again.", file=sys.stderr)
    return 1


def _act(arguments: list[str]) -> int:
    word, rest = (arguments or [""])[0], arguments[1:]
    if word in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if word == "llama" and not rest:
        llama.in_background()
        return 0
    if word == "desktop" and rest in ([], ["remove"]):
        return desktop.act(rest)
    if word not in ("run", "test", "set-up"):
        print(USAGE, file=sys.stderr)
        return 2
    with lock.alone(llama.set_up_lock()):
        _set_up(tests=word == "test", compile_now=word != "run")
    if word == "test":
        return checks.run(rest)
    return _open(rest) if word == "run" else 0


def _open(arguments: list[str]) -> int:
    """The window, or the command given; the compiler starts only when the window is on its way."""
    shown = not arguments or arguments[0] in ("open", "--demo", "--samples")
    if shown:
        _need_libraries()
        system.need_screen()
    running = subprocess.Popen([str(PYTHON), str(ROOT / "main.py"), *(arguments or ["--samples"])])
    try:
        if said := llama.build_in_background() if shown else "":
            print(said, file=sys.stderr, flush=True)
        return running.wait()
    except KeyboardInterrupt:
        return running.wait()


def _need_libraries() -> None:
    if missing := system.missing_libraries():
        raise Trouble("Everything is installed but some system libraries.", f"Type: {system.line_to_type(missing)}")


def _set_up(tests: bool, compile_now: bool) -> None:
    """Do what is not done yet."""
    steps = _steps(tests, compile_now)
    if not steps:
        return
    system.need_room(ROOT, max((NEEDED_GIB.get(step.name, 0.2) for step in steps), default=0))
    durations = Durations(user_cache() / "durations.json")
    progress = Progress([(step.name, step.seconds) for step in steps], durations)
    for step in steps:
        progress.begin()
        try:
            step.act(progress.tick)
        except Trouble as trouble:
            if not step.spare:
                raise
            progress.note(f"{trouble.message}\n{trouble.remedy}")
        else:
            progress.end()


def _steps(tests: bool, compile_now: bool) -> list[Step]:
    """What is left to do, in order."""
    steps = []
    if missing := system.missing_libraries() + (system.missing_tools() if tests else []):
        steps.append(Step("system packages", 40, partial(_system, missing), spare=True))
    venv_key = key_of(also=str(environment.VENV))
    fresh = not (stamped("venv", venv_key) and environment.works())
    if fresh:
        steps.append(Step("virtual environment", 8, partial(_environment, venv_key)))
    for name, seconds, wanted in (("torch", 60, True), ("program", 75, True), ("test tools", 40, tests)):
        file = HERE / {"torch": "torch.txt", "program": "program.txt", "test tools": "tests.txt"}[name]
        key = key_of(file, CONSTRAINTS)
        if wanted and (fresh or not stamped(name, key)):
            steps.append(Step(name, seconds, partial(_fill, name, file, key)))
    if tests and witness.missing():
        steps.append(Step("FHIR schema", 15, witness.fetch, spare=True))
    if fresh or not llama.installed():
        if llama.wheel() is not None:
            steps.append(Step("llama.cpp from the cache", 5, llama.install, spare=True))
        elif compile_now:
            steps.append(Step("llama.cpp compiled for this processor", 420, _compile, spare=True))
    return steps


def _system(packages: list[str], tick: Callable[[str], None]) -> None:
    if not system.may_install():
        raise Trouble(
            "Some system packages are missing, and installing them needs your password.",
            f"Type: {system.line_to_type(packages)}",
        )
    for command in system.apt_commands(packages):
        environment.call(
            command, tick, f"System packages could not be installed; to try by hand: {system.line_to_type(packages)}"
        )


def _environment(key: str, tick: Callable[[str], None]) -> None:
    try:
        system.need_venv_module()
    except Trouble:
        if not system.may_install():
            raise
        _system(["python3-venv"], tick)
        system.need_venv_module()
    environment.make(tick)
    stamp("venv", key)


def _fill(name: str, file: Path, key: str, tick: Callable[[str], None]) -> None:
    environment.heal()
    pip(["install", "--requirement", str(file)], tick, f"The installation stopped at: {name}.")
    stamp(name, key)


def _compile(tick: Callable[[str], None]) -> None:
    llama.build(tick)
    llama.install(tick)
