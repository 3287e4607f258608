"""The whole window: first run, films in, columns, keys, menus, trouble, and its end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QSplitter

from tests.conftest import ROOT
from tests.synthetic import chest, dicom_file
from workstation.storage import log
from workstation.ui import actions, menus
from workstation.ui.statusline import ElidedLabel
from workstation.ui.window import first_size

WAIT_MS = 20_000


def kinds(place) -> list[str]:
    return [event.kind for event in log.events(place.store)]


def drop(window, *paths) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, left, none))


def test_the_first_run_offers_the_samples_and_opens_them(open_window, qtbot):
    place = open_window()
    assert place.welcome.isVisible()
    assert "Drop films" in place.window.worklist.empty.text()
    qtbot.mouseClick(place.welcome.samples_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(place.furniture.desk.study), timeout=WAIT_MS)
    assert place.window.worklist.rows.total >= 6
    qtbot.waitUntil(lambda: "first_paint" in kinds(place), timeout=WAIT_MS)
    assert kinds(place).index("study_opened") < kinds(place).index("first_paint")


def test_dropped_folders_are_taken_in_and_refusals_told_beside_the_work(open_window, qtbot, two_chests):
    place = open_window()
    drop(place.window, two_chests)
    qtbot.waitUntil(lambda: bool(place.furniture.desk.study), timeout=WAIT_MS)
    assert place.furniture.desk.study == "2.25.101"
    panel = place.furniture.refused
    assert panel.isVisible() and panel.list.count() == 1
    assert panel.list.item(0).text().startswith("3.dcm: ")
    assert "2 films taken in" in place.window.status.notice.words
    assert "1 file refused" in place.window.status.notice.words


def test_a_film_dropped_on_the_report_is_a_film_and_not_words(open_window, qtbot, two_chests):
    place = open_window(two_chests / "1.dcm")
    edit = place.furniture.report.body.edits["Findings"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(two_chests / "2.dcm"))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for kind in (QDragEnterEvent, QDropEvent):
        event = kind(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(edit.viewport(), event)
        assert event.isAccepted()
    qtbot.waitUntil(lambda: place.furniture.desk.study == "2.25.102", timeout=WAIT_MS)
    assert "2.dcm" not in edit.toPlainText()


def test_films_of_the_command_line_open(open_window, two_chests):
    place = open_window(two_chests / "2.dcm")
    assert place.furniture.desk.study == "2.25.102"


def test_a_study_that_arrives_in_mid_sentence_waits_for_the_reader(open_window, qtbot, two_chests):
    place = open_window(two_chests / "1.dcm")
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    qtbot.keyClicks(edit, "Clear")
    drop(place.window, two_chests / "2.dcm")
    qtbot.waitUntil(lambda: place.window.status.button.text() == "Open it", timeout=WAIT_MS)
    assert place.furniture.desk.study == "2.25.101"
    assert edit.hasFocus() and edit.toPlainText() == "Clear"
    qtbot.mouseClick(place.window.status.button, Qt.MouseButton.LeftButton)
    assert place.furniture.desk.study == "2.25.102"


def test_what_was_typed_stands_there_when_the_study_is_opened_again(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    desk, edits = place.furniture.desk, place.furniture.report.body.edits
    edits["Findings"].setFocus()
    qtbot.keyClicks(edits["Findings"], "Clear lungs")
    qtbot.keyClick(place.window, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert desk.study == "2.25.102"
    assert edits["Findings"].toPlainText() == ""
    qtbot.keyClick(place.window, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert desk.study == "2.25.101"
    assert edits["Findings"].toPlainText() == "Clear lungs"


def test_every_menu_entry_is_made_by_somebody_and_answers(open_window, two_chests):
    place = open_window(two_chests)
    made = menus.live_acts(place.window)
    missing = {declared.id for declared in actions.ACTIONS} - set(made)
    assert missing == set()
    for act_id, act in made.items():
        assert act.receivers("2triggered(bool)") > 0 or act.receivers("2toggled(bool)") > 0, act_id


def test_a_menu_greys_out_what_makes_no_sense_now_and_its_keys_still_work(open_window, two_chests):
    place = open_window(two_chests)
    made = menus.live_acts(place.window)
    menu = next(act.menu() for act in place.window.menuBar().actions() if act.text() == "&Report")
    menu.aboutToShow.emit()
    greyed = {act_id for act_id, act in made.items() if act_id.startswith("report.") and not act.isEnabled()}
    assert {"report.copy", "report.addendum", "report.keep", "report.recall", "report.stop"} <= greyed
    assert not {"report.sign", "report.redo"} & greyed
    menu.aboutToHide.emit()
    assert all(made[act_id].isEnabled() for act_id in greyed)


def test_no_key_is_bound_twice_in_the_live_window(open_window, two_chests):
    place = open_window(two_chests)
    seen: dict[str, str] = {}
    for act_id, act in menus.live_acts(place.window).items():
        if actions.action(act_id).context != actions.EVERYWHERE:
            continue
        for key in act.shortcuts():
            assert key.toString() not in seen, f"{act_id} and {seen.get(key.toString())}"
            seen[key.toString()] = act_id


def test_control_f_and_f6_bring_the_keyboard_where_it_is_wanted(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    window = place.window
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(window.worklist.search.hasFocus)
    seen, held = [], []
    for _ in range(3):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6)
        seen.append(window.columns.focused())
        held.append(QApplication.focusWidget())
    assert seen == ["film", "report", "worklist"]
    assert held == [place.furniture.film.view, place.furniture.report.body.edits["Findings"], window.worklist.view]


def test_columns_hide_by_key_and_the_last_one_stays(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    control = Qt.KeyboardModifier.ControlModifier
    for key in (Qt.Key.Key_1, Qt.Key.Key_3, Qt.Key.Key_2):
        qtbot.keyClick(place.window, key, control)
    hidden = [name for name in ("worklist", "film", "report") if place.window.columns.is_hidden(name)]
    assert hidden == ["worklist", "report"]
    qtbot.keyClick(place.window, Qt.Key.Key_3, control)
    assert not place.window.columns.is_hidden("report")


def test_letters_typed_into_the_report_never_reach_the_film(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    shown = place.furniture.film.view.presentation
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    qtbot.keyClicks(edit, "if air a 1 f")
    assert edit.toPlainText() == "if air a 1 f"
    assert place.furniture.film.view.presentation == shown


def test_sizes_and_hidden_columns_are_remembered(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    qtbot.keyClick(place.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    place.window.close()
    again = open_window()
    assert again.window.columns.is_hidden("worklist")
    assert not again.window.columns.is_hidden("report")


def test_the_splitters_stand_where_they_were_left(open_window, two_chests):
    place = open_window(two_chests)
    outer, reading = place.window.columns.findChildren(QSplitter)
    outer.setSizes([333, 1067])
    reading.setSizes([500, 563])
    left = outer.sizes()[0], reading.sizes()[1]
    place.window.close()
    again = open_window(two_chests / "1.dcm")
    outer, reading = again.window.columns.findChildren(QSplitter)
    assert abs(outer.sizes()[0] - left[0]) <= 3
    assert abs(reading.sizes()[1] - left[1]) <= 3


def test_on_a_portrait_screen_the_report_goes_below_the_film(open_window, two_chests):
    place = open_window(two_chests, size=(1000, 1500))
    film, report = (place.window.columns.by_name[name] for name in ("film", "report"))
    assert report.mapTo(place.window, report.rect().topLeft()).y() > film.mapTo(place.window, film.rect().center()).y()


def test_everything_fits_a_small_laptop(open_window, two_chests):
    place = open_window(two_chests, size=(1366, 768))
    assert place.window.minimumSizeHint().width() <= 1366
    assert place.window.minimumSizeHint().height() <= 768


def test_a_corrupt_store_is_told_at_the_top_and_the_window_stays(qtbot, qapp, home, settle):
    from workstation.ui import application

    home.database.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    place = application.build(qapp, home)
    place.window.show()
    qtbot.waitUntil(lambda: bool(place.window.banner.words), timeout=WAIT_MS)
    assert place.furniture is None
    assert "cannot be read" in place.window.worklist.empty.text()
    assert not place.welcome.samples_button.isEnabled()
    qtbot.keyClick(place.window, Qt.Key.Key_F1)
    assert place.help.isVisible()
    place.help.hide()
    place.window.close()


def test_a_full_disk_is_told_before_the_reader_types(open_window, qtbot, two_chests, monkeypatch):
    place = open_window(two_chests)
    usage = shutil.disk_usage(place.home.root)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1000))
        place.furniture.check_store()
        assert "disk" in place.window.banner.words.lower()
        edit = place.furniture.report.body.edits["Findings"]
        qtbot.keyClicks(edit, "x")
        assert edit.toPlainText() == ""
    place.furniture.check_store()
    assert place.window.banner.words == ""
    assert place.furniture.report.isEnabled()


def test_the_log_is_verified_at_the_start_and_says_so(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    qtbot.waitUntil(lambda: place.window.status.fact("log").startswith("log verified"), timeout=WAIT_MS)
    assert place.window.status.fact("research") == "not for clinical use"
    assert "not calibrated" in place.window.status.fact("display")


def test_viewer_actions_are_logged_together_once_a_second(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    place.furniture.film.view.setFocus()
    for letter in "iif":
        qtbot.keyClicks(place.furniture.film.view, letter)
    qtbot.waitUntil(lambda: "viewer" in kinds(place), timeout=WAIT_MS)
    event = next(event for event in log.events(place.store) if event.kind == "viewer")
    assert [act["act"] for act in event.payload["actions"]] == ["invert", "invert", "fit"]


def test_closing_ends_every_thread_and_a_second_window_reads_on(open_window, two_chests):
    place = open_window(two_chests)
    assert place.window.close()
    assert open_window().window.worklist.rows.total == 2


def test_words_that_cannot_be_saved_hold_the_window_open_once(open_window, qtbot, two_chests):
    place = open_window(two_chests)
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    pages = place.store.execute("PRAGMA page_count").fetchone()[0]
    place.store.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk is full", for this connection
    qtbot.keyClicks(edit, "x" * 6000)
    assert not place.furniture.desk.open("2.25.102")
    assert place.furniture.desk.study == "2.25.101"
    assert "stays open" in place.window.status.notice.words
    assert not place.window.close()
    assert "could not be saved" in place.window.banner.words
    assert edit.toPlainText() == "x" * 6000
    place.store.execute("PRAGMA max_page_count = 1073741823")
    assert place.window.close()


def test_a_long_notice_is_shortened_and_whole_in_its_tooltip(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.say("A very long sentence that cannot stand here")
    assert label.text().endswith("…")
    assert label.toolTip() == "A very long sentence that cannot stand here"


WITHOUT_TORCH = """
import sys
import time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from workstation.paths import Home
from workstation.ui import application
qt = QApplication([])
place = application.build(qt, Home(Path(sys.argv[1])), [sys.argv[2]])
def look():
    if place.furniture and place.furniture.desk.study and place.furniture.film.view.film is not None:
        print(sorted(name for name in sys.modules if name.split(".")[0] in ("torch", "transformers", "llama_cpp")))
        place.window.close()
