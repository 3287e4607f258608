"""One section of the report: standard text input that grows with its text and knows drafted words from typed ones.

What the model is writing stands here as a ghost while the section is untouched: it is painted, never inserted, so it
can move no caret, selection or undo. Knows no store and no draft record.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QToolTip, QWidget

from workstation.reporting.marks import DRAFTED, REJECTED, Mark
from workstation.ui.report import ink, inscribe, measurement, tint

TEXT_PX = 14
MARGIN_PX = 9
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier


def _printable(event: QKeyEvent) -> str:
    """The words of a key press, by Qt's own rule (QInputControl::isAcceptableInput); AltGr types, Ctrl does not."""
    words, pressed = event.text(), event.modifiers()
    control, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    if not words or (pressed & control and not pressed & alt):
        return ""
    return words if words.isprintable() or unicodedata.category(words[0]) in ("Cf", "Co", "Cs", "Zs") else ""


def _height(document: QTextDocument) -> float:
    """The text's height with the gap under its last block, which Qt leaves out."""
    gap = document.lastBlock().blockFormat().bottomMargin()
    return document.size().height() + max(0.0, gap - MARGIN_PX)


def why_marked(phrases: Sequence[str]) -> str:
    """The tooltip of a sentence that something speaks against."""
    return f"Against this sentence of the model stands: {'; '.join(phrases)}. Look at the film."


