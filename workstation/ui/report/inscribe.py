"""Text with its marks -> a document in drafted and typed ink; the way back is `ink`.

Positions count UTF-16 units from the start of the text. Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor, QTextDocument

from workstation.reporting.marks import KEPT, REJECTED, Mark
from workstation.ui.report import ink, units


def write(
    document: QTextDocument,
    text: str,
    marks: Iterable[Mark],
    drafted: Iterable[tuple[int, int]],
    measured: Sequence[tuple[int, int]] = (),
) -> None:
    """Replace the whole document; positions count UTF-16 units. Nothing of it can be undone."""
    undo = document.isUndoRedoEnabled()
    document.setUndoRedoEnabled(False)
    document.clear()
    cursor = QTextCursor(document)
    insert(cursor, text, list(marks), list(drafted), measured)
    document.setUndoRedoEnabled(undo)


def insert(
    cursor: QTextCursor,
    text: str,
    marks: Sequence[Mark],
    drafted: Sequence[tuple[int, int]],
    measured: Sequence[tuple[int, int]] = (),
) -> None:
    """Put ``text`` with its marks at ``cursor``, as one step of undo; positions count from its start."""
    soft = soft_breaks(text, marks)
    base = cursor.position()
    cursor.beginEditBlock()
    at = 0
    for cut in _cuts(text, marks, [*drafted, *measured], soft):
        words = units.piece(text, at, cut)
        if at in soft:
            cursor.insertBlock(ink.block_ink(soft=True), ink.PLAIN)
        elif words:
            _insert_words(cursor, words, _ink_at(at, marks, drafted, measured))
        at = cut
    for mark in marks:
        _shape_block(cursor.document().findBlock(base + mark.start), mark)
    cursor.endEditBlock()


def _cuts(text: str, marks: Sequence[Mark], drafted: Sequence[tuple[int, int]], soft: set[int]) -> list[int]:
    """Every position where the format changes."""
    pairs = [*drafted, *((mark.start, mark.end) for mark in marks), *((place, place + 1) for place in soft)]
    return sorted({0, units.length(text), *(place for pair in pairs for place in pair)})


def _insert_words(cursor: QTextCursor, words: str, format_: QTextCharFormat) -> None:
    for number, line in enumerate(words.split("\n")):
        if number:
            cursor.insertBlock(ink.PLAIN_BLOCK, ink.PLAIN)
        cursor.insertText(line, format_)


def _ink_at(
    at: int, marks: Sequence[Mark], drafted: Sequence[tuple[int, int]], measured: Sequence[tuple[int, int]]
) -> QTextCharFormat:
    if any(start <= at < end for start, end in drafted):
        for mark in marks:
            if mark.start <= at < mark.end and mark.state != REJECTED:
                return ink.drafted_ink(mark.sentence, mark.words, mark.state == KEPT)
    return ink.measured_ink() if any(start <= at < end for start, end in measured) else ink.PLAIN


def _shape_block(block: QTextBlock, mark: Mark) -> None:
    struck = mark.words if mark.state == REJECTED else ink.struck_words(block)
    number = mark.sentence if mark.state == REJECTED else int(block.blockFormat().property(ink.STRUCK_SENTENCE) or 0)
    QTextCursor(block).setBlockFormat(ink.block_ink(ink.is_soft(block), struck, number))


def soft_breaks(text: str, marks: Iterable[Mark]) -> set[int]:
    """Positions of the spaces before and after marked sentences: there the document begins a new block."""
    found = set()
    for mark in marks:
        if mark.start and units.piece(text, mark.start - 1, mark.start) == " ":
            found.add(mark.start - 1)
        if units.piece(text, mark.end, mark.end + 1) == " ":
            found.add(mark.end)
    return found
