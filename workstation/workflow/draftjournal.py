"""Drafts as they come -> lines of a file that a stopped run goes on from; kept apart by the model's own bytes.

One JSON object a line. A half-written last line (a kill, a full disk) is cut off; a film that changed since is drafted
again. Knows no worker and no scores.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation import __version__
from workstation.errors import EvaluationError

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class FilmState:
    """What a film's file was when it was drafted."""

    bytes: int
    mtime_ns: int


class DraftJournal:
    """One model's drafts in ``folder``. ``set_aside`` is the name of an older file by another model of that id."""

    def __init__(self, folder: Path, model: str, sha256: str) -> None:
        self._path = folder / f"{model}.jsonl"
        self._head = {"schema": SCHEMA, "model": model, "sha256": sha256, "greedy": True, "program": __version__}
        self.set_aside = ""
        self._places: dict[str, tuple[int, FilmState]] = {}
        with _told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._open()

    def _open(self) -> None:
        if self._path.exists() and not self._load():
            aside = self._free_name()
            os.replace(self._path, aside)
            self.set_aside, self._places = aside.name, {}
        fresh = not self._path.exists()
        self._file = open(self._path, "ab+")  # noqa: SIM115 - lives as long as we do
        if fresh:
            self._write(self._head)

    def _load(self) -> bool:
        """Index the lines; False when they are another model's. What follows the last whole line is cut off."""
        with open(self._path, "rb+") as file:
            place = whole = 0
            for line in file:
                value = _parsed(line)
                if not place and value != self._head:
                    return False
                if value is None:
                    break
                if place:
                    self._places[value["image"]] = (place, FilmState(value["bytes"], value["mtime_ns"]))
                place += len(line)
                whole = place
            file.truncate(whole)
        return whole > 0

    def _free_name(self) -> Path:
        for number in range(1, 10_000):
            aside = self._path.with_suffix(f".old{number}.jsonl")
            if not aside.exists():
                return aside
        return self._path.with_suffix(".old.jsonl")

    def holds(self, image: str, state: FilmState) -> bool:
        """Whether this very film was drafted before."""
        return image in self._places and self._places[image][1] == state

    def add(self, image: str, state: FilmState, entry: Mapping[str, Any]) -> None:
        """Keep a draft or a refusal; it is in the file when this returns."""
        place = self._file.seek(0, os.SEEK_END)
        self._write({"image": image, "bytes": state.bytes, "mtime_ns": state.mtime_ns, **entry})
        self._places[image] = (place, state)

    def entry(self, image: str) -> dict[str, Any] | None:
        """What became of a film; None when it was never answered."""
        if image not in self._places:
            return None
        self._file.seek(self._places[image][0])
        return _parsed(self._file.readline())

    def entries(self) -> Iterator[dict[str, Any]]:
        """The latest of every film."""
        for image in self._places:
            found = self.entry(image)
            if found is not None:
                yield found

    def _write(self, value: Mapping[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with _told(self._path.parent):
            self._file.write(line)
            self._file.flush()

    def close(self) -> None:
        with _told(self._path.parent):
            os.fsync(self._file.fileno())
            self._file.close()


def state_of(path: Path) -> FilmState:
    """Size and time of a film's file; raises `OSError`."""
    found = path.stat()
    return FilmState(found.st_size, found.st_mtime_ns)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line) if line.endswith(b"\n") else None
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


class _told:
    """An `OSError` in the block becomes an `EvaluationError`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            raise unwritable(self._folder, error) from error


def unwritable(folder: Path, error: OSError) -> EvaluationError:
    """The folder of the results refuses."""
    return EvaluationError(
        f"The folder {folder.name or folder} cannot be written ({error.strerror or type(error).__name__}).",
        "Free some space, change its permissions, or name another folder with --out.",
        "out",
    )
