"""How drafted sentences live in a text document: as properties of its characters and blocks, so that undo knows them.

Each drafted sentence stands in a block of its own. A block marked SOFT was joined to the one before by a space, and is
written as one: text and document have the same positions. A block marked STRUCK replaces a rejected sentence.
Knows no widget.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtGui import (
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
)

from workstation.reporting.marks import DRAFTED, EDITED, KEPT, REJECTED, Mark
from workstation.ui.report import units

_FIRST = int(QTextFormat.Property.UserProperty.value)
SENTENCE, WORDS, TAKEN = _FIRST + 1, _FIRST + 2, _FIRST + 3  # of characters
SOFT, STRUCK, STRUCK_SENTENCE = _FIRST + 4, _FIRST + 5, _FIRST + 6  # of blocks
MEASURED = _FIRST + 7  # of characters: a measurement that came from the film
GAP = 21  # below a drafted sentence: room for its three acts, always there so that nothing moves
STRUCK_ROOM = 20  # above a replacement: the rejected sentence, struck through

PLAIN = QTextCharFormat()
PLAIN_BLOCK = QTextBlockFormat()


@dataclass(frozen=True, slots=True)
class Run:
    """Characters ``start`` to ``end`` of one format inside one block; ``sentence`` None = typed."""

    start: int
    end: int
    sentence: int | None
    words: str
    taken: bool
    measured: bool = False


def measured_ink() -> QTextCharFormat:
    """The format of a measurement's sentence: it looks typed, and is known apart."""
    made = QTextCharFormat()
    made.setProperty(MEASURED, True)
    return made


def drafted_ink(sentence: int, words: str, taken: bool = False) -> QTextCharFormat:
    """The format of drafted characters."""
    made = QTextCharFormat()
    made.setProperty(SENTENCE, sentence)
    made.setProperty(WORDS, words)
    made.setProperty(TAKEN, taken)
    return made


def block_ink(soft: bool = False, struck: str = "", sentence: int = -1, drafted: bool = True) -> QTextBlockFormat:
    """The format of a block: ``struck`` are the words that it replaces."""
    made = QTextBlockFormat()
    if soft:
        made.setProperty(SOFT, True)
    if struck:
        made.setProperty(STRUCK, struck)
        made.setProperty(STRUCK_SENTENCE, sentence)
        made.setTopMargin(GAP + STRUCK_ROOM)  # Qt lets margins overlap: the larger counts
    if struck or drafted:
        made.setBottomMargin(GAP)
    return made


def blocks(document: QTextDocument, first: QTextBlock | None = None) -> Iterator[QTextBlock]:
    """All blocks in order, or those from ``first`` on."""
    block = first or document.begin()
    while block.isValid():
        yield block
        block = block.next()


def is_soft(block: QTextBlock) -> bool:
    return bool(block.blockFormat().property(SOFT))


def struck_words(block: QTextBlock) -> str:
    """The rejected sentence that this block replaces, or ``""``."""
    return block.blockFormat().property(STRUCK) or ""


def text_of(document: QTextDocument) -> str:
    """The section's text, character for character as the document's positions (UTF-16) count it."""
    parts: list[str] = []
    for block in blocks(document):
        if block.blockNumber():
            parts.append(" " if is_soft(block) else "\n")
        parts.append(block.text().replace("\u2028", "\n"))
    return "".join(parts)


def runs(block: QTextBlock) -> list[Run]:
    """The block's characters by origin."""
    found = []
    origin = block.position()
    for part in block.textFormats():
        start = origin + part.start
        if part.format.propertyCount() == 0:
            found.append(Run(start, start + part.length, None, "", False))
            continue
        sentence = part.format.property(SENTENCE)
        found.append(
            Run(
                start,
                start + part.length,
                None if sentence is None else int(sentence),
                part.format.property(WORDS) or "",
                bool(part.format.property(TAKEN)),
                bool(part.format.property(MEASURED)),
            )
        )
    return found


def marks_of(block: QTextBlock, section: str = "") -> list[Mark]:
    """The drafted sentences of one block, in document positions."""
    pieces = runs(block)
    struck = struck_words(block)
    if not struck and all(run.sentence is None for run in pieces):
        return []
    text, origin = block.text(), block.position()
    found = []
    if struck:
        number = int(block.blockFormat().property(STRUCK_SENTENCE))
        found.append(Mark(section, origin, origin + block.length() - 1, number, struck, REJECTED))
    for sentence in dict.fromkeys(run.sentence for run in pieces if run.sentence is not None):
        own = [run for run in pieces if run.sentence == sentence]
        start, end = own[0].start, own[-1].end
        whole = all(run.sentence == sentence for run in pieces if start <= run.start < end)
        first, last = start - origin, end - origin
        state = _state(units.piece(text, first, last), own, whole and not _glued(text, first, last))
        found.append(Mark(section, start, end, sentence, own[0].words, state))
    return found


def _state(now: str, own: Sequence[Run], whole: bool) -> str:
    if not whole or now != own[0].words:
        return EDITED
    return KEPT if all(run.taken for run in own) else DRAFTED


def _glued(text: str, start: int, end: int) -> bool:
    """Whether other words touch the sentence without a space: then it is not the model's sentence any more."""
    before, after = units.piece(text, max(0, start - 1), start), units.piece(text, end, end + 1)
    return bool(before.strip() or after.strip())


def alone(block: QTextBlock, mark: Mark) -> bool:
    """Whether the sentence is all that its block holds."""
    start, end = mark.start - block.position(), mark.end - block.position()
    return not (units.piece(block.text(), 0, start) + units.piece(block.text(), end, block.length())).strip()


def all_marks(document: QTextDocument, section: str = "") -> list[Mark]:
    """The drafted sentences of a document, in document positions."""
    return [mark for block in blocks(document) for mark in marks_of(block, section)]


def drafted_ranges(document: QTextDocument) -> list[tuple[int, int]]:
    """Where drafted characters stand; a break between two drafted sentences belongs to them."""
    found: list[tuple[int, int]] = []
    for block in blocks(document):
        for run in runs(block):
            if run.sentence is None:
                continue
            reach = run.start - (run.start == block.position())  # the break before a block's first character
            if found and found[-1][1] >= reach:
                found[-1] = (found[-1][0], run.end)
            else:
                found.append((run.start, run.end))
    return found


def measured_ranges(document: QTextDocument) -> list[tuple[int, int]]:
    """Where sentences of measurements stand."""
    return [(run.start, run.end) for block in blocks(document) for run in runs(block) if run.measured]


def is_pristine(document: QTextDocument) -> bool:
    """Empty, or nothing but drafted sentences that nobody has touched."""
    for block in blocks(document):
        if struck_words(block) or any(mark.state != DRAFTED for mark in marks_of(block)):
            return False
        if any(run.sentence is None and _block_part(block, run).strip() for run in runs(block)):
            return False
    return True


def _block_part(block: QTextBlock, run: Run) -> str:
    return units.piece(block.text(), run.start - block.position(), run.end - block.position())
