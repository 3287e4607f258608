"""Writes CASES and drafts CSVs for tests, and scores them with few resamples."""

import csv

from workstation.evaluation.cases import read_cases
from workstation.evaluation.drafts import read_drafts
from workstation.evaluation.ledger import Ledger
from workstation.evaluation.score import score


def table(path, columns, *rows):
    """A CSV file of these rows."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns.split(","), *rows])
    return path


def cases(folder, columns, *rows, name="cases.csv"):
    """The `Cases` of these rows."""
    return read_cases(table(folder / name, columns, *rows))


def ledger(found, folder, columns, *rows, name="a"):
    """The ledger of a drafts CSV of these rows."""
    made = Ledger(name, found)
    read_drafts(table(folder / f"{name}.csv", columns, *rows), made)
    return made


def scored(found, *ledgers, repeats=50, **more):
    """The result."""
    return score(found, ledgers, repeats, **more)
