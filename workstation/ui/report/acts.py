"""Keep, Edit, Reject, Restore: what the reader does with one drafted sentence, each one step of undo.

Works on a section's document; the log and the strip of buttons are the body's business.
"""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor

from workstation.reporting.marks import DRAFTED, EDITED, REJECTED, Mark
from workstation.ui.report import ink, inscribe
from workstation.ui.report.section import SectionEdit


def sentence_here(edit: SectionEdit) -> Mark | None:
    """The drafted sentence that has the caret, if any."""
    position = edit.textCursor().position()
    marks = ink.marks_of(edit.document().findBlock(position), edit.name)
    covering = [mark for mark in marks if mark.start <= position <= mark.end and mark.state != REJECTED]
    return next(iter([*covering, *marks]), None)


def keep(edit: SectionEdit, mark: Mark) -> None:
    """The sentence stands: green bar, no tint. A changed or rejected one gets the model's words back."""
    if mark.state == REJECTED:
        _bring_back(edit, mark)
    elif mark.state == EDITED:
        cursor = _select(edit, mark)
        cursor.beginEditBlock()
        cursor.insertText(mark.words, ink.drafted_ink(mark.sentence, mark.words, True))
        cursor.endEditBlock()
    elif mark.state == DRAFTED:
        _select(edit, mark).setCharFormat(ink.drafted_ink(mark.sentence, mark.words, True))


def edit_sentence(edit: SectionEdit, mark: Mark) -> None:
    """Select the sentence: typing or dictation replaces it, an arrow key goes into it."""
    edit.setTextCursor(_select(edit, mark))


def reject(edit: SectionEdit, mark: Mark) -> None:
    """Take the sentence out of the text; struck through, it stays above the place of its replacement."""
    if mark.state == REJECTED:
        return
    cursor = _select(edit, mark)
    cursor.beginEditBlock()
    cursor.removeSelectedText()
    block = cursor.block()
    words = " ".join(part for part in (ink.struck_words(block), mark.words) if part)
    cursor.setBlockFormat(ink.block_ink(ink.is_soft(block), words, mark.sentence))
    cursor.setBlockCharFormat(ink.PLAIN)
    cursor.endEditBlock()
    edit.setTextCursor(cursor)


def _bring_back(edit: SectionEdit, mark: Mark) -> None:
    block = edit.document().findBlock(mark.start)
    cursor = QTextCursor(block)
    cursor.beginEditBlock()
    replacement = bool(block.text().strip())
    cursor.setBlockFormat(ink.block_ink(ink.is_soft(block)))
    cursor.insertText(mark.words, ink.drafted_ink(mark.sentence, mark.words, True))
    end = cursor.position()
    if replacement:
        cursor.insertBlock(ink.block_ink(soft=True), ink.PLAIN)
    cursor.endEditBlock()
    cursor.setPosition(end)
    edit.setTextCursor(cursor)


def insert_draft(edit: SectionEdit, text: str, marks: list[Mark]) -> None:
    """Put drafted sentences after what the reader wrote, as one step of undo; the caret stays."""
    cursor = QTextCursor(edit.document())
    before, anchor = edit.textCursor().position(), edit.textCursor().anchor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.beginEditBlock()
    if cursor.block().text():
        cursor.insertBlock(ink.PLAIN_BLOCK, ink.PLAIN)
    inscribe.insert(cursor, text, marks, [(mark.start, mark.end) for mark in marks])
    cursor.endEditBlock()
    edit.place_caret(before, anchor)


def next_open(edits: list[SectionEdit], start: SectionEdit | None, step: int = 1) -> tuple[SectionEdit, Mark] | None:
    """The next drafted sentence that waits for the reader, after the caret (or before it), through all sections."""
    waiting = [(edit, mark) for edit in edits for mark in ink.all_marks(edit.document()) if mark.state == DRAFTED]
    if start is None or start not in edits or not waiting:
        return waiting[0 if step > 0 else -1] if waiting else None
    here = (edits.index(start), start.textCursor().position())
    places = [(edits.index(edit), mark.start if step > 0 else mark.end) for edit, mark in waiting]
    beyond = [i for i, place in enumerate(places) if (place > here if step > 0 else place < here)]
    return waiting[(beyond[0] if step > 0 else beyond[-1]) if beyond else (0 if step > 0 else -1)]


def tidy(edit: SectionEdit) -> None:
    """Before signing: an empty place of a rejected sentence leaves no double space or blank line behind."""
    document = edit.document()
    block = document.begin()
    while block.isValid():
        following = block.next()
        if ink.struck_words(block) and not block.text().strip() and document.blockCount() > 1:
            _remove(block)
        block = following


def _remove(block: QTextBlock) -> None:
    cursor = QTextCursor(block)
    if block.blockNumber():
        cursor.movePosition(QTextCursor.MoveOperation.PreviousBlock)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    else:
        cursor.movePosition(QTextCursor.MoveOperation.NextBlock, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()


def _select(edit: SectionEdit, mark: Mark) -> QTextCursor:
    cursor = QTextCursor(edit.document())
    cursor.setPosition(mark.start)
    cursor.setPosition(mark.end, QTextCursor.MoveMode.KeepAnchor)
    return cursor
