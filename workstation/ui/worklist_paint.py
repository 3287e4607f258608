"""One worklist row -> three lines of paint: name and urgency, description and status, accession and date.

Names may run right to left: each text has a rectangle of its own, so no direction leaks into its neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from workstation.reporting.report import StudyStatus
from workstation.ui import style
from workstation.ui.dates import date_text, time_text
from workstation.ui.worklist_rows import ROW_ROLE, urgency

if TYPE_CHECKING:
    from workstation.workflow.worklist import StudyRow

ROW_HEIGHT = 62
_MARGIN = 12
_STATUS_COLOURS = {
    StudyStatus.NEW: "SECONDARY",
    StudyStatus.DRAFTING: "AMBER",
    StudyStatus.DRAFT_READY: "ACCENT",
    StudyStatus.IN_PROGRESS: "AMBER",
    StudyStatus.PRELIMINARY: "AMBER",
    StudyStatus.PENDING_SIGNATURE: "AMBER",
    StudyStatus.FINAL: "GREEN",
    StudyStatus.AMENDED: "GREEN",
    StudyStatus.WITHDRAWN: "RED",
}


class RowPainter(QStyledItemDelegate):
    """Paints StudyRow records; ``open_study`` is marked, ``drafting`` overrides a status with its progress."""

    def __init__(self) -> None:
        super().__init__()
        self.open_study = ""
        self.drafting: dict[str, str] = {}
        self.date_format = "ISO"
        self.folded = False
        self._name_font = style.font()
        self._bold_font = style.font(bold=True)
        self._small_font = style.font(style.SMALL_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(180, ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: StudyRow = index.data(ROW_ROLE)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        painter.save()
        self._paint_ground(painter, option, rect, row)
        margin = _MARGIN // 2 if self.folded else _MARGIN
        inner = rect.adjusted(margin, 6, -margin, -6)
        third = inner.height() // 3
        lines = [QRect(inner.left(), inner.top() + third * i, inner.width(), third) for i in range(3)]
        if self.folded:
            self._paint_folded(painter, lines, row)
        else:
            self._paint_lines(painter, lines, row)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRect, row: StudyRow) -> None:
        state = option.state  # type: ignore[attr-defined]
        here = row.study_instance_uid == self.open_study
        if here or state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(style.SELECTED if here else style.RAISED))
        if here:
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), QColor(style.ACCENT))
        if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(style.ACCENT))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), QColor(style.RAISED))

    def _paint_folded(self, painter: QPainter, lines: list[QRect], row: StudyRow) -> None:
        """A strip: name, state, time with the urgency's mark; the tooltip has all of it."""
        _text(painter, lines[0], row.patient_name or "(no name)", self._small_font, style.TEXT)
        _text(painter, lines[1], *self._status(row))
        left = self._right_then_left(painter, lines[2], "\u25b2" if urgency(row) else "", style.RED)
        _text(painter, left, time_text(row.study_time), self._small_font, style.SECONDARY)

    def _status(self, row: StudyRow) -> tuple[str, QFont, str]:
        drafting = self.drafting.get(row.study_instance_uid)
        colour = style.AMBER if drafting else getattr(style, _STATUS_COLOURS.get(row.status, "TEXT"))
        return drafting or row.status.value, self._small_font, colour

    def _paint_lines(self, painter: QPainter, lines: list[QRect], row: StudyRow) -> None:
        here = row.study_instance_uid == self.open_study
        name_colour = style.SECONDARY if row.signed and not here else style.TEXT
        left = self._right_then_left(painter, lines[0], urgency(row) and f"▲ {urgency(row)}", style.RED)
        _text(painter, left, row.patient_name or "(no name)", self._bold_font if here else self._name_font, name_colour)
        status, _font, colour = self._status(row)
        left = self._right_then_left(painter, lines[1], status, colour)
        _text(painter, left, row.description or _views(row), self._small_font, style.TEXT)
        when = f"{date_text(row.study_date, self.date_format)} {time_text(row.study_time)}".strip()
        left = self._right_then_left(painter, lines[2], when, style.SECONDARY)
        _text(painter, left, _reference(row), self._small_font, style.AMBER if row.corrected_at else style.SECONDARY)

    def _right_then_left(self, painter: QPainter, line: QRect, text: str, colour: str) -> QRect:
        """Paint ``text`` at the right end; returns what is left of the line."""
        width = QFontMetrics(self._small_font).horizontalAdvance(text)
        _text(painter, line, text, self._small_font, colour, right=True)
        return line.adjusted(0, 0, -(width + 8) if text else 0, 0)


def _views(row: StudyRow) -> str:
    """What the study is when the header does not say it."""
    return " ".join(part for part in (row.modality, ", ".join(row.views)) if part) or "(no description)"


def _reference(row: StudyRow) -> str:
    parts = [*(["patient corrected"] if row.corrected_at else []), row.accession_number or "no accession"]
    if row.instances > 1:
        parts.append(f"{row.instances} films")
    if row.priors:
        parts.append("prior")
    return "  ·  ".join(parts)


def _text(painter: QPainter, rect: QRect, text: str, font: QFont, colour: str, right: bool = False) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(flags) | int(Qt.TextFlag.TextSingleLine), shown)
