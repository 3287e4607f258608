"""A run as it goes -> lines with the time left, losses.csv and curves.png in its work folder. Knows no model."""

from __future__ import annotations

import csv
import sys
import time
from collections.abc import Callable
from pathlib import Path

from workstation.figures import curves
from workstation.vlm.training.state import Schedule

COLUMNS = ("step", "loss", "rate", "validation")
EVERY_S = 10.0


class Watch:
    """Called after every step; ``check`` gives the validation loss every ``every`` steps (0 = never)."""

    def __init__(
        self,
        name: str,
        folder: Path,
        schedule: Schedule,
        begun: int,
        films: int,
        every: int = 0,
        check: Callable[[], float] | None = None,
        speaks: bool = True,
    ) -> None:
        self.name, self.folder, self.schedule, self.films, self.speaks = name, folder, schedule, films, speaks
        self.every, self._check = every, check
        self.begun, self.since = begun, time.monotonic()
        self._said, self.rows = 0.0, self._earlier(begun)
        if speaks:
            self._begin()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.name}-losses.csv"

    @property
    def picture(self) -> Path:
        return self.folder / f"{self.name}-curves.png"

    def __call__(self, step: int, loss: float) -> None:
        due = self._check is not None and self.every > 0 and (step % self.every == 0 or step == self.schedule.total)
        checked = self._check() if due and self._check is not None else None
        row = [str(step), repr(loss), repr(self.schedule.rate(step - 1)), "" if checked is None else repr(checked)]
        self.rows.append(row)
        if self.speaks:
            self._file.write(",".join(row) + "\n")
            self._file.flush()
            self._say(step, loss, checked)

    def _say(self, step: int, loss: float, checked: float | None) -> None:
        now = time.monotonic()
        if checked is None and now - self._said < EVERY_S and step < self.schedule.total:
            return
        self._said = now
        done, took = step - self.begun, max(now - self.since, 1e-9)
        left = took / done * (self.schedule.total - step)
        held = "" if checked is None else f", validation {checked:.4f}"
        print(
            f"{self.name}: step {step}/{self.schedule.total}, loss {loss:.4f}{held}, "
            f"{done * self.films / took:.0f} films/s, {spoken(left)} left",
            file=sys.stderr,
            flush=True,
        )

    def close(self) -> None:
        """Draw the curves."""
        if not self.speaks:
            return
        self._file.close()
        if self.rows:
            training = [(float(row[0]), float(row[1])) for row in self.rows]
            validation = [(float(row[0]), float(row[3])) for row in self.rows if row[3]]
            curves.draw({"training": training, "validation": validation}, self.name, self.picture)

    def _earlier(self, begun: int) -> list[list[str]]:
        """Rows of the run before it was stopped, up to the checkpoint that it goes on from."""
        if not begun or not self.path.is_file():
            return []
        with self.path.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.reader(file) if len(row) == len(COLUMNS) and row[0].isdigit()]
        return [row for row in rows if int(row[0]) <= begun]

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("w", encoding="utf-8", newline="")
        for row in (COLUMNS, *self.rows):
            self._file.write(",".join(row) + "\n")
        self._file.flush()


def spoken(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