timer = QTimer()
timer.timeout.connect(look)
timer.start(50)
place.window.show()
qt.exec()
"""


def test_the_windows_process_never_imports_torch(home, settle, two_chests):
    command = [sys.executable, "-c", WITHOUT_TORCH, str(home.root), str(two_chests)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr[-800:]
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["file.open", "report.sign", "view.cycle"])
def test_a_declared_act_stands_in_its_menu_with_its_key(open_window, name):
    place = open_window()
    shown = [
        act.objectName()
        for menu in place.window.menuBar().actions()
        if menu.menu() is not None
        for act in menu.menu().actions()
    ]
    assert name in shown


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_terminated_window_leaves_its_demonstration_home_as_it_found_it(tmp_path):
    """SIGTERM ends the window as closing does."""
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    window = subprocess.Popen([sys.executable, "main.py", "--demo"], cwd=ROOT, env=environment, text=True)
    logs = tmp_path.glob("cxr-demo-*/logs")
    end = time.monotonic() + 60
    while not list(tmp_path.glob("cxr-demo-*/store.sqlite")) and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(1)
    window.terminate()
    assert window.wait(timeout=20) == 0
    assert not list(logs) and not list(tmp_path.glob("cxr-demo-*"))


def test_a_long_intake_shows_its_progress_and_stops_when_told(open_window, qtbot, tmp_path):
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(120):
        dicom_file(
            folder / f"{n:03}.dcm",
            chest(1, rows=64, columns=64) if n == 0 else np.full((64, 64), n, np.uint16),
            StudyInstanceUID=f"2.25.55{n}",
            SOPInstanceUID=f"2.25.66{n}",
        )
    place = open_window()
    drop(place.window, folder)
    qtbot.waitUntil(lambda: place.window.status.button.text() == "Stop", timeout=WAIT_MS)
    assert place.window.status.bar.isVisible()
    qtbot.mouseClick(place.window.status.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not place.furniture.arrivals.running, timeout=WAIT_MS)
    assert 0 < place.window.worklist.rows.total < 120


def test_on_a_standing_screen_the_window_opens_standing():
    assert first_size(QSize(1080, 1920)) == QSize(900, 1400)
    assert first_size(QSize(1920, 1080)) == QSize(1400, 900)
    assert first_size(QSize(1366, 728)) == QSize(1366, 728)


def test_a_standing_screen_is_never_too_narrow_for_the_first_window(qtbot, qapp, home, settle, monkeypatch):
    from workstation.ui import application

    monkeypatch.setattr("workstation.ui.window.first_size", lambda _screen: QSize(900, 1400))
    place = application.build(qapp, home)
    place.window.show()
    qtbot.waitUntil(lambda: place.furniture is not None, timeout=WAIT_MS)
    assert place.window.width() == 900
    place.window.close()
