"""What the reader did with the draft, as the text itself tells it, and how acceptable the reader calls it.

Two things that are never merged: the decision is derived and confirmed by signing, the grade is asked for.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from workstation.reporting.decision import GRADE_MEANING, Decision, Grade, derive
from workstation.reporting.edits import Difference
from workstation.ui import actions
from workstation.ui.lines import small, words

_SHORT = {Grade.A: "as it is", Grade.B: "minor", Grade.C: "major", Grade.D: "unfit"}


def decision_words(found: Difference) -> str:
    """``Edit: 3 kept, 1 changed, 1 removed, WER 0.18``."""
    told = derive(found)
    counts = [(found.kept, "kept"), (found.changed, "changed"), (found.added, "added"), (found.removed, "removed")]
    parts = [f"{count} {name}" for count, name in counts if count]
    if told is Decision.ACCEPT:
        parts = ["the draft is unchanged"]
    if found.word_error_rate is not None and told is not Decision.ACCEPT:
        parts.append(f"WER {found.word_error_rate:.2f}")
    return f"{told.value.capitalize()}: {', '.join(parts)}"


class Judge(QWidget):
    """The decision line and the row of grades."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.decision, self.question = small(), words("small", wrap=False)
        self.grade: Grade | None = None
        self.buttons = {grade: self._button(grade) for grade in Grade}
        actions.print_key(self, lambda: self.question.setText(f"Grade {actions.key_text('report.grade_a')} to D"))
        self.question.setToolTip("How acceptable was the draft? One key, optional; the same key takes it back.")
        self._row = QWidget(self)
        row = QHBoxLayout(self._row, spacing=4)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.question)
        for button in self.buttons.values():
            row.addWidget(button, 1)
        room = self.sizePolicy()
        room.setRetainSizeWhenHidden(True)  # so that a draft that is shown takes no line from under the caret
        self.setSizePolicy(room)
        column = QVBoxLayout(self, spacing=3)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._row, self.decision):
            column.addWidget(part)

    def _button(self, grade: Grade) -> QToolButton:
        act = f"report.grade_{grade.value.lower()}"
        button = QToolButton(checkable=True, focusPolicy=Qt.FocusPolicy.NoFocus)
        button.setText(f"{grade.value}  {_SHORT[grade]}")
        meaning = GRADE_MEANING[grade].capitalize()
        actions.print_key(button, lambda: button.setToolTip(f"{meaning} ({actions.key_text(act)})"))
        button.setAccessibleName(f"Grade {grade.value}: {GRADE_MEANING[grade]}")
        button.setSizePolicy(button.sizePolicy().horizontalPolicy().Ignored, button.sizePolicy().verticalPolicy())
        button.setStyleSheet("QToolButton { padding: 4px 1px; }")
        button.clicked.connect(lambda: self.give(grade))
        return button

    def ask(self, shown: bool, grade: bool) -> None:
        """A new study; ``shown``: a draft is on the screen, ``grade``: the setting asks for one."""
        self.setVisible(shown)
        self._row.setVisible(grade)

    def forget(self) -> None:
        """Another study: no grade, and an empty line where the decision will stand."""
        self.grade = None
        self.show_difference(None)
        self._paint()

    def give(self, grade: Grade) -> None:
        """One key gives a grade, the same key takes it back."""
        if not self.isHidden() and not self._row.isHidden():
            self.grade = None if self.grade is grade else grade
        self._paint()

    def _paint(self) -> None:
        for grade, button in self.buttons.items():
            button.setChecked(grade is self.grade)

    def show_difference(self, found: Difference | None) -> None:
        self.decision.setText(f"{decision_words(found)} (signing confirms)" if found is not None else " ")
