"""CSV files of datasets (plain or gzip, comma or semicolon) -> rows; says which columns are missing. Knows no films."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from workstation.errors import TrainingError

csv.field_size_limit(1 << 24)
Row = dict[str, str]


def rows(path: Path, columns: Sequence[str] = ()) -> Iterator[Row]:
    """Rows as dictionaries, column names and values stripped; a cell that is not there is "".

    Raises
    ------
    TrainingError
        missing file, missing columns, not text.
    """
    try:
        with _open(path) as file:
            header = file.readline()
            names = [name.strip() for name in next(csv.reader([header], delimiter=_delimiter(header)), [])]
            _complete(path, names, columns)
            for values in csv.reader(file, delimiter=_delimiter(header)):
                if values:
                    yield dict(zip(names, map(str.strip, [*values, *[""] * len(names)]), strict=False))
    except FileNotFoundError as error:
        raise missing(path) from error
    except (OSError, UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        raise TrainingError(
            f"{path.name} is damaged or not a table.", "Download it again from the dataset's own page.", "dataset_table"
        ) from error


def missing(path: Path) -> TrainingError:
    return TrainingError(
        f"{path.name} is not there, so this is not the folder of the dataset asked for.",
        "Give the folder that holds the dataset's own files as they were downloaded; train data --help shows layouts.",
        "dataset_missing",
    )


def first_there(folder: Path, *names: str) -> Path:
    """The first of several names under which a file is published; raises `TrainingError` when none is there."""
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise missing(folder / names[0])


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _complete(path: Path, names: Sequence[str], columns: Sequence[str]) -> None:
    lacking = [column for column in columns if column not in names]
    if lacking:
        raise TrainingError(
            f"{path.name} has no column {', '.join(lacking)}.",
            "Use the dataset's own table as it was downloaded; its columns keep their published names.",
            "dataset_columns",
        )
