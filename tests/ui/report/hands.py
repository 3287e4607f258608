"""Hands and a worker for the tests of the report column: keys, input methods, words that arrive."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.unit.readings import draft
from workstation.drafting.messages import TokenEvent
from workstation.paths import Home
from workstation.reporting.draft import Draft, DraftSentence
from workstation.reporting.sentences import split_sentences
from workstation.settings import load_settings
from workstation.ui.report.pane import ReportPane
from workstation.ui.report.section import SectionEdit
from workstation.workflow.reading import Reading

SENTENCES = (
    "The heart is normal in size.",
    "There is a small right pleural effusion.",
    "No pneumothorax.",
    "The bony thorax is unremarkable.",
)
FINDINGS = " ".join(SENTENCES)
IMPRESSION = "Small right pleural effusion."


def drafted(findings: str = FINDINGS, impression: str = IMPRESSION, contradicts: str = "") -> Draft:
    """A draft of several sentences, one of which the finding head may speak against."""
    sentences = tuple(
        DraftSentence(text, "findings", None, ("pneumothorax",) if text == contradicts else ())
        for text in split_sentences(findings)
    )
    return replace(draft(findings, impression), sentences=sentences, not_assessed=("fracture", "pneumonia"))


def give(pane: ReportPane, reading: Reading, made: Draft | None = None) -> Draft:
    """The worker's finished draft, kept by the window, then told to the pane."""
    made = made or drafted()
    reading.add_draft(made)
    pane.draft_done(made)
    return made


def stream(pane: ReportPane, text: str, section: str = "findings") -> None:
    """Words as the worker sends them."""
    for word in text.split(" "):
        pane.draft_text(TokenEvent("r", f"{word} ", section))


def write(edit: SectionEdit, text: str) -> None:
    """Type with the keyboard."""
    edit.setFocus()
    QTest.keyClicks(edit, text)


def compose(edit: SectionEdit, preedit: str = "", commit: str = "") -> None:
    """What an input method (CJK, dictation of the operating system) sends."""
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(edit, event)


def paste(edit: SectionEdit, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    QApplication.clipboard().setMimeData(data)
    QTest.keyClick(edit, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def press(widget: QWidget, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """One key, with its modifiers."""
    pressed = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        pressed |= modifier
    QTest.keyClick(widget, key, pressed)


def set_setting(home: Home, name: str, value: object) -> None:
    load_settings(home).with_value(name, value).save(home)
