"""The frames of the report column: the empty page, parts one under the other, a thin line between them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from workstation.ui import style
from workstation.ui.lines import words
from workstation.ui.report.body import ReportBody


def empty_page() -> QWidget:
    title = words("title", "No study open")
    said = words("secondary", "Open one in the worklist: its report is written here.")
    for line in (title, said):
        line.setAlignment(Qt.AlignmentFlag.AlignCenter)
    page = QWidget()
    column = QVBoxLayout(page, spacing=6)
    column.addStretch(2)
    column.addWidget(title)
    column.addWidget(said)
    column.addStretch(3)
    return page


def column_of(*parts: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page, spacing=7)
    column.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        column.addWidget(part, 1 if isinstance(part, ReportBody) else 0)
    return page


def rule() -> QFrame:
    line = QFrame()
    line.setFixedHeight(1)
    style.keep_sheet(line, lambda: f"background: {style.LINE};")
    return line
