"""Pictures leave by key: what is on them, what is said before, and that they are the film that was seen."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.synthetic import chest
from tests.ui.viewer.conftest import film_file, pane, reading  # noqa: F401
from tests.ui.viewer.hands import pixels_of, ramp
from workstation.dicom import burnt_in
from workstation.imaging.annotation import Annotation, Kind
from workstation.imaging.film import describe
from workstation.imaging.window import render
from workstation.ui.viewer.kits.exchange import NAMES_IN_WORDS, WORDS_DRAWN, ExchangeKit
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.viewer.outgoing.panel import Panel
from workstation.ui.viewer.outgoing.portrait import develop

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def outgoing(qtbot: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Press Ctrl+Shift+S, tick boxes by their keys, choose a file; answers the file when it is there."""

    def save(where: Any, name: str, *toggled: str) -> Path:
        target = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), "PNG (*.png)"))
        panel = asked(where)
        qtbot.waitUntil(panel.isActiveWindow)
        for each in toggled:
            panel.boxes[each].setFocus()
            QTest.keyClick(panel.boxes[each], Qt.Key.Key_Space)
        with qtbot.waitSignal(where.kit(ExchangeKit).voice.left) as left:
            QTest.keyClick(panel, Qt.Key.Key_Return)
        assert left.args[1]["sha256"]
        where.activateWindow()
        qtbot.waitUntil(where.view.hasFocus)
        return target

    return save


def asked(where: Any) -> Panel:
    QTest.keyClick(where.view, Qt.Key.Key_S, CONTROL | SHIFT)
    panel = where.kit(ExchangeKit).panel
    assert panel is not None and panel.isVisible()
    return panel


@pytest.mark.parametrize("ending", ["png", "tif", "jpg"])
def test_ctrl_shift_s_saves_the_film_as_it_is_windowed(reading, film_file, outgoing, ending) -> None:  # noqa: F811
    where = reading(film_file(ramp(300, 200), WindowCenter=2000, WindowWidth=3000))
    QTest.keyClick(where.view, Qt.Key.Key_I)
    saved = np.asarray(Image.open(outgoing(where, f"film.{ending}")))
    expected = render(where.view.film, where.view.presentation)
    assert saved.shape == expected.shape
    assert np.abs(saved.astype(int) - expected).max() <= (0 if ending != "jpg" else 12)


def drawn_on(where: Any) -> None:
    """A length and a word, kept as the reader would leave them."""
    uid, study = where.instance.sop_instance_uid, where.instance.study_instance_uid
    book = where.kit(MeasuringKit)._book(where.stage.current)
    book.add(Annotation("a", Kind.LENGTH, ((50.0, 20.0), (50.0, 180.0)), uid))
    book.add(Annotation("b", Kind.TEXT, ((250.0, 60.0),), uid, text="Mr Canary"))
    assert where.kit(MeasuringKit).markings_of(study).annotations


def test_drawings_are_on_it_or_not_as_the_box_is_ticked(reading, film_file, outgoing) -> None:  # noqa: F811
    where = reading(film_file(np.full((300, 200), 500, np.uint16), WindowCenter=2000, WindowWidth=3000))
    drawn_on(where)
    bare = np.asarray(Image.open(outgoing(where, "bare.png", "drawings")))
    assert np.array_equal(bare, render(where.view.film, where.view.presentation))
    full = np.asarray(Image.open(outgoing(where, "full.png")).convert("L")).astype(int)
    assert np.abs(full[50, 20:180] - bare[50, 20:180]).min() > 20  # the line stands where it was drawn
    assert np.array_equal(full[100:180], bare[100:180])


def test_a_selected_drawing_leaves_without_its_handles(reading, film_file, outgoing) -> None:  # noqa: F811
    where = reading(film_file(np.full((300, 200), 500, np.uint16), WindowCenter=2000, WindowWidth=3000))
    drawn_on(where)
    plain = np.asarray(Image.open(outgoing(where, "plain.png")))
    where.kit(MeasuringKit).place.sheet.selected = "a"
    assert np.array_equal(np.asarray(Image.open(outgoing(where, "selected.png"))), plain)


