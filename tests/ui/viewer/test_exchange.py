"""What other programs drew: on its film by their name, away by one key, its window and turn only when asked for."""

from __future__ import annotations

import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from tests.synthetic import chest, dicom_file
from tests.ui.conftest import open_window, settle  # noqa: F401
from tests.ui.viewer.hands import drag, pixels_of
from tests.unit.dicom.test_presentation_state import drawn, graphic, item, state_file
from tests.unit.export.witness import dumped, errors_of
from workstation.dicom.presentation_state import read_presentation_state
from workstation.dicom.structured_report import read_structured_report
from workstation.export.graphics import annotations_of
from workstation.imaging.film import describe, load, pixel_sha256
from workstation.imaging.geometry import Orientation
from workstation.storage import log
from workstation.storage.store import Store
from workstation.ui.viewer.kits.exchange import ExchangeKit
from workstation.ui.viewer.kits.foreign import ForeignKit
from workstation.ui.viewer.kits.measuring import MeasuringKit
from workstation.ui.workplace import Workplace
from workstation.workflow.companions import Shown

LUNIT = {
    "SOPInstanceUID": "1.2.840.113564.192168200113.20170404142225485590.1203801020003",
    "StudyInstanceUID": "1.400.20.81.610.201704042745",
    "PatientID": "ANONYMIZED",
}
SHIFT = Qt.KeyboardModifier.ShiftModifier
WAIT_MS = 20_000


@pytest.fixture
def with_state(open_window, qtbot: Any, tmp_path: Path) -> Any:  # noqa: F811
    """A window on one film and a presentation state by another program, both taken in from one folder."""

    def make(**tags: Any) -> Any:
        folder = tmp_path / "in"
        uids = {"SOPInstanceUID": "2.25.7", "StudyInstanceUID": "2.25.9", "PatientID": "CANARY"}
        folder.mkdir()
        dicom_file(folder / "film.dcm", chest(3, rows=500, columns=420), **uids)
        state_file(folder / "state.dcm", **{"PatientID": "CANARY", "Manufacturer": "Elsewhere", **tags})
        film = open_window(folder).furniture.film
        qtbot.waitUntil(lambda: film.view.film is not None, timeout=WAIT_MS)
        film.view.setFocus()
        qtbot.waitUntil(film.view.hasFocus, timeout=WAIT_MS)
        return film

    return make


def sheets(film: Any) -> list[Any]:
    return [sheet for sheet in film.kit(ForeignKit)._sheets.values() if sheet.drawings]


def test_shift_v_puts_foreign_drawings_away_and_back_and_says_whose_they_are(with_state, qtbot) -> None:
    film = with_state(**drawn(graphic("POLYLINE", [100, 100, 300, 100, 300, 300])))
    qtbot.waitUntil(lambda: bool(sheets(film)), timeout=WAIT_MS)
    assert sheets(film)[0].words == "by Elsewhere: not this reader's"
    shown = pixels_of(film.view)
    QTest.keyClick(film.view, Qt.Key.Key_V, SHIFT)
    away = pixels_of(film.view)
    QTest.keyClick(film.view, Qt.Key.Key_V, SHIFT)
    assert np.array_equal(pixels_of(film.view), shown)
    changed = np.any(shown != away, axis=2)
    assert changed.any()
    on = film.view.on_screen
    x, y = on.to_logical(100.5, 200.0)  # on the line: row 100, column 200
    assert changed[round(y) - 3 : round(y) + 3, round(x)].any()
    x, y = on.to_logical(200.0, 150.0)  # within the shape, where nothing is drawn
    assert not changed[round(y), round(x)]


