"""The text in the editor between two saves: sections, where each piece came from, and the caret.

Knows nothing of editors or tables; `to_json` is what the store keeps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workstation.reporting.draft import Draft
from workstation.reporting.marks import Mark

DRAFTED, TYPED, MEASURED = "draft", "typed", "measurement"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` to ``end`` of a section and their origin: "draft", "typed", "measurement"."""

    start: int
    end: int
    origin: str


@dataclass(frozen=True, slots=True)
class Working:
    """An unsigned report as it stands; text outside every span was filled in by the program."""

    sections: Mapping[str, str] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    caret: tuple[str, int] = ("Findings", 0)
    marks: tuple[Mark, ...] = ()  # drafted sentences, where they stand and what became of them

    def has(self, origin: str) -> bool:
        """Whether any text of this origin is left."""
        return any(span.origin == origin and span.end > span.start for of in self.spans.values() for span in of)

    def to_json(self) -> dict[str, Any]:
        return {
            "sections": dict(self.sections),
            "spans": {name: [[s.start, s.end, s.origin] for s in of] for name, of in self.spans.items()},
            "caret": list(self.caret),
            "marks": [mark.to_json() for mark in self.marks],
        }

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Working:
        """The inverse of `to_json`."""
        spans = {name: tuple(Span(*span) for span in of) for name, of in value.get("spans", {}).items()}
        section, place = value.get("caret", ("Findings", 0))
        marks = tuple(Mark.from_json(mark) for mark in value.get("marks", ()))
        return Working(dict(value.get("sections", {})), spans, (section, place), marks)


def with_draft(working: Working, draft: Draft) -> Working:
    """The working text with the draft's Findings and Impression in place of its own."""
    drafted = {"Findings": draft.findings.strip(), "Impression": draft.impression.strip()}
    spans = {name: (Span(0, len(text), DRAFTED),) for name, text in drafted.items()}
    return Working({**working.sections, **drafted}, {**working.spans, **spans}, working.caret)


def typed(sections: Mapping[str, str]) -> Working:
    """Sections written as a whole, each of them the reader's own."""
    spans = {name: (Span(0, len(text), TYPED),) for name, text in sections.items() if text}
    return Working(dict(sections), spans)
