"""The palette can be read, and every declared act has one meaning."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QKeySequence, QPainter
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QMenu, QWidget

from workstation.ui import actions, menus, style
from workstation.ui.available import WITH_DRAFT
from workstation.ui.palette import THEMES
from workstation.ui.viewer.corners import Block, Line

INKS = ("TEXT", "SECONDARY", "ACCENT", "GREEN", "AMBER", "RED")
GROUNDS = ("GROUND", "PANEL", "RAISED", "SELECTED", "DRAFT_TINT")


@pytest.fixture(autouse=True)
def night_afterwards():
    yield
    style.use_theme("night")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), [*product(INKS, GROUNDS), ("TEXT", "HOVER")])
def test_every_ink_reads_on_every_ground(theme, ink, ground):
    palette = THEMES[theme]
    assert style.contrast(getattr(palette, ink), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize("ink", INKS)
def test_every_ink_on_film_reads_on_its_black_ground(ink):
    assert style.contrast(getattr(style.ON_FILM, ink), style.ON_FILM.FILM) >= 4.5


def test_the_contrast_measure_agrees_with_wcags_own_examples():
    assert style.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert style.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
def test_the_primary_button_reads(theme):
    palette = THEMES[theme]
    for ground in (palette.PRIMARY, palette.PRIMARY_HOVER):
        assert style.contrast(palette.TEXT_ON_PRIMARY, ground) >= 4.5


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


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", ["", "title", "secondary", "small", "good", "careful", "wrong", "here", "heading"])
def test_words_are_painted_in_a_colour_that_reads(qtbot, styled, theme, role):
    """Measured on what is really painted: the ink farthest from the ground, not what the stylesheet promises."""
    style.use_theme(theme)
    page = QWidget()
    qtbot.addWidget(page)
    label = QLabel("MMMM WWWW HHHH", page)
    style.set_role(label, role)
    label.resize(220, 40)
    page.resize(240, 50)
    assert _strongest(page.grab().toImage()) >= 4.5


@pytest.mark.parametrize("grey", [0, 60, 128, 190, 255])
@pytest.mark.parametrize("colour", [Line("").colour, style.ON_FILM.AMBER, style.ON_FILM.ACCENT])
def test_words_on_film_read_on_black_on_grey_and_on_bone(qtbot, styled, grey, colour):
    """Every letter has its dark halo: near each bright point of a letter lies a dark one."""
    image = QImage(260, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(grey, grey, grey))
    painter = QPainter(image)
    Block("top left").paint(painter, QRect(0, 0, 260, 60), [Line("Window C 2048 W 4096", colour)], 1.0)
    painter.end()
    here = style._luminance(colour)
    inks = [(x, y) for y in range(60) for x in range(260) if QColor(image.pixel(x, y)).name() == colour]
    reads = [(here + 0.05) / (_darkest_near(image, x, y) + 0.05) >= 4.5 for x, y in inks]
    assert len(inks) >= 20 and sum(reads) / len(reads) > 0.98


def test_the_theme_changes_at_once_and_the_film_stays_black(qtbot, styled):
    night = style.PANEL
    style.use_theme("day")
    assert night != style.PANEL and style.ON_FILM.AMBER == "#e0a84a" and style.FILM == "#000000"
    style.use_theme("night")
    assert night == style.PANEL


def _darkest_near(image: QImage, x: int, y: int) -> float:
    near = [(min(max(x + dx, 0), 259), min(max(y + dy, 0), 59)) for dx in range(-2, 3) for dy in range(-2, 3)]
    return min(style._luminance(QColor(image.pixel(*place)).name()) for place in near)


def _strongest(image: QImage) -> float:
    ground = QColor(image.pixel(image.width() - 1, image.height() - 1)).name()
    seen = {QColor(image.pixel(x, y)).name() for x in range(image.width()) for y in range(image.height())}
    return max(style.contrast(ground, each) for each in seen)


AROUND_THE_FILM = {"histogram", "keybutton", "thumbnails"}  # chrome of the film's column: the theme's colours


def test_what_is_painted_on_film_never_takes_the_days_colours():
    """By day the theme's inks are dark, and the film's ground is black still."""
    inks = re.compile(r"style\.(?:TEXT|SECONDARY|ACCENT|GREEN|AMBER|RED)\b")
    for path in (Path(style.__file__).parent / "viewer").rglob("*.py"):
        if path.stem not in AROUND_THE_FILM:
            assert not inks.findall(path.read_text(encoding="utf-8")), path.name
