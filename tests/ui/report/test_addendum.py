"""A half-typed addendum: kept as it is typed, there again in the next sitting, gone once it is signed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.unit.readings import report
from workstation.reporting.decision import Decision
from workstation.workflow.reading import Reading

WORDS = "Discussed by phone"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def signed(pane, new_reading) -> Reading:
    """A signed study, open in the pane."""
    reading = new_reading()
    reading.save(report())
    reading.sign(Decision.REJECT if reading.draft_id else None)
    pane.show_reading(reading)
    return reading


def again(reading: Reading) -> Reading:
    """The same study in another sitting."""
    return Reading(reading.store, reading.study_instance_uid, reading.reader)


def begin(pane) -> None:
    pane.signed_view.open_addendum()
    QTest.keyClicks(pane.signed_view.addendum, WORDS)


def test_it_is_kept_within_the_second(pane, signed, qtbot):
    begin(pane)
    qtbot.waitUntil(lambda: again(signed).kept_addendum == WORDS, timeout=5000)
    assert len(signed.versions) == 1, "it is no part of the report"


def test_it_stands_there_again_and_takes_no_focus(pane, signed, new_reading):
    begin(pane)
    pane.show_reading(new_reading())
    pane.setFocus()
    pane.show_reading(again(signed))
    assert pane.signed_view.addendum_box.isVisible()
    assert pane.signed_view.addendum.toPlainText() == WORDS
    assert not pane.signed_view.addendum.hasFocus()
    assert "not signed" in pane.signed_view.told.text()


def test_signed_it_is_not_offered_again(pane, signed, qtbot):
    begin(pane)
    QTest.mouseClick(pane.signed_view.sign_addendum, LEFT)
    assert len(signed.versions) == 2
    qtbot.wait(600)  # longer than the pause after which typing is kept
    assert again(signed).kept_addendum == ""
    pane.show_reading(again(signed))
    assert not pane.signed_view.addendum_box.isVisible()


def test_cancelled_it_is_forgotten(pane, signed):
    begin(pane)
    pane.signed_view.settle()
    assert again(signed).kept_addendum == WORDS
    cancel = next(b for b in pane.signed_view.addendum_box.findChildren(type(pane.signed_view.sign_addendum))
                  if b.text() == "Cancel")  # fmt: skip
    QTest.mouseClick(cancel, LEFT)
    assert again(signed).kept_addendum == ""


def test_one_studys_words_never_stand_under_another(pane, signed, new_reading):
    begin(pane)
    other = new_reading()
    other.save(report())
    other.sign(None)
    pane.show_reading(other)
    assert not pane.signed_view.addendum_box.isVisible() and pane.signed_view.addendum.toPlainText() == ""
    assert other.kept_addendum == ""
