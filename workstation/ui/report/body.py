"""The sections of one report, one under the other: hopping, following the caret, and holding still under it.

Text that the program puts in above or below must not move what the reader looks at: `still` keeps it in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from workstation.reporting.report import DRAFTED_SECTIONS, SECTIONS
from workstation.ui import style
from workstation.ui.lines import show
from workstation.ui.report import manuscript
from workstation.ui.report.offer import Offer
from workstation.ui.report.section import MARGIN_PX, SectionEdit
from workstation.workflow.working import Working

LINES_AND_TUBES = "Lines and tubes"
FOLLOW_PX = 36
BESIDE_PX = 88
_LEAST_LINES = {"Findings": 4, "Impression": 2}
_BEDSIDE = ("bedside", "portable", "supine", "mobile")


def is_bedside(views: tuple[str, ...], description: str) -> bool:
    """Whether tubes and lines are to be expected: an AP film, or one that says it was taken at the bed."""
    return "AP" in views or any(word in description.lower() for word in _BEDSIDE)


class ReportBody(QScrollArea):
    """``typed``: the reader changed a section, so many characters in and out. ``moved``: so did the caret."""

    typed = Signal(str, int, int)
    moved = Signal()
    left = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Its room is always kept, for one that comes and goes would rewrap the text; without use it is not seen.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setStyleSheet("QScrollBar::handle:disabled { background: transparent; }")
        self.verticalScrollBar().setEnabled(False)
        self.verticalScrollBar().rangeChanged.connect(lambda _, most: self.verticalScrollBar().setEnabled(most > 0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.filled: dict[str, str] = {}
        self.active = "Findings"
        self.edits: dict[str, SectionEdit] = {}
        self.offers: dict[str, Offer] = {}
        self._headings: dict[str, QLabel] = {}
        self._laid: dict[str, int] = {}
        content = self._content = QWidget(self)
        self._column = QVBoxLayout(content, spacing=2)
        self._column.setContentsMargins(0, 0, 6, 0)
        for name in SECTIONS:
            self._add_section(name)
        self._room = QWidget(content)
        self._room.setFixedHeight(0)
        self._column.addWidget(self._room)
        self._column.addStretch()
        self.setWidget(content)
        self.verticalScrollBar().valueChanged.connect(self._give_room_back)

    def _add_section(self, name: str) -> None:
        heading, edit = QLabel(name.upper(), self), SectionEdit(name, self)
        style.set_role(heading, "heading")
        heading.setBuddy(edit)
        edit.set_least_lines(_LEAST_LINES.get(name, 1))
        edit.typed.connect(lambda put_in, taken_out: self.typed.emit(name, put_in, taken_out))
        edit.hop.connect(lambda step: self.hop(step))
        edit.caret_moved.connect(lambda: self._followed(edit))
        edit.focused.connect(lambda inside: self._focused(edit, inside))
        self.edits[name], self._headings[name] = edit, heading
        self._lay_out(heading, edit)
        if name in DRAFTED_SECTIONS:
            self.offers[name] = Offer(name, self)
            self._column.addWidget(self.offers[name])

    def _lay_out(self, heading: QLabel, edit: SectionEdit) -> None:
        """A short section beside its heading, a drafted one under it: on a laptop all of them are in sight."""
        if edit.name in DRAFTED_SECTIONS:
            heading.setContentsMargins(2, 6, 0, 0)
            self._column.addWidget(heading)
            self._column.addWidget(edit)
            return
        heading.setContentsMargins(2, MARGIN_PX + 3, 0, 0)
        heading.setFixedWidth(BESIDE_PX)
        heading.setWordWrap(True)
        row = QHBoxLayout(spacing=4)
        row.addWidget(heading, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(edit, 1, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(row)

    # what stands here

    def show_working(self, working: Working, bedside: bool) -> None:
        """Everything anew, with the caret where it was left; takes no focus."""
        self.filled = manuscript.filled_by_program(working)
        for name, edit in self.edits.items():
            edit.clear_ghost()
            edit.here = None
            manuscript.restore(edit, working)
            visible = name != LINES_AND_TUBES or bedside or bool(edit.text().strip())
            show(edit, visible)
            show(self._headings[name], visible)
        for offer in self.offers.values():
            offer.withdraw()
        self._room.setFixedHeight(0)
        section, place = working.caret
        self.active = section if section in self.edits and not self.edits[section].isHidden() else "Findings"
        self.edits[self.active].place_caret(place)
        self.verticalScrollBar().setValue(0)

    def working(self) -> Working:
        edit = self.edits[self.active]
        return manuscript.working_of(self.shown_edits(), self.filled, (self.active, edit.textCursor().position()))

    def shown_edits(self) -> list[SectionEdit]:
        return [edit for edit in self.edits.values() if not edit.isHidden()]

    @property
    def active_edit(self) -> SectionEdit:
        """The section that has the caret, or had it last."""
        return self.edits[self.active]

    # moving about

    def hop(self, step: int) -> None:
        """The caret goes to the next or the previous section, round and round."""
        edits = self.shown_edits()
        edit = edits[(edits.index(self.active_edit) + step) % len(edits)]
        edit.setFocus(Qt.FocusReason.TabFocusReason if step > 0 else Qt.FocusReason.BacktabFocusReason)
        self._followed(edit)

    def go_to(self, edit: SectionEdit, position: int) -> None:
        """By the reader's key: caret and focus into a section."""
        edit.place_caret(position)
        edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._followed(edit)

    def go_to_caret(self, edit: SectionEdit) -> None:
        """By the reader's key: the focus where the caret and selection of ``edit`` are."""
        edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._followed(edit)

    def _focused(self, edit: SectionEdit, inside: bool) -> None:
        if inside:
            self.active = edit.name
            self.moved.emit()
        else:
            self.left.emit()

    def _followed(self, edit: SectionEdit) -> None:
        caret = edit.cursorRect().center()
        place = edit.viewport().mapTo(self._content, caret)
        if self._laid.get(edit.name) != edit.height():  # it has grown and its neighbours do not know yet
            self._laid[edit.name] = edit.height()
            self.settle()
        self.ensureVisible(place.x(), place.y(), 0, FOLLOW_PX)
        self.moved.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self.resized.emit)

    # holding still

    @contextmanager
    def still(self) -> Iterator[None]:
        """Whatever the program changes inside this block, the reader's lines keep their place on the screen."""
        anchor = self._anchor()
        before = self._height_of(anchor) if anchor else 0
        yield
        self.settle()
        if anchor is None:
            return
        drift = self._height_of(anchor) - before
        if drift:
            bar = self.verticalScrollBar()
            self._make_room_for(bar.value() + drift)
            bar.setValue(bar.value() + drift)
        edit, position = anchor
        if edit.hasFocus() and position and not self._in_sight(edit, edit.cursorRect().bottom()):
            self._followed(edit)  # a caret that was in sight stays in sight, even where it cannot stay in place

    def _missing(self, value: int) -> int:
        """How much empty room under the last section lets the scroll bar reach ``value``."""
        width = self.viewport().width()
        content = self._column.heightForWidth(width) if self._column.hasHeightForWidth() else -1
        content = max(content, self._column.minimumSize().height()) - self._room.height()
        return max(0, value + self.viewport().height() - content)

    def _make_room_for(self, value: int) -> None:
        if self._missing(value) > self._room.height():
            self._room.setFixedHeight(self._missing(value))
            self.settle()

    def _give_room_back(self, value: int) -> None:
        """Empty room that is not in sight any more goes."""
        if self._room.height() > self._missing(value):
            self._room.setFixedHeight(self._missing(value))

    def settle(self) -> None:
        """Lay out now what is waiting to be laid out."""
        around = []
        outer = self.parentWidget()
        while outer is not None:
            around.append(outer.layout())
            outer = outer.parentWidget()
        for layout in reversed(around):
            if layout is not None:
                layout.activate()
        self._column.activate()
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))  # the scroll area takes the new height

    def _anchor(self) -> tuple[SectionEdit, int] | None:
        """The line with the caret if the reader writes and it is in sight, else the first section in sight.

        None when the report stands at its top and the reader is elsewhere: then it stays at its top.
        """
        edit = self.active_edit
        if edit.hasFocus() and self._in_sight(edit, edit.cursorRect().top()):
            return edit, edit.textCursor().position()
        if self.verticalScrollBar().value() == 0:
            return None
        shown = self.shown_edits()
        return next((one for one in shown if self._in_sight(one, one.height())), shown[0]), 0

    def _in_sight(self, edit: SectionEdit, y: int) -> bool:
        return 0 <= edit.viewport().mapTo(self.viewport(), QPoint(0, y)).y() <= self.viewport().height()

    def _height_of(self, anchor: tuple[SectionEdit, int]) -> int:
        edit, position = anchor
        cursor = edit.textCursor()
        cursor.setPosition(min(position, edit.document().characterCount() - 1))
        return edit.viewport().mapTo(self.window(), edit.cursorRect(cursor).topLeft()).y()
