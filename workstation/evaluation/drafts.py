"""A CSV of ready drafts -> a ledger, row by row in flat memory; and the ledgers' entries -> drafts.csv, which is one.

Columns: image, text, optional p_<finding>; a drafts.csv of ours also has system (whose drafts), refused and the
labels. Knows no models.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from workstation.errors import EvaluationError
from workstation.evaluation import reading
from workstation.evaluation.cases import key_of
from workstation.evaluation.ledger import MISSING, Entry, Ledger
from workstation.evaluation.reading import ABSENT, NAMES, NORMAL, PRESENT, UNCERTAIN
from workstation.evaluation.rows import Row, header_of, read_rows

REQUIRED = ("image", "text")
_NO_CASE = "a draft without a case"
_FORMULA = ("=", "+", "-", "@")
_SAVED = "Correct the row and run the command again; the other rows were used."


def probability_columns(path: str | Path) -> tuple[dict[str, str], list[str]]:
    """Columns p_<finding> -> findings, and such columns whose finding is none; raises `EvaluationError`."""
    known, unknown = {}, []
    for column in header_of(path, REQUIRED):
        if column.startswith("p_"):
            found, strange = reading.parse_list(column[2:])
            if len(found) == 1 and not strange:
                known[column] = found[0]
            else:
                unknown.append(column)
    return known, unknown


def read_drafts(path: str | Path, ledger: Ledger) -> None:
    """Every row of a drafts CSV into ``ledger``; raises `EvaluationError` for a file that cannot be used."""
    columns, unknown = probability_columns(path)
    name, folder = Path(path).name, Path(path).parent
    for column in unknown:
        ledger.left_out.add(f"unknown column {column[:60]}", name, 1, reading.suggestion([column[2:]]))
    chosen = _system(path, ledger.name)
    for row in read_rows(path, REQUIRED):
        if row.line and (chosen is None or row.cells.get("system", "").strip() == chosen):
            _take(row, ledger, columns, name, folder)
    ledger.close()


def _system(path: str | Path, name: str) -> str | None:
    """Which rows of a drafts.csv that holds several systems are meant; None for all."""
    if "system" not in header_of(path, REQUIRED):
        return None
    systems = {row.cells.get("system", "").strip() for row in read_rows(path, REQUIRED) if row.line and not row.problem}
    if name in systems or len(systems) <= 1:
        return name if name in systems else None
    raise EvaluationError(
        f"The file {Path(path).name} holds the drafts of several systems, and none is called {name}.",
        f"Name one of them: {', '.join(sorted(systems))}.",
        "which_system",
    )


def _take(row: Row, ledger: Ledger, columns: dict[str, str], name: str, folder: Path) -> None:
    ledger.read += 1
    number = None if row.problem else ledger.cases.find(row.cells["image"], folder)
    problem = row.problem or _problem(row, ledger, number)
    if problem:
        known = key_of(row.cells.get("image", "")) in ledger.cases.unused
        reason = "its case was left out" if known and problem == _NO_CASE else problem
        ledger.left_out.add(reason, name, row.line, _SAVED, invalid=reason == problem)
        return
    assert number is not None
    if row.cells.get("refused", "").strip():
        ledger.refuse(number, row.cells["refused"].strip()[:60])
        return
    ledger.add(number, row.cells["text"], _probabilities(row, ledger, columns, name))


def _problem(row: Row, ledger: Ledger, number: int | None) -> str:
    if not row.cells["image"].strip():
        return "the row names no image"
    if number is None:
        return _NO_CASE
    if ledger.state[number] != MISSING:
        return "the image has two drafts; the first was used"
    return "the text is too long" if len(row.cells["text"]) > reading.LONGEST_TEXT else ""


def _probabilities(row: Row, ledger: Ledger, columns: dict[str, str], name: str) -> dict[str, float]:
    found = {}
    for column, finding in columns.items():
        cell = row.cells[column].strip()
        value = _number(cell)
        if value is not None:
            found[finding] = value
        elif cell:
            ledger.left_out.add(
                "a probability that is none", name, row.line, f"{column} must be a number from 0 to 1; it was ignored."
            )
    return found


def _number(cell: str) -> float | None:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= 1 else None


class DraftsFile:
    """Writes drafts.csv, one entry a row; ``findings`` are those that get a column p_<finding>."""

    def __init__(self, file: IO[str], findings: Iterable[str]) -> None:
        wanted = set(findings)
        self._findings = [name for name in NAMES if name in wanted]
        self._writer = csv.writer(file)
        columns = [f"p_{name}" for name in self._findings]
        self._writer.writerow(["system", "image", "text", "refused", "present", "absent", "uncertain", *columns])

    def write(self, entry: Entry) -> None:
        labels = [reading.listed(entry.codes, code) for code in (PRESENT, ABSENT, UNCERTAIN)]
        shown = [_digits(entry.probabilities.get(name)) for name in self._findings]
        self._writer.writerow([entry.system, entry.image, _inert(entry.text), entry.refused, *labels, *shown])


def _digits(value: Any) -> str:
    return "" if value is None else f"{float(value)!r}"


def _inert(text: str) -> str:
    """A spreadsheet would run such a text as a formula; the mark before it is no word."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def findings_of(columns: Iterable[str]) -> set[str]:
    """Findings that get a column; "no finding" is none."""
    return {name for name in columns if name != NORMAL}
