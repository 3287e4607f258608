"""What stands on the film in words: four corners, orientation letters, or a message where no film is.

Three states: full, short (patient, window, marks), none; that a film is turned, mirrored or filtered stands in all
three. Knows where words go; what they say is in ``facts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from workstation.ui import style
from workstation.ui.actions import key_text
from workstation.ui.viewer import facts
from workstation.ui.viewer.corners import MARGIN, Block, Line
from workstation.ui.viewer.turnmark import TurnMark

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from workstation.dicom.records import Instance
    from workstation.imaging.film import Film
    from workstation.imaging.geometry import Orientation
    from workstation.imaging.window import Presentation
    from workstation.ui.viewer.truesize import TrueSize

STATES = ("full", "short", "none")
PALE = "#c2c8cf"
_CORNERS = ("top left", "top right", "bottom left", "bottom right", "left", "right", "top", "bottom")


NOTICE_ABOVE_PX = 64


@dataclass(frozen=True, slots=True)
class Look:
    """How a film stands on the screen just now."""

    zoom: float
    orientation: Orientation
    interpolation: str = "linear"
    settled: bool = True  # sampled as finely as can be
    enhancement: str = ""  # the display filter that is on
    true_size: TrueSize | None = None  # while the film is at it


class Legend:
    """The words of one view and the images that hold them."""

    def __init__(self) -> None:
        self.state = "full"
        self.date_format = "ISO"
        self.notes_open = False
        self.cursor: tuple[int, int] | None = None
        self.turned_by = "the reader"
        self.hidden = False  # while another film is shown in this one's place: its facts would be false
        self.notice = ""  # one sentence that goes by itself
        self.display = "Display not calibrated"
        self.added: dict[str, Line] = {}  # further lines at the bottom left, by whoever brought them
        self._key: tuple[object, ...] = ()
        self._kept: dict[str, list[Line]] = {}
        self._blocks = {corner: Block(corner) for corner in _CORNERS}
        self._notice = Block("bottom", 0.9)
        self._mark = TurnMark()

    def forget(self) -> None:
        """Another film comes, or none: neither the old pixel nor the old film is held on to."""
        self.cursor, self.notice, self.turned_by = None, "", "the reader"
        self._key, self._kept = (), {}

    def cursor_area(self, area: QRect) -> QRect:
        """The part of the view whose words follow the cursor."""
        height = min(area.height(), 76)
        return QRect(area.width() // 2, area.height() - height, area.width() - area.width() // 2, height)

    def paint(self, painter: QPainter, view: QWidget, film: Film, shown: Presentation, look: Look) -> None:
        """The mark of a turned film, and all corners that the state asks for."""
        area, scale = view.rect(), view.devicePixelRatioF()
        self._paint_turn(painter, area, look, scale)
        if self.notice:
            above = area.adjusted(0, 0, 0, -NOTICE_ABOVE_PX)
            self._notice.paint(painter, above, [Line(self.notice, style.ON_FILM.AMBER)], scale)
        if self.hidden:
            return
        if self.state == "none":
            self._blocks["bottom left"].paint(painter, area, _filter(look), scale)
            return
        short = self.state == "short" or area.width() < 320 or area.height() < 240
        for corner, lines in self._lines(film, shown, look, short, area.width() // 16).items():
            self._blocks[corner].paint(painter, area, lines, scale)

    def _paint_turn(self, painter: QPainter, area: QRect, look: Look, scale: float) -> None:
        turned = facts.turned_words(look.orientation, self.turned_by)
        self._mark.paint(painter, area, turned, look.orientation.mirrored, scale)

    def warn(self, painter: QPainter, area: QRect, look: Look, scale: float) -> None:
        """What a picture without words may not keep to itself: exchanged sides, and edges that a filter made."""
        if look.orientation.mirrored:
            self._paint_turn(painter, area, look, scale)
        self._blocks["bottom left"].paint(painter, area, _filter(look), scale)

    def _lines(
        self, film: Film, shown: Presentation, look: Look, short: bool, characters: int
    ) -> dict[str, list[Line]]:
        standing = self._standing(film, look.orientation, short, characters)
        window = Line(facts.window_line(shown, film.colour is not None))
        value = Line(facts.value_line(film, *self.cursor) if self.cursor else " ")
        below = [] if short else [*_size(film, look), Line(self.display, PALE)]
        changing = {
            "bottom left": [*_filter(look), *self.added.values(), window, *below],
            "bottom right": [*standing["bottom right"], value],
        }
        return standing | changing

    def _standing(self, film: Film, orientation: Orientation, short: bool, characters: int) -> dict[str, list[Line]]:
        """What a drag or the cursor does not change, put together once a film."""
        key = (film, orientation, short, characters, self.date_format, self.notes_open, key_text("film.notes"))
        if key != self._key:
            instance = film.instance
            who = facts.patient_lines(instance, self.date_format)
            what = [] if short else facts.examination_lines(instance, self.date_format)
            letters = facts.edges(instance, orientation)
            self._key, self._kept = (
                key,
                {
                    "top left": [*(Line(text) for text in (who[:1] if short else who)), *_corrected(instance)],
                    "top right": [Line(text) for text in what],
                    "bottom right": self._marks(instance, characters),
                    **{edge: [Line(letter)] for edge, letter in letters.items()},
                },
            )
        return self._kept

    def _marks(self, instance: Instance, characters: int) -> list[Line]:
        """What is amiss with the film itself."""
        marks = facts.burnt_in_mark(instance), facts.lossy_mark(instance)
        notes = facts.notes(instance, characters, self.notes_open, key_text("film.notes"))
        return [Line(text, style.ON_FILM.AMBER) for text in (*marks, *notes)]

    @staticmethod
    def paint_message(painter: QPainter, area: QRect, message: str, remedy: str, wrong: bool) -> None:
        """What happened in light (or warning) ink, what to do below it; a film's place never holds a box."""
        if not message:
            return
        inner = area.adjusted(3 * MARGIN, 0, -3 * MARGIN, 0)
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
        painter.setFont(style.font(style.LARGE_PX))
        painter.setPen(QColor(style.ON_FILM.RED if wrong else style.ON_FILM.TEXT))
        top = QRect(inner.left(), inner.center().y() - 60, inner.width(), 60)
        box = painter.boundingRect(top, flags, message)
        box.moveBottom(inner.center().y() - 4)
        painter.drawText(QRect(QPoint(inner.left(), box.top()), box.bottomRight()).united(box), flags, message)
        painter.setFont(style.font(style.NORMAL_PX))
        painter.setPen(QColor(style.ON_FILM.SECONDARY))
        painter.drawText(QRect(inner.left(), inner.center().y() + 6, inner.width(), 80), flags, remedy)


def _filter(look: Look) -> list[Line]:
    """A filter makes edges that no patient has: it is named whatever text is wanted."""
    return [Line(f"Filter: {look.enhancement}", style.ON_FILM.AMBER)] if look.enhancement else []


def _size(film: Film, look: Look) -> list[Line]:
    """How large the film is drawn, how finely, and whether that is its true size."""
    quality = "full quality" if look.settled else "preview"
    drawn = "" if look.interpolation == "linear" else f"Interpolation: {look.interpolation}"
    size = [Line(facts.size_line(film, look.zoom, quality), PALE), Line(drawn, PALE)]
    if look.true_size is None:
        return size
    return [Line(look.true_size.words), Line(look.true_size.doubt, style.ON_FILM.AMBER), *size]


def _corrected(instance: Instance) -> list[Line]:
    """That a reader, not the header, says whose film this is."""
    return [Line("Patient corrected", style.ON_FILM.AMBER)] if instance.patient_corrected else []
