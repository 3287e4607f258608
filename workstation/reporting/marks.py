"""Where each drafted sentence stands in the reader's text, and what became of it.

Made by the editor, saved with the text, so that a crash loses neither tint nor decision. Knows no screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

DRAFTED, KEPT, EDITED, REJECTED = "drafted", "kept", "edited", "rejected"


@dataclass(frozen=True, slots=True)
class Mark:
    """One drafted sentence: ``start`` to ``end`` in its section's text (characters), ``words`` as the model wrote it.

    A rejected sentence is no longer in the text; its place is then ``start`` to ``end`` of what replaces it.
    """

    section: str
    start: int
    end: int
    sentence: int
    words: str
    state: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Mark:
        """The inverse of `to_json`; keys of newer versions are left out."""
        return Mark(**{name: value[name] for name in Mark.__slots__})
