"""The side pane for questions on the film: the talk, a field to ask in, and what always holds, in words.

Says what the reader wants; asks nobody itself. Never takes the keyboard unless the reader goes there.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from workstation.ui import actions
from workstation.ui.lines import act_button, show, small, tell, words
from workstation.ui.question.answer import TurnView
from workstation.ui.question.talk import DIFFERENTIAL, QUESTION, Talk, Turn

NOT_PART = "Answers are not part of the report. Research, not for clinical use."
EMPTY = (
    "Ask about the film on the screen, in English and in a full sentence. Earlier questions on the same film are "
    "remembered. The model often answers wrongly."
)
FIELD_PX = 58
_TASKS = {QUESTION: "free questions", DIFFERENTIAL: "a differential diagnosis"}


class QuestionPane(QWidget):
    """``asked(words)``, ``differential``, ``stop``, ``anyway(turn)``: the reader's wishes."""

    asked = Signal(str)
    differential = Signal()
    stop = Signal()
    anyway = Signal(object)
    put_away = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = words("title", "Questions", wrap=False)
        self.lasting = small("careful")
        tell(self.lasting, NOT_PART)
        self.film, self.model = small(), small()
        self.empty = words("secondary", EMPTY)
        self.field = self._make_field()
        self.ask_button = QPushButton("Ask  Enter", focusPolicy=Qt.FocusPolicy.TabFocus)
        self.ask_button.clicked.connect(self._ask)
        self.differential_button = act_button("question.differential", self.differential.emit)
        self.stop_button = act_button("question.stop", self.stop.emit, "Stop")
        self.told = small("careful")
        self.turns: list[TurnView] = []
        self._tasks: tuple[str, ...] = ()
        self._busy = False
        self._lay_out()
        self.setFocusProxy(self.field)
        self.set_busy(False)
        self.show_talk(Talk(), "")

    def _make_field(self) -> QPlainTextEdit:
        field = QPlainTextEdit(placeholderText="Ask about this film")
        field.setAccessibleName("Question on the film")
        field.setFixedHeight(FIELD_PX)
        field.setTabChangesFocus(True)
        field.setAcceptDrops(False)
        field.setStyleSheet("font-size: 14px;")
        field.installEventFilter(self)
        return field

    def _lay_out(self) -> None:
        self._talk = QVBoxLayout(spacing=2)
        self._talk.setContentsMargins(0, 0, 6, 0)
        self._talk.addWidget(self.empty)
        self._talk.addStretch()
        inside = QWidget()
        inside.setLayout(self._talk)
        self.area = QScrollArea(widgetResizable=True, focusPolicy=Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.area.verticalScrollBar().rangeChanged.connect(self._stay_at_end)
        self._at_end = True
        self.area.verticalScrollBar().valueChanged.connect(self._remember_end)
        top = QHBoxLayout(spacing=4)
        top.addWidget(self.title, 1)
        top.addWidget(act_button("view.question", self.put_away.emit, "Hide"))
        below = QHBoxLayout(spacing=4)
        below.addWidget(self.ask_button)
        below.addWidget(self.stop_button)
        below.addStretch()
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(12, 10, 12, 10)
        column.addLayout(top)
        for part in (self.lasting, self.film, self.model):
            column.addWidget(part)
        column.addWidget(self.area, 1)
        column.addWidget(self.told)
        column.addWidget(self.differential_button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.field)
        column.addLayout(below)

    # what is shown

    def show_talk(self, talk: Talk, draft_of_question: str) -> None:
        """Another study's talk, with what was half typed there."""
        for view in self.turns:
            self._talk.removeWidget(view)
            view.hide()
            view.deleteLater()
        self.turns = []
        self._at_end = True
        for turn in talk.turns:
            self.add(turn)
        self.field.setPlainText(draft_of_question)
        self.say("")
        show(self.empty, self.can_ask and not self.turns)

    def add(self, turn: Turn) -> None:
        """A new turn at the end."""
        view = TurnView(turn)
        view.anyway.connect(self.anyway)
        self.turns.append(view)
        self._talk.insertWidget(self._talk.count() - 1, view)
        show(self.empty, False)
        self._at_end = True

    def refresh(self, turn: Turn) -> None:
        """Something of this turn has changed."""
        for view in self.turns:
            if view.turn is turn:
                view.refresh()

    def set_film(self, name: str) -> None:
        """Which film a question would be about."""
        tell(self.film, f"Film: {name}" if name else "No film is open.")

    def set_model(self, name: str, tasks: Sequence[str]) -> None:
        """Which model would answer; what it was not trained for is said, not hidden, and its button is off."""
        self._tasks = tuple(tasks)
        missing = [words_ for task, words_ in _TASKS.items() if task not in tasks]
        told = f"Model: {name}"
        if missing and name:
            told += f", which was not trained for {' or '.join(missing)}. Another can be chosen under Models "
            told += f"({actions.key_text('model.manager')})."
        tell(self.model, told if name else "", "careful" if missing else "secondary")
        self.set_busy(self._busy)

    @property
    def can_ask(self) -> bool:
        """Whether the model was trained for anything that is asked here."""
        return any(task in self._tasks for task in _TASKS)

    def set_busy(self, busy: bool) -> None:
        """One question at a time; while it is answered, Stop stands beside the field."""
        self._busy = busy
        self.field.setEnabled(QUESTION in self._tasks)
        self.field.setPlaceholderText("Ask about this film" if QUESTION in self._tasks else "")
        show(self.empty, self.can_ask and not self.turns)
        self.ask_button.setEnabled(not busy and QUESTION in self._tasks)
        self.differential_button.setEnabled(not busy and DIFFERENTIAL in self._tasks)
        show(self.stop_button, busy)

    def say(self, sentence: str) -> None:
        """A line above the field: why nothing was asked."""
        tell(self.told, sentence)

    # what the reader does

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter asks, Shift+Enter begins a new line."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._ask()
                return True
        return super().eventFilter(watched, event)

    def _ask(self) -> None:
        question = " ".join(self.field.toPlainText().split())
        if question:
            self.asked.emit(question)

    def taken(self) -> None:
        """The question in the field was asked."""
        self.field.clear()
        self.say("")

    def _remember_end(self, value: int) -> None:
        self._at_end = value >= self.area.verticalScrollBar().maximum() - 4

    def _stay_at_end(self, _least: int, most: int) -> None:
        """Words that come scroll the talk only for a reader who stands at its end."""
        if self._at_end:
            QTimer.singleShot(0, self, lambda: self.area.verticalScrollBar().setValue(most))
