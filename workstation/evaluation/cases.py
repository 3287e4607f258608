"""CASES.csv -> which films are judged, on which findings, and what is true of each; everything left out is counted.

A row judges ``labels_known``, else every finding seen in its ``source``. Where no row of the file states labels, the
labeler reads the reports; beside stated labels, empty ones are unknown and only the row's text is compared. Knows no
drafts and opens no film.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from workstation.errors import EvaluationError
from workstation.evaluation import reading
from workstation.evaluation.reading import ABSENT, COLUMN, NAMES, NORMAL, PRESENT, SILENT, UNJUDGED
from workstation.evaluation.rows import Row, Tally, header_of, read_rows
from workstation.evaluation.spill import Spill

VIEWS = ("AP", "PA")
SAVED = "Correct the row and run the command again; the other rows were used."


@dataclass(slots=True)
class Cases:
    """The usable rows, in the file's order. ``truth`` (n, 20) of `reading`'s codes; ``clusters`` number patients."""

    folder: Path
    images: list[str]
    truth: np.ndarray
    sources: np.ndarray
    source_names: list[str]
    clusters: np.ndarray
    views: np.ndarray  # (n,) "AP", "PA" or ""
    references: Spill
    places: dict[str, int]
    read: int
    left_out: Tally
    by_patient: bool  # False: no row names its patient, so films are resampled
    names_sources: bool
    unused: set[str] = field(default_factory=set)  # images of rows that were left out
    notes: list[str] = field(default_factory=list)

    def path(self, number: int) -> Path:
        return self.folder / self.images[number]

    def find(self, image: str, folder: Path) -> int | None:
        """The case of an image as another CSV names it: as here, or relative to that CSV's own folder."""
        found = self.places.get(key_of(image))
        return found if found is not None else self.places.get(key_of(_relative(folder / image, self.folder)))


def key_of(image: str) -> str:
    """One spelling of a relative path, whatever system wrote it."""
    return os.path.normpath(image.strip().replace("\\", "/"))


def _relative(path: Path, folder: Path) -> str:
    try:
        return os.path.relpath(path.absolute(), folder.absolute())
    except ValueError:  # another drive
        return str(path)


def read_cases(path: str | Path, film_there: Callable[[Path], bool] | None = None) -> Cases:
    """Read a CASES.csv; ``film_there`` says whether a film exists, where films are needed.

    Raises `EvaluationError` when the file cannot be used or no row can.
    """
    desk = _Desk(Path(path), film_there)
    columns = header_of(path, ("image",))
    for row in read_rows(path, ("image",) if "report" in columns else ("image", "labels")):
        if row.line:
            desk.take(row)
    return desk.cases()


@dataclass(slots=True)
class _Taken:
    """One usable row: ``codes`` as stated or read; ``judged`` its columns, None = all seen in its source."""

    image: str
    codes: np.ndarray
    judged: list[int] | None
    source: int
    cluster: int
    view: str
    stated: bool  # by the row's labels, not read from its report


