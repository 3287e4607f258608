"""The help is read: keys in force, whole sentences, pictures that are there, shown without a complaint of Qt's."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QWidget

from tests.help_pictures import PICTURES
from workstation.settings import SETTINGS
from workstation.ui import actions, help, style
from workstation.ui.helppages import IDEAS
from workstation.ui.keymap import Keymap

MOST_BYTES = 1_500_000


@pytest.fixture(autouse=True)
def as_declared_afterwards():
    yield
    actions.assign(Keymap())
    style.use_theme("night")


def words() -> str:
    document = QTextDocument()
    document.setHtml(re.sub(r"<img[^>]*>", "", help.html()))
    return " ".join(document.toPlainText().split())


def test_every_act_has_its_line_with_the_key_it_has_now(qapp):
    actions.assign(Keymap().given(actions.action("film.invert"), ("Ctrl+Alt+8",)))
    page = words()
    for act in actions.ACTIONS:
        keys = ", ".join(map(help.spoken_key, actions.keys(act.id))) or (f"menu {act.menu}" if act.menu else "")
        assert " ".join(f"{keys} {act.text} {actions.explained(act.id)}".split()) in page, act.id


def test_a_text_names_the_key_in_force_and_the_act_where_it_has_none(qapp):
    assert f"{actions.key_text('film.invert')} exchanges black and white" in words()
    actions.assign(Keymap().given(actions.action("film.invert"), ("Ctrl+Alt+8",)))
    assert "Ctrl+Alt+8 exchanges black and white" in words()
    actions.assign(Keymap().given(actions.action("film.invert"), ()))
    assert "Invert exchanges black and white" in words()


def test_every_setting_has_its_line_and_says_whose_it_is(qapp):
    page = words()
    for setting in SETTINGS:
        assert " ".join(setting.help.split()) in page, setting.name
    assert page.count("Yours, once you read by name.") == sum(setting.personal for setting in SETTINGS)


def test_no_text_writes_a_key_down_by_hand():
    """A key in a text is ``{act.id}``: it may have been given to another act."""
    for page in IDEAS:
        bare = re.sub(r"\{[^}]*\}", "", page.words)
        assert not re.findall(r"\b(?:(?:Ctrl|Alt|Shift)\+(?!Shift )\S|F\d{1,2}\b)", bare), page.title
        assert all(actions.action(act) for act in re.findall(r"\{([^}]*)\}", page.words))


def test_no_act_and_no_setting_writes_a_key_down_by_hand_either():
    keys = r"\b(?:(?:Ctrl|Alt|Shift)\+(?!Shift )\S|F\d{1,2}\b|Esc\b|Space\b)"
    told = {act.id: re.sub(r"\{[^}]*\}", "", act.tooltip) for act in actions.ACTIONS}
    told |= {setting.name: setting.help for setting in SETTINGS}
    assert [name for name, words in told.items() if re.search(keys, words)] == []


def test_every_picture_is_there_small_and_taken_by_the_script():
    named = {page.picture for page in IDEAS if page.picture}
    assert named == set(PICTURES) == {path.stem for path in help.PICTURES.iterdir()}
    assert sum(path.stat().st_size for path in help.PICTURES.iterdir()) < MOST_BYTES
    for name in named:
        picture = QImage(str(help.PICTURES / f"{name}.png"))
        assert picture.width() >= 300 and picture.height() >= 300, name
    assert all(page.shown for page in IDEAS if page.picture)


@pytest.mark.parametrize("theme", ["night", "day"])
def test_the_window_shows_its_pictures(qtbot, theme):
    style.use_theme(theme)
    owner = QWidget()
    qtbot.addWidget(owner)
    window = help.HelpWindow(owner)
    window.show_part("keys")
    document = window.page.document()
    loaded = [document.resource(QTextDocument.ResourceType.ImageResource, f"{name}.png") for name in PICTURES]
    assert len(loaded) == len(PICTURES)
    assert not window.page.grab().toImage().isNull()
    actions.assign(Keymap().given(actions.action("film.invert"), ("Ctrl+Alt+8",)))
    assert "Ctrl+Alt+8" in window.page.toPlainText()
    window.hide()
