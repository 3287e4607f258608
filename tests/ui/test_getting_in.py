"""Films come in by drop, by dialog, by clipboard: archives, discs and pictures, to what stands in the store."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.fileset import FileSet
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from workstation.dicom.pixels import read_stored_values
from workstation.imaging.film import load
from workstation.storage.store import Store
from workstation.ui.viewer.facts import lossy_mark
from workstation.workflow import worklist

WAIT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier


def drop(target, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    for kind in (QDragEnterEvent, QDropEvent):
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = kind(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(target, event)
        assert event.isAccepted()


def stored(place) -> list[worklist.StudyRow]:
    with Store.open(place.home) as store:
        return worklist.worklist(store)


def wait_for(qtbot, place, studies: int) -> None:
    """Until so many studies are listed and the batch is over."""
    qtbot.waitUntil(
        lambda: place.window.worklist.rows.total == studies and not place.furniture.arrivals.running, timeout=WAIT_MS
    )


def press(qtbot, place, key: Qt.Key) -> None:
    qtbot.waitUntil(lambda: QApplication.activeWindow() is place.window, timeout=WAIT_MS)
    qtbot.keyClick(QApplication.focusWidget() or place.window, key, CTRL)


@pytest.fixture
def archive(two_chests: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(tmp_path / "post.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(two_chests.iterdir()):
            packed.write(path, f"films/{path.name}")
    return tmp_path / "post.zip"


@pytest.fixture
def disc(two_chests: Path, tmp_path: Path) -> Path:
    listing = FileSet()
    for name in ("1.dcm", "2.dcm"):
        listing.add(two_chests / name)
    listing.write(tmp_path / "disc")
    return tmp_path / "disc"


def test_a_dropped_archive_comes_in_and_its_bad_member_is_told(open_window, qtbot, archive):
    place = open_window()
    drop(place.window, archive)
    wait_for(qtbot, place, 2)
    assert {row.patient_id for row in stored(place)} == {"CANARY-1", "CANARY-2"}
    panel = place.window.refused
    assert panel.isVisible() and panel.list.item(0).toolTip() == f"{archive}!films/3.dcm"
    assert place.furniture.desk.study == "2.25.101"


def test_a_whole_batch_takes_the_list_of_refused_files_away(open_window, qtbot, archive, disc):
    place = open_window()
    drop(place.window, archive)
    qtbot.waitUntil(lambda: place.window.refused.isVisible(), timeout=WAIT_MS)
    drop(place.window, disc)
    qtbot.waitUntil(lambda: not place.window.refused.isVisible(), timeout=WAIT_MS)


def test_a_dropped_disc_comes_in_by_its_directory(open_window, qtbot, disc):
    place = open_window()
    drop(place.window, disc)
    wait_for(qtbot, place, 2)
    assert not place.window.refused.isVisible()


def test_a_directory_file_is_opened_by_key(open_window, qtbot, disc, monkeypatch):
    place = open_window()
    asked: list[str] = []

    def choose(_parent, _title, _folder, names):
        asked.append(names)
        return [str(disc / "DICOMDIR")], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", choose)
    press(qtbot, place, Qt.Key.Key_O)
    wait_for(qtbot, place, 2)
    assert "DICOMDIR" in asked[0] and "*.zip" in asked[0] and "*.bmp" in asked[0]


def grey_picture(rows: int = 60, columns: int = 50) -> tuple[QImage, np.ndarray]:
    values = np.random.default_rng(4).integers(0, 256, (rows, columns)).astype(np.uint8)
    return QImage(values.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8).copy(), values


def test_a_picture_on_the_clipboard_becomes_a_film_with_its_pixels(open_window, qtbot):
    place = open_window()
    picture, values = grey_picture()
    QGuiApplication.clipboard().setImage(picture)
    place.window.worklist.view.setFocus()
    press(qtbot, place, Qt.Key.Key_V)
    wait_for(qtbot, place, 1)
    row = stored(place)[0]
    assert row.description.startswith("Pasted picture 20")
    with Store.open(place.home) as store:
        film = load(worklist.films(store, row.study_instance_uid)[0])
    assert np.array_equal(film.indices, values) and film.instance.path.endswith(".png")
    assert any("clipboard" in warning for warning in film.instance.warnings)
    assert list(place.home.cache.glob("pasted-*")) == []


def test_files_on_the_clipboard_come_in(open_window, qtbot, two_chests):
    place = open_window()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(two_chests / "1.dcm"))])
    QGuiApplication.clipboard().setMimeData(data)
    press(qtbot, place, Qt.Key.Key_V)
    wait_for(qtbot, place, 1)
    assert stored(place)[0].patient_id == "CANARY-1"


def test_pasting_into_the_report_stays_pasting_text(open_window, qtbot, two_chests):
    place = open_window(two_chests / "1.dcm")
    edit = place.furniture.report.body.edits["Findings"]
    edit.setFocus()
    QGuiApplication.clipboard().setText("Clear lungs.")
    press(qtbot, place, Qt.Key.Key_V)
    assert edit.toPlainText() == "Clear lungs." and len(stored(place)) == 1


def test_an_empty_clipboard_is_said(open_window, qtbot, two_chests):
    place = open_window(two_chests / "1.dcm")
    place.furniture.film.view.setFocus()
    QGuiApplication.clipboard().setText("no film")
    press(qtbot, place, Qt.Key.Key_V)
    qtbot.waitUntil(lambda: "no film on the clipboard" in place.window.status.notice.words, timeout=WAIT_MS)


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "bmp"])
def test_a_dropped_picture_is_a_film_of_its_pixels(open_window, qtbot, tmp_path, ending):
    _, values = grey_picture()
    place_of = tmp_path / f"case.{ending}"
    Image.fromarray(values).save(place_of)
    place = open_window()
    drop(place.window, place_of)
    wait_for(qtbot, place, 1)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    film = place.furniture.film.view.film
    assert np.array_equal(film.indices, np.asarray(Image.open(place_of)))
    assert film.instance.lossy_image_compression is (ending == "jpg")
    assert stored(place)[0].description == f"Picture case.{ending}"


SYNTAXES = (
    *("implicit_le", "explicit_be", "deflated", "rle", "jpeg_ll_p14", "jpeg_ll_p14sv1", "jpegls_lossless"),
    *("j2k_lossless", "no_meta"),
)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_real_film_dropped_in_any_packing_is_the_same_film(open_window, qtbot, shared, syntax):
    folder = shared / "dicom" / "derived"
    place = open_window()
    drop(place.window, folder / f"chest_{syntax}.dcm")
    wait_for(qtbot, place, 1)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    assert np.array_equal(place.furniture.film.view.film.indices, read_stored_values(folder / "chest_explicit_le.dcm"))


@pytest.mark.parametrize("name", ["derived/chest_jpeg_ext12.dcm", "wg04/JPLY/RG3_JPLY", "wg04/J2KI/RG1_J2KI"])
def test_real_lossy_films_are_shown_with_their_mark(open_window, qtbot, shared, name):
    place = open_window()
    drop(place.window, shared / "dicom" / name)
    wait_for(qtbot, place, 1)
    qtbot.waitUntil(lambda: place.furniture.film.view.film is not None, timeout=WAIT_MS)
    assert lossy_mark(place.furniture.film.view.film.instance)


def test_jpeg_xl_is_refused_in_the_panel(open_window, qtbot, shared):
    place = open_window()
    drop(place.window, shared / "dicom" / "dcm4che" / "will-jxl.dcm")
    qtbot.waitUntil(lambda: place.window.refused.isVisible(), timeout=WAIT_MS)
    assert "compressed in a way this program does not read" in place.window.refused.list.item(0).text()
