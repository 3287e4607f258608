"""Typing -> the log: the first key, the last one, and how many characters went in and out of each section.

Counts are batched, so that the log holds no single keystroke and typing no wait.
"""

from __future__ import annotations

import time
from collections import defaultdict

from workstation.ui.report.autosave import Autosave, Moment

BATCH_S = 10.0


class TypingLog:
    """Of one opening of one study; writes through the autosave's notes."""

    def __init__(self, autosave: Autosave) -> None:
        self._autosave = autosave
        self.begin()

    def begin(self) -> None:
        """Another study, or the same one opened again."""
        self.began = False
        self._last: Moment | None = None
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._since = time.monotonic()

    def typed(self, section: str, put_in: int, taken_out: int) -> None:
        """The reader changed a section."""
        self._last = self._autosave.moment()
        if not self.began:
            self.began = True
            self._autosave.note("first_key", section=section)
        self._counts[section][0] += put_in
        self._counts[section][1] += taken_out
        if time.monotonic() - self._since >= BATCH_S:
            self.settle()

    def settle(self) -> None:
        """Write what was counted so far."""
        counts = {name: {"inserted": a, "deleted": b} for name, (a, b) in self._counts.items() if a or b}
        self._counts.clear()
        self._since = time.monotonic()
        if counts:
            self._autosave.note("text_edited", sections=counts)

    def end(self) -> None:
        """Before signing: the counts, and the last key in the moment in which it was pressed."""
        self.settle()
        if self._last is not None:
            self._autosave.note("last_key", moment=self._last)
            self._last = None
