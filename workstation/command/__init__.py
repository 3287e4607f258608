"""The command line: one module a word, imported only when its word is called.

A word whose module is not there is absent. Common options stand before or after the word.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from types import ModuleType

from workstation.command.output import fail
from workstation.errors import WorkstationError

WORDS = {
    "open": "open_",
    "import": "import_",
    "worklist": "worklist",
    "render": "render",
    "draft": "draft",
    "ask": "ask",
    "report": "report",
    "reader": "reader",
    "label": "label",
    "log": "log",
    "models": "models",
    "train": "train",
    "evaluate": "evaluate",
    "doctor": "doctor",
    "worker": "worker",
}


def main(argv: Sequence[str]) -> int:
    """Run one word; returns the exit code (0 done, 1 refused, 2 wrong usage)."""
    parser, common = _parser(), _common()
    word = _word(argv)
    subparsers = parser.add_subparsers(dest="word", metavar="WORD", required=True)
    for name in [word] if word in WORDS and _there(word) else [name for name in WORDS if _there(name)]:
        _module(name).add_parser(_WithCommon(subparsers, common))
    arguments = parser.parse_args(argv)
    arguments.home = getattr(arguments, "home", None)
    arguments.json = getattr(arguments, "json", False)
    try:
        return int(_module(arguments.word).run(arguments))
    except WorkstationError as error:
        return fail(arguments, error)


class _WithCommon:
    """Gives every subcommand's parser the common options, at whatever depth."""

    def __init__(self, subparsers: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:  # type: ignore[type-arg]
        self._subparsers, self._common = subparsers, common

    def add_parser(self, name: str, **options: object) -> argparse.ArgumentParser:
        options = {"description": options.get("help"), "allow_abbrev": False, **options}
        parser = self._subparsers.add_parser(name, parents=[self._common], **options)  # type: ignore[arg-type]
        deeper = parser.add_subparsers

        def add_subparsers(**given: object) -> _WithCommon:
            return _WithCommon(deeper(**given), self._common)  # type: ignore[call-overload]

        parser.add_subparsers = add_subparsers  # type: ignore[method-assign, assignment]
        return parser


def _common() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--home", metavar="DIR", help="folder of store, inbox, models, logs and settings")
    common.add_argument("--json", action="store_true", help="one JSON object on stdout and nothing else")
    return common


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="main.py",
        parents=[_common()],
        allow_abbrev=False,
        description="Reporting workstation for chest radiographs. Without a word the window opens.",
    )


def _word(argv: Sequence[str]) -> str:
    """The first word that is no common option nor its value."""
    rest = iter(argv)
    for piece in rest:
        if piece == "--home":
            next(rest, None)
        elif not piece.startswith("-"):
            return piece
    return ""


def has_word(argv: Sequence[str]) -> bool:
    """Whether a command is meant (or its help), not the window."""
    return bool(_word(argv)) or "-h" in argv or "--help" in argv


def _there(word: str) -> bool:
    return importlib.util.find_spec(f"workstation.command.{WORDS[word]}") is not None


def _module(word: str) -> ModuleType:
    return importlib.import_module(f"workstation.command.{WORDS[word]}")


def window(argv: Sequence[str]) -> int:
    """The window: on the home's store, or with ``--demo`` on the samples in a home that is thrown away."""
    parser = argparse.ArgumentParser(prog="main.py", parents=[_common()])
    parser.add_argument("--demo", action="store_true", help="open the sample studies in a temporary home")
    parser.add_argument("--samples", action="store_true", help="in a new home, begin with the sample studies")
    arguments = parser.parse_args(argv)
    try:
        return _demo() if arguments.demo else _window(getattr(arguments, "home", None), arguments.samples)
    except WorkstationError as error:
        print(f"{error.message}\n{error.remedy}", file=sys.stderr)
        return 1


def _window(home: str | None, with_samples: bool) -> int:
    from workstation.paths import resolve_home, samples
    from workstation.ui.application import run

    place = resolve_home(home)
    paths = [str(samples())] if with_samples and not place.database.exists() else []
    return int(run(place, paths=paths, demo=False))


def _demo() -> int:
    import tempfile
    from pathlib import Path

    from workstation.paths import Home, samples
    from workstation.ui.application import run

    with tempfile.TemporaryDirectory(prefix="cxr-demo-", ignore_cleanup_errors=True) as folder:
        return int(run(Home(Path(folder)), paths=[str(samples())], demo=True))
