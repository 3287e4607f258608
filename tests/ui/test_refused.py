"""The strip of refused files: as high as what it says, and never half the worklist for one file."""

from __future__ import annotations

from workstation.ui import style
from workstation.ui.refused import MOST_PX, RefusedPanel
from workstation.workflow.intake import FileOutcome


def refused(n: int) -> FileOutcome:
    return FileOutcome(f"/films/{n}.txt", "refused", "The file is no film.", "Choose a film.", "", "", ())


def test_one_refused_file_takes_little_room_and_many_no_more_than_the_most(qtbot, qapp):
    style.apply(qapp)
    panel = RefusedPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 100)
    panel.show_outcomes([refused(1)], 3)
    qtbot.wait(20)
    one = panel.height()
    assert one < MOST_PX * 0.6
    row = panel.list.visualItemRect(panel.list.item(0))
    assert row.bottom() <= panel.list.viewport().height()
    panel.show_outcomes([refused(n) for n in range(50)], 3)
    qtbot.wait(20)
    assert one < panel.height() <= MOST_PX
