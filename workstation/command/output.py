"""What a command prints: one JSON object or lines for people on stdout; two lines of failure on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from workstation.errors import WorkstationError
from workstation.paths import Home, resolve_home

SCHEMA = 1


def succeed(arguments: argparse.Namespace, value: Mapping[str, Any], lines: Iterable[str] = (), code: int = 0) -> int:
    """Print the result, as JSON when asked, and give back the exit code."""
    if arguments.json:
        print_json(value)
    else:
        for line in lines:
            print(line)
    return code


def fail(arguments: argparse.Namespace, error: WorkstationError) -> int:
    """Two lines on stderr and, when asked, the error object on stdout; always exit code 1."""
    if getattr(arguments, "json", False):
        print_json({"error": _error_json(error)})
    return _two_lines(error)


def fall_short(
    arguments: argparse.Namespace, value: Mapping[str, Any], lines: Iterable[str], error: WorkstationError
) -> int:
    """The whole result, and what is wrong with it as any other failure tells it; always exit code 1."""
    succeed(arguments, {**value, "error": _error_json(error)}, lines)
    sys.stdout.flush()
    return _two_lines(error)


def _error_json(error: WorkstationError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "remedy": error.remedy}


def _two_lines(error: WorkstationError) -> int:
    print(f"{_line(error.message)}\n{_line(error.remedy)}", file=sys.stderr)
    return 1


def print_json(value: Mapping[str, Any]) -> None:
    print(json.dumps({"schema": SCHEMA, **value}, ensure_ascii=False, allow_nan=False), flush=True)


def home_of(arguments: argparse.Namespace) -> Home:
    """The home folder the common option, the environment or the platform names."""
    return resolve_home(arguments.home)


@contextmanager
def store_of(arguments: argparse.Namespace) -> Iterator[Any]:
    """The home's store, closed afterwards."""
    from workstation.storage.store import Store

    with Store.open(home_of(arguments)) as store:
        yield store


def or_null(value: Any) -> Any:
    """Undefined is null (CONTRACT): the empty text of an absent header field."""
    return None if value == "" else value


def _line(text: str) -> str:
    return " ".join(text.split())