def test_the_state_of_a_real_chest_ai_is_drawn_on_its_film(
    open_window,  # noqa: F811
    qtbot: Any,
    tmp_path: Path,
    shared: Path,
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    dicom_file(folder / "film.dcm", np.full((3023, 2517), 800, np.uint16), **LUNIT)
    shutil.copy(shared / "dicom" / "orthanc" / "Issue168.dcm", folder / "state.dcm")
    film = open_window(folder).furniture.film
    qtbot.waitUntil(lambda: bool(sheets(film)), timeout=2 * WAIT_MS)
    (sheet,) = sheets(film)
    assert sheet.words == "by Lunit Inc.: not this reader's"
    assert {one.text for one in sheet.drawings} >= {"98%", "87%", "some caution!!", "Abnormality Score : 98%"}
    purple = pixels_of(film.view).astype(int)
    assert ((purple[..., 2] - purple[..., 1]) > 40).sum() > 200  # contours in the colour of no reader


def test_window_and_turn_come_only_by_the_menus_choice(with_state, qtbot) -> None:
    voi = [item(WindowCenter=1234, WindowWidth=567)]
    film = with_state(ImageRotation=90, ImageHorizontalFlip="Y", SoftcopyVOILUTSequence=voi)
    act = film.kit(ForeignKit).made["exchange.apply_state"]
    qtbot.waitUntil(act.isEnabled, timeout=WAIT_MS)
    assert film.view.orientation.as_stored
    act.trigger()
    assert film.view.orientation == Orientation(1, True)
    assert (film.view.presentation.window.center, film.view.presentation.window.width) == (1234, 567)
    QTest.keyClick(film.view, Qt.Key.Key_Escape)
    assert film.view.presentation.window.center != 1234


def test_a_state_that_comes_later_is_drawn_without_opening_the_study_again(with_state, qtbot, tmp_path) -> None:
    film = with_state()
    more = state_file(
        tmp_path / "more.dcm",
        PatientID="CANARY",
        SOPInstanceUID="2.25.71",
        **drawn(graphic("POINT", [40, 40])),
    )
    assert not sheets(film)
    film.window().films_given.emit([str(more)])
    qtbot.waitUntil(lambda: bool(sheets(film)), timeout=WAIT_MS)


def test_a_state_of_another_patient_is_told_and_not_drawn(with_state, qtbot) -> None:
    film = with_state(**{**drawn(graphic("POINT", [40, 40])), "PatientID": "ANOTHER"})
    status = film.window().status
    qtbot.waitUntil(lambda: "another patient" in status.notice.words, timeout=WAIT_MS)
    assert "ANOTHER" not in status.notice.words and "CANARY" not in status.notice.words
    assert not sheets(film)


def test_ctrl_shift_g_saves_markings_that_foreign_judges_read(with_state, qtbot, tmp_path, monkeypatch) -> None:
    film = with_state()
    view, out = film.view, tmp_path / "out"
    out.mkdir()
    QTest.keyClick(view, Qt.Key.Key_R)  # turned: the state says so
    QTest.keyClick(view, Qt.Key.Key_D)  # the tool of lengths
    on = view.on_screen
    start, end = on.to_logical(200.0, 100.0), on.to_logical(200.0, 300.0)
    drag(view, start, (end[0] - start[0], end[1] - start[1]))
    QTest.keyClick(view, Qt.Key.Key_K)  # a key image
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier | SHIFT)
    qtbot.waitUntil(lambda: len(list(out.glob("*.dcm"))) == 3, timeout=2 * WAIT_MS)
    state, keys, report = sorted(out.iterdir())  # gsps, ko, sr
    uid = film.instance.sop_instance_uid
    assert all(errors_of(file) <= errors_of(Path(film.instance.path)) for file in (state, report, keys))
    assert "Length" in dumped(report)
    assert [each.sop_instance_uid for each in read_structured_report(keys).references] == [uid]
    found = read_presentation_state(state)
    assert found.quarter_turns == 1
    (line,) = annotations_of(found.drawn_on(uid), uid)
    drawn_here = film.kit(MeasuringKit).markings_of("2.25.9").annotations[0]
    assert np.abs(np.subtract(line.points, drawn_here.points)).max() < 1e-3  # a state holds 32 bits
    assert replace(line, points=()) == replace(drawn_here, points=())


