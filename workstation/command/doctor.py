"""``doctor``: what works on this machine, what does not, and what to do about it."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterator
from typing import Any

from workstation.command.check import Check
from workstation.command.checkup import Checkup
from workstation.command.output import fall_short, home_of, succeed
from workstation.errors import WorkstationError

_MARKS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}


def add_parser(subparsers: Any) -> None:
    subparsers.add_parser("doctor", help="check this machine, the installation, the store and the models")


def run(arguments: argparse.Namespace) -> int:
    home = home_of(arguments)
    checkup = Checkup(home)
    checks = checkup.all()
    ok = all(check.status != "fail" for check in checks)
    value = {
        "ok": ok,
        "checks": [check.to_json() for check in checks],
        "python": platform.python_version(),
        "torch": checkup.machine["torch"]["version"],
        "cuda": checkup.machine["torch"].get("gpu"),
        "llama_cpp": checkup.machine["llama_cpp"]["version"],
        "decoders": checkup.decoders,
        "home": str(home.root),
        "free_bytes": checkup.free_bytes,
    }
    if ok:
        return succeed(arguments, value, _lines(checks))
    return fall_short(arguments, value, _lines(checks), _failed([check for check in checks if check.status == "fail"]))


def _failed(checks: list[Check]) -> WorkstationError:
    names = ", ".join(check.name for check in checks)
    return WorkstationError(f"These checks failed: {names}.", checks[0].remedy or "See what they found.", "unfit")


def _lines(checks: list[Check]) -> Iterator[str]:
    for check in checks:
        yield f"{_MARKS[check.status]} {check.name:14} {check.found}"
        if check.remedy:
            yield f"     {'':14} {check.remedy}"
