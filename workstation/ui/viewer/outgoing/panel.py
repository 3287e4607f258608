"""The small panel before something leaves: what shall be on it, and what the reader should know first.

Says what is in the picture and in the header; decides nothing. Enter goes on, Esc goes back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workstation.ui import style


@dataclass(frozen=True, slots=True)
class Choice:
    """One box to tick. ``must``: the panel does not go on without it (a danger that is confirmed)."""

    name: str
    words: str
    ticked: bool = False
    possible: bool = True
    must: bool = False


class Panel(QDialog):
    """``warn`` answers, from what is ticked, the sentences to be shown; ``done`` gets the ticked names."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        go: str,
        choices: Sequence[Choice],
        warn: Callable[[set[str]], Sequence[str]],
        done: Callable[[set[str]], object],
        about: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._warn, self._done, self._choices = warn, done, choices
        self.boxes = {one.name: self._box(one) for one in choices}
        self.warning = QLabel(wordWrap=True)
        style.set_role(self.warning, "careful")
        self.go, back = QPushButton(go), QPushButton("Back  Esc", autoDefault=False)
        style.set_role(self.go, "primary")
        self.go.clicked.connect(self._go_on)
        back.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(back)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        self.about = QLabel(about, wordWrap=True)
        self.about.setVisible(bool(about))
        column.addWidget(self.about)
        for box in self.boxes.values():
            column.addWidget(box)
        column.addWidget(self.warning)
        column.addStretch()
        column.addLayout(buttons)
        self.go.setDefault(True)
        self.setMinimumWidth(440)
        self._tell()

    def ticked(self) -> set[str]:
        return {name for name, box in self.boxes.items() if box.isChecked()}

    def _box(self, one: Choice) -> QCheckBox:
        box = QCheckBox(one.words)
        box.setChecked(one.ticked)
        box.setEnabled(one.possible)
        box.toggled.connect(self._tell)
        return box

    def _tell(self) -> None:
        if not hasattr(self, "go"):
            return
        said = self._warn(self.ticked())
        self.warning.setText("\n".join(said))
        self.warning.setVisible(bool(said))
        self.go.setEnabled(all(self.boxes[one.name].isChecked() for one in self._choices if one.must))
        self.adjustSize()

    def _go_on(self) -> None:
        chosen = self.ticked()
        self.accept()
        self._done(chosen)
