"""The palette can be read, and every declared act has one meaning."""

from __future__ import annotations

from itertools import product

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from workstation.ui import actions, menus, style

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
