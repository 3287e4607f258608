"""The worklist column: chips, search, order, words, and five thousand studies."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from workstation.reporting.report import StudyStatus
from workstation.ui import style
from workstation.ui.worklist import Worklist
from workstation.ui.worklist_rows import ALL, DRAFTED, SIGNED, TO_READ, folded, spoken
from workstation.workflow.worklist import StudyRow


def a_row(n: int, **other: object) -> StudyRow:
    row = StudyRow(
        study_instance_uid=f"2.25.{n}",
        study_key=f"k{n}",
        patient_name=f"SYNTHETIC Patient {n}",
        patient_id=f"ID{n}",
        issuer_of_patient_id="",
        patient_birth_date="",
        patient_sex="F",
        patient_age="057Y",
        accession_number=f"ACC{n}",
        study_date="20260105",
        study_time="081500",
        acquired="20260105081500",
        description="Chest PA",
        modality="DX",
        views=("PA",),
        instances=1,
        priority="ROUTINE",
        status=StudyStatus.NEW,
        priors=(),
        possible_priors=(),
        signed_by="",
        signed_at="",
        has_draft=False,
        referring_physician_name="",
        institution_name="",
        added_at="",
    )
    return replace(row, **other)


@pytest.fixture
def worklist(qtbot, qapp):
    style.apply(qapp)
    made = Worklist()
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    made.set_rows(
        [
            a_row(1, priority="STAT"),
            a_row(2, has_draft=True, status=StudyStatus.DRAFT_READY),
            a_row(3, patient_name="Müller Jörg", description="Thorax p.a."),
            a_row(4, status=StudyStatus.FINAL, has_draft=True, signed_by="Dr A"),
        ]
    )
    return made


def shown(worklist: Worklist) -> list[str]:
    return [row.study_instance_uid for row in worklist.rows.shown]


def test_it_begins_with_what_is_to_be_read(worklist):
    assert shown(worklist) == ["2.25.1", "2.25.2", "2.25.3"]


@pytest.mark.parametrize(
    ("chip", "studies"),
    [(TO_READ, [1, 2, 3]), (DRAFTED, [2]), (SIGNED, [4]), (ALL, [1, 2, 3, 4])],
)
def test_each_chip_counts_and_shows_its_studies(worklist, qtbot, chip, studies):
    button = worklist.chips[chip]
    assert button.text() == f"{chip} {len(studies)}"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert shown(worklist) == [f"2.25.{n}" for n in studies]


@pytest.mark.parametrize(
    ("typed", "found"), [("muller", "2.25.3"), ("MÜLLER jorg", "2.25.3"), ("acc2", "2.25.2"), ("id1", "2.25.1")]
)
def test_search_finds_names_without_accents_ids_and_accessions(worklist, qtbot, typed, found):
    qtbot.keyClicks(worklist.search, typed)
    assert shown(worklist) == [found]


def test_enter_in_the_search_opens_the_first_study_found(worklist, qtbot):
    qtbot.keyClicks(worklist.search, "muller")
    with qtbot.waitSignal(worklist.opened) as opened:
        qtbot.keyClick(worklist.search, Qt.Key.Key_Return)
    assert opened.args == ["2.25.3"]


def test_a_search_without_result_says_how_to_get_back(worklist, qtbot):
    qtbot.keyClicks(worklist.search, "nobody")
    assert "Esc" in worklist.empty.text() and worklist.empty.isVisible()
    qtbot.keyClick(worklist.search, Qt.Key.Key_Escape)
    assert shown(worklist) == ["2.25.1", "2.25.2", "2.25.3"]


def test_a_click_opens_a_study_and_arrows_only_move(worklist, qtbot):
    opened = []
    worklist.opened.connect(opened.append)
    index = worklist.rows.index(1)
    qtbot.mouseClick(worklist.view.viewport(), Qt.MouseButton.LeftButton, pos=worklist.view.visualRect(index).center())
    assert opened == ["2.25.2"]
    qtbot.keyClick(worklist.view, Qt.Key.Key_Down)
    assert opened == ["2.25.2"]
    qtbot.keyClick(worklist.view, Qt.Key.Key_Return)
    assert opened == ["2.25.2", "2.25.3"]


def test_a_new_state_of_one_study_keeps_selection_and_scroll(worklist):
    worklist.set_rows([a_row(n) for n in range(200)])
    worklist.view.setCurrentIndex(worklist.rows.index(120))
    bar = worklist.view.verticalScrollBar()
    bar.setValue(4000)
    worklist.set_row(a_row(5, status=StudyStatus.FINAL))
    assert worklist.view.currentIndex().data() == "SYNTHETIC Patient 120"
    assert bar.value() == 4000
    assert worklist.rows.total == 200 and len(worklist.rows.shown) == 199


def test_the_next_unread_study_follows_the_signed_one_and_wraps_round(worklist):
    assert worklist.next_unread("2.25.1") == "2.25.2"
    assert worklist.next_unread("2.25.3") == "2.25.1"
    worklist.set_rows([a_row(1, status=StudyStatus.FINAL)])
    assert worklist.next_unread("2.25.1") is None


def test_state_and_urgency_are_said_in_words(worklist):
    words = spoken(worklist.rows.row("2.25.4"))
    assert "final" in words and "signed by Dr A" in words and "ACC4" in words
    assert "priority stat" in spoken(worklist.rows.row("2.25.1"))


def test_an_empty_store_says_what_to_do(worklist):
    worklist.set_rows([])
    assert "Drop films" in worklist.empty.text()


def test_five_thousand_studies_are_filtered_without_a_proxy_and_painted(worklist):
    worklist.set_rows([a_row(n, has_draft=n % 2 == 0) for n in range(5000)])
    assert worklist.chips[TO_READ].text() == "To read 5 000"
    worklist.search.setText("patient 4999")
    assert shown(worklist) == ["2.25.4999"]
    assert not worklist.grab().isNull()


def test_a_right_to_left_name_stays_at_the_left_of_its_own_line(worklist):
    """The ink of an Arabic name begins at the row's left margin, as every other name's does."""
    left = []
    for name in ("SYNTHETIC", "سينثتيك"):
        worklist.set_rows([a_row(1, patient_name=name, description="", accession_number="", status=StudyStatus.NEW)])
        image = worklist.view.viewport().grab().toImage()
        ground = image.pixel(270, 4)
        columns = [x for x in range(6, 140) if any(image.pixel(x, y) != ground for y in range(8, 22))]
        left.append(columns[0])
    assert abs(left[0] - left[1]) <= 6


def test_folding_ignores_case_accents_and_the_hospitals_carets():
    assert folded("MÜLLER^Jörg") == "muller jorg"


def test_no_chips_number_is_ever_cut(worklist, qtbot):
    worklist.set_rows([a_row(n, has_draft=True, status=StudyStatus.DRAFT_READY) for n in range(1234)])
    for width in (400, 280, 220):
        worklist.resize(width, 600)
        qtbot.wait(10)
        for chip in worklist.chips.values():
            assert chip.fontMetrics().horizontalAdvance(chip.text()) + 12 <= chip.width(), (width, chip.text())
            assert chip.toolTip()
    worklist.resize(400, 600)
    qtbot.wait(10)
    assert worklist.chips[TO_READ].text() == "To read 1 234"
