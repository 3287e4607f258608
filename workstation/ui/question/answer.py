"""One question and its answer on the screen: words that grow while they come, selectable, marked when copied."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from workstation.ui import style
from workstation.ui.lines import Notice, small, tell, words
from workstation.ui.question.talk import Turn
from workstation.ui.report.drafthead import device_words

COPIED_MARK = "[Answer of a research model, not for clinical use]"
ANYWAY_CODES = ("lateral", "not_chest", "view", "age")


def _sheet() -> str:
    return (
        f"QTextEdit {{ background: {style.DRAFT_TINT}; border: none; border-left: 3px solid {style.ACCENT};"
        " border-radius: 0; font-size: 14px; padding: 4px 6px; }"
    )


class AnswerText(QTextEdit):
    """Read only; as high as its words. What is copied or dragged out of it says where it comes from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        style.keep_sheet(self, _sheet)
        self.setAccessibleName("Answer of the model, not part of the report")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setTabChangesFocus(True)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def say(self, text: str) -> None:
        """Words at the end are added; a selection that the reader made stays."""
        shown = self.toPlainText()
        if not text.startswith(shown):
            self.setPlainText(text)
            return
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(text[len(shown) :])

    def createMimeDataFromSelection(self) -> QMimeData:
        data = QMimeData()
        data.setText(f"{self.textCursor().selection().toPlainText()} {COPIED_MARK}")
        return data

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the talk scrolls, not the answer

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self, *_: object) -> None:
        self.setFixedHeight(round(self.document().size().height()) + 10)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.minimumHeight())


class TurnView(QWidget):
    """Shows one turn as it stands; ``anyway``: ask in spite of the refusal."""

    anyway = Signal(object)

    def __init__(self, turn: Turn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.turn = turn
        self.question = words()
        self.question.setStyleSheet("font-weight: 600;")
        self.answer = AnswerText()
        self.foot = small()
        self.notice = Notice()
        column = QVBoxLayout(self, spacing=3)
        column.setContentsMargins(0, 6, 0, 4)
        for part in (self.question, self.answer, self.foot, self.notice):
            column.addWidget(part)
        self.refresh()

    def refresh(self) -> None:
        """After anything of the turn has changed."""
        turn = self.turn
        tell(self.question, turn.words)
        self.answer.say(turn.text)
        self.answer.setVisible(bool(turn.text))
        tell(self.foot, foot_words(turn))
        if turn.wrong:
            anyway = [("Ask anyway", lambda: self.anyway.emit(turn))] if turn.code in ANYWAY_CODES else []
            self.notice.tell(turn.wrong, turn.remedy, "careful", *anyway)
        else:
            self.notice.clear()


def foot_words(turn: Turn) -> str:
    """Film, model, place, time and seed of an answer; before it is complete, what is being done."""
    answer = turn.answer
    if answer is None:
        return "" if turn.wrong else f"{turn.film_name}: {turn.doing or 'waiting for the model'}"
    model = answer.model
    parts = [
        turn.film_name,
        f"{model.id} {model.quantisation} on {device_words(model.device)}",
        f"{answer.seconds.total:.1f} s",
        "greedy" if answer.decoding.temperature == 0 else f"seed {answer.seed}",
    ]
    if answer.stopped_by == "length":
        parts.append("cut at its length")
    return ", ".join(parts) + "".join(f"\n{warning}" for warning in answer.warnings)
