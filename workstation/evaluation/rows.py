"""A CSV of unknown making -> its rows as dictionaries, one at a time in flat memory, each with what is wrong with it.

UTF-8 with or without a byte order mark; commas, semicolons or tabs between the cells. A file whose header cannot be
used is refused; a row that cannot be used is handed on with a reason. Knows no findings.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from workstation.errors import EvaluationError

LONGEST_CELL = 1 << 20
_LONGEST_LINE = 8 << 20
_SHOWN = 200
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Row:
    """``line`` is where the row ends in the file, from 1; ``problem`` is empty or says why it cannot be used."""

    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(slots=True)
class Tally:
    """What was left out and why: counts of reasons, and the first `_SHOWN` in sentences."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: list[dict[str, str | int]] = field(default_factory=list)
    invalid: int = 0

    def add(self, reason: str, where: str, line: int, remedy: str, invalid: bool = True) -> None:
        """``invalid``: the user's input or a film is at fault, so that the command ends with 1."""
        self.counts[reason] += 1
        self.invalid += invalid
        if len(self.shown) < _SHOWN:
            self.shown.append({"file": where, "line": line, "reason": reason, "remedy": remedy})

    def listed(self) -> list[dict[str, str | int]]:
        """CONTRACT's ``left_out``."""
        return [{"reason": reason, "count": count} for reason, count in sorted(self.counts.items())]


def read_rows(path: str | Path, required: Sequence[str]) -> Iterator[Row]:
    """Rows of a CSV; raises `EvaluationError` for a file that is none or lacks a column of ``required``."""
    path = Path(path)
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
            yield from _rows(path.name, file, required)
    except OSError as error:
        raise EvaluationError(
            f"The file {path.name} cannot be read ({error.strerror or type(error).__name__}).",
            "Name a CSV file that is there and that you may read.",
            "no_file",
        ) from error


def header_of(path: str | Path, required: Sequence[str]) -> list[str]:
    """The columns of a CSV, in lower case; raises as `read_rows`."""
    for row in read_rows(path, required):
        return list(row.cells)
    return []


def _rows(name: str, file: IO[str], required: Sequence[str]) -> Iterator[Row]:
    lines = _lines(name, file)
    first = next((line for line in lines if line.strip()), "")
    delimiter, columns = _header(name, first, required)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    yield Row(0, dict.fromkeys(columns, ""))
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(reader.line_num + 1, {}, "a cell is too long, or a quotation mark is never closed")
            continue
        if cells:
            yield Row(reader.line_num + 1, *_fitted(cells, columns))


def _lines(name: str, file: IO[str]) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise EvaluationError(
                f"The file {name} holds a line of more than {_LONGEST_LINE >> 20} million characters.",
                "Save the table as CSV (UTF-8), one row a line.",
                "not_csv",
            )
        yield line


def _header(name: str, line: str, required: Sequence[str]) -> tuple[str, list[str]]:
    if not line:
        raise EvaluationError(f"The file {name} is empty.", f"It needs a header: {', '.join(required)}.", "empty_file")
    if "\0" in line or _NOT_UTF8.search(line):
        raise EvaluationError(
            f"The file {name} is not text in UTF-8.", "Save the table as “CSV UTF-8” and try again.", "encoding"
        )
    found = {mark: [_plain(cell) for cell in next(csv.reader([line], delimiter=mark), [])] for mark in ",;\t"}
    delimiter = max(found, key=lambda mark: (set(required) <= set(found[mark]), len(found[mark])))
    columns = found[delimiter]
    missing = [column for column in required if column not in columns]
    twice = sorted({column for column in columns if column and columns.count(column) > 1})
    if missing or twice:
        what = f"lacks the column {', '.join(missing)}" if missing else f"has the column {', '.join(twice)} twice"
        raise EvaluationError(
            f"The file {name} {what}.",
            f"Its first line must name each column once: {', '.join(required)} ...",
            "columns",
        )
    return delimiter, columns


def _plain(cell: str) -> str:
    return " ".join(cell.strip().lower().split())


def _fitted(cells: list[str], columns: list[str]) -> tuple[dict[str, str], str]:
    row = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        return row, "the row has more cells than the header"
    if len(cells) < len(columns):
        return row, "the row has fewer cells than the header"
    if any("\0" in cell for cell in cells):
        return row, "the row holds a NUL character"
    if any(_NOT_UTF8.search(cell) for cell in cells):
        return row, "the row is not UTF-8"
    return row, ""
