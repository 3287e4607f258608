"""``worker``: the process that drafts for the window; request lines on stdin, event lines on stdout."""

from __future__ import annotations

import argparse
from typing import Any

from workstation.command.output import home_of


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "worker", help="draft for a window: JSON lines on stdin and stdout, until stdin closes"
    )
    parser.add_argument("--jobs", action="store_true", help="for imports, conversions and checks of models only")


def run(arguments: argparse.Namespace) -> int:
    from workstation.drafting.worker import serve

    return serve(home_of(arguments), arguments.jobs)
