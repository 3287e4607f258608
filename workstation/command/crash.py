"""The last resort: an error that nobody foresaw becomes two lines and a file in the home's logs.

The file holds places in the code and the kind of error, never its message or values: those may name a patient.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from workstation.paths import Home, resolve_home

REMEDY = "Nothing that was saved is lost; run it again, and report the file if it happens twice."


def tell(argv: Sequence[str], error: BaseException) -> int:
    """Keep the places and print the two lines; returns exit code 1."""
    place = record(_home(argv), error)
    kept = f"; where it happened is kept in {place}" if place else ""
    return _say(argv, "internal", f"The program met an error it does not know ({type(error).__name__}){kept}.", REMEDY)


def stopped(argv: Sequence[str]) -> int:
    """Ctrl+C: no error of anybody's, and told like one."""
    return _say(argv, "stopped", "Stopped by the keyboard.", "Start the command again to go on.")


def _say(argv: Sequence[str], code: str, message: str, remedy: str) -> int:
    from workstation.command.output import print_json

    if "--json" in argv:
        print_json({"error": {"code": code, "message": message, "remedy": remedy}})
    print(f"{message}\n{remedy}", file=sys.stderr)
    return 1


def record(home: Home, error: BaseException) -> Path | None:
    """Write file, line and function of every frame to ``logs/``; None when the disk refuses that too."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{type(error).__module__}.{type(error).__qualname__}"]
    lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        place = home.logs / f"crash-{os.getpid()}-{os.urandom(3).hex()}.txt"
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return None
    return place


def closed_pipe() -> int:
    """The program that read our output went away: nothing to say, and nothing more to flush at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _home(argv: Sequence[str]) -> Home:
    given = next((argv[i + 1] for i, piece in enumerate(argv[:-1]) if piece == "--home"), None)
    given = given or next((piece[7:] for piece in argv if piece.startswith("--home=")), None)
    return resolve_home(given)
