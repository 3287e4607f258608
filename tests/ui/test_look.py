"""The palette can be read, and every declared act has one meaning."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QColor, QImage, QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QWidget

from workstation.ui import actions, menus, style
from workstation.ui.available import WITH_DRAFT

INKS = [style.TEXT, style.SECONDARY, style.ACCENT, style.GREEN, style.AMBER, style.RED]
GROUNDS = [style.GROUND, style.PANEL, style.RAISED, style.SELECTED, style.DRAFT_TINT]


@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_every_ink_reads_on_every_ground(ink, ground):
    assert style.contrast(ink, ground) >= 4.5


def test_the_contrast_measure_agrees_with_wcags_own_examples():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_primary_button_reads():
    assert style.contrast(style.TEXT_ON_PRIMARY, style.PRIMARY) >= 4.5


def test_no_key_means_two_things_in_one_place():
    seen: dict[tuple[str, str], str] = {}
    for declared in actions.ACTIONS:
        for key in declared.keys:
            for context in {declared.context, actions.EVERYWHERE}:
                other = seen.get((context, key))
                assert other in (None, declared.id), f"{key} is both {other} and {declared.id}"
            seen[declared.context, key] = declared.id


def test_bare_letters_belong_to_the_film_alone():
    """Anywhere else they would steal what the reader types."""
    for declared in actions.ACTIONS:
        if declared.context == actions.FILM:
            continue
        for key in declared.keys:
            assert key.startswith(("Ctrl+", "Alt+")) or key[0] == "F", f"{declared.id}: {key}"


def test_every_key_is_one_that_qt_knows():
    for declared in actions.ACTIONS:
        for key in declared.keys:
            assert QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText), declared.id


def test_every_act_explains_itself_and_ids_are_unique():
    assert all(declared.tooltip and declared.text for declared in actions.ACTIONS)
    assert len({declared.id for declared in actions.ACTIONS}) == len(actions.ACTIONS)


def test_the_menus_name_only_acts_that_are_declared():
    declared = {act.id: act for act in actions.ACTIONS}
    assert set(declared) >= menus.SEPARATED_BEFORE
    assert {act.menu for act in actions.ACTIONS} <= {*actions.MENUS, ""}


def test_a_made_act_carries_its_declaration(qtbot):
    owner = QWidget()
    qtbot.addWidget(owner)
    pressed = []
    act = actions.make("report.sign", owner, lambda: pressed.append(1))
    assert act.objectName() == "report.sign"
    assert act.toolTip().endswith("(F9)")
    act.trigger()
    assert pressed == [1]


@pytest.fixture
def styled(qapp):
    style.apply(qapp)


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def test_a_box_shows_whether_it_is_ticked(qtbot, styled):
    """Words alone do not say whether a setting is on."""
    box = QCheckBox()
    qtbot.addWidget(box)
    empty = picture(box)
    box.setChecked(True)
    assert picture(box) != empty
    ground = QColor(style.PANEL).rgb()
    assert any(empty.pixel(x, y) != ground for x in range(empty.width()) for y in range(empty.height()))


def test_a_list_of_choices_looks_like_one_and_not_like_a_text_field(qtbot, styled):
    choice = QComboBox()
    qtbot.addWidget(choice)
    choice.resize(120, 28)
    shown = picture(choice)
    right = {shown.pixel(x, y) for x in range(96, 116) for y in range(4, 24)}
    assert len(right) > 1, "no arrow"


def test_a_ticked_menu_entry_looks_otherwise_than_an_unticked_one(qtbot, styled):
    menu = QMenu()
    qtbot.addWidget(menu)
    entry = menu.addAction("Worklist")
    entry.setCheckable(True)
    unticked = picture(menu)
    entry.setChecked(True)
    assert picture(menu) != unticked


def test_every_act_on_a_draft_is_grey_without_one():
    """The menu must not offer what would do nothing."""
    on_drafts = {"keep", "edit", "reject", "next_sentence", "previous_sentence", "probabilities", "reservations"}
    assert {f"report.{name}" for name in on_drafts} <= WITH_DRAFT
