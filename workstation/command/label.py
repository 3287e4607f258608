"""``label``: one report, or the rows of a CSV file, to the presence of each finding and the words that say so.

Rows come out as they are read, in their order, so that a file of any length needs little memory. A row that is not as
it should be is labelled all the same and told at the end.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from io import BufferedReader, TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

from workstation.command.output import SCHEMA, fail
from workstation.errors import WorkstationError

LONGEST_TEXT = 16 * 2**20  # bytes of one report
_REPLACED = "\ufffd"


class LabelError(WorkstationError):
    """Text that cannot be labelled as it is."""

    code = "label"


class Report(NamedTuple):
    """One text, and what is wrong with it."""

    id: str
    text: str
    problems: tuple[str, ...] = ()


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("label", help="read the findings of a report, or of many in a CSV file")
    parser.add_argument(
        "file", nargs="?", default="-", metavar="FILE", help="a text, a .csv with id,text, or - (stdin)"
    )


def run(arguments: argparse.Namespace) -> int:
    told = _Told(arguments.json)
    reports = _rows(arguments.file) if arguments.file.lower().endswith(".csv") else _one(arguments.file)
    try:
        for report in reports:
            told.tell(report)
        told.raise_problems()
    except WorkstationError as error:
        return told.fall_short(arguments, error)
    told.end()
    return 0


# ---- where texts come from
def _one(name: str) -> Iterator[Report]:
    with _opened(name) as stream:
        raw = stream.read(LONGEST_TEXT + 1)
    if len(raw) > LONGEST_TEXT:
        raise LabelError(
            "This text is too long for one report.", "Give many reports as a .csv with id,text.", "too_long"
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LabelError("This file is not UTF-8 text.", "Save it as UTF-8 and try again.", "not_utf8") from None
    if "\0" in text:
        raise LabelError("This file is not a text.", "Give a report as plain text or a .csv.", "not_text")
    if not text.strip():
        raise LabelError("This report is empty.", "Give a text to be labelled.", "empty_report")
    yield Report("-" if name == "-" else Path(name).name, text)


def _opened(name: str) -> BufferedReader:
    if name == "-":
        return BufferedReader(sys.stdin.buffer)  # type: ignore[arg-type]
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise LabelError("There is no such file.", "Check the path of the report.", "not_found") from None
    except (OSError, ValueError):
        raise LabelError("This file cannot be read.", "Give a readable file, not a folder.", "unreadable") from None


def _rows(name: str) -> Iterator[Report]:
    with _opened(name) as raw:
        if raw.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise LabelError("This file is not UTF-8 text.", "Save it as CSV UTF-8 and try again.", "not_utf8")
        yield from _read_rows(_decoded(raw))


def _decoded(raw: BinaryIO) -> TextIO:
    return TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")


def _read_rows(lines: TextIO) -> Iterator[Report]:
    csv.field_size_limit(LONGEST_TEXT)
    rows = csv.reader(lines)
    try:
        where = _columns(next(rows, []))
        seen: set[int] = set()  # hashes, so that a long file does not fill the memory with its ids
        for row in rows:
            if row:
                yield _report(row, where, seen)
    except csv.Error:
        raise LabelError(
            f"From line {rows.line_num} on this file is no CSV.",
            "Check its quotation marks and try again.",
            "broken_csv",
        ) from None


def _columns(header: list[str]) -> tuple[int, int, int]:
    """Where id and text stand, and how many columns there are."""
    names = [name.strip().lower() for name in header]
    missing = [name for name in ("id", "text") if name not in names]
    if missing:
        told = " and ".join(missing)
        raise LabelError(
            f"This file has no column {told}.", "Give a CSV whose first line is id,text.", "missing_columns"
        )
    return names.index("id"), names.index("text"), len(names)


def _report(row: list[str], where: tuple[int, int, int], seen: set[int]) -> Report:
    name, text = (row[place] if place < len(row) else "" for place in where[:2])
    problems = []
    if any(cell.strip() for cell in row[where[2] :]):  # a text with commas, not in quotation marks
        problems.append("with more cells than the header")
    if not text.strip():
        problems.append("without text")
    if _REPLACED in text or _REPLACED in name:
        problems.append("not in UTF-8")
    if "\0" in text or "\0" in name:
        problems.append("with NUL bytes")
    if not name.strip():
        problems.append("without id")
    elif hash(name) in seen:
        problems.append("with an id of an earlier row")
    seen.add(hash(name))
    return Report(name, text, tuple(problems))


# ---- what is told of them
class _Told:
    """Writes reports one by one and counts what is wrong with them."""

    def __init__(self, as_json: bool) -> None:
        self._json, self._begun = as_json, False
        self._count = 0
        self._problems: Counter[str] = Counter()

    def tell(self, report: Report) -> None:
        from workstation.reporting.labeler import label

        labels = label(report.text)
        self._count += 1
        self._problems.update(report.problems)
        if self._json:
            spans = {finding: [list(span) for span in spans] for finding, spans in labels.evidence.items()}
            told: dict[str, Any] = {"id": report.id, "findings": labels.findings, "evidence": spans}
            self._write(told | ({"problems": report.problems} if report.problems else {}))
        else:
            print("\n".join(_lines(report, labels)))

    def _write(self, told: dict[str, Any]) -> None:
        sys.stdout.write(", " if self._begun else f'{{"schema": {SCHEMA}, "reports": [')
        sys.stdout.write(json.dumps(told, ensure_ascii=False))
        self._begun = True

    def raise_problems(self) -> None:
        if not self._count:
            raise LabelError("This file holds no report.", "Give at least one row below id,text.", "empty_file")
        if self._problems:
            counted = ", ".join(f"{count} {reason}" for reason, count in self._problems.items())
            raise LabelError(
                f"Of {self._count} reports, all of them labelled, some are not as they should be: {counted}.",
                "Check these rows; with --json each one names its problems.",
                "problem_rows",
            )

    def end(self, error: WorkstationError | None = None) -> None:
        if self._json:
            told = {"code": error.code, "message": error.message, "remedy": error.remedy} if error else {}
            last = f', "error": {json.dumps(told, ensure_ascii=False)}' if told else ""
            print(f"]{last}}}", flush=True)

    def fall_short(self, arguments: argparse.Namespace, error: WorkstationError) -> int:
        if not self._begun:
            return fail(arguments, error)
        self.end(error)
        sys.stdout.flush()
        return fail(argparse.Namespace(json=False), error)


def _lines(report: Report, labels: Any) -> Iterable[str]:
    yield report.id + (f" ({', '.join(report.problems)})" if report.problems else "")
    for finding, spans in labels.evidence.items():
        words = "; ".join(" ".join(report.text[start:end].split()) for start, end in spans)
        yield f"  {labels.findings[finding]:10} {finding:27} {words}"
    if not labels.evidence:
        yield "  nothing is said of any finding"
