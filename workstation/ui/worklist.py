"""The left column: search, filter chips with counts, the studies, and what to do while there are none.

Says which study the reader wants; opens nothing itself. Never moves the selection on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import actions, style
from workstation.ui.worklist_paint import ROW_HEIGHT, RowPainter
from workstation.ui.worklist_rows import DRAFTED, FILTERS, ROW_ROLE, TO_READ, WorklistRows

if TYPE_CHECKING:
    from workstation.workflow.worklist import StudyRow

MARGIN_PX = 10
CHIP_EXTRA_PX = 20  # a chip's border and padding, and the gap to the next one


class Worklist(QWidget):
    """``opened(uid)`` when the reader clicks a study or presses Enter on it; ``unfold_asked`` from the strip."""

    opened = Signal(str)
    unfold_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = WorklistRows()
        self.painter = RowPainter()
        self.search = self._make_search()
        self.view = self._make_view()
        self.chips = {name: self._make_chip(name) for name in FILTERS}
        self.strip_button = self._make_strip_button()
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        style.set_role(self.empty, "secondary")
        self.foot = QLabel()
        style.set_role(self.foot, "small")
        self._stack = QStackedWidget()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self.empty)
        self._lay_out()
        self.setFocusProxy(self.view)
        self.rows.modelReset.connect(self._tell)
        self.rows.dataChanged.connect(self._tell)
        self.say("Reading the worklist…")

    def set_folded(self, folded: bool) -> None:
        """As a strip: the studies alone, each by its time, name and state; search and counts come back unfolded."""
        self.painter.folded = folded
        self._head.setVisible(not folded)
        self.strip_button.setVisible(folded)
        self._tell()
        self.view.viewport().update()

    def put_below(self, widget: QWidget) -> None:
        """Something small under the list."""
        self._column.addWidget(widget)

    def set_rows(self, rows: Sequence[StudyRow]) -> None:
        self._keeping_place(lambda: self.rows.set_rows(rows))

    def set_row(self, row: StudyRow) -> None:
        self._keeping_place(lambda: self.rows.set_row(row))

    def set_open(self, uid: str) -> None:
        """Mark the study in front of the reader."""
        self.painter.open_study = uid
        self._select(uid)
        self.view.viewport().update()

    def set_drafting(self, uid: str, words: str) -> None:
        """Words instead of the status while a draft is made; "" takes them back."""
        if words:
            self.painter.drafting[uid] = words
        else:
            self.painter.drafting.pop(uid, None)
        self.view.viewport().update()

    def set_date_format(self, shape: str) -> None:
        self.rows.date_format = self.painter.date_format = shape
        self.view.viewport().update()

    def say(self, words: str) -> None:
        """Words in place of the list."""
        self.empty.setText(words)
        self._stack.setCurrentWidget(self.empty)

    def chosen(self) -> str:
        """The study of the selected line, or ""."""
        current = self.view.currentIndex()
        return str(current.data(ROW_ROLE).study_instance_uid) if current.isValid() else ""

    def next_unread(self, after: str) -> str | None:
        """The first unsigned study below ``after`` in the whole list, else the first unsigned one."""
        rows = self.rows.all_rows()
        place = next((i for i, row in enumerate(rows) if row.study_instance_uid == after), -1)
        ring = [*rows[place + 1 :], *rows[: max(place, 0)]]
        return next((row.study_instance_uid for row in ring if not row.signed), None)

    def following(self, uid: str, count: int) -> list[str]:
        """The studies that a reader of ``uid`` will most likely open next, the likeliest first."""
        shown = [row.study_instance_uid for row in self.rows.shown]
        place = self.rows.place(uid)
        below = shown[place + 1 : place + 1 + count] if place is not None else []
        likely = [*below[:1], self.next_unread(uid), *below[1:]]
        return list(dict.fromkeys(each for each in likely if each and each != uid))[:count]

    def neighbour(self, uid: str, step: int) -> str | None:
        """The shown study ``step`` rows from ``uid``; the first one when ``uid`` is not shown."""
        shown = self.rows.shown
        place = self.rows.place(uid)
        wanted = 0 if place is None else place + step
        return shown[wanted].study_instance_uid if 0 <= wanted < len(shown) else None

    def show_filter(self, name: str) -> None:
        self.chips[name].setChecked(True)
        self._keeping_place(lambda: self.rows.set_filter(name, self.search.text()))

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field Down goes into the list and Enter opens the first study."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self._enter_list()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows.shown:
                self.opened.emit(self.rows.shown[0].study_instance_uid)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _enter_list(self) -> None:
        self.view.setFocus(Qt.FocusReason.TabFocusReason)
        if not self.view.currentIndex().isValid() and self.rows.shown:
            self.view.setCurrentIndex(self.rows.index(0))

    def _keeping_place(self, change: object) -> None:
        """A reset forgets selection and scroll: both are put back on the same study."""
        current = self.view.currentIndex()
        uid = current.data(ROW_ROLE).study_instance_uid if current.isValid() else ""
        scroll = self.view.verticalScrollBar().value()
        change()  # type: ignore[operator]
        self._select(uid or self.painter.open_study)
        self.view.verticalScrollBar().setValue(scroll)

    def _select(self, uid: str) -> None:
        place = self.rows.place(uid)
        if place is not None:
            self.view.setCurrentIndex(self.rows.index(place))

    def _tell(self) -> None:
        counts = self.rows.counts()
        self._word_chips()
        if self.rows.shown:
            self._stack.setCurrentWidget(self.view)
        else:
            self.say(self._why_empty())
        drafted, unread = counts[DRAFTED], counts[TO_READ]
        self.strip_button.setText(f"{unread} to read")
        self.foot.setText(f"{drafted} of {unread} to read are drafted" if unread and not self.painter.folded else "")

    def _word_chips(self) -> None:
        """Each with its count; where that is too wide only the chosen one, for a cut number is a wrong number."""
        counts = {name: f"{count:,}".replace(",", " ") for name, count in self.rows.counts().items()}
        full = {name: f"{name} {counts[name]}" for name in self.chips}
        short = {name: full[name] if name == self.rows.filter else name for name in self.chips}
        fitting = next((words for words in (full, short) if self._chips_fit(words.values())), dict.fromkeys(full, ""))
        for name, chip in self.chips.items():
            chip.setText(fitting[name] or name)
            chip.setToolTip(f"{counts[name]} studies" if counts[name] != "1" else "1 study")

    def _chips_fit(self, words: Iterable[str]) -> bool:
        text = self.chips[TO_READ].fontMetrics()
        wanted = sum(text.horizontalAdvance(each) + CHIP_EXTRA_PX for each in words)
        return wanted <= self.width() - 2 * MARGIN_PX

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._word_chips()

    def _why_empty(self) -> str:
        if not self.rows.total:
            return "No studies yet.\nDrop films here, or open the samples from the film column."
        if self.rows.search:
            return f"Nothing matches “{self.rows.search}” under {self.rows.filter}.\nEsc clears the search."
        return "Everything is read." if self.rows.filter == TO_READ else f"No study is {self.rows.filter.lower()}."

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(index.data(ROW_ROLE).study_instance_uid)

    def _make_search(self) -> QLineEdit:
        field = QLineEdit(clearButtonEnabled=True)
        actions.print_key(field, lambda: _print_search(field))
        field.setAccessibleName("Search the worklist")
        field.textChanged.connect(
            lambda text: self._keeping_place(lambda: self.rows.set_filter(self.rows.filter, text))
        )
        field.installEventFilter(self)
        return field

    def _make_view(self) -> QTableView:
        """One column of a table: unlike a list view it lays out 5,000 rows without asking for each."""
        view = QTableView()
        view.setModel(self.rows)
        view.setItemDelegate(self.painter)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.horizontalHeader().hide()
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        view.setAccessibleName("Worklist")
        view.clicked.connect(self._open)
        view.activated.connect(self._open_by_key)
        return view

    def _open_by_key(self, index: QModelIndex) -> None:
        """``activated`` also comes with double clicks, whose first click has opened the study already."""
        if index.data(ROW_ROLE).study_instance_uid != self.painter.open_study:
            self._open(index)

    def _make_strip_button(self) -> QPushButton:
        button = QPushButton()
        style.set_role(button, "flat")
        actions.print_key(button, lambda: button.setToolTip(f"Unfold the worklist ({actions.key_text('view.strip')})"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(self.unfold_asked)
        button.hide()
        return button

    def _make_chip(self, name: str) -> QPushButton:
        chip = QPushButton(name)
        chip.setCheckable(True)
        style.set_role(chip, "chip")
        chip.setChecked(name == TO_READ)
        chip.clicked.connect(lambda: self.show_filter(name))
        return chip

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        chips = QHBoxLayout()
        chips.setSpacing(4)
        for chip in self.chips.values():
            group.addButton(chip)
            chips.addWidget(chip)
        chips.addStretch()
        self._head = QWidget()
        head = QVBoxLayout(self._head)
        head.setSpacing(8)
        head.setContentsMargins(MARGIN_PX, 8, MARGIN_PX, 6)
        head.addWidget(self.search)
        head.addLayout(chips)
        self._column = column = QVBoxLayout(self)
        column.setSpacing(0)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._head)
        column.addWidget(self.strip_button)
        column.addWidget(self._stack, 1)
        self.foot.setContentsMargins(12, 6, 12, 6)
        column.addWidget(self.foot)


def _print_search(field: QLineEdit) -> None:
    field.setPlaceholderText(f"Search name, ID, accession   {actions.key_text('study.search')}")
    field.setToolTip(actions.tooltip("study.search"))