class _Desk:
    """Collects rows; what a source has seen is known only at the end."""

    def __init__(self, path: Path, film_there: Callable[[Path], bool] | None) -> None:
        self.path, self.folder, self.film_there = path, path.parent, film_there
        self.rows: list[_Taken] = []
        self.lines: list[int] = []
        self.tally, self.references, self.read = Tally(), Spill(), 0
        self.places: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.patients: dict[tuple[int, str], int] = {}
        self.seen: list[tuple[np.ndarray, np.ndarray]] = []  # by source: in reports, in stated labels
        self.unused: set[str] = set()
        self.named_patients = self.unlisted = 0
        self.stated = False  # any row's labels

    def take(self, row: Row) -> None:
        self.read += 1
        refused = self._problem(row)
        if refused is None:
            self._enter(row)
        else:
            reason, remedy, invalid = refused
            self.tally.add(reason, self.path.name, row.line, remedy, invalid)
            self.unused.add(key_of(row.cells.get("image", "")))

    def _problem(self, row: Row) -> tuple[str, str, bool] | None:
        image = row.cells.get("image", "").strip()
        if row.problem:
            return row.problem, SAVED, True
        if not image:
            return "the row names no image", SAVED, True
        if key_of(image) in self.places:
            return "the image is named twice", "Name each film once; the first row was used.", True
        unknown = [name for column in ("labels", "labels_known") for name in _list(row, column)[1]]
        if unknown:
            return f"unknown label: {', '.join(unknown)[:80]}", reading.suggestion(unknown), True
        labels = _list(row, "labels")[0]
        if NORMAL in labels and set(labels) - {NORMAL, "support devices"}:
            return "“no finding” beside a finding", SAVED, True
        if not labels and not row.cells.get("report", "").strip():
            return "labels unknown and no reference report", "Give labels, or “no finding”, or a report.", False
        if len(row.cells.get("report", "")) > reading.LONGEST_TEXT:
            return "the reference report is too long", SAVED, True
        if self.film_there is not None and not self.film_there(self.folder / image):
            return "the film is missing", "Put the film where the row says, relative to the CSV.", True
        return None

    def _enter(self, row: Row) -> None:
        source = self._source(row.cells.get("source", "").strip())
        labels, known = _list(row, "labels")[0], _list(row, "labels_known")[0]
        report = row.cells.get("report", "").strip()
        codes = _stated(labels) if labels else reading.read_text(report)
        self.stated |= bool(labels)
        seen = self.seen[source][bool(labels)]
        seen |= codes == PRESENT if labels else codes != SILENT
        judged = reading.columns_of(known) if known else None
        self.unlisted += bool(known) and any(name not in known for name in labels if name != NORMAL)
        image = row.cells["image"].strip()
        self.rows.append(
            _Taken(image, codes, judged, source, self._cluster(row, source, image), _view(row), bool(labels))
        )
        self.lines.append(row.line)
        self.references.append(report)
        self.places[key_of(image)] = len(self.rows) - 1

    def _source(self, name: str) -> int:
        if name not in self.sources:
            self.sources[name] = len(self.sources)
            self.seen.append((np.zeros(len(NAMES), bool), np.zeros(len(NAMES), bool)))
        return self.sources[name]

    def _cluster(self, row: Row, source: int, image: str) -> int:
        patient = row.cells.get("patient_id", "").strip()
        self.named_patients += bool(patient)
        key = (source, f"patient {patient}" if patient else f"image {key_of(image)}")
        return self.patients.setdefault(key, len(self.patients))

    def cases(self) -> Cases:
        truth = np.array([self._truth(row) for row in self.rows], np.uint8).reshape(-1, len(NAMES))
        truth = truth[self._drop(truth)]
        if not self.rows:
            raise EvaluationError(
                f"No row of {self.path.name} can be judged ({_most(self.tally)}).",
                "Each row needs an image and labels, or a report; where all are “no finding”, labels_known too.",
                "no_cases",
            )
        clusters = np.unique([row.cluster for row in self.rows], return_inverse=True)[1]
        return Cases(
            self.folder,
            [row.image for row in self.rows],
            truth,
            np.array([row.source for row in self.rows]),
            list(self.sources),
            clusters,
            np.array([row.view for row in self.rows], "U2"),
            self.references,
            self.places,
            self.read,
            self.tally,
            self.named_patients > 0,
            any(self.sources),
            self.unused - set(self.places),
            self._notes(),
        )

    def _truth(self, row: _Taken) -> np.ndarray:
        if self.stated and not row.stated:
            return np.full(len(NAMES), UNJUDGED)
        judged = (
            self.seen[row.source][self.stated] if row.judged is None else np.isin(np.arange(len(NAMES)), row.judged)
        )
        return np.where(judged, row.codes, UNJUDGED)

    def _drop(self, truth: np.ndarray) -> np.ndarray:
        """(rows,) which stay. Rows of stated labels that judge nothing go: their source has seen no finding."""
        judging = (truth != UNJUDGED).any(1) | np.array([self.stated and not row.stated for row in self.rows], bool)
        if judging.all():
            return judging
        references = Spill()
        for i in np.flatnonzero(judging):
            references.append(self.references[int(i)])
        for i in np.flatnonzero(~judging):
            remedy = "Say in labels_known which findings the row judges."
            self.tally.add("the row judges no finding", self.path.name, self.lines[i], remedy, invalid=False)
            self.unused.add(key_of(self.rows[i].image))
        self.references.close()
        self.references = references
        self.rows = [row for row, kept in zip(self.rows, judging, strict=True) if kept]
        self.places = {key_of(row.image): i for i, row in enumerate(self.rows)}
        return judging

    def _notes(self) -> list[str]:
        found = []
        if self.unlisted:
            found = [
                f"{self.unlisted} rows state labels that their labels_known does not judge; those were not counted."
            ]
        if self.stated and (unknown := sum(not row.stated for row in self.rows)):
            found.append(f"{unknown} rows state no labels beside rows that do: of these only the texts were compared.")
        return found


def _list(row: Row, column: str) -> tuple[list[str], list[str]]:
    return reading.parse_list(row.cells.get(column, ""))


def _stated(labels: list[str]) -> np.ndarray:
    codes = np.full(len(NAMES), ABSENT, np.uint8)
    codes[[COLUMN[name] for name in labels if name != NORMAL]] = PRESENT
    return codes


def _view(row: Row) -> str:
    stated = (row.cells.get("view_position") or row.cells.get("view") or "").strip().upper()
    return stated if stated in VIEWS else ""


def _most(tally: Tally) -> str:
    return "; ".join(f"{count} × {reason}" for reason, count in tally.counts.most_common(3)) or "it holds none"