def test_the_picture_is_turned_and_filtered_as_it_is_seen(reading, film_file, outgoing) -> None:  # noqa: F811
    where = reading(film_file(ramp(300, 200), WindowCenter=2000, WindowWidth=3000))
    QTest.keyClick(where.view, Qt.Key.Key_R)
    saved = np.asarray(Image.open(outgoing(where, "turned.png")))
    expected = np.rot90(render(where.view.film, where.view.presentation), -1)
    assert expected.shape == (200, 300) and np.array_equal(saved, expected)


def test_a_mirrored_picture_never_leaves_without_its_warning(reading, film_file, outgoing) -> None:  # noqa: F811
    """Words or none: an amber frame, and amber words; between them the mirrored film."""
    where = reading(film_file(ramp(300, 200), WindowCenter=2000, WindowWidth=3000))
    QTest.keyClick(where.view, Qt.Key.Key_H)
    saved = np.asarray(Image.open(outgoing(where, "mirrored.png")))
    expected = render(where.view.film, where.view.presentation)[:, ::-1]
    amber = saved[:, :3].reshape(-1, 3)
    assert saved.ndim == 3 and (amber == amber[0]).all() and np.ptp(amber[0].astype(int)) > 80
    assert np.array_equal(saved[150:-4, 4:-4, 0], expected[150:-4, 4:-4])


def test_as_on_the_screen_it_is_what_the_view_shows(reading, film_file, outgoing) -> None:  # noqa: F811
    where = reading(film_file(ramp(900, 800), WindowCenter=2000, WindowWidth=3000))
    QTest.keyClick(where.view, Qt.Key.Key_Plus)
    where.view.settle()
    saved = np.asarray(Image.open(outgoing(where, "seen.png", "film size")).convert("RGB"))
    assert np.array_equal(saved, pixels_of(where.view))  # the corner text is switched off in this pane


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_stored_values_leave_with_all_their_bits(reading, film_file, outgoing, ending) -> None:  # noqa: F811
    where = reading(film_file(ramp(300, 200, 14), BitsStored=14, HighBit=13))
    saved = np.asarray(Image.open(outgoing(where, f"film.{ending}", "stored")))
    assert np.array_equal(saved, ramp(300, 200, 14))


def test_names_in_the_corner_text_are_warned_about_and_off_at_first(reading, film_file, outgoing, qtbot) -> None:  # noqa: F811
    where = reading(film_file(np.full((900, 800), 500, np.uint16), PatientName="Canary^Anna"))
    where.view.legend.state = "full"
    panel = asked(where)
    assert not panel.boxes["words"].isChecked() and not panel.warning.isVisible()
    panel.boxes["words"].click()
    assert panel.warning.isVisible() and panel.warning.text() == NAMES_IN_WORDS
    panel.reject()
    where.activateWindow()
    qtbot.waitUntil(where.view.hasFocus)
    without = np.asarray(Image.open(outgoing(where, "without.png")))
    assert np.ptp(without) == 0
    with_names = np.asarray(Image.open(outgoing(where, "with.png", "words")))
    assert np.ptp(with_names[:120, :400]) > 0


