"""``open PATH...``: the window, with these films and folders taken in and the first study opened. Knows no Qt."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from workstation.errors import WorkstationError
from workstation.paths import resolve_home


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("open", help="open films or folders in the window")
    parser.add_argument("paths", nargs="+", metavar="PATH", help="film or folder")


def run(arguments: argparse.Namespace) -> int:
    """Show the window until it is closed; raises `WorkstationError` (not_found) before it opens."""
    missing = [path for path in arguments.paths if not Path(path).exists()]
    if missing:
        raise WorkstationError(
            f"{len(missing)} of the given paths cannot be found.", "Check the spelling of the paths.", "not_found"
        )
    from workstation.ui.application import run as show

    return show(resolve_home(arguments.home), [str(Path(path).absolute()) for path in arguments.paths])
