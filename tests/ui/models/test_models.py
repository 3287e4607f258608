"""The models window by real keys and mouse, with a real worker: use, import, convert, verify, remove, and trouble."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from tests import toy_model
from workstation.catalog import installed
from workstation.paths import Home
from workstation.settings import load_settings

WAIT_MS = 300_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def models(open_window, qtbot):
    """Open the models window by its key; ``choose`` is the row to go to by the arrow keys."""

    def make(choose: str = "", *paths: Path):
        place = open_window(*paths)
        qtbot.waitUntil(place.window.isActiveWindow, timeout=WAIT_MS)
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        qtbot.keyClick(place.window, Qt.Key.Key_M, both)
        desk = place.furniture.models
        qtbot.waitUntil(lambda: desk.window.list.count() > 0, timeout=WAIT_MS)
        for _ in range(desk.window.list.count() if choose else 0):
            if desk.window.page.facts.id == choose:
                break
            qtbot.keyClick(desk.window.list, Qt.Key.Key_Down)
        assert not choose or desk.window.page.facts.id == choose
        return place

    return make


def done(place, qtbot) -> str:
    """Wait for the end of the work; what the window says of it."""
    desk = place.furniture.models
    qtbot.waitUntil(lambda: not desk.work.busy, timeout=WAIT_MS)
    return desk.window.told.text()


def test_it_tells_what_is_there_from_whom_on_which_terms_and_whether_it_fits(models, home):
    window = models().furniture.models.window
    assert not window.isModal() and window.isVisible()
    manifest = installed.installed(home)[0].manifest
    page = window.page.table.toPlainText()
    for fact in (manifest.source, manifest.sha256, "research only", "ready, comes with the program"):
        assert fact in page
    assert " ".join(manifest.terms.split()) in " ".join(page.split())
    assert "needs" in page and ("fits" in page)
    assert window.page.statement.text() == manifest.statement
    assert not window.page.remove_button.isVisible(), "what comes with the program stays"
    assert window.page.loaded.text() == "Now not loaded"


def test_the_model_for_drafts_is_chosen_there_and_the_draft_names_it(models, home, settle, qtbot, two_chests):
    toy_model.install(home, age_years=(0, 120))
    settle(draft_when="by hand")
    place = models("toy", two_chests)
    page = place.furniture.models.window.page
    qtbot.mouseClick(page.use_button, LEFT)
    assert load_settings(home)["model"] == "toy"
    qtbot.waitUntil(lambda: page.facts.chosen, timeout=WAIT_MS)
    assert page.use_button.text() == "Used for drafts" and not page.use_button.isEnabled()
    place.furniture.desk.redo(True)
    qtbot.waitUntil(lambda: place.furniture.report.drafts.shown is not None, timeout=WAIT_MS)
    head = place.furniture.report.draft_head
    assert "toy on CPU" in head.model.text()
    assert head.made.text() == "F32 by torch, every byte checked"
    qtbot.waitUntil(lambda: "idle since" in page.loaded.text(), timeout=WAIT_MS)  # until then it is at work
    assert page.loaded.text().startswith("Now in memory (") and "torch F32" in page.loaded.text()


def test_terms_are_shown_and_accepted_before_anything_is_copied(models, home, tmp_path, qtbot, monkeypatch):
    folder = toy_model.install(Home(tmp_path / "elsewhere").create())
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kw: str(folder))
    place = models()
    window = place.furniture.models.window
    page = window.import_page
    qtbot.mouseClick(window.import_button, LEFT)
    qtbot.waitUntil(lambda: page.candidate is not None, timeout=WAIT_MS)
    assert page.terms.toPlainText() == "none" and page.accept_box.isVisible()
    assert not page.import_button.isEnabled()
    qtbot.mouseClick(page.import_button, LEFT)
    assert not place.furniture.models.work.busy and not list(home.models.iterdir())
    page.accept_box.setFocus()
    qtbot.keyClick(page.accept_box, Qt.Key.Key_Space)
    qtbot.mouseClick(page.import_button, LEFT)
    assert place.furniture.models.work.busy
    assert "toy was imported" in done(place, qtbot)
    assert installed.find(home, "toy").status == "ready"
    qtbot.waitUntil(lambda: window.page.facts.id == "toy", timeout=WAIT_MS)
    assert window.pages.currentWidget() is window.page


def test_a_folder_that_is_no_model_is_refused_with_its_remedy(models, home, tmp_path, qtbot, monkeypatch):
    folder = tmp_path / "downloaded"
    folder.mkdir()
    (folder / "pytorch_model.bin").write_bytes(b"\x80\x02 pickle")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args, **_kw: str(folder))
    window = models().furniture.models.window
    page = window.import_page
    qtbot.mouseClick(window.import_button, LEFT)
    qtbot.waitUntil(lambda: page.notice.isVisible(), timeout=WAIT_MS)
    assert "pickle" in page.notice.message.text() and "safetensors" in page.notice.remedy.text()
    assert not page.import_button.isEnabled()
    qtbot.mouseClick(page.cancel_button, LEFT)
    assert window.pages.currentWidget() is window.page


def test_verify_reads_every_byte(models, home, qtbot):
    weights = toy_model.install(home) / "model.safetensors"
    place = models("toy")
    page = place.furniture.models.window.page
    qtbot.mouseClick(page.verify_button, LEFT)
    assert not page.verify_button.isEnabled() and place.furniture.models.window.cancel_button.isVisible()
    assert done(place, qtbot) == "toy: every byte is as its manifest says."
    spoilt = bytearray(weights.read_bytes())
    spoilt[-1] ^= 1
    weights.write_bytes(spoilt)
    qtbot.mouseClick(page.verify_button, LEFT)
    assert done(place, qtbot) == "toy is damaged: model.safetensors changed."
    assert place.furniture.models.window.told.property("role") == "careful"


def test_a_work_can_be_cancelled_and_leaves_nothing(models, home, tmp_path, qtbot):
    folder = toy_model.install(Home(tmp_path / "elsewhere").create())
    place = models()
    desk = place.furniture.models
    desk.look_into(str(folder))
    qtbot.waitUntil(lambda: desk.window.import_page.candidate is not None, timeout=WAIT_MS)
    desk.window.import_page.accept_box.setChecked(True)
    qtbot.mouseClick(desk.window.import_page.import_button, LEFT)
    qtbot.mouseClick(desk.window.cancel_button, LEFT)
    assert done(place, qtbot) == "Cancelled; nothing half done was kept."
    assert not list(home.models.iterdir())
    assert not desk.window.work_row.isVisible()


def test_a_model_is_converted_for_llama_cpp_with_its_need_told_before(models, home, qtbot):
    toy_model.install(home)
    place = models("toy")
    page = place.furniture.models.window.page
    entry = next(act for act in page.convert_menu.actions() if act.text().startswith("F16"))
    assert "of memory" in entry.text()
    entry.trigger()
    assert "F16 for llama.cpp is ready" in done(place, qtbot)
    qtbot.waitUntil(lambda: page.facts.made == ("F16",), timeout=WAIT_MS)
    assert "F16" in page.table.toPlainText()


def test_remove_asks_in_place_and_then_does_it(models, home, settle, qtbot):
    folder = toy_model.install(home)
    settle(model="toy")
    place = models("toy")
    window = place.furniture.models.window
    qtbot.mouseClick(window.page.remove_button, LEFT)
    assert "Remove toy" in window.page.notice.message.text() and folder.is_dir()
    keep = next(button for button in window.page.notice.buttons if button.text() == "Keep it")
    qtbot.mouseClick(keep, LEFT)
    assert folder.is_dir() and not window.page.notice.isVisible()
    qtbot.mouseClick(window.page.remove_button, LEFT)
    remove = next(button for button in window.page.notice.buttons if button.text() == "Remove it")
    qtbot.mouseClick(remove, LEFT)
    qtbot.waitUntil(lambda: not folder.exists() and window.list.count() == 1, timeout=WAIT_MS)
    assert window.told.text() == "toy was removed." and load_settings(home)["model"] == ""


def test_a_broken_folder_says_what_is_wrong_and_can_only_be_removed(models, home):
    broken = home.models / "half"
    broken.mkdir(parents=True)
    (broken / "manifest.toml").write_text("id = ", encoding="utf-8")
    page = models("half").furniture.models.window.page
    assert page.notice.isVisible() and page.notice.remedy.text()
    assert page.remove_button.isVisible() and page.remove_button.isEnabled()
    assert (
        not page.use_button.isEnabled() and not page.verify_button.isEnabled() and not page.convert_button.isEnabled()
    )


def test_the_time_in_memory_is_a_setting(models, home, qtbot):
    window = models().furniture.models.window
    window.minutes.setFocus()
    window.minutes.selectAll()
    qtbot.keyClicks(window.minutes, "5")
    qtbot.keyClick(window.minutes, Qt.Key.Key_Return)
    assert load_settings(home)["keep_warm_s"] == 300
