"""Which acts make sense now: the menu greys out the others while it is open. Keys are never switched off by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.ui.furniture import Furniture

WRITING = {"report.redo", "report.sign"}
WITH_DRAFT = {
    "report.keep",
    "report.edit",
    "report.reject",
    "report.next_sentence",
    "report.previous_sentence",
    "report.probabilities",
    "report.reservations",
    "report.grade_a",
    "report.grade_b",
    "report.grade_c",
    "report.grade_d",
}
SIGNED = {"report.addendum", "report.withdraw", "report.copy", "report.export_text", "report.export_pdf"}
SIGNED |= {"report.export_sr", "report.export_fhir", "report.export_hl7"}


def available(act: str, room: Furniture) -> bool:
    """Whether the act with this id would do something."""
    desk, report = room.desk, room.report
    reading = desk.reading
    writing = reading is not None and reading.editable
    if act in WRITING:
        return writing
    if act in WITH_DRAFT:
        return writing and report.drafts.shown is not None
    if act in SIGNED:
        return reading is not None and not writing
    if act in ("report.reveal", "report.insert_draft"):
        return writing and reading is not None and reading.draft_id is not None
    if act == "report.stop":
        return room.drafts.expects(desk.study)
    if act == "question.stop":
        return room.questions.busy
    if act == "question.differential":
        return room.question.differential_button.isEnabled()
    if act == "report.recall":
        return report.recall_bar.reading is not None
    if act in ("study.next", "study.previous"):
        return room.window.worklist.neighbour(desk.study, 1 if act == "study.next" else -1) is not None
    return act != "file.refused" or room.refused.list.count() > 0
