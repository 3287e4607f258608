"""From the mouse on the film to the words of the signed report and the store, in the whole window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.synthetic import chest, dicom_file
from tests.ui.viewer.hands import drag
from workstation.imaging.annotation import Kind
from workstation.storage import log
from workstation.storage.store import Store
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.workflow import markings

STUDY = "2.25.101"
WAIT_MS = 20_000


@pytest.fixture
def place(open_window, settle, tmp_path: Path, qtbot):
    """A window with one AP chest film in front; 0.2 mm between rows, 0.1 mm between columns."""
    settle(reader_id="dra", reader_name="Dr A. Reader", reader_role="Attending", open_next_after_signing=False)
    file = dicom_file(
        tmp_path / "film.dcm",
        chest(3, view="AP", rows=400, columns=380),
        StudyInstanceUID=STUDY,
        SOPInstanceUID="2.25.201",
        ViewPosition="AP",
        ImagerPixelSpacing=[0.2, 0.1],
        PixelSpacing=None,
    )
    opened = open_window(file)
    film = opened.furniture.film
    qtbot.waitUntil(lambda: film.view.film is not None, timeout=WAIT_MS)
    film.view.setFocus()
    qtbot.waitUntil(film.view.hasFocus)
    return opened


def at(view, row: float, col: float) -> tuple[float, float]:
    return view.on_screen.to_logical(row, col)


def measure_length(view) -> None:
    """Three millimetres down and four across: 15 rows of 0.2 and 40 columns of 0.1, fifteen times as long."""
    QTest.keySequence(view, "D")
    (x, y), (to_x, to_y) = at(view, 60, 60), at(view, 210, 260)
    drag(view, (x, y), (to_x - x - 4, to_y - y))


def test_a_length_from_the_mouse_to_the_signed_report(place, qtbot):
    """30 mm down (150 rows of 0.2) and 20 mm across (200 columns of 0.1): 36.06 mm."""
    furniture = place.furniture
    measure_length(furniture.film.view)
    QTest.keySequence(furniture.film.view, "Return")
    assert furniture.film.view.hasFocus()
    impression = furniture.report.body.edits["Impression"]
    impression.setFocus()
    QTest.keyClicks(impression, "A measured finding.")
    QTest.keySequence(place.window, "F9")
    qtbot.waitUntil(lambda: bool(furniture.desk.reading.versions), timeout=WAIT_MS)
    version = furniture.desk.reading.versions[-1]
    assert "Length 36 mm (at detector plane)." in version.text
    words = version.sections["Findings"]
    (span,) = version.spans["Findings"]
    assert words[span[0] : span[1]] == "Length 36 mm (at detector plane)." and span[2] == "measurement"


def test_drawings_are_in_the_store_before_the_signature_and_come_back_on_opening(place, qtbot):
    furniture = place.furniture
    measure_length(furniture.film.view)
    impression = furniture.report.body.edits["Impression"]
    impression.setFocus()
    QTest.keyClicks(impression, "A measured finding.")
    furniture.report.body.edits["Findings"].setFocus()
    QTest.keyClicks(furniture.report.body.edits["Findings"], "Seen.")
    QTest.keySequence(place.window, "F9")
    qtbot.waitUntil(lambda: bool(furniture.desk.reading.versions), timeout=WAIT_MS)
    kinds = [event.kind for event in log.events(place.store) if event.kind in ("marked", "signed")]
    assert kinds == ["marked", "signed"]
    with Store.open(place.home) as other:
        (kept,) = markings.load(other, STUDY).annotations
    assert kept.kind is Kind.LENGTH
    assert np.allclose(kept.points, [(60, 60), (210, 260)], atol=1.5)
    furniture.desk.leave()
    furniture.desk.open(STUDY)
    qtbot.waitUntil(lambda: furniture.film.view.film is not None, timeout=WAIT_MS)
    kit = furniture.film.kit(MeasuringKit)
    assert kit.place.sheet.drawings() == [kept]


def test_a_ratio_on_an_ap_film_says_so_in_the_report(place, qtbot):
    film, report = place.furniture.film, place.furniture.report
    view = film.view
    QTest.keySequence(view, "X")
    for row, col in ((250, 130), (280, 270)):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, at(view, row, col))))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, at(view, 290, 190))))
    kit = film.kit(MeasuringKit)
    qtbot.waitUntil(lambda: bool(kit.place.sheet.drawings()), timeout=WAIT_MS)
    QTest.keySequence(view, "Return")
    text = report.body.edits["Findings"].text()
    assert text.startswith("Cardiothoracic ratio 0.")
    assert text.endswith("(AP projection: heart magnified, not comparable with the PA norm).")


def test_after_the_signature_drawings_are_kept_and_logged_as_such(place, qtbot):
    furniture = place.furniture
    for name, words in (("Findings", "Seen."), ("Impression", "Seen.")):
        furniture.report.body.edits[name].setFocus()
        QTest.keyClicks(furniture.report.body.edits[name], words)
    QTest.keySequence(place.window, "F9")
    qtbot.waitUntil(lambda: bool(furniture.desk.reading.versions), timeout=WAIT_MS)
    furniture.film.view.setFocus()
    measure_length(furniture.film.view)
    QTest.keySequence(furniture.film.view, "Return")
    qtbot.waitUntil(lambda: any(event.kind == "marked" for event in log.events(place.store)), timeout=WAIT_MS)
    event = next(event for event in log.events(place.store) if event.kind == "marked")
    assert event.payload["after_signature"] is True and event.payload["annotations"] == {"length": 1}
    assert "Length" not in furniture.desk.reading.versions[-1].text


def test_a_corrected_length_replaces_its_former_sentence_in_the_report(place):
    film, report = place.furniture.film, place.furniture.report
    view = film.view
    measure_length(view)
    QTest.keySequence(view, "Return")
    QTest.keySequence(view, "W")
    (x, y), (to_x, to_y) = at(view, 210, 260), at(view, 60, 260)
    drag(view, (x, y), (to_x - x, to_y - y - 4))
    QTest.keySequence(view, "Return")
    assert report.body.edits["Findings"].text() == "Length 20 mm (at detector plane)."


def test_every_kind_of_drawing_is_read_back_from_the_store(place, qtbot):
    """Keys and mouse alone; what another process of the program reads is what was drawn."""
    view = place.furniture.film.view

    def click(row: float, col: float) -> None:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(*map(round, at(view, row, col))))

    def pull(start: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), (to_x, to_y) = at(view, *start), at(view, *end)
        drag(view, (x, y), (to_x - x - 4, to_y - y))

    def typed(words: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), words)
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)

    QTest.keySequence(view, "A")
    for row, col in ((40, 40), (40, 80), (80, 80)):
        click(row, col)
    QTest.keySequence(view, "C")
    pull((100, 40), (100, 100))
    pull((140, 40), (160, 100))
    QTest.keySequence(view, "E")
    pull((200, 200), (260, 300))
    QTest.keySequence(view, "B")
    pull((300, 40), (320, 100))
    QTest.keySequence(view, "Q")
    pull((30, 300), (60, 340))
    typed("here")
    QTest.keySequence(view, "T")
    click(350, 200)
    typed("seen")
    QTest.keySequence(view, "Shift+D")
    pull((380, 40), (380, 140))
    typed("25 mm")
    QTest.keySequence(view, "K")
    assert place.furniture.markings.flush()
    with Store.open(place.home) as other:
        kept = markings.load(other, STUDY)
    kinds = [Kind.ANGLE, Kind.COBB, Kind.ELLIPSE, Kind.FREEHAND, Kind.ARROW, Kind.TEXT]
    assert [one.kind for one in kept.annotations] == kinds
    assert [one.text for one in kept.annotations] == ["", "", "", "", "here", "seen"]
    assert [one.mm for one in kept.calibrations] == [25.0] and kept.key_images == ("2.25.201",)
    sheet = place.furniture.film.kit(MeasuringKit).place.sheet
    assert all(sheet.numbers(one).values for one in kept.annotations[:4])
