"""A rectangle dragged on a film -> the window of what is in it; the rectangle is drawn while the mouse is down.

Corners are kept as stored pixels, so that it fits the film however that is turned. Knows one view.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.ui import style

if TYPE_CHECKING:
    from workstation.imaging.geometry import OnScreen
    from workstation.ui.viewer.film_view import FilmView

LABEL = "Region"
Corner = tuple[float, float]  # stored row, column


class RegionMark:
    """Paints the rectangle of one view."""

    def __init__(self) -> None:
        self.corners: tuple[Corner, Corner] | None = None

    def paint(self, painter: QPainter, area: QRect, on: OnScreen) -> None:
        """A thin line with a dark one about it, seen on white and on black."""
        if self.corners is None:
            return
        first, second = (QPointF(*on.to_logical(*corner)) for corner in self.corners)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in (("#000000", 3.0), (style.ON_FILM.ACCENT, 1.0)):
            painter.setPen(QPen(QColor(colour), width))
            painter.drawRect(QRectF(first, second).normalized())

    def forget(self) -> None:
        """Another film comes."""
        self.corners = None


class RegionDrag:
    """The rectangle follows the hand; the window comes when the hand lets go."""

    kind = "window"
    from_press = True

    def __init__(self, view: FilmView, at: QPointF, mark: RegionMark) -> None:
        self._view, self._mark, self._at = view, mark, at
        self._start = self._stored()

    def move(self, step: QPointF, speed: float) -> None:
        self._at += step
        self._mark.corners = self._start, self._stored()
        self._view.update()

    def facts(self) -> dict[str, Any]:
        from workstation.imaging.window import auto
        from workstation.ui.viewer.windowing import named

        corners, film, shown = self._mark.corners, self._view.film, self._view.presentation
        self._mark.forget()
        self._view.update()
        if corners is None or film is None or shown is None or not self._view.can_window():
            return {"how": "region", "rectangle": None}
        rows, columns = (sorted(int(corner[axis]) for corner in corners) for axis in (0, 1))
        rectangle = rows[0], columns[0], rows[1], columns[1]
        choice = replace(auto(film, rectangle), label=LABEL)
        self._view.set_presentation(named(shown, choice))
        return {"how": "region", "rectangle": list(rectangle)}

    def _stored(self) -> Corner:
        on = self._view.on_screen
        assert on is not None
        row, col = on.from_logical(self._at.x(), self._at.y())
        return min(max(row, 0.0), on.rows), min(max(col, 0.0), on.columns)
