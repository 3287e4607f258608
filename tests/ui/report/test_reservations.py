"""What a draft was made in spite of: one line about the draft, the sentences on a key, nothing said twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from tests.ui.report.hands import drafted, give, press
from workstation.drafting.composing import Composer
from workstation.drafting.unfolding import Sentence
from workstation.drafting.wording import Rules
from workstation.imaging.quality import header_warnings
from workstation.ui import style
from workstation.ui.report.reservations import about_the_draft, called, folded

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
BARE = {"ViewPosition": "", "PatientAge": "", "PatientBirthDate": "", "PatientOrientation": []}


def test_what_a_silent_header_leaves_open_is_called_in_two_words(new_reading):
    open_questions = header_warnings(new_reading(**BARE).films[0])
    assert folded(open_questions) == "3 reservations: age unknown, view unknown, sides unknown"


def test_every_sentence_of_the_composer_has_a_short_name():
    composer = Composer(Rules(), None, {})
    for text in ("No pneumothorax.", "The lungs are clear.", "The effusion is unchanged.", "Right effusion."):
        composer.add(Sentence("findings", text))
    told = composer.finish(()).warnings
    assert told
    assert all(len(called(each)) <= 24 for each in told), [called(each) for each in told]


def test_an_unknown_reservation_keeps_its_own_first_words():
    assert called("The moon is full; beware.") == "The moon is full"
    long = "A very long sentence that no table has ever heard of and that goes on and on."
    assert called(long) == "A very long sentence that no table has ..."


def test_what_the_film_tells_of_itself_is_not_told_again_beside_the_draft():
    assert about_the_draft(("pixel spacing", "age", "age"), ("pixel spacing",)) == ("age",)


@pytest.fixture
def reserved(pane, new_reading):
    """A drafted study with three reservations, on a laptop's column."""
    pane.setStyleSheet(style.stylesheet())
    pane.resize(360, 690)
    reading = new_reading(**BARE)
    pane.show_reading(reading)
    film = reading.films[0]
    give(pane, reading, replace(drafted(), warnings=(*film.warnings, *header_warnings(film))))
    return pane


def test_one_line_stands_for_all_and_a_key_shows_them_whole(reserved):
    told = reserved.draft_head.reservations
    assert told.line.text().startswith("3 reservations: ")
    assert told.full.isHidden() and reserved.draft_head.notice.isHidden()
    press(reserved, Qt.Key.Key_R, KEYS)
    assert "check the side marker" in told.full.text() and told.full.isVisible()
    assert told.button.text().startswith("Hide Ctrl+Shift+R")
    press(reserved, Qt.Key.Key_R, KEYS)
    assert told.full.isHidden()


def test_findings_and_impression_stay_in_sight_on_a_laptop(reserved, qtbot):
    qtbot.wait(20)
    view = reserved.body.viewport()
    for name in ("Findings", "Impression"):
        edit = reserved.body.edits[name]
        top = edit.mapTo(view, QPoint(0, 0)).y()
        assert 0 <= top <= view.height() - 40, name
    assert "fracture" in reserved.draft_head.not_assessed.text() and reserved.draft_head.not_assessed.isVisible()
    assert "demonstration model" in reserved.draft_head.model.text()


def test_the_next_study_begins_folded_and_without_the_last_ones_reservations(reserved, new_reading):
    press(reserved, Qt.Key.Key_R, KEYS)
    reserved.show_reading(new_reading())
    assert reserved.draft_head.reservations.isHidden()
