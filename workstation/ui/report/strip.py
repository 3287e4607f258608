"""The three acts under the drafted sentence that has the caret: there, and nowhere else.

It stands in the gap that each drafted sentence keeps below itself, so that showing it moves nothing.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from workstation.reporting.findings import Presence, mentions
from workstation.reporting.marks import DRAFTED, EDITED, KEPT, REJECTED, Mark
from workstation.ui import actions, style
from workstation.ui.report import ink, tint
from workstation.ui.report.section import MARGIN_PX, SectionEdit

_ACTS = ("report.keep", "report.edit", "report.reject")


def _sheet() -> str:
    return (
        f"QWidget {{ background: transparent; font-size: {style.SMALL_PX}px; }}"
        f"QToolButton {{ border: none; padding: 0 3px; margin: 0; color: {style.SECONDARY}; background: transparent; }}"
        f"QToolButton:hover {{ color: {style.TEXT}; text-decoration: underline; }}"
    )


class Strip(QWidget):
    """Emits the act's id; takes no focus, so that the caret stays where it is."""

    asked = Signal(str)
    evidence = Signal(bool)  # the mouse holds the button down, or lets it go

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        style.keep_sheet(self, _sheet)
        self._worded: tuple[str, str, tuple[str, ...]] | None = None
        self._words: dict[str, str] = {}  # on each act's button
        self._last: tuple[Mark, tuple[str, ...]] | None = None
        style.THEME.changed.connect(self._word_again)
        row = QHBoxLayout(self, spacing=4)
        row.setContentsMargins(0, 0, 0, 0)
        self.said = QLabel(self)
        row.addWidget(self.said)
        self.buttons = {act: self._button(act) for act in _ACTS}
        for button in self.buttons.values():
            row.addWidget(button)
        self.evidence_button = self._held_button()
        row.addWidget(self.evidence_button)
        self.warning = QLabel(self)
        row.addWidget(self.warning)
        row.addStretch()
        self.hide()

    def _button(self, act: str) -> QToolButton:
        button = QToolButton(self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        actions.print_key(button, lambda: self._print(button, act))
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(lambda: self.asked.emit(act))
        return button

    def _held_button(self) -> QToolButton:
        button = QToolButton(self)
        actions.print_on(button, "model.evidence", "Why")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(actions.action("model.evidence").text)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.pressed.connect(lambda: self.evidence.emit(True))
        button.released.connect(lambda: self.evidence.emit(False))
        return button

    def show_for(self, edit: SectionEdit, mark: Mark, contradicts: tuple[str, ...] = ()) -> None:
        """Stand under ``mark`` in ``edit``."""
        if self.parentWidget() is not edit.viewport():
            self.setParent(edit.viewport())
        if self._worded != (mark.state, mark.words, contradicts):
            self._worded = (mark.state, mark.words, contradicts)
            self._word(mark, contradicts)
        block = edit.document().findBlock(mark.end)
        rect = edit.document().documentLayout().blockBoundingRect(block)
        self.setGeometry(MARGIN_PX - 3, int(rect.bottom()) + 3, edit.viewport().width() - MARGIN_PX, ink.GAP - 5)
        self.show()
        self.raise_()

    def _word_again(self) -> None:
        """Colours of the theme do not follow it by themselves."""
        if self._last is not None:
            self._word(*self._last)

    def _word(self, mark: Mark, contradicts: tuple[str, ...]) -> None:
        self._last = (mark, contradicts)
        first = {DRAFTED: actions.action("report.keep").text, KEPT: ""}.get(mark.state, "Restore")
        self._set("report.keep", first, style.GREEN)
        self._set("report.edit", "" if mark.state == REJECTED else actions.action("report.edit").text)
        self._set("report.reject", "" if mark.state == REJECTED else actions.action("report.reject").text)
        words = {KEPT: "kept", EDITED: "edited", REJECTED: "rejected"}.get(mark.state, "")
        self.said.setText(words)
        self.said.setVisible(bool(words))
        colour = {KEPT: style.GREEN, REJECTED: style.RED}.get(mark.state, style.SECONDARY)
        self.said.setStyleSheet(f"color: {colour};")
        self.evidence_button.setVisible(mark.state in (DRAFTED, KEPT) and _affirms(mark.words))
        speaks = mark.state == DRAFTED and bool(contradicts)
        self.warning.setText(tint.disagreement(contradicts) if speaks else "")
        self.warning.setStyleSheet(f"color: {style.AMBER};")
        self.warning.setVisible(speaks)

    def _print(self, button: QToolButton, act: str) -> None:
        button.setText(f"{self._words.get(act, '')} {actions.key_text(act)}")
        button.setToolTip(actions.tooltip(act))

    def _set(self, act: str, words: str, colour: str = "") -> None:
        button = self.buttons[act]
        self._words[act] = words
        self._print(button, act)
        button.setStyleSheet(f"color: {colour or style.SECONDARY};")
        button.setVisible(bool(words))


def _affirms(words: str) -> bool:
    """Whether a sentence says that something is there: only that has a place on the film."""
    return any(presence is not Presence.ABSENT for presence in mentions(words).values())
