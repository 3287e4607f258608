"""The reveal setting is enforced and logged; a hidden draft is nowhere in the window."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QTextEdit, QToolButton, QWidget

from tests.ui.report.hands import FINDINGS, IMPRESSION, drafted, give, press, set_setting, stream, write
from workstation.drafting.messages import StateEvent
from workstation.storage import log

CTRL = Qt.KeyboardModifier.ControlModifier


def everything_written(widget: QWidget) -> str:
    """Every word, tooltip and accessible name under a widget, hidden ones too."""
    words = []
    for part in [widget, *widget.findChildren(QWidget)]:
        words += [part.toolTip(), part.accessibleName(), part.accessibleDescription(), part.statusTip()]
        if isinstance(part, (QLabel, QToolButton)):
            words.append(part.text())
        if isinstance(part, (QTextEdit, QPlainTextEdit)):
            words.append(part.toPlainText())
    return "\n".join(words)


def revealed(store) -> list[str]:
    return [event.payload["how"] for event in log.events(store, None, "draft_revealed")]


def test_at_once_shows_the_draft_and_logs_it_once(pane, new_reading, store):
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.show_reading(None)
    pane.show_reading(reading)
    assert pane.body.edits["Findings"].text() == FINDINGS
    assert revealed(store) == ["at once"]
    pane.autosave.flush()
    assert [event.kind for event in log.events(store, None, "draft_shown")] == ["draft_shown"] * 2


@pytest.mark.parametrize("policy", ["on key", "after impression"])
def test_a_hidden_draft_leaks_nowhere(pane, new_reading, home, store, qtbot, policy):
    set_setting(home, "reveal", policy)
    reading = new_reading()
    pane.show_reading(reading)
    pane.draft_state(StateEvent("r", "encoding"))
    stream(pane, FINDINGS)
    qtbot.wait(60)
    assert pane.body.edits["Findings"].ghost_text == ""
    give(pane, reading)
    pane.draft_head.bands.toggle()
    said = everything_written(pane)
    for secret in ("pleural", "effusion", "pneumothorax", "fracture", "test-model"):
        assert secret not in said
    assert "Draft ready, hidden" in pane.draft_head.model.text()
    assert not pane.judge.isVisible()
    pane.autosave.touch()
    pane.autosave.flush()
    assert (reading.working.marks, dict(reading.working.spans), reading.revealed) == ((), {}, False)
    assert revealed(store) == []


def test_on_key_shows_it_at_the_key(pane, new_reading, home, store):
    set_setting(home, "reveal", "on key")
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    press(pane, Qt.Key.Key_R, CTRL)
    assert pane.body.edits["Findings"].text() == FINDINGS
    assert revealed(store) == ["on key"]
    assert "fracture" in pane.draft_head.not_assessed.text()


def test_after_impression_waits_for_the_readers_own_words(pane, new_reading, home, store):
    set_setting(home, "reveal", "after impression")
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    press(pane, Qt.Key.Key_R, CTRL)
    assert revealed(store) == []
    assert "Write your own impression first" in pane.draft_head.model.text()
    write(pane.body.edits["Impression"], "Effusion right.")
    assert "Write your own" not in pane.draft_head.model.text()
    press(pane.body.edits["Impression"], Qt.Key.Key_R, CTRL)
    assert revealed(store) == ["after impression"]
    assert pane.body.edits["Impression"].text() == "Effusion right."
    assert pane.body.offers["Impression"].text == IMPRESSION
    assert pane.body.edits["Findings"].text() == FINDINGS


def test_a_hidden_draft_waits_again_when_the_study_is_opened_again(pane, new_reading, home):
    set_setting(home, "reveal", "on key")
    reading = new_reading()
    pane.show_reading(reading)
    give(pane, reading)
    pane.show_reading(None)
    pane.show_reading(reading)
    assert "Draft ready, hidden" in pane.draft_head.model.text()
    assert pane.body.edits["Findings"].text() == ""


def test_nothing_of_one_study_stays_when_the_next_is_opened(pane, new_reading):
    first, second = new_reading(), new_reading()
    pane.show_reading(first)
    write(pane.body.edits["Impression"], "Words")
    give(pane, first, drafted())
    pane.show_reading(second)
    assert "effusion" not in everything_written(pane.body)
    assert not pane.judge.isVisible()
    assert pane.draft_head.not_assessed.text() == ""
