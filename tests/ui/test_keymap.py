"""Assigned keys: what may be given, what clashes, what a shared file brings, and that every printed key follows."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtWidgets import QLabel, QWidget

from workstation.ui import actions, keymap, menus
from workstation.ui.keymap import Keymap
from workstation.ui.keypresets import PRESETS


def act(name: str) -> actions.Action:
    return actions.action(name)


@pytest.fixture(autouse=True)
def declared_keys_afterwards():
    yield
    actions.assign(Keymap())


def test_no_declared_key_would_be_refused_if_it_were_assigned():
    """But for pasting: a text field hears that key first and pastes text."""
    for each in actions.ACTIONS:
        if each.id == "file.paste":
            continue
        assert [words for key in each.keys if (words := keymap.objection(each, key))] == [], each.id


@pytest.mark.parametrize(
    "key", ["G", "Shift+G", "7", "Space", "*", "Ctrl+C", "Ctrl+Z", "Ctrl+Left", "Tab", "Up", "Return"]
)
def test_what_is_typed_is_never_given_to_an_act_that_works_everywhere(key):
    assert keymap.objection(act("report.sign"), key)


@pytest.mark.parametrize("key", ["Ctrl+J", "Alt+J", "F8", "Ctrl+Shift+J", "Shift+F4"])
def test_keys_with_which_nothing_is_typed_may_work_everywhere(key):
    assert keymap.objection(act("report.sign"), key) == ""


@pytest.mark.parametrize("key", ["G", "Shift+G", "Space", "Ctrl+C", "Del", "Return"])
def test_the_film_may_have_any_of_them(key):
    assert keymap.objection(act("film.invert"), key) == ""


def test_the_film_may_not_have_what_moves_the_keyboard_on():
    assert "desktop" in keymap.objection(act("film.invert"), "Tab")


def test_a_clash_is_seen_where_both_would_hear_the_key():
    nothing = Keymap()
    assert [each.id for each in nothing.clashes(act("film.fit"), "I", actions.ACTIONS)] == ["film.invert"]
    assert [each.id for each in nothing.clashes(act("film.fit"), "F9", actions.ACTIONS)] == ["report.sign"]
    assert nothing.clashes(act("film.invert"), "I", actions.ACTIONS) == []


def test_a_taken_key_leaves_its_holder_and_the_declared_one_makes_no_entry():
    taken = Keymap().taken(act("film.fit"), "I", actions.ACTIONS)
    assert taken.keys(act("film.fit")) == ("I",) and taken.keys(act("film.invert")) == ()
    back = taken.given(act("film.fit"), act("film.fit").keys).given(act("film.invert"), act("film.invert").keys)
    assert back == Keymap()


@pytest.mark.parametrize(
    ("held", "key", "name"),
    [
        (Qt.KeyboardModifier.NoModifier, Qt.Key.Key_B, "B"),
        (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_B, "Shift+B"),
        (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Asterisk, "*"),
        (Qt.KeyboardModifier.KeypadModifier, Qt.Key.Key_Plus, "+"),
        (Qt.KeyboardModifier.ControlModifier, Qt.Key.Key_Comma, "Ctrl+,"),
        (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Shift, ""),
        (Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Backtab, "Shift+Tab"),
    ],
)
def test_a_pressed_key_is_named_as_it_is_declared(held, key, name):
    assert keymap.pressed(QKeyCombination(held, key)) == name


def test_a_file_brings_the_same_keys_again():
    mine = (
        Keymap()
        .given(act("film.fit"), ("Ctrl+Alt+F", "`"))
        .given(act("report.sign"), ())
        .given(act("film.auto"), ('"',))
    )
    again, problems = keymap.from_toml(keymap.to_toml(mine), actions.ACTIONS)
    assert (again, problems) == (mine, [])


def test_a_wrong_file_costs_its_wrong_lines_only():
    text = '[keys]\n"film.fit" = ["J"]\n"no.such" = ["K"]\n"report.sign" = ["Q"]\n"film.auto" = 7\n'
    found, problems = keymap.from_toml(text, [each for each in actions.ACTIONS if "J" not in each.keys])
    assert found == Keymap({"film.fit": ("J",)}) and len(problems) == 3
    assert keymap.from_toml("[keys", actions.ACTIONS)[0] == Keymap()


def test_a_file_that_gives_one_key_twice_leaves_no_key_that_means_two_things():
    found, problems = keymap.from_toml('[keys]\n"film.fit" = ["I"]\n"film.auto" = ["I"]\n', actions.ACTIONS)
    holders = [each.id for each in actions.ACTIONS if "I" in found.keys(each)]
    assert len(holders) == 1 and len(problems) == 2


def test_live_acts_and_printed_keys_follow(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    made = actions.make("film.fit", owner)
    line = QLabel(parent=owner)
    actions.print_key(line, lambda: line.setText(actions.label("film.fit")))
    assert line.text() == "Fit  F"
    actions.assign(Keymap().given(act("film.fit"), ("H",)))
    assert made.shortcut().toString() == "H" and made.toolTip().endswith("(H)") and line.text() == "Fit  H"
    actions.assign(Keymap())
    assert made.shortcut().toString() == "F" and line.text() == "Fit  F"


def test_a_print_ends_with_its_widget(qtbot):
    line = QLabel()
    written = []
    actions.print_key(line, lambda: written.append(actions.key_text("film.fit")))
    line.deleteLater()
    qtbot.waitUntil(lambda: not _alive(line))
    actions.assign(Keymap().given(act("film.fit"), ("H",)))
    assert written == ["F"]


def _alive(widget) -> bool:
    import shiboken6

    return shiboken6.isValid(widget)


def test_no_letter_opens_a_menu_that_opens_another_or_is_the_key_of_an_act():
    assert_letters_are_free()
    actions.assign(Keymap().given(act("report.sign"), ("Alt+F",)))
    assert_letters_are_free()


def assert_letters_are_free():
    titles = [title for title in menus.titles().values() if "&" in title]  # the last may find none left
    opens = [f"Alt+{title[title.index('&') + 1].upper()}" for title in titles]
    assert len(set(opens)) == len(opens) >= len(actions.MENUS) - 1
    assert not set(opens) & {key for each in actions.ACTIONS for key in actions.keys(each.id)}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_of_another_viewers_keys_takes_none_away_and_gives_none_twice(name):
    found, problems = keymap.from_values(dict(PRESETS[name].own), actions.ACTIONS)
    assert (found, problems) == (PRESETS[name], [])
    assert all(found.keys(each) for each in actions.ACTIONS if each.keys)
