"""One finding of ``doctor``: what was looked at, how it stands, what was found and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; ``status`` "ok", "warn" or "fail"."""

    name: str
    status: str
    found: str
    remedy: str = ""

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "remedy": self.remedy or None}