@pytest.mark.parametrize(
    ("tags", "sentence"),
    [
        ({"BurnedInAnnotation": "YES"}, burnt_in.SAID),
        ({"BurnedInAnnotation": "NO"}, ""),
        ({"BurnedInAnnotation": None, "SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, burnt_in.SECONDARY),
        ({"BurnedInAnnotation": None, "Modality": "OT"}, burnt_in.SECONDARY),
        ({"BurnedInAnnotation": None}, ""),
    ],
    ids=["said", "denied", "secondary capture", "other modality", "radiograph"],
)
def test_burnt_in_names_are_warned_about_before_anything_leaves(reading, film_file, tags, sentence) -> None:  # noqa: F811
    where = reading(film_file(**tags))
    panel = asked(where)
    assert panel.warning.text() == sentence
    panel.reject()


def test_words_that_the_reader_drew_are_warned_about(reading, film_file) -> None:  # noqa: F811
    where = reading(film_file())
    drawn_on(where)
    panel = asked(where)
    assert panel.warning.text() == WORDS_DRAWN
    panel.boxes["drawings"].click()
    assert panel.warning.text() == ""
    panel.reject()


def test_ctrl_c_copies_the_seen_film_without_names(reading, film_file, qtbot) -> None:  # noqa: F811
    where = reading(film_file(np.full((900, 800), 500, np.uint16), PatientName="Canary^Anna"))
    where.view.legend.state = "full"
    assert np.ptp(pixels_of(where.view)[:60, :300]) > 0
    with qtbot.waitSignal(where.kit(ExchangeKit).voice.left) as left:
        QTest.keyClick(where.view, Qt.Key.Key_C, CONTROL)
    image = QGuiApplication.clipboard().image()
    assert image.size() == where.view.size()
    copied = develop(image)
    on = where.view.on_screen
    x, y = (round(each) for each in on.to_screen(450, 400))
    assert copied[y, x] == render(where.view.film, where.view.presentation)[0, 0]
    where.view.legend.state = "none"
    assert np.array_equal(copied, pixels_of(where.view)[..., 0])
    assert left.args[1]["format"] == "clipboard" and "Canary" not in repr(left.args)


def test_evidence_over_the_film_never_leaves(reading, film_file, outgoing) -> None:  # noqa: F811
    where = reading(film_file(np.full((300, 200), 500, np.uint16)))
    uid = where.instance.sop_instance_uid
    assert where.layers.show_heat(uid, np.ones((4, 4)), (0, 0, 300, 200), ["words"])
    saved = np.asarray(Image.open(outgoing(where, "film.png")))
    assert np.ptp(saved) == 0


def test_ctrl_p_prints_both_films_with_a_line_that_says_whose_they_are(
    reading,  # noqa: F811
    film_file,  # noqa: F811
    qtbot: Any,
    tmp_path: Path,
) -> None:
    where = reading(film_file(chest(1, rows=400, columns=380), PatientName="Canary^Anna"), film_file(ViewPosition="LL"))
    kit = where.kit(ExchangeKit)

    def to_file(printer: QPrinter) -> bool:
        assert "Canary" not in printer.docName()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "films.pdf"))
        return True

    kit.chosen = to_file
    with qtbot.waitSignal(kit.voice.said):
        QTest.keyClick(where.view, Qt.Key.Key_P, CONTROL)
    pages = pdf_pages(tmp_path / "films.pdf")
    assert len(pages) == 2
    assert "Canary Anna" in pages[0] and "not for primary diagnosis" in pages[0] and "2 of 2" in pages[1]


def pdf_pages(path: Path) -> list[str]:
    """The words of each page, by poppler where it is there."""
    if not shutil.which("pdftotext"):
        pytest.skip("poppler's pdftotext is absent")
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return [page for page in done.stdout.split("\f") if page.strip()]


def test_nothing_leaves_while_another_film_is_shown_in_this_ones_place(reading, film_file, qtbot) -> None:  # noqa: F811
    where = reading(film_file())
    kit = where.kit(ExchangeKit)
    where.view.legend.hidden = True
    for key, held in ((Qt.Key.Key_C, CONTROL), (Qt.Key.Key_S, CONTROL | SHIFT), (Qt.Key.Key_P, CONTROL)):
        with qtbot.waitSignal(kit.voice.said) as said, qtbot.assertNotEmitted(kit.voice.left):
            QTest.keyClick(where.view, key, held)
        assert "end the comparison first" in said.args[0]
    assert kit.panel is None


def test_a_colour_picture_leaves_in_its_colours_with_a_doubt_about_names(reading, outgoing, tmp_path) -> None:  # noqa: F811
    colours = np.random.default_rng(3).integers(0, 255, (300, 200, 3)).astype(np.uint8)
    Image.fromarray(colours).save(tmp_path / "in.png")
    where = reading(describe(tmp_path / "in.png"))
    panel = asked(where)
    assert panel.warning.text() == burnt_in.PICTURE and not panel.boxes["stored"].isEnabled()
    panel.reject()
    where.activateWindow()
    assert np.array_equal(np.asarray(Image.open(outgoing(where, "out.png"))), colours)
