"""Preferences, help and the reader's card: made from declarations, saved at once, in nobody's way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from workstation.settings import SETTINGS, load_settings
from workstation.ui import actions, help


@pytest.fixture
def place(open_window):
    return open_window()


def test_every_setting_has_a_control_with_its_help(place):
    place.personal.show_preferences()
    controls = place.personal.preferences.controls
    assert set(controls) == {setting.name for setting in SETTINGS}
    assert all(controls[setting.name].toolTip() == setting.help for setting in SETTINGS)
    assert not place.personal.preferences.isModal()


def test_a_change_is_saved_and_in_force_at_once(place, qtbot):
    place.personal.show_preferences()
    controls = place.personal.preferences.controls
    choice, box = controls["date_format"], controls["ask_grade"]
    assert isinstance(choice, QComboBox) and isinstance(box, QCheckBox)
    choice.setCurrentText("DD.MM.YYYY")
    box.setChecked(False)
    saved = load_settings(place.home)
    assert saved["date_format"] == "DD.MM.YYYY" and saved["ask_grade"] is False
    assert place.window.worklist.painter.date_format == "DD.MM.YYYY"


def test_a_typed_text_is_saved_when_the_field_is_left(place, qtbot):
    place.personal.show_preferences()
    line = place.personal.preferences.controls["letterhead"]
    assert isinstance(line, QLineEdit)
    qtbot.keyClicks(line, "General Hospital")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert load_settings(place.home)["letterhead"] == "General Hospital"


def test_the_reader_says_once_who_reads(place, qtbot):
    qtbot.mouseClick(place.window.status.reader, Qt.MouseButton.LeftButton)
    card = place.personal.card
    qtbot.keyClicks(card.name, "Anna Reader")
    assert card.short.text() == "ar"
    qtbot.keyClick(card.name, Qt.Key.Key_Return)
    assert not card.isVisible()
    assert place.window.status.reader.text() == "Reading as Anna Reader (Radiologist)"
    assert load_settings(place.home)["reader_id"] == "ar"


def test_a_reader_without_a_name_is_asked_again(place, qtbot):
    place.personal.ask_reader()
    qtbot.keyClick(place.personal.card.name, Qt.Key.Key_Return)
    assert place.personal.card.isVisible()
    assert load_settings(place.home)["reader_id"] == ""


def test_the_help_page_has_every_key_and_every_setting(place, qtbot):
    qtbot.keyClick(place.window, Qt.Key.Key_F1)
    page = place.help.page.toPlainText()
    native = QKeySequence.SequenceFormat.NativeText
    for declared in actions.ACTIONS:
        assert declared.text in page and actions.explained(declared.id) in page, declared.id
        if declared.keys:
            assert QKeySequence(declared.keys[0]).toString(native) in page, declared.id
    for setting in SETTINGS:
        assert " ".join(setting.help.split()) in " ".join(page.split()), setting.name


def test_what_the_help_says_of_seconds_and_names_is_what_the_program_does():
    from workstation.workflow.signing import RECALL_S

    words = " ".join(actions.with_keys(page.words) for page in help.IDEAS)
    assert f"For {RECALL_S:.0f} seconds" in words
    assert f"While {actions.key_text('model.evidence')} is held" in words
    assert f"{actions.key_text('view.question')} opens a side pane" in words
