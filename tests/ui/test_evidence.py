"""A held key shows what changes the score behind a drafted sentence, by a real worker; released, nothing is left."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.viewer.hands import pixels_of
from workstation.catalog import installed
from workstation.paths import bundled_models
from workstation.reporting.draft import DraftSentence
from workstation.storage import log
from workstation.ui import evidence
from workstation.ui.evidence import finding_of
from workstation.ui.report import ink

WAIT_MS = 600_000  # 128 films through the encoder, on whatever machine
NEGATIVE = "No pneumothorax."
OWN = "The ribs are intact."


@pytest.fixture
def eager(home):
    """The bundled model's own weights, which call every finding positive: synthetic films have next to no disease."""
    folder = shutil.copytree(bundled_models() / "cxr-llava-mini", home.models / "eager")
    manifest = (folder / "manifest.toml").read_text(encoding="utf-8").replace('id = "cxr-llava-mini"', 'id = "eager"')
    before, after = manifest.split("[thresholds]\n")
    chosen, rest = after.split("\n\n", 1)
    lowered = re.sub(r"= [0-9.]+", "= 0.0", chosen)
    (folder / "manifest.toml").write_text(f"{before}[thresholds]\n{lowered}\n\n{rest}", encoding="utf-8")
    return "eager"


@pytest.fixture
def scored(open_window, settle, samples, qtbot, home, eager):
    """A study with a real draft of the bundled weights; its words are then made to name its surest finding."""
    settle(draft_when="on opening", reader_id="dra", reader_name="Dr A. Reader", corner_text="none", model=eager)
    place = open_window(samples / "1-anna.dcm")
    report = place.furniture.report
    qtbot.waitUntil(lambda: report.drafts.shown is not None, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    draft = report.drafts.shown
    thresholds = installed.find(home, draft.model.id).manifest.thresholds
    finding = max(thresholds, key=lambda each: draft.probabilities[each] - thresholds[each])
    words = f"There may be {finding}."
    sentences = tuple(DraftSentence(text, "findings") for text in (words, NEGATIVE))
    made = replace(draft, findings=f"{words} {NEGATIVE}", impression="", sentences=sentences)
    findings = report.body.edits["Findings"]
    report.show_reading(None)
    place.furniture.desk.reading.add_draft(made)
    from workstation.workflow.working import Working

    place.furniture.desk.reading.save(Working({}))
    report.show_reading(place.furniture.desk.reading)
    assert findings.toPlainText().startswith(words[:10]), findings.toPlainText()
    return place, finding


def caret_in(place, words: str) -> None:
    edit = place.furniture.report.body.edits["Findings"]
    mark = next(mark for mark in ink.all_marks(edit.document()) if mark.words == words)
    edit.setFocus()
    edit.place_caret(mark.start + 2)
    edit.caret_moved.emit()


def words_over(place) -> str:
    film = place.furniture.film
    overlay = film.layers.of(film.stage.current)
    return " ".join(overlay.words) if overlay else ""


def hold(place) -> None:
    QTest.keyPress(QApplication.focusWidget(), Qt.Key.Key_F2)


def release(place) -> None:
    QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_F2)


def heat(place):
    film = place.furniture.film
    overlay = film.layers.of(film.stage.current)
    return overlay.heat if overlay is not None else None


def test_held_it_shows_and_released_nothing_is_left(scored, qtbot):
    place, finding = scored
    view = place.furniture.film.view
    caret_in(place, f"There may be {finding}.")
    edit = place.furniture.report.body.edits["Findings"]
    before, text, caret = pixels_of(view), edit.toPlainText(), edit.textCursor().position()
    hold(place)
    assert words_over(place).startswith("Computing what changes the score: " + finding)
    qtbot.waitUntil(lambda: not words_over(place).startswith("Computing"), timeout=WAIT_MS)
    assert words_over(place).startswith(f"What changes the score: {finding}") and "looked" not in words_over(place)[:40]
    assert (pixels_of(view) != before).any()
    release(place)
    assert heat(place) is None and np.array_equal(pixels_of(view), before)
    assert (edit.toPlainText(), edit.textCursor().position(), edit.hasFocus()) == (text, caret, True)
    hold(place)
    assert heat(place) is not None, "once computed it is shown at once"
    QApplication.sendEvent(place.window, QEvent(QEvent.Type.WindowDeactivate))
    assert heat(place) is None, "a window that loses the keyboard would never hear the release"
    place.furniture.attention.watch(None)
    acts = [act for event in log.events(place.store) if event.kind == "viewer" for act in event.payload["actions"]]
    assert {"act": "evidence", "finding": finding}.items() <= next(a for a in acts if a["act"] == "evidence").items()


def test_released_before_it_is_there_it_does_not_come_later(scored, qtbot):
    place, finding = scored
    caret_in(place, f"There may be {finding}.")
    hold(place)
    release(place)
    ended: list[object] = []
    for signal in (place.furniture.bridge.evidence_made, place.furniture.bridge.failed):
        signal.connect(ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=WAIT_MS)
    assert heat(place) is None and not place.furniture.film.layers.shows_evidence


def test_a_denial_and_ones_own_words_have_no_map(scored, qtbot):
    place, _finding = scored
    asked = []
    place.furniture.bridge.state.connect(asked.append)
    caret_in(place, NEGATIVE)
    hold(place)
    assert words_over(place) == " ".join(evidence.DENIAL)
    release(place)
    edit = place.furniture.report.body.edits["Findings"]
    edit.moveCursor(edit.textCursor().MoveOperation.End)
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.keyClicks(edit, OWN)
    hold(place)
    assert heat(place) is None and words_over(place)
    release(place)
    assert asked == [] and not place.furniture.film.layers.shows_evidence


SCORES = {"pleural effusion": 0.4, "edema": 0.9, "pneumothorax": 0.95}


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        ("There is a pleural effusion.", "pleural effusion"),
        ("Pleural effusion and edema.", "edema"),
        ("Edema, but no pneumothorax.", "edema"),
        ("No pneumothorax.", ""),
        ("No edema or pneumothorax.", ""),
        ("There is a fracture.", None),
        ("The film is rotated.", None),
    ],
)
def test_the_finding_behind_a_sentence_is_one_that_it_affirms(words, finding):
    assert finding_of(words, SCORES) == finding
