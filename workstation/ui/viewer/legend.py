"""What stands on the film in words: four corners, orientation letters, or a message where no film is.

Three states: full, short (patient, window, marks), none. Knows where words go; what they say is in ``facts``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from workstation.ui import style
from workstation.ui.actions import key_text
from workstation.ui.viewer import facts
from workstation.ui.viewer.corners import MARGIN, Block, Line

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workstation.dicom.records import Instance
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import ViewTransform
    from workstation.imaging.window import Presentation

STATES = ("full", "short", "none")
PALE = "#c2c8cf"
_CORNERS = ("top left", "top right", "bottom left", "bottom right", "left", "right", "top", "bottom")


class Legend:
    """The words of one view and the images that hold them."""

    def __init__(self) -> None:
        self.state = "full"
        self.date_format = "ISO"
        self.notes_open = False
        self.cursor: tuple[int, int] | None = None
        self._key: tuple[object, ...] = ()
        self._kept: dict[str, list[Line]] = {}
        self._blocks = {corner: Block(corner) for corner in _CORNERS}

    def forget(self) -> None:
        """Another film comes, or none: neither the old pixel nor the old film is held on to."""
        self.cursor = None
        self._key, self._kept = (), {}

    def cursor_area(self, area: QRect) -> QRect:
        """The part of the view whose words follow the cursor."""
        height = min(area.height(), 76)
        return QRect(area.width() // 2, area.height() - height, area.width() - area.width() // 2, height)

    def paint(self, painter: QPainter, view: QWidget, film: Film, shown: Presentation, place: ViewTransform) -> None:
        """All corners that the state asks for."""
        if self.state == "none":
            return
        area, scale = view.rect(), view.devicePixelRatioF()
        short = self.state == "short" or area.width() < 320 or area.height() < 240
        for corner, lines in self._lines(film, shown, place, short, area.width() // 16).items():
            self._blocks[corner].paint(painter, area, lines, scale)

    def _lines(
        self, film: Film, shown: Presentation, transform: ViewTransform, short: bool, characters: int
    ) -> dict[str, list[Line]]:
        standing = self._standing(film, short, characters)
        below = [] if short else [facts.size_line(film, transform.zoom), "Display not calibrated"]
        window = Line(facts.window_line(shown, film.colour is not None))
        value = Line(facts.value_line(film, *self.cursor) if self.cursor else " ")
        changing = {
            "bottom left": [window, *(Line(text, PALE) for text in below)],
            "bottom right": [*standing["bottom right"], value],
        }
        return standing | changing

    def _standing(self, film: Film, short: bool, characters: int) -> dict[str, list[Line]]:
        """What a drag or the cursor does not change, put together once a film."""
        key = (film, short, characters, self.date_format, self.notes_open)
        if key != self._key:
            instance = film.instance
            who = facts.patient_lines(instance, self.date_format)
            what = [] if short else facts.examination_lines(instance, self.date_format)
            self._key, self._kept = (
                key,
                {
                    "top left": [Line(text) for text in (who[:1] if short else who)],
                    "top right": [Line(text) for text in what],
                    "bottom right": self._marks(instance, characters),
                    **{edge: [Line(letters)] for edge, letters in facts.edges(instance).items()},
                },
            )
        return self._kept

    def _marks(self, instance: Instance, characters: int) -> list[Line]:
        notes = facts.notes(instance, characters, self.notes_open, key_text("film.notes"))
        return [Line(text, style.AMBER) for text in (facts.lossy_mark(instance), *notes)]

    @staticmethod
    def paint_message(painter: QPainter, area: QRect, message: str, remedy: str, wrong: bool) -> None:
        """What happened in light (or warning) ink, what to do below it; a film's place never holds a box."""
        if not message:
            return
        inner = area.adjusted(3 * MARGIN, 0, -3 * MARGIN, 0)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        painter.setFont(style.font(style.LARGE_PX))
        painter.setPen(QColor(style.RED if wrong else style.TEXT))
        top = QRect(inner.left(), inner.center().y() - 60, inner.width(), 60)
        box = painter.boundingRect(top, flags, message)
        box.moveBottom(inner.center().y() - 4)
        painter.drawText(QRect(QPoint(inner.left(), box.top()), box.bottomRight()).united(box), flags, message)
        painter.setFont(style.font(style.NORMAL_PX))
        painter.setPen(QColor(style.SECONDARY))
        painter.drawText(QRect(inner.left(), inner.center().y() + 6, inner.width(), 80), flags, remedy)
