"""Films on paper or in a PDF: one a page, as large as it goes, under a line that says whose it is.

Takes images; knows no view. Paper is not a diagnostic display, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

from workstation.errors import ExportError
from workstation.ui import style

DOTS_PER_INCH = 300
MARGIN_MM = 12.0
FOOT = "Printed picture: not for primary diagnosis."
_CANNOT = ExportError("The films could not be printed.", "Check the printer, or print to a PDF file.", "not_printed")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: the film's picture and the line above it."""

    image: QImage
    line: str
    below: str = ""  # what the picture is: its window, its filter


def new_printer() -> QPrinter:
    """A printer at 300 dots an inch on A4, as the system's default has it otherwise."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(DOTS_PER_INCH)
    printer.setDocName("Radiograph")  # no name: it stands in the printer's queue
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(MARGIN_MM, MARGIN_MM, MARGIN_MM, MARGIN_MM)
    printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return printer


def print_films(printer: QPrinter, sheets: Sequence[Sheet]) -> None:
    """Print; raises `ExportError` (not_printed)."""
    painter = QPainter()
    if not sheets or not painter.begin(printer):
        raise _CANNOT
    try:
        for number, sheet in enumerate(sheets):
            if number:
                printer.newPage()
            _page(painter, QRectF(0, 0, *_size(printer)), sheet, f"{number + 1} of {len(sheets)}")
    finally:
        whole = painter.end()
    if not whole or printer.printerState() == QPrinter.PrinterState.Error:
        raise _CANNOT


def _size(printer: QPrinter) -> tuple[float, float]:
    page = printer.pageLayout().paintRectPixels(printer.resolution())
    return float(page.width()), float(page.height())


def _page(painter: QPainter, page: QRectF, sheet: Sheet, number: str) -> None:
    font = QFont(style.font(style.NORMAL_PX))
    font.setPointSizeF(9.0)
    painter.setFont(font)
    painter.setPen(QColor(0, 0, 0))
    line = painter.fontMetrics().height() * 1.4
    _fit_line(painter, QRectF(page.left(), page.top(), page.width(), line), sheet.line)
    foot = QRectF(page.left(), page.bottom() - line, page.width(), line)
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, f"{FOOT}   {sheet.below}".strip())
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, number)
    room = page.adjusted(0, line * 1.2, 0, -line * 1.2)
    size = sheet.image.size().scaled(room.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
    target = QRectF(0, 0, size.width(), size.height())
    target.moveCenter(room.center())
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, sheet.image)


def _fit_line(painter: QPainter, place: QRectF, words: str) -> None:
    """In letters small enough to stand on the page whole."""
    painter.save()
    font = painter.font()
    while painter.fontMetrics().horizontalAdvance(words) > place.width() and font.pointSizeF() > 4:
        font.setPointSizeF(font.pointSizeF() - 0.25)
        painter.setFont(font)
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft, words)
    painter.restore()
