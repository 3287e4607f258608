"""The reader's words: sections, their order, their plain text. Knows nothing of storage or screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SECTIONS = ("Indication", "Comparison", "Technique", "Findings", "Lines and tubes", "Impression")
DRAFTED_SECTIONS = ("Findings", "Impression")
RESEARCH_MARK = "RESEARCH, NOT FOR CLINICAL USE"


class StudyStatus(StrEnum):
    """CONTRACT's worklist words."""

    NEW = "new"
    DRAFTING = "drafting"
    DRAFT_READY = "draft ready"
    IN_PROGRESS = "in progress"
    PRELIMINARY = "preliminary"
    PENDING_SIGNATURE = "pending signature"
    FINAL = "final"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, as what, when (ISO 8601 UTC) and what the act means (21 CFR 11.50)."""

    reader: str  # the id typed on the command line or chosen in the window
    name: str
    role: str
    at: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Sections:
    """Section texts in `SECTIONS` order; empty ones are kept out of the printed text."""

    texts: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.texts.get(name, "")

    def as_text(self) -> str:
        """Headings in capitals, a blank line between sections, one trailing newline."""
        named = [*SECTIONS, *(name for name in self.texts if name not in SECTIONS)]
        blocks = [f"{name.upper()}:\n{self[name].strip()}" for name in named if self[name].strip()]
        return "\n\n".join(blocks) + "\n" if blocks else ""

    def to_json(self) -> dict[str, str]:
        return {name: text for name, text in self.texts.items() if text.strip()}


def parse_sections(text: str) -> Sections:
    """Plain text with ``FINDINGS:``-like headings -> sections; text before any heading is Findings."""
    names = {name.upper(): name for name in SECTIONS}
    found: dict[str, list[str]] = {}
    current = "Findings"
    for line in text.splitlines():
        head, colon, rest = line.partition(":")
        if colon and head.strip().upper() in names:
            current = names[head.strip().upper()]
            found.setdefault(current, [])
            if rest.strip():
                found[current].append(rest.strip())
        else:
            found.setdefault(current, []).append(line)
    return Sections({name: "\n".join(lines).strip() for name, lines in found.items()})
