"""A registered reader signs in the window by real keys: with the secret, each time or once a session."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.report.hands import give, press, set_setting
from tests.unit.readings import READER
from workstation.workflow import access

SECRET = "correct horse"


@pytest.fixture
def studies(pane, store, new_reading):
    """Two drafted studies of a registered reader; the first is on the screen."""
    access.register(store, READER.id, "Ada One", "Attending", "", SECRET)
    made = [new_reading(), new_reading()]
    show(pane, made[0])
    return made


def show(pane, reading):
    pane.show_reading(reading)
    give(pane, reading)


def sign(pane):
    press(pane, Qt.Key.Key_F9)


def type_secret(field, secret):
    assert field.isVisible()
    QTest.keyClicks(field.edit, secret)
    press(field.edit, Qt.Key.Key_Return)


def test_the_key_asks_for_the_secret_and_return_signs(pane, studies):
    sign(pane)
    assert studies[0].versions == [] and pane.sign_row.secret.edit.hasFocus()
    type_secret(pane.sign_row.secret, "wrong horse")
    assert studies[0].versions == [] and "not right" in pane.sign_row.told.text()
    type_secret(pane.sign_row.secret, SECRET)
    assert studies[0].versions[0].signature.name == "Ada One"
    assert pane.sign_row.secret.edit.text() == ""


@pytest.mark.parametrize(("often", "asked"), [("each signature", True), ("once a session", False)])
def test_it_is_asked_as_often_as_the_setting_says(pane, store, studies, often, asked):
    set_setting(store.home, "ask_secret", often)
    show(pane, studies[0])
    sign(pane)
    type_secret(pane.sign_row.secret, SECRET)
    show(pane, studies[1])
    sign(pane)
    assert (studies[1].versions == []) is asked


def test_an_addendum_asks_too_and_keeps_its_words(pane, studies):
    sign(pane)
    type_secret(pane.sign_row.secret, SECRET)
    pane.show_reading(studies[0])
    view = pane.signed_view
    view.open_addendum()
    QTest.keyClicks(view.addendum, "A rib is broken.")
    view.sign_addendum.click()
    assert len(studies[0].versions) == 1 and view.addendum.toPlainText() == "A rib is broken."
    type_secret(view.secret, SECRET)
    assert studies[0].versions[-1].note == "A rib is broken." and view.secret.isHidden()


def test_the_signer_calls_back_without_typing_it_again(pane, studies):
    sign(pane)
    type_secret(pane.sign_row.secret, SECRET)
    press(pane, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert studies[0].versions == []
