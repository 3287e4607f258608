"""Paints what drafted sentences look like: tint and bar, green bar when kept, struck words above their replacement.

Reads a laid-out document's marks; decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QTextBlock, QTextDocument
from PySide6.QtWidgets import QWidget

from workstation.reporting.draft import DraftSentence
from workstation.reporting.marks import DRAFTED, KEPT, REJECTED, Mark
from workstation.ui import style
from workstation.ui.report import ink

BAR_PX = 3.0
PAD_PX = 2.0


def reservations(sentence: DraftSentence) -> tuple[str, ...]:
    """What speaks against a drafted sentence, in phrases: the scores, another sentence, a denial nobody measured."""
    denied = [f"{finding} {_found(share)}" for finding, share in sentence.denied]
    said = {
        "finding score disagrees": sentence.contradicts,
        "another sentence says the opposite": sentence.disputed,
        "of those there this model finds": denied,
    }
    return tuple(f"{what}: {', '.join(names)}" for what, names in said.items() if names)


def _found(share: float | None) -> str:
    return "unmeasured" if share is None else f"{share:.0%}"


def disagreement(phrases: Sequence[str]) -> str:
    """What is said under a sentence that something speaks against."""
    return f"\u25b2 {'; '.join(phrases)}"


def paint(
    painter: QPainter,
    document: QTextDocument,
    clip: QRectF,
    width: float,
    here: Mark | None = None,
    disagreeing: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> None:
    """Paint under the text of every block that ``clip`` touches; ``here`` is the sentence that has the caret.

    ``disagreeing``: sentences with what speaks against them, in phrases; marked in words and amber.
    """
    layout = document.documentLayout()
    above = layout.hitTest(QPointF(0, clip.top() - ink.GAP - ink.STRUCK_ROOM), Qt.HitTestAccuracy.FuzzyHit)
    for block in ink.blocks(document, document.findBlock(max(0, above))):
        rect = layout.blockBoundingRect(block)
        if rect.top() > clip.bottom():
            break
        if rect.bottom() + ink.GAP >= clip.top():
            for mark in ink.marks_of(block):
                same = here is not None and (mark.sentence, mark.start) == (here.sentence, here.start)
                _paint_mark(painter, block, rect, mark, width, same)
                if mark.state == DRAFTED and mark.words in disagreeing:
                    _paint_disagreement(painter, rect, disagreeing[mark.words], width, same)


def _paint_mark(painter: QPainter, block: QTextBlock, rect: QRectF, mark: Mark, width: float, here: bool) -> None:
    if mark.state == REJECTED and block.blockNumber() == 0:
        painter.fillRect(QRectF(1, 0, BAR_PX, rect.bottom()), QColor(style.RED))  # its words stand in `StruckLine`
    elif mark.state == REJECTED:
        _paint_struck(painter, rect, mark, width)
    elif mark.state in (DRAFTED, KEPT):
        areas = _areas(block, rect, mark, width)
        if mark.state == DRAFTED:
            for area in areas:
                painter.fillRect(area, QColor(style.DRAFT_TINT))
        top, bottom = areas[0].top(), areas[-1].bottom()
        colour = style.GREEN if mark.state == KEPT else style.ACCENT
        bar = BAR_PX + 1 if here else BAR_PX
        painter.fillRect(QRectF(1, top, bar, bottom - top), QColor(colour))


def _paint_disagreement(painter: QPainter, rect: QRectF, findings: Sequence[str], width: float, here: bool) -> None:
    """An amber bar, and the words in the gap below; under the caret the strip stands there and says them."""
    painter.fillRect(
        QRectF(width - 1 - BAR_PX, rect.top() - PAD_PX, BAR_PX, rect.height() + 2 * PAD_PX), QColor(style.AMBER)
    )
    if here:
        return
    font = style.font(style.SMALL_PX)
    painter.setFont(font)
    painter.setPen(QColor(style.AMBER))
    room = QRectF(rect.left(), rect.bottom() + PAD_PX, width - rect.left() - 8, ink.GAP - PAD_PX)
    shown = QFontMetricsF(font).elidedText(disagreement(findings), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


def _areas(block: QTextBlock, rect: QRectF, mark: Mark, width: float) -> list[QRectF]:
    """The sentence's ground: the whole width when it stands alone in its block, else line by line."""
    if ink.alone(block, mark):
        return [QRectF(1, rect.top() - PAD_PX, width - 2, rect.height() + 2 * PAD_PX)]
    areas = []
    start, end = mark.start - block.position(), mark.end - block.position()
    for number in range(block.layout().lineCount()):
        line = block.layout().lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            one, other = _x(line, first), _x(line, last)
            left, right = min(one, other), max(one, other)
            areas.append(QRectF(rect.left() + left, rect.top() + line.y(), right - left, line.height()))
    return areas or [rect]


def _x(line: object, position: int) -> float:
    """PySide answers (x, position) or x, by version."""
    found = line.cursorToX(position)  # type: ignore[attr-defined]
    return float(found[0] if isinstance(found, tuple) else found)


def _paint_struck(painter: QPainter, rect: QRectF, mark: Mark, width: float) -> None:
    top = rect.top() - ink.STRUCK_ROOM
    painter.fillRect(QRectF(1, top, BAR_PX, ink.STRUCK_ROOM + rect.height()), QColor(style.RED))
    _draw_struck(painter, mark.words, QRectF(rect.left(), top, width - rect.left() - 8, ink.STRUCK_ROOM))


def _draw_struck(painter: QPainter, words: str, room: QRectF) -> None:
    font = style.font(style.NORMAL_PX)
    font.setStrikeOut(True)
    painter.setFont(font)
    painter.setPen(QColor(style.SECONDARY))
    shown = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)


class StruckLine(QWidget):
    """The rejected sentence above the first line of a section: Qt gives a first block no margin to paint it in."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.words = ""
        self.hide()

    def show_words(self, words: str, left: float) -> None:
        self.words, self._left = words, left
        self.setToolTip(words)
        self.setVisible(bool(words))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(QRectF(1, 4, BAR_PX, self.height()), QColor(style.RED))
        _draw_struck(painter, self.words, QRectF(self._left, 0, self.width() - self._left - 8, self.height()))
        painter.end()
