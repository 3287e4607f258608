"""``evaluate CASES.csv``: score models and ready drafts against a reference, side by side, into a folder."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workstation.command.output import fall_short, home_of, succeed

_BETWEEN_LINES_S = 30.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "evaluate", help="score models and ready drafts against labels or reference reports, side by side"
    )
    parser.add_argument(
        "cases",
        metavar="CASES.csv",
        help="columns image and labels (semicolons; empty = unknown); optional labels_known, report, source, "
        "patient_id, view_position",
    )
    parser.add_argument(
        "--model", action="append", default=[], metavar="ID", help="draft the films with this model, greedily"
    )
    parser.add_argument(
        "--drafts",
        action="append",
        default=[],
        type=_named,
        metavar="NAME=F.csv",
        help="drafts made elsewhere: columns image and text, optional p_<finding>",
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="folder for index.html, tables.csv, results.json, drafts.csv"
    )
    parser.add_argument("--seed", type=int, metavar="N", help="of the bootstrap; it is stored in the result")


def _named(text: str) -> tuple[str, Path]:
    name, mark, path = text.partition("=")
    if not mark or not name.strip() or not path.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=F.csv")
    return name.strip(), Path(path.strip())


def run(arguments: argparse.Namespace) -> int:
    from workstation.evaluation.score import SEED
    from workstation.workflow.evaluating import Evaluation

    line = _Line(quiet=arguments.json)
    seed = SEED if arguments.seed is None else abs(arguments.seed)
    evaluation = Evaluation(
        home_of(arguments),
        Path(arguments.cases),
        Path(arguments.out),
        arguments.model,
        arguments.drafts,
        progress=line.show,
        seed=seed,
    )
    try:
        evaluated = evaluation.run()
    finally:
        line.end()
    lines = list(_lines(evaluated.result, arguments.out))
    if evaluated.shortfall is None:
        return succeed(arguments, evaluated.result, lines)
    return fall_short(arguments, evaluated.result, lines, evaluated.shortfall)


class _Line:
    """How far the drafting is, on stderr: one line that is written over in a terminal, else a line now and then.

    ``quiet``: a program reads us, and expects nothing there but a failure's two lines.
    """

    def __init__(self, quiet: bool) -> None:
        self._live, self._quiet = sys.stderr.isatty(), quiet
        self._last, self._open = time.monotonic(), False

    def show(self, name: str, done: int, count: int, left_s: float | None) -> None:
        text = f"{name}: {done} of {count} films" + ("" if left_s is None else f", {_time(left_s)} left")
        if self._live:
            print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif not self._quiet and time.monotonic() - self._last >= _BETWEEN_LINES_S:
            self._last = time.monotonic()
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._open:
            print(file=sys.stderr, flush=True)
        self._open = False


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{seconds:.0f} s" if seconds < 90 else f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _lines(result: dict[str, Any], out: str) -> Iterator[str]:
    """What a person reads on the terminal."""
    cases = result["cases"]
    yield f"{cases['used']} of {cases['read']} cases used"
    for each in cases["left_out"]:
        yield f"  left out: {each['count']} x {each['reason']}"
    for name, system in result["systems"].items():
        yield f"\n{name}"
        for key in (
            "micro",
            "macro",
            "micro_paper6",
            "macro_paper6",
            "auroc_macro",
            "auroc_paper6",
            "bleu4",
            "rouge_l",
        ):
            yield f"  {key:13} {_shown(system[key])}"
        joint = system["joint_definite"]
        yield f"  {'joint-definite':13} micro {_shown(joint['micro'])} at coverage {joint['coverage'] or 0:.2f}"
        for each in system["drafts"]["left_out"] + system["drafts"]["refused"]:
            yield f"  not used: {each['count']} x {each['reason']}"
    for each in result["notices"]:
        yield f"\n{each}"
    for each in result["refused"]:
        yield f"\n{each['system']} was not scored: {each['message']} {each['remedy']}"
    yield f"\nThe page: {Path(out) / 'index.html'}"


def _shown(metric: dict[str, Any]) -> str:
    if metric["value"] is None:
        return "undefined"
    interval = "" if metric["low"] is None else f" ({metric['low']:.3f} to {metric['high']:.3f})"
    return f"{metric['value']:.3f}{interval}, n = {metric['n']}"