class SectionEdit(QTextEdit):
    """``typed``: the reader changed the text. ``caret_moved``: by the reader's own act. ``hop``: to another section."""

    typed = Signal(int, int)  # characters put in and taken out
    caret_moved = Signal()
    hop = Signal(int)
    focused = Signal(bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = name
        self.here: Mark | None = None
        self._ghost: QTextDocument | None = None
        self._composing = False
        self._program = 0
        self._least_lines = 1
        self._disagreeing: Mapping[str, Sequence[str]] = {}
        self.setAcceptRichText(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setStyleSheet(f"QTextEdit {{ font-size: {TEXT_PX}px; padding: 0; }}")
        self.setAccessibleName(name)
        self.document().setDocumentMargin(MARGIN_PX)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.document().contentsChange.connect(self._heard)
        self.document().contentsChanged.connect(self._show_first_struck)
        self.document().contentsChanged.connect(self._fit)
        self._struck = tint.StruckLine(self)
        self._fit()

    # what stands here

    def text(self) -> str:
        return ink.text_of(self.document())

    def is_untouched(self) -> bool:
        """No word of the reader stands here, none can be undone back, and none is being composed."""
        document = self.document()
        idle = not (self._composing or document.isUndoAvailable() or document.isRedoAvailable())
        return idle and ink.is_pristine(document)

    def write(
        self,
        text: str,
        marks: list[Mark],
        drafted: list[tuple[int, int]],
        measured: Sequence[tuple[int, int]] = (),
    ) -> None:
        """The program puts in a whole new text (document positions); caret and selection stay where they can."""
        cursor = self.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        self._program += 1
        inscribe.write(self.document(), text, marks, drafted, measured)
        self._program -= 1
        self.place_caret(position, anchor)

    def insert_measurement(self, sentence: str, former: str = "") -> None:
        """Put a sentence from the film in: for the ``former`` one, at the caret between sentences, or at the end."""
        self._program += 1
        before = self.textCursor().position(), self.textCursor().anchor()
        renewed = bool(former) and measurement.renew(self.document(), former, sentence)
        if not renewed and not measurement.insert(self.document(), self.textCursor(), sentence):
            self.place_caret(*before)
        self._program -= 1

    def place_caret(self, position: int, anchor: int | None = None) -> None:
        """Set caret and selection as far as the text reaches."""
        last = self.document().characterCount() - 1
        cursor = self.textCursor()
        cursor.setPosition(min(position if anchor is None else anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def set_disagreeing(self, findings_of: Mapping[str, Sequence[str]]) -> None:
        """Sentences with what speaks against them: marked here, and told to who listens instead of looking."""
        self._disagreeing = findings_of
        here = [mark.words for mark in ink.all_marks(self.document()) if mark.words in findings_of]
        self.setAccessibleDescription(" ".join(f"{each} {tint.disagreement(findings_of[each])}." for each in here))
        self.viewport().update()

    def mark_at(self, point: QPoint) -> Mark | None:
        """The drafted sentence under a point of the viewport, if any."""
        position = self.cursorForPosition(point).position()
        block = self.document().findBlock(position)
        rect = self.document().documentLayout().blockBoundingRect(block)
        if not rect.top() <= point.y() <= rect.bottom() + ink.GAP:
            return None
        marks = ink.marks_of(block, self.name)
        return next((mark for mark in marks if mark.start <= position <= mark.end and mark.state != REJECTED), None)

    def viewportEvent(self, event: QEvent) -> bool:
        """Why a sentence is marked, in full, where the mouse rests on it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            mark = self.mark_at(event.pos())
            findings = self._disagreeing.get(mark.words, ()) if mark is not None and mark.state == DRAFTED else ()
            QToolTip.showText(event.globalPos(), why_marked(findings) if findings else "", self.viewport())
            return True
        return super().viewportEvent(event)

    # the ghost

    def show_ghost(self, text: str, marks: list[Mark]) -> None:
        """Paint words that are still being written, in the place where they will land."""
        if self._ghost is None:
            self._ghost = QTextDocument(self)
            self._ghost.setDocumentMargin(MARGIN_PX)
            self._ghost.setDefaultFont(self.document().defaultFont())
        inscribe.write(self._ghost, text, marks, [(mark.start, mark.end) for mark in marks])
        self._ghost.setTextWidth(self.viewport().width())
        self._fit()
        self.viewport().update()

    def clear_ghost(self) -> None:
        if self._ghost is not None:
            self._ghost = None
            self._fit()
            self.viewport().update()

    @property
    def ghost_text(self) -> str:
        return ink.text_of(self._ghost) if self._ghost is not None else ""

    # size

    def set_least_lines(self, lines: int) -> None:
        self._least_lines = lines
        self._fit()

    def _fit(self, *_: object) -> None:
        tallest = max(_height(document) for document in (self.document(), self._ghost) if document is not None)
        least = self._least_lines * self.fontMetrics().lineSpacing() + 2 * MARGIN_PX
        height = math.ceil(max(tallest, least)) + 2 + self.viewportMargins().top()
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def _show_first_struck(self) -> None:
        """Room above the first line for the sentence that was rejected there."""
        words = ink.struck_words(self.document().firstBlock())
        if words != self._struck.words:
            self.setViewportMargins(0, ink.STRUCK_ROOM if words else 0, 0, 0)
            self._struck.setGeometry(1, 1, self.width() - 2, ink.STRUCK_ROOM)
            self._struck.show_words(words, MARGIN_PX)
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(280, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._struck.setGeometry(1, 1, self.width() - 2, ink.STRUCK_ROOM)
        if self._ghost is not None:
            self._ghost.setTextWidth(self.viewport().width())
        self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the report scrolls, not the section

    # input

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.hop.emit(-1 if event.key() == Qt.Key.Key_Backtab else 1)
            return
        words = "\n" if event.key() in _ENTER and not event.modifiers() & _CHORD else _printable(event)
        if words and not self.isReadOnly():
            self._type(words)
        else:
            super().keyPressEvent(event)
        self.caret_moved.emit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Composed text (CJK, dictation through the input method) takes typed ink, never its neighbour's."""
        self._composing = bool(event.preeditString())
        if (event.preeditString() or event.commitString()) and not self.isReadOnly():
            if self.textCursor().hasSelection():
                self.textCursor().removeSelectedText()
            self.setCurrentCharFormat(ink.PLAIN)
        super().inputMethodEvent(event)
        self.caret_moved.emit()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Words only: a film that is dropped here goes to the window, and its path never into a report."""
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        if self.isReadOnly() or not self.canInsertFromMimeData(source):
            return
        self._type(source.text())
        self.caret_moved.emit()

    def _type(self, words: str) -> None:
        """Put in the reader's own words over the selection: one step of undo, typed ink, plain paragraphs."""
        cursor = self.textCursor()
        if not cursor.hasSelection() and "\n" not in words:
            cursor.insertText(words, ink.PLAIN)  # no edit block: consecutive keys stay one step of undo
        else:
            cursor.beginEditBlock()
            cursor.removeSelectedText()
            start = cursor.position()
            cursor.insertText(words, ink.PLAIN)
            self._plain_blocks(start, cursor.position())
            cursor.endEditBlock()
        self.setTextCursor(cursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.caret_moved.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit(False)

    def _plain_blocks(self, start: int, end: int) -> None:
        """Paragraphs that the reader began are joined by a new line, whatever the one before was."""
        block = self.document().findBlock(start).next()
        while block.isValid() and block.position() <= end:
            QTextCursor(block).setBlockFormat(ink.PLAIN_BLOCK)
            block = block.next()

    def _heard(self, _position: int, removed: int, added: int) -> None:
        if not self._program and (removed or added):
            only_ink = removed == added  # Qt tells a change of format as so many out and the same in
            self.typed.emit(0 if only_ink else added, 0 if only_ink else removed)

    # painting

    @property
    def shows_ghost(self) -> bool:
        return self._ghost is not None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        clip = QRectF(event.rect())
        document, width = self._ghost or self.document(), self.viewport().width()
        tint.paint(painter, document, clip, width, self.here, self._disagreeing)
        if self._ghost is not None:
            self._ghost.drawContents(painter, clip)
        painter.end()
        if self._ghost is None or self.document().isEmpty():
            super().paintEvent(event)
