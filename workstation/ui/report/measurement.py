"""A measurement's sentence comes into a section from the film: one step of undo, in ink of its own origin.

It goes where the caret stands between two sentences of the reader, else under everything: it never breaks a sentence,
least of all a drafted one. Knows no film.
"""

from __future__ import annotations

from PySide6.QtGui import QTextBlock, QTextCursor, QTextDocument

from workstation.ui.report import ink, units

_ENDS = (".", "!", "?", ":", ";")


def insert(document: QTextDocument, caret: QTextCursor, sentence: str) -> bool:
    """Put ``sentence`` in; whether it went to the caret, which then stands behind it."""
    cursor, at_caret = QTextCursor(document), _between_sentences(caret)
    if at_caret:
        cursor.setPosition(caret.position())
    else:
        cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.beginEditBlock()
    before, after = _around(cursor)
    if _is_drafted(cursor.block()):
        cursor.insertBlock(ink.block_ink(soft=True, drafted=False), ink.PLAIN)
    elif before.strip() and not before.rstrip().endswith(_ENDS):
        cursor.insertBlock(ink.PLAIN_BLOCK, ink.PLAIN)
    elif before and not before[-1].isspace():
        cursor.insertText(" ", ink.PLAIN)
    cursor.insertText(sentence, ink.measured_ink())
    if after and not after[0].isspace():
        cursor.insertText(" ", ink.PLAIN)
    cursor.endEditBlock()
    return at_caret


def renew(document: QTextDocument, former: str, sentence: str) -> bool:
    """Put ``sentence`` in place of a measurement that stands word for word; False when it does not stand any more."""
    for start, end in ink.measured_ranges(document):
        cursor = QTextCursor(document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == former:
            if sentence != former:
                cursor.insertText(sentence, ink.measured_ink())
            return True
    return False


def _between_sentences(caret: QTextCursor) -> bool:
    """Whether nothing is cut in two at the caret: it stands at the end of a sentence, or where a line begins."""
    if caret.hasSelection() or (_is_drafted(caret.block()) and not caret.atBlockEnd()):
        return False
    before = _around(caret)[0].rstrip()
    return not before or before.endswith(_ENDS)


def _around(cursor: QTextCursor) -> tuple[str, str]:
    """The words of the block before and after a place."""
    text, place = cursor.block().text(), cursor.positionInBlock()
    return units.piece(text, 0, place), units.piece(text, place, units.length(text))


def _is_drafted(block: QTextBlock) -> bool:
    return any(run.sentence is not None for run in ink.runs(block)) or bool(ink.struck_words(block))
