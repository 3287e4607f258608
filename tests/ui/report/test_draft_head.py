"""What stands above the report about its draft: model, place, time, weakness, gaps; refusals with their remedy."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.report.hands import drafted, give, press
from workstation.drafting.messages import FailedEvent, StateEvent
from workstation.reporting.draft import DraftModel
from workstation.ui.report.bands import banded
from workstation.ui.report.drafthead import device_words, made_words

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def reading(pane, new_reading):
    made = new_reading()
    pane.show_reading(made)
    return made


def test_model_place_time_and_weakness_are_told(pane, reading):
    give(pane, reading)
    head = pane.draft_head
    assert "demonstration model" in head.model.text()
    assert "test-model on CPU, 0.9 s" in head.model.text()
    assert "RESEARCH, NOT FOR CLINICAL USE" in head.weakness.text()
    assert head.weakness.property("role") == "careful"
    assert head.not_assessed.text() == "Not assessed by the model: fracture, pneumonia."


def test_a_models_name_is_shown_as_text_never_as_markup(pane, reading):
    made = replace(drafted(), model=DraftModel("<b>x</b>", "ab" * 32, "torch", "cuda (NVIDIA X)", "F32"))
    give(pane, reading, made)
    assert "&lt;b&gt;x" in pane.draft_head.model.text()
    assert "GPU (NVIDIA X)" in pane.draft_head.model.text()


def test_a_clinical_model_is_not_called_a_demonstration(pane, reading):
    give(pane, reading, replace(drafted(), model=DraftModel("good", "ab" * 32, "torch", "cpu", "F32", clinical=True)))
    assert "demonstration" not in pane.draft_head.model.text()
    assert "RESEARCH" not in pane.draft_head.weakness.text()


def test_the_bundled_models_own_statement_is_shown(pane, reading, home):
    from workstation.catalog.installed import installed

    bundled = installed(home)
    model = DraftModel(bundled[0].manifest.id, "ab" * 32, "torch", "cpu", "F32")
    give(pane, reading, replace(drafted(), model=model))
    assert bundled[0].manifest.statement in pane.draft_head.weakness.text()


def test_progress_is_told_in_words_with_stop_beside_it(pane, reading, qtbot):
    pane.draft_state(StateEvent("r", "writing", "3 s left", 0.62))
    assert pane.draft_head.model.text() == "Drafting 62 %: 3 s left"
    assert pane.draft_head.stop_button.isVisible()
    assert "Ctrl+." in pane.draft_head.stop_button.text()
    with qtbot.waitSignal(pane.stop_requested):
        press(pane, Qt.Key.Key_Period, CTRL)


def test_redo_is_one_key(pane, reading, qtbot):
    give(pane, reading)
    with qtbot.waitSignal(pane.redo_requested) as told:
        press(pane, Qt.Key.Key_G, CTRL)
    assert told.args == [False]


@pytest.mark.parametrize("code", ["lateral", "not_chest", "age"])
def test_a_refused_film_says_what_it_seems_to_be_and_can_be_drafted_anyway(pane, reading, qtbot, code):
    pane.draft_failed(FailedEvent("r", code, "This seems to be a hand.", "Open a chest film."))
    notice = pane.draft_head.notice
    assert (notice.message.text(), notice.remedy.text()) == ("This seems to be a hand.", "Open a chest film.")
    assert notice.buttons[0].text() == "Draft anyway"
    with qtbot.waitSignal(pane.redo_requested) as told:
        QTest.mouseClick(notice.buttons[0], Qt.MouseButton.LeftButton)
    assert told.args == [True]


def test_a_missing_model_is_told_with_its_remedy_and_cannot_be_overruled(pane, reading):
    pane.draft_failed(FailedEvent("r", "no_model", "No model is installed.", "Import a model."))
    assert pane.draft_head.notice.remedy.text() == "Import a model."
    assert pane.draft_head.notice.buttons == []


def test_a_dead_worker_is_one_line_with_redo_and_the_report_is_untouched(pane, reading, qtbot):
    give(pane, reading)
    before = pane.body.working()
    pane.draft_failed(FailedEvent("r", "worker_died", "The drafting process stopped.", "Ask for a new draft."))
    assert pane.body.working() == before
    with qtbot.waitSignal(pane.redo_requested):
        QTest.mouseClick(pane.draft_head.notice.buttons[0], Qt.MouseButton.LeftButton)


def test_stopping_is_no_failure(pane, reading):
    pane.draft_state(StateEvent("r", "encoding"))
    pane.draft_failed(FailedEvent("r", "stopped", "Stopped.", "Redo."))
    assert pane.draft_head.model.text() == "Drafting was stopped."
    assert pane.draft_head.notice.isHidden()


def test_scores_are_folded_away_and_opened_show_bands_and_no_number(pane, reading):
    scores = {"pleural effusion": 0.81, "atelectasis": 0.41, "pneumothorax": 0.04}
    give(pane, reading, replace(drafted(), probabilities=scores))
    lines = pane.draft_head.bands.lines
    assert not any(line.isVisible() for line in lines.values())
    press(pane, Qt.Key.Key_F, CTRL, Qt.KeyboardModifier.ShiftModifier)
    said = [lines[name].text() for name in ("high", "middle", "low")]
    assert said == ["high: pleural effusion", "middle: atelectasis", "low: pneumothorax"]
    assert not any(character.isdigit() for line in said for character in line)


def test_bands_follow_the_models_own_operating_point():
    assert banded(None, {}) is None
    assert banded({"edema": 0.3}, {"edema": 0.25}).high == ("edema",)


@pytest.mark.parametrize(("device", "said"), [("cpu", "CPU"), ("cuda", "GPU"), ("cuda (NVIDIA X)", "GPU (NVIDIA X)")])
def test_devices_are_named_as_people_name_them(device, said):
    assert device_words(device) == said


def test_an_overruled_refusal_stays_told_with_the_draft(pane, reading):
    told = "This is a lateral film; the model reads frontal films only. The draft was made anyway."
    give(pane, reading, replace(drafted(), warnings=(told,)))
    assert pane.draft_head.reservations.line.text() == "1 reservation: This is a lateral film, drafted anyway"


def test_a_film_refused_before_the_study_was_opened_says_so_when_it_is(pane, new_reading, qtbot):
    made = new_reading()
    made.draft_failed("not_chest")
    pane.show_reading(made)
    notice = pane.draft_head.notice
    assert "no frontal chest film" in notice.message.text()
    with qtbot.waitSignal(pane.redo_requested) as told:
        QTest.mouseClick(notice.buttons[0], Qt.MouseButton.LeftButton)
    assert told.args == [True]


def test_a_draft_that_made_way_for_another_is_no_refusal(pane, new_reading):
    made = new_reading()
    made.draft_failed("made_way")
    pane.show_reading(made)
    assert pane.draft_head.notice.isHidden()


def test_precision_and_how_the_bytes_were_checked_are_told(pane, reading):
    give(pane, reading)
    assert pane.draft_head.made.text() == "F32 by torch, every byte checked"
    quick = DraftModel("test-model", "ab" * 32, "llama.cpp", "cpu", "Q8_0", hash_checked="size and time")
    give(pane, reading, replace(drafted(), model=quick))
    assert pane.draft_head.made.text() == "Q8_0 by llama.cpp, checked by size and time"


def test_a_model_that_saw_the_centre_only_says_so():
    told = made_words(drafted(), cropped=True)
    assert "saw the centre of the film only (M on the film shows the edge)" in told
    assert "centre" not in made_words(drafted(), cropped=False)
