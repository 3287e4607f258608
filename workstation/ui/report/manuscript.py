"""Sections on the screen <-> the working text in the store; a draft's text -> marked sentences.

Positions in a document count UTF-16 units, those in the store characters: they are converted here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtGui import QTextDocument

from workstation.reporting.draft import Draft
from workstation.reporting.marks import DRAFTED, Mark
from workstation.reporting.sentences import sentence_spans
from workstation.ui.report import ink, units
from workstation.ui.report.section import SectionEdit
from workstation.workflow.working import DRAFTED as FROM_DRAFT
from workstation.workflow.working import MEASURED, TYPED, Span, Working


def drafted_sections(draft: Draft) -> dict[str, str]:
    """What each drafted section of the report gets."""
    return {"Findings": draft.findings.strip(), "Impression": draft.impression.strip()}


def sentence_marks(section: str, text: str) -> list[Mark]:
    """Every sentence of a drafted text, untouched, in document positions."""
    return [
        Mark(section, units.from_index(text, start), units.from_index(text, end), number, text[start:end], DRAFTED)
        for number, (start, end) in enumerate(sentence_spans(text))
    ]


def working_of(edits: Iterable[SectionEdit], filled: Mapping[str, str], caret: tuple[str, int]) -> Working:
    """The report as it stands. ``filled``: what the program itself put into a section, which is nobody's typing."""
    sections: dict[str, str] = {}
    spans: dict[str, tuple[Span, ...]] = {}
    marks: list[Mark] = []
    for edit in edits:
        text = edit.text()
        sections[edit.name] = text
        if text.strip() and text != filled.get(edit.name):
            spans[edit.name] = _spans(text, edit.document())
        marks += [_in_characters(mark, text) for mark in ink.all_marks(edit.document(), edit.name)]
    return Working(sections, spans, caret, tuple(marks))


def _spans(text: str, document: QTextDocument) -> tuple[Span, ...]:
    known = [(*place, FROM_DRAFT) for place in ink.drafted_ranges(document)]
    known += [(*place, MEASURED) for place in ink.measured_ranges(document)]
    found: list[Span] = []
    at = 0
    for start, end, origin in [*sorted(known), (units.length(text), units.length(text), TYPED)]:
        first, last = units.to_index(text, start), units.to_index(text, end)
        if text[at:first].strip():
            found.append(Span(at, first, TYPED))
        if last > first:
            found.append(Span(first, last, origin))
        at = last
    return tuple(found)


def restore(edit: SectionEdit, working: Working) -> None:
    """Put a section's saved text with its origins on the screen."""
    text = working.sections.get(edit.name, "")
    drafted, measured = (_places(working, edit.name, text, origin) for origin in (FROM_DRAFT, MEASURED))
    marks = [_in_units(mark, text) for mark in working.marks if mark.section == edit.name]
    if drafted and not marks:  # saved by a command, which marks no sentences
        marks = [mark for mark in sentence_marks(edit.name, text) if any(a <= mark.start < b for a, b in drafted)]
    edit.write(text, marks, drafted, measured)


def _places(working: Working, section: str, text: str, origin: str) -> list[tuple[int, int]]:
    """Where words of one origin stand, in document positions."""
    spans = [span for span in working.spans.get(section, ()) if span.origin == origin]
    return [(units.from_index(text, span.start), units.from_index(text, span.end)) for span in spans]


def filled_by_program(working: Working) -> dict[str, str]:
    """Sections whose text is outside every span: merge fields from the headers."""
    return {name: text for name, text in working.sections.items() if text.strip() and not working.spans.get(name)}


def _in_characters(mark: Mark, text: str) -> Mark:
    return replace(mark, start=units.to_index(text, mark.start), end=units.to_index(text, mark.end))


def _in_units(mark: Mark, text: str) -> Mark:
    return replace(mark, start=units.from_index(text, mark.start), end=units.from_index(text, mark.end))