def test_ctrl_shift_n_saves_films_that_name_nobody(with_state, qtbot, tmp_path, monkeypatch) -> None:
    film = with_state()
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    panel = asked_nameless(film, qtbot)
    assert not panel.boxes and not panel.warning.text() and "PS3.15" in panel.about.text()
    QTest.keyClick(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(list(out.glob("*.dcm"))), timeout=2 * WAIT_MS)
    (saved,) = out.iterdir()
    with Store.open(open_window_home(film)) as store:
        (event,) = log.events(store, kind="picture_exported")
    assert (
        event.payload["format"] == "deidentified" and event.payload["sha256"] == sha256(saved.read_bytes()).hexdigest()
    )
    assert b"CANARY" not in saved.read_bytes() and b"CANARY" in Path(film.instance.path).read_bytes()
    assert errors_of(saved) <= errors_of(Path(film.instance.path))
    assert pixel_sha256(load(describe(saved))) == pixel_sha256(film.view.film)


def test_a_film_that_may_hold_a_name_has_to_be_looked_at_first(with_state, qtbot, tmp_path, monkeypatch) -> None:
    film = with_state()
    out = tmp_path / "out"
    out.mkdir()
    secondary = {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "BurnedInAnnotation": None}
    secondary |= {"SOPInstanceUID": "2.25.77", "StudyInstanceUID": "2.25.99"}
    film.window().films_given.emit([str(dicom_file(tmp_path / "sc.dcm", chest(4, rows=300, columns=300), **secondary))])
    qtbot.waitUntil(lambda: film.instance.sop_instance_uid == "2.25.77" and film.view.film is not None, timeout=WAIT_MS)
    film.view.setFocus()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    panel = asked_nameless(film, qtbot)
    assert "secondary capture" in panel.warning.text() and not panel.go.isEnabled()
    QTest.keyClick(panel, Qt.Key.Key_Return)
    assert panel.isVisible() and not list(out.iterdir())
    (box,) = panel.boxes.values()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert panel.go.isEnabled()
    QTest.keyClick(panel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(list(out.glob("*.dcm"))), timeout=2 * WAIT_MS)


def open_window_home(film: Any) -> Any:
    """The home that the window of this pane stands on."""
    return film.window().findChild(Workplace).home


def asked_nameless(film: Any, qtbot: Any) -> Any:
    """The panel behind Ctrl+Shift+N."""
    QTest.keyClick(film.view, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | SHIFT)
    panel = film.kit(ExchangeKit).panel
    qtbot.waitUntil(panel.isActiveWindow)
    return panel


def test_a_drawing_for_one_frame_comes_and_goes_with_that_frame(reading, qtbot, tmp_path, shared) -> None:
    instance = describe(shared / "dicom" / "orthanc" / "MultiframeWindowing.dcm")
    named = item(
        ReferencedSOPClassUID=instance.sop_class_uid,
        ReferencedSOPInstanceUID=instance.sop_instance_uid,
        ReferencedFrameNumber=2,
    )
    series = item(SeriesInstanceUID=instance.series_instance_uid, ReferencedImageSequence=[named])
    tags = {"StudyInstanceUID": instance.study_instance_uid, "ReferencedSeriesSequence": [series]}
    state = read_presentation_state(state_file(tmp_path / "s.dcm", **tags, **drawn(graphic("POINT", [40, 40]))))
    pane = reading()
    pane.kit(ForeignKit).read = lambda _study: Shown((state,))
    pane.show_study([instance])
    qtbot.waitUntil(lambda: pane.view.film is not None, timeout=WAIT_MS)
    pane.view.setFocus()
    qtbot.waitUntil(lambda: bool(pane.kit(ForeignKit)._frames), timeout=WAIT_MS)
    assert not sheets(pane)
    QTest.keyClick(pane.view, Qt.Key.Key_Period)  # the next frame
    qtbot.waitUntil(lambda: bool(sheets(pane)), timeout=WAIT_MS)
    QTest.keyClick(pane.view, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: not sheets(pane), timeout=WAIT_MS)
