"""A study in the pane: keys, rows, two films together, waiting, failing, switching."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from tests.synthetic import voi_lut
from tests.ui.viewer.hands import drag, pixels_of, ramp, turn_wheel
from workstation.imaging.window import auto, default, render
from workstation.settings import Settings
from workstation.ui.viewer.film_pane import FilmPane


def press(pane, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(pane.view, key, modifiers)


def told_by(pane):
    told = []
    pane.acted.connect(lambda kind, facts: told.append((kind, facts)))
    return told


def test_keys_of_the_film_do_what_their_buttons_say(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    view = pane.view
    first, fitted = view.presentation, view.transform
    press(pane, Qt.Key.Key_I)
    assert view.presentation.invert
    press(pane, Qt.Key.Key_U)
    assert view.presentation.window == auto(view.film).window
    assert view.presentation.invert  # the reader's inversion stays
    press(pane, Qt.Key.Key_Asterisk)
    assert view.transform.zoom == 1
    press(pane, Qt.Key.Key_Plus)
    assert view.transform.zoom == pytest.approx(1.25)
    press(pane, Qt.Key.Key_F)
    assert view.transform == fitted
    press(pane, Qt.Key.Key_Minus)
    press(pane, Qt.Key.Key_Escape)
    assert (view.presentation, view.transform) == (first, fitted)


def test_letters_typed_elsewhere_leave_the_film_alone(qtbot, film_file):
    window, pane, editor = QWidget(), FilmPane(), QLineEdit()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(pane)
    layout.addWidget(editor)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(pane.first_painted):
        pane.show_study([film_file()])
    editor.setFocus()
    before = pane.view.presentation, pane.view.transform
    QTest.keyClicks(editor, "fia* 019")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert editor.text() == "fia* 019"
    assert (pane.view.presentation, pane.view.transform) == before
    assert editor.hasFocus()
    pane.shut_down()


def test_a_button_works_without_taking_the_caret_from_the_report(qtbot, film_file):
    window, pane, editor = QWidget(), FilmPane(), QLineEdit()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(pane)
    layout.addWidget(editor)
    window.resize(900, 700)
    with qtbot.waitExposed(window):
        window.show()
    with qtbot.waitSignal(pane.first_painted):
        pane.show_study([film_file()])
    editor.setFocus()
    button = next(b for b in pane.tools.findChildren(QWidget) if b.accessibleName() == "Invert I")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pane.view.presentation.invert
    assert editor.hasFocus()
    pane.shut_down()


def test_the_left_button_follows_the_chosen_tool(reading, film_file):
    pane = reading(film_file(ramp(400, 400)))
    before = pane.view.presentation
    press(pane, Qt.Key.Key_P)
    drag(pane.view, (300, 300), (40, 30))
    assert pane.view.presentation == before
    moved = pane.view.transform
    press(pane, Qt.Key.Key_Z)
    drag(pane.view, (300, 300), (0, -60))
    assert pane.view.transform.zoom > moved.zoom
    press(pane, Qt.Key.Key_W)
    drag(pane.view, (300, 300), (40, 30))
    assert pane.view.presentation != before


def test_header_windows_and_luts_lie_on_the_number_keys(reading, film_file):
    tags = {
        "WindowCenter": [2000, 1500],
        "WindowWidth": [3000, 800],
        "WindowCenterWidthExplanation": ["NORMAL", "HARD"],
        "VOILUTSequence": [voi_lut("SOFT", 3.0)],
    }
    pane = reading(film_file(**tags))
    assert pane.view.presentation == default(pane.view.film)
    shown = [(chip.text(), chip.key()) for chip in pane.window_row.chips if chip.isVisible()]
    assert shown == [("NORMAL", "1"), ("HARD", "2"), ("SOFT", "3")]
    press(pane, Qt.Key.Key_2)
    assert pane.view.presentation.window.center == 1500
    press(pane, Qt.Key.Key_3)
    assert pane.view.presentation.voi_lut == 0
    assert [chip.isChecked() for chip in pane.window_row.chips[1:4]] == [False, False, True]
    press(pane, Qt.Key.Key_9)
    assert pane.view.presentation.voi_lut == 0
    press(pane, Qt.Key.Key_0)
    assert pane.view.presentation == default(pane.view.film)


def test_typed_numbers_are_taken_on_enter_and_the_keys_go_back_to_the_film(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    told = told_by(pane)
    field = pane.window_row.centre
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "1234,5")
    assert pane.view.linear_window().center == 2000
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (pane.view.linear_window().center, pane.view.linear_window().width) == (1234.5, 1000)
    assert pane.view.hasFocus()
    assert [(kind, facts["how"]) for kind, facts in told] == [("window", "typed")]
    QTest.mouseClick(pane.window_row.width_field, Qt.MouseButton.LeftButton)
    pane.window_row.width_field.selectAll()
    QTest.keyClicks(pane.window_row.width_field, "wide")
    QTest.keyClick(pane.window_row.width_field, Qt.Key.Key_Return)
    assert pane.window_row.width_field.text() == "1000"
    QTest.keyClicks(pane.window_row.width_field, "")
    pane.window_row.width_field.setFocus()
    pane.window_row.width_field.selectAll()
    QTest.keyClicks(pane.window_row.width_field, "-5")
    QTest.keyClick(pane.window_row.width_field, Qt.Key.Key_Return)
    assert pane.view.linear_window().width == 1


def test_tab_goes_from_centre_to_width_and_never_out_of_the_film(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    row = pane.window_row
    QTest.mouseClick(row.centre, Qt.MouseButton.LeftButton)
    row.centre.selectAll()
    QTest.keyClicks(row.centre, "1500")
    QTest.keyClick(row.centre, Qt.Key.Key_Tab)
    assert row.width_field.hasFocus() and row.width_field.selectedText() == "1000"
    QTest.keyClicks(row.width_field, "700")
    QTest.keyClick(row.width_field, Qt.Key.Key_Backtab)
    assert row.centre.hasFocus()
    assert (pane.view.linear_window().center, pane.view.linear_window().width) == (1500, 700)


def test_a_drag_elsewhere_does_not_touch_what_is_being_typed(reading, film_file):
    pane = reading(film_file(WindowCenter=2000, WindowWidth=1000))
    field = pane.window_row.centre
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "17")
    pane.view.drag_window(50, 20)
    assert field.text() == "17"


def test_text_has_three_states(reading, film_file):
    pane = reading(film_file())
    pane.apply_settings(Settings({}))
    states = []
    for _ in range(4):
        states.append(pane.view.legend.state)
        press(pane, Qt.Key.Key_Space)
    assert states == ["full", "short", "none", "full"]


def test_frontal_and_lateral_stand_side_by_side_and_keep_their_own_window(reading, film_file):
    pane = reading(film_file(), film_file(ViewPosition="LL"))
    frontal, lateral = (slot.view for slot in pane.stage.slots)
    assert frontal.isVisible() and lateral.isVisible()
    before = lateral.presentation
    drag(frontal, (200, 300), (60, 0))
    assert lateral.presentation == before
    press(pane, Qt.Key.Key_Right)
    assert pane.view is lateral
    assert lateral.hasFocus()
    press(pane, Qt.Key.Key_I)
    assert lateral.presentation.invert and not frontal.presentation.invert


def test_a_narrow_pane_shows_one_film_at_a_time(reading, film_file, qtbot):
    pane = reading(film_file(), film_file(ViewPosition="LL"))
    pane.resize(600, 700)
    frontal, lateral = (slot.view for slot in pane.stage.slots)
    assert frontal.isVisible() and not lateral.isVisible()
    turn_wheel(frontal, (100, 100), -1)
    assert lateral.isVisible() and not frontal.isVisible()
    press(pane, Qt.Key.Key_Left)
    assert frontal.isVisible() and not lateral.isVisible()
    pane.resize(1000, 700)
    assert frontal.isVisible() and lateral.isVisible()
    press(pane, Qt.Key.Key_S)
    assert not lateral.isVisible()
    pane.resize(600, 700)
    press(pane, Qt.Key.Key_S)
    assert frontal.isVisible() and lateral.isVisible()  # the reader's wish outweighs the room


def test_the_films_button_brings_its_film(reading, film_file):
    pane = reading(film_file(), film_file(ViewPosition="LL"))
    pane.resize(620, 700)
    button = next(b for b in pane.tools.findChildren(QWidget) if b.isVisible() and b.accessibleName() == "Lat")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert pane.instance.view_position == "LL"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.isChecked()


def test_first_paint_is_told_once_a_study(pane, film_file, qtbot):
    told = []
    pane.first_painted.connect(lambda: told.append(1))
    for _ in range(2):
        pane.show_study([film_file(), film_file()])
        qtbot.waitUntil(lambda: all(slot.prepared for slot in pane.stage.slots))
        qtbot.wait(50)
    assert len(told) == 2


def test_a_film_that_cannot_be_shown_says_so_in_its_place(pane, film_file, qtbot):
    good, bad = film_file(), film_file()
    whole = Path(bad.path).read_bytes()
    Path(bad.path).write_bytes(whole[: len(whole) // 2])
    with qtbot.waitSignal(pane.film_failed):
        pane.show_study([bad, good])
    qtbot.waitUntil(lambda: pane.stage.slots[1].prepared is not None)
    assert pane.view.film is None
    assert pane.view.message
    assert "Canary" not in pane.view.message
    assert pixels_of(pane.view).any()
    assert not pane._acts["film.invert"].isEnabled()


def test_fast_switching_never_shows_another_studys_film(pane, film_file, qtbot):
    films = [film_file(ramp(1200, 900) // (n + 1)) for n in range(6)]
    for n in range(18):
        wanted = films[n % 6]
        pane.show_study([wanted])
        for _ in range(n % 4):
            qtbot.wait(1)
            film = pane.view.film
            assert film is None or film.instance.sop_instance_uid == wanted.sop_instance_uid
    qtbot.waitUntil(lambda: pane.view.film is not None)
    qtbot.wait(100)
    assert pane.view.film.instance.path == films[17 % 6].path
    pane.view.one_to_one()
    expected = render(pane.view.film, pane.view.presentation)
    left, top = -int(pane.view.transform.left), -int(pane.view.transform.top)
    shown = pixels_of(pane.view)[max(0, -top) :, max(0, -left) :]
    height = min(shown.shape[0], expected.shape[0] - max(0, top))
    width = min(shown.shape[1], expected.shape[1] - max(0, left))
    cut = expected[max(0, top) : max(0, top) + height, max(0, left) : max(0, left) + width]
    assert (shown[:height, :width] == cut[:, :, None]).all()


def test_a_prepared_film_is_there_at_once(pane, film_file, qtbot):
    films = [film_file() for _ in range(3)]
    pane.prepare([[film] for film in films])
    qtbot.waitUntil(lambda: all(pane.loader.ready(film) for film in films))
    pane.show_study([films[2]])
    assert pane.view.film is not None


def test_films_read_ahead_stay_within_the_memory_budget(pane, film_file, qtbot):
    films = [film_file(ramp(300, 300)) for _ in range(6)]
    pane.loader.budget_bytes = 3 * 300 * 300 * 2 + 1
    pane.prepare([[film] for film in films])
    qtbot.waitUntil(lambda: pane.loader.ready(films[2]) is not None)
    qtbot.wait(100)
    assert pane.loader.ready(films[3]) is None
    for film in films:
        pane.show_study([film])
        qtbot.waitUntil(lambda: pane.view.film is not None)
        assert pane.loader.held_bytes() <= pane.loader.budget_bytes


def test_what_is_told_to_the_log_names_no_patient(reading, film_file):
    pane = reading(film_file(PatientID="CanaryID"), film_file(ViewPosition="LL"))
    told = told_by(pane)
    drag(pane.view, (200, 300), (60, 10))
    for key in (Qt.Key.Key_I, Qt.Key.Key_U, Qt.Key.Key_F, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Space):
        press(pane, key)
    kinds = [kind for kind, _ in told]
    assert kinds == ["window", "invert", "window", "fit", "film", "reset", "text"]
    assert "Canary" not in repr(told)
    assert "2.25" not in repr(told)


def test_a_cleared_pane_shows_its_words_and_takes_no_keys(reading, film_file, qtbot):
    pane = reading(film_file())
    pane.clear("Drop films here", "or open the samples")
    assert pane.view.film is None
    assert pane.view.message == "Drop films here"
    with qtbot.assertNotEmitted(pane.acted):
        for key in (Qt.Key.Key_I, Qt.Key.Key_F, Qt.Key.Key_0, Qt.Key.Key_Plus):
            press(pane, key)
        drag(pane.view, (200, 200), (50, 50))
        turn_wheel(pane.view, (100, 100), 2)


def test_a_right_click_offers_the_films_acts_with_their_keys(reading, film_file, qtbot):
    pane = reading(film_file())
    zoom = pane.view.transform.zoom
    QTest.mouseClick(pane.view, Qt.MouseButton.RightButton, pos=QPoint(300, 300))
    menu = QApplication.activePopupWidget()
    offered = {act.text(): act.shortcut().toString() for act in menu.actions() if act.menu() is None}
    groups = {act.text(): [inner.text() for inner in act.menu().actions()] for act in menu.actions() if act.menu()}
    assert offered["Invert"] == "I" and len(offered) + len(groups) <= 16
    assert "Fit" in groups["Size"] and "Rotate right" in groups["Turn"] and "Length" in groups["Measure"]
    assert "Films" not in groups, "there is only one film"
    assert all(inner and all(inner) for inner in groups.values())
    next(act for act in menu.actions() if act.text() == "Invert").trigger()
    menu.close()
    assert pane.view.presentation.invert
    assert pane.view.transform.zoom == zoom


def test_the_focus_of_the_pane_is_the_active_films(reading, film_file):
    pane = reading(film_file(), film_file(ViewPosition="LL"))
    press(pane, Qt.Key.Key_Right)
    pane.window_row.centre.setFocus()
    pane.setFocus()
    assert pane.stage.slots[1].view.hasFocus()
