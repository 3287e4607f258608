"""What the log is told of the reader's attention: pauses, a hidden window, waiting, viewer actions by the second."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from workstation.ui.attention import Attention


@pytest.fixture
def notes():
    return []


@pytest.fixture
def attention(qapp, qtbot, notes):
    made = Attention(qapp, idle_after_s=1)
    made.watch(lambda kind, **facts: notes.append((kind, facts)))
    yield made
    made.close()


@pytest.fixture
def field(qtbot):
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    return made


def kinds(notes) -> list[str]:
    return [kind for kind, _ in notes]


def test_a_pause_is_told_with_its_length_when_the_reader_comes_back(attention, notes, field, qtbot):
    qtbot.keyClicks(field, "a")
    qtbot.wait(1300)
    assert "idle" not in kinds(notes)
    qtbot.keyClicks(field, "b")
    idle = [facts for kind, facts in notes if kind == "idle"]
    assert len(idle) == 1 and idle[0]["threshold"] == 1
    assert 1.2 <= idle[0]["seconds"] <= 5


def test_steady_work_is_no_pause(attention, notes, field, qtbot):
    for _ in range(8):
        qtbot.keyClicks(field, "a")
        qtbot.wait(200)
    assert "idle" not in kinds(notes)


def test_a_window_out_of_sight_is_told_with_its_seconds(attention, notes, qapp, qtbot):
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationInactive)
    qtbot.wait(150)
    qapp.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)
    hidden = [facts for kind, facts in notes if kind == "hidden"]
    assert len(hidden) == 1 and hidden[0]["seconds"] >= 0.1


def test_waiting_for_a_draft_ends_with_the_first_key(attention, notes, field, qtbot):
    attention.waits_for_draft()
    qtbot.wait(120)
    qtbot.keyClicks(field, "a")
    attention.waits_no_more()
    waited = [facts for kind, facts in notes if kind == "waiting"]
    assert len(waited) == 1 and waited[0]["seconds"] >= 0.1


def test_viewer_actions_of_one_second_are_one_event(attention, notes, qtbot):
    for act in ("window", "zoom", "invert"):
        attention.acted(act, {"film": 1})
    assert notes == []
    qtbot.waitUntil(lambda: kinds(notes) == ["viewer"], timeout=3000)
    assert [act["act"] for act in notes[0][1]["actions"]] == ["window", "zoom", "invert"]


def test_what_is_left_is_written_to_the_study_that_is_left(attention, notes):
    attention.acted("invert", {})
    other: list[str] = []
    attention.watch(lambda kind, **facts: other.append(kind))
    assert kinds(notes) == ["viewer"] and other == []
