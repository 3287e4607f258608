"""A signed text -> A4 pages as PDF, the patient line and the mark on every one. QtGui only: no window is needed.

Adds nothing to the text. Characters that no installed font can draw are told, never silently left as boxes.
"""

from __future__ import annotations

import html
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextLayout,
)

from workstation.errors import ExportError
from workstation.export.text import whole_file

_RESOLUTION = 300  # dots per inch of the PDF's coordinates
_MARGIN_MM = 18.0
_application: list[Any] = []  # keeps an application made here alive until the process ends


@dataclass(frozen=True, slots=True)
class Page:
    """What is printed: the text, the line at the top of every page, the mark (or ""), the text's SHA-256."""

    text: str
    patient_line: str
    mark: str
    text_sha256: str
    letterhead: str = ""


def write_pdf(path: str | Path, page: Page) -> tuple[str, ...]:
    """Print; returns warnings. Main thread only. Raises `ExportError` when the file cannot be written."""
    _ensure_application()
    with whole_file(path) as part:
        _probe(part)
        writer = QPdfWriter(str(part))
        writer.setResolution(_RESOLUTION)
        writer.setTitle("Chest radiograph report")
        writer.setCreator("CXR-LLaVA reporting workstation")
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        writer.setPageLayout(
            QPageLayout(
                QPageSize(QPageSize.PageSizeId.A4),
                QPageLayout.Orientation.Portrait,
                margins,
                QPageLayout.Unit.Millimeter,
            )
        )
        painter = QPainter()
        if not painter.begin(writer):
            raise ExportError("The PDF could not be written.", "Choose another folder.", "export_failed")
        try:
            _print(writer, painter, page)
        finally:
            painter.end()
        _refuse_half(part)
    return _undrawable(page)


def _probe(part: Path) -> None:
    """Let the system refuse before Qt does, because Qt does not say why."""
    with open(part, "wb"):
        pass


def _refuse_half(part: Path) -> None:
    """A PDF ends with its trailer; on a full disk Qt stops early without a word."""
    with open(part, "rb") as file:
        file.seek(max(0, part.stat().st_size - 32))
        whole = b"%%EOF" in file.read()
    if not whole:
        raise ExportError(
            "The PDF could not be written whole.", "Free some space on this disk, or choose another.", "export_failed"
        )


def _print(writer: QPdfWriter, painter: QPainter, page: Page) -> None:
    width, height = float(writer.width()), float(writer.height())
    small, line = _font(8.5), _mm(4.5)
    head, foot = line * (3 if page.mark else 2), line * 2
    document = _document(writer, page, width, height - head - foot)
    room = height - head - foot
    count = document.pageCount()
    for number in range(count):
        if number:
            writer.newPage()
        painter.setFont(small)
        _margins(
            painter,
            page,
            QRectF(0, 0, width, line),
            QRectF(0, height - line, width, line),
            f"Page {number + 1} of {count}",
        )
        painter.save()
        painter.translate(0, head - number * room)
        document.drawContents(painter, QRectF(0, number * room, width, room))
        painter.restore()


def _margins(painter: QPainter, page: Page, top: QRectF, bottom: QRectF, pages: str) -> None:
    middle, left, right = Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    if page.mark:
        bold = painter.font()
        bold.setBold(True)
        painter.save()
        painter.setFont(bold)
        painter.drawText(top, middle, page.mark)
        painter.drawText(bottom, middle, page.mark)
        painter.restore()
        top = top.translated(0, top.height())
    _draw_whole(painter, top, page.patient_line)
    painter.drawText(bottom, left, f"SHA-256 {page.text_sha256[:16]}")
    painter.drawText(bottom, right, pages)


def _draw_whole(painter: QPainter, place: QRectF, line: str) -> None:
    """The patient line in letters small enough to stand on the page whole."""
    painter.save()
    font = painter.font()
    while painter.fontMetrics().horizontalAdvance(line) > place.width() and font.pointSizeF() > 3:
        font.setPointSizeF(font.pointSizeF() - 0.25)
        painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft, line)
    painter.restore()


def _document(writer: QPdfWriter, page: Page, width: float, height: float) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(writer)
    document.setDefaultFont(_font(10.5))
    document.setDocumentMargin(0)
    document.setHtml(_html(page))
    document.setPageSize(QRectF(0, 0, width, height).size())
    return document


def _html(page: Page) -> str:
    """One paragraph a line; a line in capitals that ends with a colon is a heading and stays with its text."""
    lines = (
        [f'<p style="margin:0 0 12px 0; font-size:13pt">{html.escape(page.letterhead)}</p>'] if page.letterhead else []
    )
    for line in page.text.splitlines():
        if page.mark and line.strip() == page.mark:
            continue  # the mark stands in the margins of every page
        said = html.escape(line) or "&nbsp;"
        heading = line.isupper() and (line.endswith(":") or "REPORT" in line)
        lines.append(
            f'<p dir="auto" style="margin:0; white-space:pre-wrap">{f"<b>{said}</b>" if heading else said}</p>'
        )
    return f"<body>{''.join(lines)}</body>"


def _font(points: float) -> QFont:
    font = QFont("Noto Sans")
    font.setFamilies(["Noto Sans", "DejaVu Sans", "Segoe UI", "Helvetica"])
    font.setPointSizeF(points)
    font.setFeature(QFont.Tag("liga"), 0)  # "fi" stays two letters for whoever copies or searches the PDF
    return font


def _mm(length: float) -> float:
    return length / 25.4 * _RESOLUTION


def _undrawable(page: Page) -> tuple[str, ...]:
    """A warning when a character of the text or the patient line has no glyph in any font."""
    missing = {character for character in {*page.text, *page.patient_line} if _has_no_glyph(character)}
    if not missing:
        return ()
    return (
        f"{len(missing)} characters of this report have no glyph in the fonts of this machine and are printed as boxes:"
        " install a font for their script (for example Noto Sans CJK or Noto Naskh Arabic) and export again.",
    )


def _has_no_glyph(character: str) -> bool:
    if character.isspace() or not character.isprintable():
        return False
    layout = QTextLayout(character, _font(10.5))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return not runs or any(0 in run.glyphIndexes() for run in runs)


def _ensure_application() -> None:
    """Fonts need a QGuiApplication; without a window one is made that needs no screen (Linux) or shows nothing."""
    if QGuiApplication.instance() is None:
        hidden = ["-platform", "offscreen"] if sys.platform.startswith("linux") else []
        if not os.environ.get("QT_QPA_PLATFORM"):
            _application.append(QGuiApplication(["cxr-workstation", *hidden]))
        else:
            _application.append(QGuiApplication(["cxr-workstation"]))
