"""One system's drafts as they come -> small arrays: what each says, its probabilities, its overlap. No text is kept.

A case without a draft, and an empty draft, say nothing: every finding of theirs is an omission. Knows no CSV.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workstation.evaluation import overlap, reading
from workstation.evaluation.cases import Cases
from workstation.evaluation.reading import COLUMN, NAMES, SILENT
from workstation.evaluation.rows import Tally

MISSING, DRAFTED, REFUSED = range(3)


@dataclass(frozen=True, slots=True)
class Entry:
    """One draft on its way to drafts.csv. ``refused``: the code for which the model would not draft the film."""

    system: str
    image: str
    text: str
    codes: np.ndarray
    probabilities: Mapping[str, float]
    refused: str = ""


class Ledger:
    """The drafts of one system. ``on_entry`` is given every draft that was taken."""

    def __init__(
        self,
        name: str,
        cases: Cases,
        on_entry: Callable[[Entry], None] = lambda entry: None,
        model: Mapping[str, Any] | None = None,
    ) -> None:
        count = len(cases.images)
        self.name, self.cases, self.model, self._on_entry = name, cases, dict(model) if model else None, on_entry
        self.codes = np.full((count, len(NAMES)), SILENT, np.uint8)
        self.state = np.full(count, MISSING, np.uint8)
        self.probabilities = np.full((count, len(NAMES)), np.nan)
        self.overlap = np.zeros((count, overlap.COLUMNS))
        self.left_out, self.refusals = Tally(), Counter[str]()
        self.read = self.empty = 0
        self.refusal_of: dict[int, str] = {}
        self._seen: set[bytes] = set()

    def add(self, number: int, text: str, probabilities: Mapping[str, float]) -> None:
        """The draft of case ``number``; the caller has checked that it is the first."""
        self.state[number] = DRAFTED
        self.codes[number] = reading.read_text(text)
        for finding, value in probabilities.items():
            if finding in COLUMN:
                self.probabilities[number, COLUMN[finding]] = value
        self.overlap[number] = overlap.compare(text, self.cases.references[number])
        self.empty += not text.strip()
        self._seen.add(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
        self._tell(number, text, probabilities, "")

    def refuse(self, number: int, code: str) -> None:
        """The model would not draft this film."""
        self.state[number] = REFUSED
        self.refusals[code] += 1
        self.refusal_of[number] = code
        self._tell(number, "", {}, code)

    def close(self) -> None:
        """Nothing more will come: what has no draft overlaps with nothing."""
        for number in np.flatnonzero(self.state != DRAFTED):
            self.overlap[number] = overlap.compare("", self.cases.references[int(number)])

    def _tell(self, number: int, text: str, probabilities: Mapping[str, float], code: str) -> None:
        image = self.cases.images[number]
        self._on_entry(Entry(self.name, image, text, self.codes[number], probabilities, code))

    def told(self) -> dict[str, Any]:
        """How many drafts there were and what became of them."""
        return {
            "read": self.read,
            "used": int((self.state == DRAFTED).sum()),
            "empty": self.empty,
            "missing": int((self.state == MISSING).sum()),
            "refused": [{"reason": code, "count": count} for code, count in sorted(self.refusals.items())],
            "left_out": self.left_out.listed(),
            "distinct": len(self._seen),
        }
