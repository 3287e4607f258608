"""What the person at the terminal is told: one line of progress that is updated, and trouble in two sentences."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

QUIET_LINE_S = 20.0  # without a terminal to redraw on, a new line this often


class Trouble(Exception):
    """Something that stops the set-up: what happened, what to do."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def spoken(seconds: float) -> str:
    """A duration as people say it."""
    seconds = max(0, round(seconds))
    return f"{seconds} s" if seconds < 100 else f"{round(seconds / 60)} min"


class Durations:
    """How long each step took last time on this machine, else on ours."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.known: dict[str, float] = {}
        try:
            read = json.loads(file.read_text())
            self.known = {str(name): float(value) for name, value in read.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            pass

    def expected(self, name: str, default: float) -> float:
        return self.known.get(name, default)

    def record(self, name: str, seconds: float) -> None:
        """Remembering is a comfort: where it cannot be written, nothing is said."""
        self.known[name] = round(seconds, 1)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            part = self.file.with_suffix(".part")
            part.write_text(json.dumps(self.known))
            part.replace(self.file)
        except OSError:
            pass


class Progress:
    """Step k of n, for how long, and how long the rest will take."""

    def __init__(self, steps: list[tuple[str, float]], durations: Durations) -> None:
        self.steps = [(name, durations.expected(name, default)) for name, default in steps]
        self.durations = durations
        self.number = 0
        self.began = 0.0
        self.told = 0.0
        self.width = 0
        self.live = sys.stdout.isatty()

    def begin(self) -> None:
        self.number += 1
        self.began = time.monotonic()
        self.told = self.began
        if not self.live:
            print(f"{self._head()}: begun, about {spoken(self._left())} left in all", flush=True)

    def tick(self, doing: str = "") -> None:
        """Called about twice a second while a step runs."""
        now = time.monotonic()
        if not self.live and now - self.told < QUIET_LINE_S:
            return
        self.told = now
        left = f"about {spoken(self._left())} left in all"
        if now - self.began > self.steps[self.number - 1][1]:
            left = f"longer than usual, then {left}" if self.number < len(self.steps) else "longer than usual"
        self._write(f"{self._head()}: {spoken(now - self.began)}, {left}{f' ({doing})' if doing else ''}", end=False)

    def end(self) -> None:
        seconds = time.monotonic() - self.began
        self.durations.record(self.steps[self.number - 1][0], seconds)
        self._write(f"{self._head()}: done in {spoken(seconds)}", end=True)

    def note(self, sentence: str) -> None:
        """A sentence on a line of its own, under what is already there."""
        self._write(sentence, end=True)

    def _head(self) -> str:
        return f"[{self.number}/{len(self.steps)}] {self.steps[self.number - 1][0]}"

    def _left(self) -> float:
        now = max(0.0, self.steps[self.number - 1][1] - (time.monotonic() - self.began))
        return now + sum(expected for _, expected in self.steps[self.number :])

    def _write(self, line: str, end: bool) -> None:
        if not self.live:
            print(line, flush=True)
            return
        line = line[:118]
        print("\r" + line.ljust(self.width), end="\n" if end else "", flush=True)
        self.width = 0 if end else len(line)
